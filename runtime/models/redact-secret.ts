import type { Json } from '../../protocol/json.ts';

/** Takes secrets out of whatever is shown or written, in the forms in which they come back. */
export interface Redactor {
  text(text: string): string;
  json(json: Json): Json;
  /** A text that will go no further: what it breaks off with may be the larger part of a secret. */
  ending(text: string): string;
  /** For a text that comes in pieces: what may be the beginning of a secret is held back until it is clear. */
  stream(): { push(piece: string): string; end(): string };
}

const MASK = '[redacted]';
/** Shorter values are placeholders such as `none` or `EMPTY`: taking them out would only damage answers. */
export const SHORTEST_SECRET = 8;

/** Takes one secret out; null = none. */
export function createRedactor(secret: string | null): Redactor {
  const values = secret === null ? [] : [secret];
  return createRedactorOf(() => values);
}

/** Takes all of them out. `values` may grow: another list is another value. */
export function createRedactorOf(values: () => readonly string[]): Redactor {
  let known: readonly string[] | null = null;
  let current: Forms | null = null;
  const forms = (): Forms | null => {
    const now = values();
    if (now !== known) {
      known = now;
      current = compile(now);
    }
    return current;
  };
  const text = (given: string): string => {
    const { find } = forms() ?? {};
    return find === undefined ? given : given.replace(find, MASK);
  };
  const json = (given: Json): Json => (forms() === null ? given : walk(given, text));
  const stream = (): ReturnType<Redactor['stream']> => createStream(forms, text);
  const ending = (given: string): string => {
    const whole = stream();
    return whole.push(given) + whole.end();
  };
  return { text, json, ending, stream };
}

interface Forms {
  /** Any of them, the longest first. */
  readonly find: RegExp;
  /** UTF-16 units with which one begins. */
  readonly starts: ReadonlySet<number>;
  /** Every beginning of one that is not the whole. */
  readonly beginnings: ReadonlySet<string>;
  readonly longest: number;
}

function compile(secrets: readonly string[]): Forms | null {
  const forms = [...new Set(secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap(formsOf))].sort((a, b) => b.length - a.length);
  if (forms.length === 0) return null;
  const beginnings = new Set(forms.flatMap((form) => Array.from({ length: form.length - 1 }, (_, i) => form.slice(0, i + 1))));
  return {
    find: new RegExp(forms.map((form) => form.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')).join('|'), 'g'),
    starts: new Set(forms.map((form) => form.charCodeAt(0))), beginnings, longest: forms[0]?.length ?? 0,
  };
}

/** Plain values only: anything else is none of ours, and stays as it is. */
function walk(given: Json, text: (text: string) => string): Json {
  if (typeof given === 'string') return text(given);
  if (Array.isArray(given)) return given.map((item: Json) => walk(item, text));
  if (typeof given !== 'object' || given === null || Object.getPrototypeOf(given) !== Object.prototype) return given;
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [text(key), walk(value, text)]));
}

function createStream(forms: () => Forms | null, redact: (text: string) => string): ReturnType<Redactor['stream']> {
  let held = '';
  return {
    push(piece) {
      const known = forms();
      if (known === null) return piece;
      const text = redact(held + piece);
      const clear = text.length - overlap(text, known);
      held = text.slice(clear);
      return text.slice(0, clear);
    },
    end() {
      const last = held;
      held = '';
      // It ended inside a secret: the larger part of one is nobody's business either.
      return last.length >= SHORTEST_SECRET ? MASK : last;
    },
  };
}

/** Length of the longest end of `text` with which a secret begins. */
function overlap(text: string, { starts, beginnings, longest }: Forms): number {
  for (let at = Math.max(0, text.length - longest + 1); at < text.length; at++) {
    if (starts.has(text.charCodeAt(at)) && beginnings.has(text.slice(at))) return text.length - at;
  }
  return 0;
}

/**
 * As it is; inside JSON, also as text within JSON and as other languages escape it; inside an address, a page, in hex; and
 * in base64 at each of the three places where it may begin.
 */
function formsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  const hex = Buffer.from(secret).toString('hex');
  const forms = new Set([
    secret, json, JSON.stringify(json).slice(1, -1), json.replaceAll('/', '\\/'),
    url, encodeURI(secret), url.replaceAll('%2F', '/'), url.replace(/%../g, (code) => code.toLowerCase()), url.replaceAll('%20', '+'),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    hex, hex.toUpperCase(),
  ]);
  for (const shift of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const first = Math.ceil((shift * 8) / 6);
    const padded = bytes.toString('base64').slice(first);
    const unpadded = padded.replace(/=+$/, '');
    // With something behind it the last character is another: what depends on the secret alone is one shorter then.
    for (const form of [padded, unpadded, padded.slice(0, Math.floor((bytes.length * 8) / 6) - first)]) {
      forms.add(form);
      forms.add(form.replaceAll('+', '-').replaceAll('/', '_'));
      forms.add(encodeURIComponent(form));
    }
  }
  return [...forms].filter((form) => form.length >= SHORTEST_SECRET);
}
