import { finished, maxPathLength, readPath, unexpected } from './json-path.ts';
import { PathReader } from './json-path-reader.ts';
import type { JsonPath, Parsed } from './path-parts.ts';

/** A call of one of Amazon States Language's intrinsic functions: `States.Format('{} of {}', $.a, $$.b)`. */
export interface IntrinsicCall {
  readonly kind: 'call';
  /** Without `States.`. */
  readonly name: string;
  readonly arguments: readonly IntrinsicArgument[];
  /** Of the name, `States.` included. */
  readonly offset: number;
  readonly length: number;
}

export type IntrinsicArgument =
  | IntrinsicCall
  | { readonly kind: 'path'; readonly path: JsonPath }
  | { readonly kind: 'text'; readonly value: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'constant'; readonly value: boolean | null };

export interface IntrinsicFunction {
  readonly name: string;
  readonly min: number;
  /** Infinity = any number. */
  readonly max: number;
  /** As signature help shows them. */
  readonly parameters: readonly string[];
  readonly does: string;
}

export const intrinsicFunctions: readonly IntrinsicFunction[] = [
  { name: 'Array', min: 0, max: Infinity, parameters: ['…values'], does: 'A list of its arguments.' },
  { name: 'ArrayContains', min: 2, max: 2, parameters: ['list', 'value'], does: 'Whether the list holds the value.' },
  { name: 'ArrayGetItem', min: 2, max: 2, parameters: ['list', 'index'], does: 'The item at an index, counted from 0.' },
  { name: 'ArrayLength', min: 1, max: 1, parameters: ['list'], does: 'How many items the list has.' },
  { name: 'ArrayPartition', min: 2, max: 2, parameters: ['list', 'size'], does: 'The list in pieces of a size.' },
  { name: 'ArrayRange', min: 3, max: 3, parameters: ['first', 'last', 'step'], does: 'The numbers from first to last.' },
  { name: 'ArrayUnique', min: 1, max: 1, parameters: ['list'], does: 'The list without doubles.' },
  { name: 'Base64Decode', min: 1, max: 1, parameters: ['text'], does: 'The text that is written in Base64.' },
  { name: 'Base64Encode', min: 1, max: 1, parameters: ['text'], does: 'The text in Base64.' },
  { name: 'Format', min: 1, max: Infinity, parameters: ['template', '…values'], does: 'The template with each {} replaced by a value.' },
  { name: 'Hash', min: 2, max: 2, parameters: ['value', 'algorithm'], does: 'The hash of a value: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.' },
  { name: 'JsonMerge', min: 3, max: 3, parameters: ['first', 'second', 'deep'], does: 'Both objects in one; deep must be false.' },
  { name: 'JsonToString', min: 1, max: 1, parameters: ['value'], does: 'The value as JSON text.' },
  { name: 'MathAdd', min: 2, max: 2, parameters: ['first', 'second'], does: 'The sum of two numbers.' },
  { name: 'MathRandom', min: 2, max: 3, parameters: ['first', 'end', 'seed'], does: 'A random whole number, end left out.' },
  { name: 'StringSplit', min: 2, max: 2, parameters: ['text', 'separators'], does: 'The pieces of a text between separators.' },
  { name: 'StringToJson', min: 1, max: 1, parameters: ['text'], does: 'The value that a JSON text holds.' },
  { name: 'UUID', min: 0, max: 0, parameters: [], does: 'A new identifier.' },
];

/** As in Step Functions. */
const maxNesting = 10;

