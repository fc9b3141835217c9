import type { Span } from './span.ts';
import type { YamlScalar } from './yaml-tree.ts';

/**
 * The place in the text of a stretch of a string scalar's value. Quotes, escapes, folded lines and the indentation of
 * block scalars lie between the two.
 */
export function scalarSpan(text: string, scalar: YamlScalar, offset: number, length: number): Span {
  const offsets = scalarOffsets(text, scalar);
  const start = offsets[offset] ?? scalar.span.end;
  // The end is where the last unit ends, not where the next begins: a fold or a closing quote may lie between.
  const last = length > 0 ? (offsets[offset + length - 1] ?? start) : start;
  const next = offsets[offset + length] ?? scalar.span.end;
  const end = length > 0 ? endOfUnit(text, scalar, last, next) : start;
  return { start, end: Math.max(start, end) };
}

function endOfUnit(text: string, scalar: YamlScalar, last: number, next: number): number {
  if (scalar.style === 'single' && text.startsWith("''", last)) return last + 2;
  if (scalar.style === 'double' && text[last] === '\\') return next;
  return last + 1;
}

/** For each UTF-16 unit of the value, and for its end, the offset in the text where it is written. */
export function scalarOffsets(text: string, scalar: YamlScalar): readonly number[] {
  if (typeof scalar.value !== 'string') return [scalar.span.start];
  switch (scalar.style) {
    case 'literal':
    case 'folded':
      return blockOffsets(text, scalar.span, scalar.value);
    case 'plain':
    case 'single':
    case 'double':
      return flowOffsets(text, scalar.span, scalar.style);
  }
}

/** Walks a plain or quoted scalar as YAML 1.2 folds it (7.3). */
function flowOffsets(text: string, span: Span, style: 'plain' | 'single' | 'double'): readonly number[] {
  const quoted = style !== 'plain';
  const end = quoted ? span.end - 1 : span.end;
  const offsets: number[] = [];
  let at = quoted ? span.start + 1 : span.start;
  /** How many units of the value are settled: white space after them goes away when a line ends. */
  let settled = 0;
  while (at < end) {
    const char = text[at];
    if (char === '\n' || char === '\r') {
      offsets.length = settled;
      at = foldLines(text, at, end, offsets);
      settled = offsets.length;
    } else if (style === 'double' && char === '\\') {
      at = readEscape(text, at, end, offsets);
      settled = offsets.length;
    } else {
      offsets.push(at);
      at += style === 'single' && char === "'" ? 2 : 1;
      if (char !== ' ' && char !== '\t') settled = offsets.length;
    }
  }
  offsets.push(end);
  return offsets;
}

/** One line break becomes a space, n become n − 1 line feeds; indentation goes away. */
function foldLines(text: string, from: number, end: number, offsets: number[]): number {
  const breaks: number[] = [];
  let at = from;
  while (at < end) {
    const char = text[at];
    if (char === '\n' || char === '\r') {
      breaks.push(at);
      at += char === '\r' && text[at + 1] === '\n' ? 2 : 1;
    } else if (char === ' ' || char === '\t') {
      at += 1;
    } else {
      break;
    }
  }
  offsets.push(...(breaks.length === 1 ? breaks : breaks.slice(1)));
  return at;
}

const escapeLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function readEscape(text: string, at: number, end: number, offsets: number[]): number {
  const char = text[at + 1] ?? '';
  if (char === '\n' || char === '\r') {
    // An escaped line break joins the lines; the next line's indentation goes away. Further breaks are kept as they are.
    let next = at + (char === '\r' && text[at + 2] === '\n' ? 3 : 2);
    while (next < end && (text[next] === ' ' || text[next] === '\t')) next += 1;
    return next;
  }
  const digits = Object.hasOwn(escapeLengths, char) ? (escapeLengths[char] ?? 0) : 0;
  offsets.push(at);
  // A character beyond the basic plane is two units of the value, both written here.
  if (char === 'U' && Number.parseInt(text.slice(at + 2, at + 10), 16) > 0xffff) offsets.push(at);
  return at + 2 + digits;
}

/**
 * Aligns a block scalar's value with its source lines. The parser has settled indentation, folding and chomping; what
 * the value holds between the contents of two lines is what folding made of the break.
 */
function blockOffsets(text: string, span: Span, value: string): readonly number[] {
  const offsets: number[] = [];
  let lineStart = lineAfter(text, span.start, span.end);
  const indent = blockIndent(text, lineStart, span.end, value);
  while (lineStart < span.end && offsets.length < value.length) {
    const next = lineAfter(text, lineStart, span.end);
    const content = text.slice(lineStart, next).replace(/\r?\n$|\r$/, '').slice(indent);
    const from = Math.min(lineStart + indent, next);
    if (content !== '') {
      while (offsets.length < value.length && !value.startsWith(content, offsets.length)) offsets.push(from);
      for (let i = 0; i < content.length && offsets.length < value.length; i += 1) offsets.push(from + i);
      if (offsets.length < value.length) offsets.push(from + content.length);
    }
    lineStart = next;
  }
  while (offsets.length <= value.length) offsets.push(span.end);
  return offsets;
}

/** The first line with content tells: what it has more than the value has is indentation. */
function blockIndent(text: string, from: number, end: number, value: string): number {
  let lineStart = from;
  while (lineStart < end) {
    const next = lineAfter(text, lineStart, end);
    const line = text.slice(lineStart, next);
    if (line.trim() !== '') {
      const inSource = line.length - line.replace(/^ +/, '').length;
      const firstLine = value.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
      return Math.max(0, inSource - (firstLine.length - firstLine.replace(/^ +/, '').length));
    }
    lineStart = next;
  }
  return 0;
}

function lineAfter(text: string, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    if (text[at] === '\n') return at + 1;
    if (text[at] === '\r' && text[at + 1] !== '\n') return at + 1;
  }
  return end;
}
