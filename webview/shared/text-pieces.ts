import type { Json } from '../../protocol/json.ts';
import { isContainer } from './json-tree.ts';

/** A stretch of a text: words, or JSON that is the whole text, a fence or a line of its own. */
export type TextPiece = { readonly kind: 'words'; readonly text: string } | { readonly kind: 'whole' | 'fence' | 'line'; readonly value: Json };

/** What a prompt or an answer is made of, so that its JSON can be looked at as JSON. */
export function piecesOf(text: string): readonly TextPiece[] {
  const all = readContainer(text);
  if (all !== null) return [{ kind: 'whole', value: all }];
  const pieces: TextPiece[] = [];
  let words: string[] = [];
  const flush = (): void => {
    if (words.some((line) => line.trim() !== '')) pieces.push({ kind: 'words', text: words.join('\n') });
    words = [];
  };
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const close = /^\s*```/.test(line) ? lines.findIndex((other, index) => index > at && /^\s*```\s*$/.test(other)) : -1;
    const inside = close === -1 ? null : readContainer(lines.slice(at + 1, close).join('\n'));
    const own = close === -1 ? readContainer(line) : null;
    if (inside === null && own === null) {
      // A fence of something else stays whole.
      words.push(...lines.slice(at, Math.max(at, close) + 1));
      at = Math.max(at, close);
      continue;
    }
    flush();
    if (inside !== null) pieces.push({ kind: 'fence', value: inside });
    else if (own !== null) pieces.push({ kind: 'line', value: own });
    if (inside !== null) at = close;
  }
  flush();
  return pieces.length === 0 ? [{ kind: 'words', text }] : pieces;
}

/** The object or list that a text is; null when it is none. */
export function readContainer(text: string): Json | null {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    const value = JSON.parse(text) as Json;
    return isContainer(value) ? value : null;
  } catch {
    return null;
  }
}
