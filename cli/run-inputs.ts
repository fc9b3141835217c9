import type { ParseError } from 'jsonc-parser';
import { parseTree } from 'jsonc-parser';
import { jsonProblemWords } from '../disk/json-problem.ts';
import type { ErrorPlace } from '../protocol/dagbook-error.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { usage } from './command-line.ts';
import { readNamed } from './read-named.ts';

/** The text of a file named on the command line. */
type ReadFile = (file: string) => string;

/** What a workflow declares of its inputs: as far as reading them goes. */
type Declared = Readonly<Record<string, { readonly schema: JsonObject }>>;

/** Each file is read once: a pipe (`/dev/stdin`) gives what it has once. */
export function fileReader(resolve: (file: string) => string = (file) => file): ReadFile {
  const texts = new Map<string, string>();
  return (file) => {
    const text = texts.get(file) ?? readNamed(resolve(file), file).toString().replace(/^\ufeff/, '');
    texts.set(file, text);
    return text;
  };
}

/** The inputs of a run: those of `--inputs FILE`, overridden by each `--input KEY=VALUE`. */
export function readRunInputs(pairs: readonly string[], file: string | null, declared: Declared = {}, read: ReadFile = fileReader()): JsonObject {
  const fromFile = file === null ? {} : readObject(file, read);
  return { ...fromFile, ...Object.fromEntries(pairs.map((pair) => readPair(pair, '--input', (key) => declared[key]?.schema, read))) };
}

/** `KEY=VALUE`: the value is JSON where it reads as JSON, the text itself elsewhere; `@FILE` is the content of a file. */
export function readPair(pair: string, option: string, schemaOf: (key: string) => JsonObject | undefined = () => undefined, read: ReadFile = fileReader()): readonly [key: string, value: Json] {
  const [key, value] = splitPair(pair, option === '--set' ? '--set takes PATH=VALUE' : `${option} takes KEY=VALUE`);
  return [key, readValue(value.startsWith('@') ? read(value.slice(1)) : value, schemaOf(key))];
}

/** `--pin PATH=JSON` or `--pin PATH=@FILE`, for each; a file must hold JSON. */
export function readPins(pins: readonly string[], read: ReadFile): Readonly<Record<string, Json>> {
  return Object.fromEntries(pins.map((pin) => {
    const [path, value] = splitPair(pin, '--pin takes NODE=JSON or NODE=@FILE');
    return [path, value.startsWith('@') ? readJsonFile(value.slice(1), read) : readValue(value, undefined)];
  }));
}

/** JSON, and nothing that only looks like it. */
export function readJsonOption(text: string, option: string): Json {
  const value = tryJson(text);
  if (value === undefined) throw usage(`${option} takes JSON, and this is none: ${text}. A text is written with its quotes: ${option} '"yes"'`);
  return value;
}

/** `takes`: what the option takes, for the complaint. */
function splitPair(pair: string, takes: string): readonly [key: string, value: string] {
  const at = pair.indexOf('=');
  if (at <= 0) throw usage(`${takes}, not "${pair}".`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** A text stays one where the schema wants a text: `--input zip=01234`. */
function readValue(text: string, schema: JsonObject | undefined): Json {
  const types = [schema?.['type'] ?? []].flat();
  const parsed = types.length === 1 && types[0] === 'string' ? undefined : tryJson(text);
  if (parsed === undefined) return text;
  return types.includes('string') && !typesOf(parsed).some((type) => types.includes(type)) ? text : parsed;
}

function typesOf(value: Json): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

function tryJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function readObject(file: string, read: ReadFile): JsonObject {
  const value = readJsonFile(file, read);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DagbookError('inputs-invalid', `${file} must hold an object: one value for each input.`);
  return value as JsonObject;
}

function readJsonFile(file: string, read: ReadFile): Json {
  const text = read(file);
  try {
    return JSON.parse(text) as Json;
  } catch {
    const [error] = problemsOf(text);
    throw new DagbookError('inputs-invalid', `${file} is not valid JSON${error === undefined ? '' : `: ${jsonProblemWords(error)}`}.`, placeOf(file, text, error?.offset ?? text.length));
  }
}

/** JSON.parse does not say where; this parser does. */
function problemsOf(text: string): readonly ParseError[] {
  const problems: ParseError[] = [];
  parseTree(text, problems, { disallowComments: true });
  return problems;
}

function placeOf(file: string, text: string, offset: number): ErrorPlace {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