/** Whether a text means to be a call; anything else in its place is a path. */
export function looksLikeIntrinsic(text: string): boolean {
  return /^\s*[\p{L}_][\p{L}\p{N}_.]*\s*\(/u.test(text) || /^\s*States\./.test(text);
}

export function parseIntrinsic(text: string): Parsed<IntrinsicCall> {
  if (text.length > maxPathLength) return { ok: false, mistake: { message: `A call has at most ${maxPathLength} characters.`, offset: 0, length: text.length } };
  const reader = new PathReader(text, 0);
  reader.skipSpaces();
  const call = readCall(reader, 1);
  reader.skipSpaces();
  if (reader.mistake === null && !reader.atEnd()) reader.fail(unexpected(reader), reader.position, 1);
  return finished(reader, call);
}

/** Every path in a call, nested ones included. */
export function pathsOfCall(call: IntrinsicCall): readonly JsonPath[] {
  return call.arguments.flatMap((argument) => (argument.kind === 'call' ? pathsOfCall(argument) : argument.kind === 'path' ? [argument.path] : []));
}

function readCall(reader: PathReader, depth: number): IntrinsicCall | null {
  const start = reader.position;
  const written = reader.takeMatch(/[\p{L}_][\p{L}\p{N}_.]*/uy);
  if (written === null) return reader.fail('A function is missing here, such as States.Format.', start, 1);
  const known = intrinsicFunctions.find(({ name }) => `States.${name}` === written);
  if (known === undefined) return reader.fail(`There is no function ${written}.`, start, written.length, { name: written, known: intrinsicFunctions.map(({ name }) => `States.${name}`) });
  if (depth > maxNesting) return reader.fail(`Functions stand at most ${maxNesting} deep in one another.`, start, written.length);
  reader.skipSpaces();
  if (!reader.take('(')) return reader.fail(`After ${written} come its arguments: write ${written}(${known.parameters.join(', ')}).`, start, written.length);
  const list = readArguments(reader, depth);
  if (list === null) return null;
  if (list.length < known.min || list.length > known.max) return reader.fail(`${written} takes ${countWords(known)}; here ${list.length === 1 ? 'is 1' : `are ${list.length}`}: ${written}(${known.parameters.join(', ')}).`, start, written.length);
  const call: IntrinsicCall = { kind: 'call', name: known.name, arguments: list, offset: start, length: written.length };
  return checkFormat(reader, call) ? call : null;
}

function countWords({ min, max }: IntrinsicFunction): string {
  const most = max === 1 ? '1 argument' : `${max} arguments`;
  if (max === 0) return 'no arguments';
  if (max === Infinity) return `at least ${min} argument${min === 1 ? '' : 's'}`;
  return min === max ? most : `${min} to ${most}`;
}

function readArguments(reader: PathReader, depth: number): readonly IntrinsicArgument[] | null {
  const list: IntrinsicArgument[] = [];
  const open = reader.position - 1;
  reader.skipSpaces();
  if (reader.take(')')) return list;
  for (;;) {
    reader.skipSpaces();
    const argument = readArgument(reader, depth);
    if (argument === null) return null;
    list.push(argument);
    reader.skipSpaces();
    if (reader.take(')')) return list;
    if (reader.atEnd()) return reader.fail('This parenthesis is never closed.', open, 1);
    if (!reader.take(',')) return reader.fail(`A comma is missing before "${reader.peek()}".`, reader.position, 1);
  }
}

function readArgument(reader: PathReader, depth: number): IntrinsicArgument | null {
  const start = reader.position;
  const next = reader.peek();
  if (next === '$') {
    const path = readPath(reader);
    return path === null ? null : { kind: 'path', path };
  }
  if (next === "'") {
    const value = readText(reader);
    return value === null ? null : { kind: 'text', value, offset: start, length: reader.position - start };
  }
  if (next === '"') return reader.fail("A text stands in single quotes: '…'.", start, 1);
  const number = reader.takeMatch(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y);
  if (number !== null) return { kind: 'number', value: Number(number) };
  const constant = reader.takeMatch(/(?:true|false|null)\b/y);
  if (constant !== null) return { kind: 'constant', value: constant === 'null' ? null : constant === 'true' };
  if (/[\p{L}_]/u.test(next)) return readCall(reader, depth + 1);
  return reader.fail(next === '' ? 'The call ends too early.' : 'An argument is a path, a text in single quotes, a number, true, false, null, or another function.', next === '' ? start - 1 : start, 1);
}

/** Backslashes are kept: `\{` and `\}` are no placeholders. */
function readText(reader: PathReader): string | null {
  const start = reader.position;
  const raw = reader.takeMatch(/'(?:[^'\\]|\\[^])*'/y);
  return raw === null ? reader.fail('This quote is never closed.', start, reader.text.length - start) : raw.slice(1, -1);
}

/** A template with more or fewer `{}` than values can only fail. */
function checkFormat(reader: PathReader, call: IntrinsicCall): boolean {
  const [template, ...values] = call.arguments;
  if (call.name !== 'Format' || template?.kind !== 'text') return true;
  const places = [...template.value.replaceAll(/\\[^]/g, '').matchAll(/\{\}/g)].length;
  if (places === values.length) return true;
  reader.fail(`The template has ${places} {} for ${values.length} value${values.length === 1 ? '' : 's'}.`, template.offset, template.length);
  return false;
}
