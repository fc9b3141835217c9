import type { PathMistake, PathSegment } from './path-parts.ts';

/** A place in a text that moves on; remembers the first mistake. */
export class PathReader {
  readonly text: string;
  position: number;
  mistake: PathMistake | null = null;

  constructor(text: string, position: number) {
    this.text = text;
    this.position = position;
  }

  peek(): string {
    return this.text.charAt(this.position);
  }

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.position)) return false;
    this.position += expected.length;
    return true;
  }

  /** What a sticky pattern matches here. */
  takeMatch(pattern: RegExp): string | null {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.text)?.[0] ?? null;
    if (match !== null) this.position += match.length;
    return match;
  }

  skipSpaces(): this {
    while (/\s/.test(this.peek())) this.position += 1;
    return this;
  }

  /** Notes a mistake, the first one only. */
  fail(message: string, offset: number, length: number, unknown?: PathMistake['unknown']): null {
    this.mistake ??= { message, offset, length: Math.max(1, length), ...(unknown === undefined ? {} : { unknown }) };
    return null;
  }

  /** A quoted text with backslash escapes, without its quotes; null after a mistake. */
  takeQuoted(): string | null {
    const start = this.position;
    const quote = this.peek();
    let value = '';
    for (this.position += 1; this.position < this.text.length; this.position += 1) {
      const character = this.peek();
      if (character === quote) {
        this.position += 1;
        return value;
      }
      if (character === '\\') this.position += 1;
      value += this.peek();
    }
    return this.fail('This quote is never closed.', start, this.text.length - start);
  }

  /** `(…)` of a function, brackets balanced. */
  skipParentheses(): void {
    const start = this.position;
    let depth = 0;
    do {
      const next = this.peek();
      if (next === '') {
        this.fail('This parenthesis is never closed.', start, 1);
        return;
      }
      if (next === "'" || next === '"') {
        if (this.takeQuoted() === null) return;
        continue;
      }
      if (next === '(') depth += 1;
      if (next === ')') depth -= 1;
      this.position += 1;
    } while (depth > 0);
  }
}

/** Deepest filters inside filters and brackets inside brackets. */
const maxDepth = 32;
const numberPattern = /-?\d+/y;

/** `[…]` at the reader's place. */
export function readBracket(reader: PathReader, depth: number): PathSegment | null {
  const start = reader.position;
  reader.take('[');
  reader.skipSpaces();
  const inner = readInBracket(reader, depth);
  if (reader.mistake !== null || inner === null) return null;
  reader.skipSpaces();
  if (!reader.take(']')) {
    return reader.atEnd() ? reader.fail('This bracket is never closed.', start, 1) : reader.fail(`"]" is missing before "${reader.peek()}".`, reader.position, 1);
  }
  const { offset, length } = { offset: start, length: reader.position - start };
  switch (inner.kind) {
    case 'name':
      return { kind: 'field', name: inner.name, offset, length };
    case 'index':
      return { kind: 'index', index: inner.index, offset, length };
    case 'several':
      return { kind: 'several', offset, length };
  }
}

type InBracket = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'index'; readonly index: number } | { readonly kind: 'several' };

function readInBracket(reader: PathReader, depth: number): InBracket | null {
  const at = reader.position;
  const next = reader.peek();
  if (next === '') return reader.fail('This bracket is never closed.', at - 1, 1);
  if (next === ']') return reader.fail('Between brackets stand an index, a name in quotes, *, or a filter.', at - 1, 2);
  if (reader.take('*')) return { kind: 'several' };
  if (next === '?') return readFilter(reader, depth);
  if (next === "'" || next === '"') return readNames(reader);
  if (next === '-' || next === ':' || /\d/.test(next)) return readIndices(reader);
  const word = reader.takeMatch(/[^\s\]]+/y) ?? next;
  return reader.fail(`Between brackets stand an index, a name in quotes, *, or a filter: write ['${word}'].`, at, word.length);
}

function readNames(reader: PathReader): InBracket | null {
  const first = reader.takeQuoted();
  if (first === null) return null;
  let many = false;
  while (reader.skipSpaces().take(',')) {
    many = true;
    reader.skipSpaces();
    if (reader.peek() !== "'" && reader.peek() !== '"') return reader.fail('After the comma comes a name in quotes.', reader.position, 1);
    if (reader.takeQuoted() === null) return null;
  }
  return many ? { kind: 'several' } : { kind: 'name', name: first };
}

