import { PathReader, readBracket } from './json-path-reader.ts';
import type { JsonPath, Parsed, PathMistake, PathRoot, PathSegment } from './path-parts.ts';
import { findTypographicQuotes, quotesMistake } from './typographic-quotes.ts';

/** Longest path or call that is read: parsing is linear, but nobody means more. */
export const maxPathLength = 16_384;

export function parseJsonPath(text: string): Parsed<JsonPath> {
  if (text.length > maxPathLength) return { ok: false, mistake: { message: `A path has at most ${maxPathLength} characters.`, offset: 0, length: text.length } };
  const reader = new PathReader(text, 0);
  const path = readPath(reader);
  if (reader.mistake === null && path !== null && !reader.atEnd()) reader.fail(unexpected(reader), reader.position, 1);
  return finished(reader, path);
}

export function finished<T>(reader: PathReader, value: T | null): Parsed<T> {
  if (reader.mistake !== null) return { ok: false, mistake: straightened(reader.mistake, reader.text) };
  // Readers that answer null have said why.
  return value === null ? { ok: false, mistake: { message: 'This cannot be read.', offset: 0, length: reader.text.length } } : { ok: true, value };
}

/** What looks wrong where typographic quotes stand is that they do. */
function straightened(mistake: PathMistake, text: string): PathMistake {
  const found = findTypographicQuotes(text);
  return found !== null && found.offset <= mistake.offset && mistake.offset < found.offset + found.length ? quotesMistake(found) : mistake;
}

/** Whether it leads to one place at most. */
export function isDefinite({ segments }: JsonPath): boolean {
  return segments.every((segment) => segment.kind !== 'several');
}

/** Reads a path at the reader's place and stops behind it; null after a mistake. */
export function readPath(reader: PathReader): JsonPath | null {
  const root = readRoot(reader);
  if (root === null) return null;
  const segments: PathSegment[] = [];
  for (;;) {
    const next = reader.peek();
    const segment = next === '.' ? readDotted(reader) : next === '[' ? readBracket(reader, 0) : null;
    if (reader.mistake !== null) return null;
    if (segment === null) return { root, segments };
    segments.push(segment);
  }
}

function readRoot(reader: PathReader): PathRoot | null {
  const start = reader.position;
  if (!reader.take('$')) {
    const written = reader.text.slice(start).trim();
    const intrinsic = /^States\.[A-Z]\w*\(/.test(written);
    if (intrinsic) return reader.fail('A path begins with $. Intrinsic functions are called in parameters, resultSelector, itemSelector and assign, in fields whose names end in ".$".', start, Math.max(1, reader.text.length - start));
    const hint = /^\.[\p{L}_]/u.test(written) ? `: write $${written}` : /^[\p{L}_][\p{L}\p{N}_.[\]-]*$/u.test(written) ? `: write $.${written}` : '';
    return reader.fail(`A path begins with $${hint}.`, start, Math.max(1, reader.text.length - start));
  }
  if (reader.take('$')) return { kind: 'context' };
  const name = reader.takeMatch(/[\p{L}_][\p{L}\p{N}_]*/uy);
  if (name !== null) return { kind: 'variable', name, offset: start, length: name.length + 1 };
  const next = reader.peek();
  // What may stand behind a path ends it; whoever reads on says whether that is right.
  if (next === '' || '.[,) \t\n'.includes(next)) return { kind: 'input' };
  return reader.fail(`After $ comes a dot, a bracket or the name of a variable, not ${quoted(next)}.`, reader.position, 1);
}

function readDotted(reader: PathReader): PathSegment | null {
  const start = reader.position;
  reader.take('.');
  const deep = reader.take('.');
  const at = reader.position;
  if (reader.take('*')) return several(reader, start);
  if (deep && reader.peek() === '[') {
    readBracket(reader, 0);
    return several(reader, start);
  }
  const name = reader.takeMatch(fieldName);
  if (name === null) {
    const next = reader.peek();
    if (next === '') return reader.fail('The path ends too early: after the dot comes a name.', start, at - start);
    if (next === '[') return reader.fail('No dot comes before a bracket: write $.a[0].', start, 1);
    return reader.fail(`After the dot comes a name, not ${quoted(next)}.${next === ' ' ? '' : ` Write ['…'] around a name with other characters.`}`, at, 1);
  }
  if (reader.peek() === '(') {
    reader.skipParentheses();
    return several(reader, start);
  }
  return deep ? several(reader, start) : { kind: 'field', name, offset: at, length: name.length };
}

/** What a name after a dot may hold; any other name stands in brackets and quotes. */
const fieldName = /[^\s.[\]()'",?@*&|<>=!{}`]+/uy;

function several(reader: PathReader, start: number): PathSegment {
  return { kind: 'several', offset: start, length: reader.position - start };
}

export function unexpected(reader: PathReader): string {
  const next = reader.peek();
  if (/\s/.test(next)) return "A path holds no spaces. Write ['…'] around a name that has some.";
  return `Unexpected ${quoted(next)}.`;
}

function quoted(character: string): string {
  return character === '"' ? `'"'` : `"${character}"`;
}
