import type { Json } from '../../protocol/json.ts';
import { ESCAPE_HEAD, ESCAPES, formsOf, headOf, LONGEST_HEAD, matchAt, mayBegin, numberedAt, type Form } from './secret-forms.ts';
import type { Steps } from './steps.ts';

/** Takes secrets out of whatever is shown or written, in the forms in which they come back. */
export interface Redactor {
  text(text: string): string;
  json(json: Json): Json;
  /** A value whose texts go no further: what one breaks off with may be the larger part of a secret, because servers cut what they say. */
  whole(json: Json): Json;
  /** What `whole` would take out of a text, each different piece once. */
  find(text: string): Steps<readonly string[]>;
  /** True as long as there is nothing to take out. */
  readonly idle: boolean;
  /** For a text that comes in pieces: what may be the beginning of a secret is held back until it is clear. */
  stream(): { push(piece: string): string; end(): string };
}

export const MASK = '[redacted]';
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
    const known = forms();
    return known === null ? given : scan(given, known).clean;
  };
  const stream = (): ReturnType<Redactor['stream']> => createStream(forms);
  const ending = (given: string): string => {
    const last = stream();
    return last.push(given) + last.end();
  };
  const through = (given: Json, clean: (text: string) => string): Json => (forms() === null ? given : walk(given, clean));
  return {
    text, stream,
    json: (given) => through(given, text),
    whole: (given) => through(given, ending),
    find: (given) => findIn(given, forms()),
    get idle() {
      return forms() === null;
    },
  };
}

interface Forms {
  /** Finds every place where one may begin, for all but the last few characters of a text: of one without escapes, and of any. */
  readonly plainHeads: RegExp;
  readonly heads: RegExp;
  /** By the UTF-16 unit with which they may begin, the longest first. */
  readonly byStart: ReadonlyMap<number, readonly Form[]>;
}

function compile(secrets: readonly string[]): Forms | null {
  const forms = secrets.filter(({ length }) => length >= SHORTEST_SECRET).flatMap((secret) => formsOf(secret, SHORTEST_SECRET)).sort((a, b) => b.units.length - a.units.length);
  if (forms.length === 0) return null;
  const byStart = new Map<number, Form[]>();
  for (const form of forms) {
    for (const start of new Set(form.starts)) byStart.set(start.charCodeAt(0), [...(byStart.get(start.charCodeAt(0)) ?? []), form]);
  }
  const heads = [...new Set(forms.map(headOf))];
  return { plainHeads: new RegExp(heads.join('|'), 'g'), heads: new RegExp([...heads, ESCAPE_HEAD].join('|'), 'g'), byStart };
}

/** Most texts have no escapes, and are searched in a fifth of the time. */
function headsFor(text: string, { plainHeads, heads }: Forms): RegExp {
  return ESCAPES.some((escape) => text.includes(escape)) ? heads : plainHeads;
}

/** The text without secrets, and where in it something begins that may yet become one. */
function scan(text: string, forms: Forms): { readonly clean: string; readonly open: number } {
  let clean = '';
  let from = 0;
  let open: number | null = null;
  const heads = headsFor(text, forms);
  for (let at = nextHead(text, 0, heads); at < text.length; at = nextHead(text, at, heads)) {
    const end = endOfSecret(text, at, forms);
    if (typeof end === 'number') {
      clean += text.slice(from, at) + MASK;
      open = null;
      from = at = end;
      continue;
    }
    if (end === 'partly') open ??= clean.length + at - from;
    at += 1;
  }
  clean += text.slice(from);
  return { clean, open: open ?? clean.length };
}

/** Characters that are searched in one step. */
const STEP = 16 * 1024;

function* findIn(text: string, forms: Forms | null): Steps<readonly string[]> {
  if (forms === null) return [];
  const found = new Set<string>();
  let open: number | null = null;
  let pause = STEP;
  // The head of a secret may lie across the edge of a step: each looks a little further than it goes.
  let known = text.slice(0, pause + LONGEST_HEAD);
  const heads = headsFor(text, forms);
  for (let at = nextHead(known, 0, heads); at < text.length; at = nextHead(known, at, heads)) {
    if (at >= pause && known.length < text.length) {
      yield;
      pause += STEP;
      known = text.slice(0, pause + LONGEST_HEAD);
      continue;
    }
    const end = endOfSecret(text, at, forms);
    if (end === 'partly') open ??= at;
    if (typeof end === 'number') {
      found.add(text.slice(at, end));
      open = null;
    }
    at = typeof end === 'number' ? end : at + 1;
  }
  if (open !== null && text.length - open >= SHORTEST_SECRET) found.add(text.slice(open));
  return [...found];
}

function nextHead(text: string, at: number, heads: RegExp): number {
  const tail = text.length - LONGEST_HEAD;
  if (at >= tail) return at;
  heads.lastIndex = at;
  return Math.min(heads.exec(text)?.index ?? tail, tail);
}

function endOfSecret(text: string, at: number, { byStart }: Forms): number | 'partly' | null {
  let partly: 'partly' | null = mayBegin(text, at) ? 'partly' : null;
  for (const start of startsAt(text, at)) {
    for (const form of byStart.get(start) ?? []) {
      const match = matchAt(text, at, form);
      if (typeof match === 'number') return match;
      if (match === 'partly') partly = match;
    }
  }
  return partly;
}

/** The UTF-16 units with which a secret may begin here: what stands there, and what it may stand for. */
function startsAt(text: string, at: number): readonly number[] {
  const numbered = numberedAt(text, at);
  return numbered === null ? [text.charCodeAt(at)] : [text.charCodeAt(at), numbered.character.charCodeAt(0)];
}

/** Plain values only: anything else is none of ours, and stays as it is. */
function walk(given: Json, text: (text: string) => string): Json {
  if (typeof given === 'string') return text(given);
  if (Array.isArray(given)) return given.map((item: Json) => walk(item, text));
  if (typeof given !== 'object' || given === null || Object.getPrototypeOf(given) !== Object.prototype) return given;
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [text(key), walk(value, text)]));
}

function createStream(forms: () => Forms | null): ReturnType<Redactor['stream']> {
  let held = '';
  return {
    push(piece) {
      const known = forms();
      if (known === null) return piece;
      const { clean, open } = scan(held + piece, known);
      held = clean.slice(open);
      return clean.slice(0, open);
    },
    end() {
      const last = held;
      held = '';
      // It ended inside a secret: the larger part of one is nobody's business either.
      return last.length >= SHORTEST_SECRET ? MASK : last;
    },
  };
}