function readIndices(reader: PathReader): InBracket | null {
  const at = reader.position;
  const first = reader.takeMatch(numberPattern);
  let many = false;
  for (let separator = reader.skipSpaces().peek(); separator === ',' || separator === ':'; separator = reader.skipSpaces().peek()) {
    many = true;
    reader.position += 1;
    reader.skipSpaces();
    const following = reader.takeMatch(numberPattern);
    if (following === null && separator === ',') return reader.fail('After the comma comes an index.', reader.position, 1);
  }
  if (first === null && !many) return reader.fail('An index is a whole number.', at, 1);
  return many ? { kind: 'several' } : { kind: 'index', index: Number(first) };
}

/** `?(…)`: comparisons of `@` and `$` paths, joined by `&&`, `||` and `!`. */
function readFilter(reader: PathReader, depth: number): InBracket | null {
  const at = reader.position;
  reader.take('?');
  reader.skipSpaces();
  if (!reader.take('(')) return reader.fail('A filter is written [?(…)], with parentheses.', at, 1);
  readCondition(reader, depth + 1);
  if (reader.mistake !== null) return null;
  if (reader.take(')')) return { kind: 'several' };
  return reader.atEnd() ? reader.fail('The parenthesis of this filter is never closed.', at + 1, 1) : reader.fail(`A comparison or ")" is missing before "${reader.peek()}".`, reader.position, 1);
}

const comparison = /==|!=|<=|>=|=~|<|>|(?:in|nin|subsetof|anyof|noneof|contains|size|empty)\b/iy;

function readCondition(reader: PathReader, depth: number): void {
  if (depth > maxDepth) {
    reader.fail(`Filters stand at most ${maxDepth} deep.`, reader.position, 1);
    return;
  }
  do {
    reader.skipSpaces();
    while (reader.take('!')) reader.skipSpaces();
    if (reader.take('(')) {
      readCondition(reader, depth + 1);
      if (reader.mistake === null && !reader.take(')')) reader.fail('This parenthesis is never closed.', reader.position, 1);
    } else {
      readOperand(reader, depth);
      reader.skipSpaces();
      if (reader.mistake === null && reader.takeMatch(comparison) !== null) {
        reader.skipSpaces();
        readOperand(reader, depth);
      }
    }
    if (reader.mistake !== null) return;
    reader.skipSpaces();
  } while (reader.take('&&') || reader.take('||'));
}

function readOperand(reader: PathReader, depth: number): void {
  const at = reader.position;
  const next = reader.peek();
  if (next === '@' || next === '$') readFilterPath(reader, depth);
  else if (next === "'" || next === '"') reader.takeQuoted();
  else if (next === '/') readRegex(reader);
  else if (next === '[') readList(reader, depth);
  else if (reader.takeMatch(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|(?:true|false|null)\b/y) === null) {
    const message = next === '' ? 'The filter ends too early: a value is missing.' : 'In a filter stand paths that begin with @ or $, texts in quotes, numbers, true, false and null.';
    reader.fail(message, next === '' ? at - 1 : at, 1);
  }
}

function readFilterPath(reader: PathReader, depth: number): void {
  reader.position += 1;
  for (;;) {
    if (reader.take('.')) {
      reader.take('.');
      if (reader.take('*') || reader.peek() === '[') continue;
      if (reader.takeMatch(/[^\s.[\]()'",?@*&|<>=!{}`]+/uy) === null) {
        reader.fail('After the dot comes a name.', reader.position - 1, 1);
        return;
      }
      if (reader.peek() === '(') reader.skipParentheses();
    } else if (reader.peek() === '[' && depth < maxDepth) {
      readBracket(reader, depth + 1);
    } else {
      return;
    }
    if (reader.mistake !== null) return;
  }
}

function readRegex(reader: PathReader): void {
  const at = reader.position;
  if (reader.takeMatch(/\/(?:[^/\\]|\\[^])*\/[a-z]*/y) === null) reader.fail('This regular expression is never closed.', at, 1);
}

function readList(reader: PathReader, depth: number): void {
  const at = reader.position;
  reader.take('[');
  if (depth > maxDepth) {
    reader.fail(`Lists stand at most ${maxDepth} deep.`, at, 1);
    return;
  }
  reader.skipSpaces();
  while (!reader.take(']')) {
    readOperand(reader, depth + 1);
    if (reader.mistake !== null) return;
    reader.skipSpaces();
    if (!reader.take(',') && reader.peek() !== ']') {
      reader.fail('This list is never closed.', at, 1);
      return;
    }
    reader.skipSpaces();
  }
}
