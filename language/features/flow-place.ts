import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { CursorPlace } from './cursor-place.ts';

interface Frame {
  readonly map: boolean;
  key: string | null;
  index: number;
  readonly keys: Set<string>;
  readonly items: string[];
  tokenStart: number;
}

/** Further than this behind the cursor nobody looks for the keys of the same mapping. */
const lookahead = 4000;

/**
 * Where a cursor stands inside `[…]` or `{…}` that begins at `start`; null when it is closed before the cursor. Reads
 * characters, not a tree, so that it does not matter what is still missing.
 */
export function flowPlace(text: string, start: number, offset: number, base: YamlPath): CursorPlace | null {
  const stack: Frame[] = [];
  let quoteStart: number | null = null;
  let i = start;
  for (; i < offset; i += 1) {
    const character = text.charAt(i);
    if ((character === '"' || character === "'") && startsToken(text, stack.at(-1), i)) {
      const end = quoteEnd(text, i);
      if (end >= offset) {
        quoteStart = i;
        break;
      }
      i = end;
    } else if (character === '#' && /\s/.test(text.charAt(i - 1))) {
      const end = text.indexOf('\n', i);
      if (end < 0 || end >= offset) return null;
      i = end;
    } else if (!step(text, i, stack)) {
      return null;
    }
  }
  const top = stack.at(-1);
  if (top === undefined) return null;
  return placeIn(text, offset, [...base, ...stack.slice(0, -1).map((frame) => frame.key ?? frame.index)], top, quoteStart);
}

/** Takes one character; false when the outermost collection has been closed. */
function step(text: string, i: number, stack: Frame[]): boolean {
  const top = stack.at(-1);
  switch (text.charAt(i)) {
    case '[':
    case '{':
      stack.push({ map: text.charAt(i) === '{', key: null, index: 0, keys: new Set(), items: [], tokenStart: i + 1 });
      return true;
    case ']':
    case '}':
      stack.pop();
      return stack.length > 0;
    case ',':
      if (top === undefined) return true;
      top.items.push(unquote(text.slice(top.tokenStart, i)));
      top.key = null;
      top.index += 1;
      top.tokenStart = i + 1;
      return true;
    case ':':
      if (top?.map !== true || top.key !== null || !endsKey(text, i)) return true;
      top.key = unquote(text.slice(top.tokenStart, i));
      top.keys.add(top.key);
      top.tokenStart = i + 1;
      return true;
    default:
      return true;
  }
}

function placeIn(text: string, offset: number, path: YamlPath, top: Frame, quoteStart: number | null): CursorPlace {
  const quote = quoteStart === null ? null : text.charAt(quoteStart) === '"' ? ('"' as const) : ("'" as const);
  const typed: Span = quoteStart === null ? plainToken(text, top.tokenStart, offset) : { start: quoteStart + 1, end: insideQuotes(text, quoteStart) };
  const shared = { typed, quote, flow: true, indent: 0, scalarStart: quoteStart ?? typed.start, followedByColon: false, needsSpace: false } as const;
  if (!top.map) return { ...shared, position: 'value', path: [...path, top.index], siblings: new Set([...top.items, ...itemsAfter(text, typed.end)]) };
  const needsSpace = text.charAt(typed.start - 1) === ':' && quote === null;
  if (top.key !== null) return { ...shared, position: 'value', path: [...path, top.key], siblings: new Set(), needsSpace };
  const keys = new Set([...top.keys, ...keysAfter(text, typed.end)]);
  return { ...shared, position: 'key', path, siblings: keys, followedByColon: /^['"]?[ \t]*:/.test(text.slice(typed.end, typed.end + 8)) };
}

function startsToken(text: string, top: Frame | undefined, i: number): boolean {
  return top !== undefined && text.slice(top.tokenStart, i).trim() === '';
}

function endsKey(text: string, i: number): boolean {
  return /[\s,[\]{}]|^$/.test(text.charAt(i + 1)) || /['"]/.test(text.charAt(i - 1));
}

function plainToken(text: string, from: number, offset: number): Span {
  let start = from;
  while (start < offset && /\s/.test(text.charAt(start))) start += 1;
  let end = offset;
  while (end < text.length && !/[,[\]{}\r\n:#"']/.test(text.charAt(end))) end += 1;
  while (end > offset && /\s/.test(text.charAt(end - 1))) end -= 1;
  return { start, end };
}

/** The offset of the closing quote; the end of the text where there is none. */
export function quoteEnd(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let i = start + 1; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (character === '\\' && quote === '"') i += 1;
    else if (character === quote) {
      if (quote === '"' || text.charAt(i + 1) !== quote) return i;
      i += 1;
    }
  }
  return text.length;
}

/** The end of what is inside quotes, at the latest the end of the line: an unclosed quote swallows the rest. */
export function insideQuotes(text: string, quoteStart: number): number {
  const line = /[\r\n]|$/.exec(text.slice(quoteStart));
  return Math.min(quoteEnd(text, quoteStart), quoteStart + (line?.index ?? 0));
}

export function unquote(written: string): string {
  const trimmed = written.trim();
  const quoted = /^(["'])(.*)\1$/s.exec(trimmed);
  return quoted === null ? trimmed : (quoted[2] ?? '');
}

/** The keys of the same mapping that stand behind the cursor. */
function keysAfter(text: string, offset: number): readonly string[] {
  return piecesAfter(text, offset).flatMap((piece) => {
    const key = /^\s*("[^"]*"|'[^']*'|[^\s:]+)\s*:/.exec(piece)?.[1];
    return key === undefined ? [] : [unquote(key)];
  });
}

function itemsAfter(text: string, offset: number): readonly string[] {
  return piecesAfter(text, offset).map(unquote);
}

function piecesAfter(text: string, offset: number): readonly string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start: number | null = null;
  const limit = Math.min(text.length, offset + lookahead);
  for (let i = offset; i < limit; i += 1) {
    const character = text.charAt(i);
    if (character === '"' || character === "'") i = Math.min(quoteEnd(text, i), limit);
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') {
      depth -= 1;
      if (depth < 0) return start === null ? pieces : [...pieces, text.slice(start, i)];
    } else if (character === ',' && depth === 0) {
      if (start !== null) pieces.push(text.slice(start, i));
      start = i + 1;
      // A collection that is not closed swallows the lines below: what looks like a block mapping is not part of it.
    } else if (character === '\n' && /^\s*(?:- )?[\w-]+:\s/.test(text.slice(i + 1, i + 80)) && start === null) return pieces;
  }
  return pieces;
}
