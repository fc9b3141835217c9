import type { Json } from '../../protocol/json.ts';

/** Takes the JSON value out of a model's answer: raw, in a fenced block, or between the outermost braces or brackets. */
export function readJson(text: string): { readonly ok: true; readonly value: Json } | { readonly ok: false } {
  const candidates = [text.trim(), fenced(text), between(text, '{', '}'), between(text, '[', ']')];
  for (const candidate of candidates) {
    if (candidate === null || candidate === '') continue;
    try {
      return { ok: true, value: JSON.parse(candidate) as Json };
    } catch {
      // Not this one: the next way of reading may find it.
    }
  }
  return { ok: false };
}

function fenced(text: string): string | null {
  const open = text.indexOf('```');
  if (open < 0) return null;
  const line = text.indexOf('\n', open);
  const close = line < 0 ? -1 : text.indexOf('```', line);
  return close < 0 ? null : text.slice(line + 1, close).trim();
}

function between(text: string, open: string, close: string): string | null {
  const from = text.indexOf(open);
  const to = text.lastIndexOf(close);
  return from < 0 || to <= from ? null : text.slice(from, to + 1);
}
