import type { Json } from '../../protocol/json.ts';
import { isList, isObject, textField } from '../documents/json-access.ts';
import { cursor, walkFields, type FieldVisit } from '../documents/schema-walk.ts';
import { statesSchema } from '../documents/generated/states-schema.ts';
import type { DocumentMemory } from '../documents/document-memory.ts';
import { standsTheSame, type PlacedState } from '../documents/states/state-machine.ts';
import type { QueryLanguage } from '../graph/workflow.ts';
import { looksLikeIntrinsic, parseIntrinsic, pathsOfCall, type IntrinsicCall } from '../expressions/intrinsics.ts';
import { parseJsonPath } from '../expressions/json-path.ts';
import type { JsonPath, Parsed } from '../expressions/path-parts.ts';
import { analyzeStatesExpression, isStatesExpression, type StatesExpression } from '../expressions/states-expression.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/** A text of a state that is read as a path, an intrinsic call or an expression. */
export type StateText = Placed<ReadText>;

/** A field that only the other query language has. */
export type ForeignField = Placed<ReadForeign>;

/** With the state it belongs to, and its path from the root of the document. */
type Placed<T> = T & { readonly state: OwnState; readonly path: YamlPath };

/** No more than this: what is remembered of a text must not keep the whole machine of an earlier time. */
type OwnState = Pick<PlacedState, 'name' | 'path' | 'type' | 'queryLanguage'>;

/** What a text is, wherever its state stands. */
type ReadText = TextPlace &
  (
    | { readonly kind: 'path'; readonly parsed: Parsed<JsonPath>; /** A place to write to: definite, and of the input. */ readonly reference: boolean }
    | { readonly kind: 'intrinsic'; readonly parsed: Parsed<IntrinsicCall> }
    | { readonly kind: 'jsonata'; readonly expression: StatesExpression }
    /** In the place of a path, but no text. */
    | { readonly kind: 'no-text' }
    /** Looks like an expression or a path, but nobody reads it. */
    | { readonly kind: 'not-read'; readonly looksLike: 'expression' | 'bare-expression' | 'path' | 'foreign'; readonly offset: number; readonly length: number }
  );

interface TextPlace {
  /** From the state. */
  readonly below: YamlPath;
  /** The field of the state, catcher or rule it belongs to. */
  readonly field: string;
}

interface ReadForeign extends TextPlace {
  readonly value: Json;
}

/** By state, as the machine lists them. */
export interface StateTexts {
  readonly textsOfStates: readonly (readonly StateText[])[];
  readonly foreignOfStates: readonly (readonly ForeignField[])[];
}

const containers: ReadonlySet<string> = new Set(['branches', 'itemProcessor', 'iterator']);

interface ReadState {
  readonly texts: readonly StateText[];
  readonly foreign: readonly ForeignField[];
}

/** Every such text of the states, where the schema says that they are read. Inner states have their own. */
export function stateTexts(states: readonly PlacedState[], memory: DocumentMemory): StateTexts {
  const read = memory.row(readState, 'states', states, readState, { sameValue: standsTheSame });
  return { textsOfStates: read.map(({ texts }) => texts), foreignOfStates: read.map(({ foreign }) => foreign) };
}

/** The texts of a kind of which a check has something to say. It is asked again only of states whose texts have changed; `wanted` stands for the question too, and must be the same object each time. */
export function textsOf<T extends StateText>({ textsOfStates }: StateTexts, memory: DocumentMemory, wanted: (text: StateText) => text is T): readonly T[] {
  return ofAllStates(memory, wanted, textsOfStates, (texts) => texts.filter(wanted));
}

/** What is found in the texts of each state, in one list; the very same one as long as nothing else is found. */
export function ofAllStates<V, T>(memory: DocumentMemory, rule: object, values: readonly V[], find: (value: V) => readonly T[]): readonly T[] {
  return memory.flat(memory.row(rule, 'states', values, find, { sameResult: sameItems }));
}

export function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function readState({ name, path, type, json, queryLanguage }: PlacedState): ReadState {
  const texts: ReadText[] = [];
  const foreign: ReadForeign[] = [];
  walkFields(cursor(statesSchema, 'state'), json, (at) => {
    const key = String(at.path.at(-1));
    if (at.path.length === 1 && containers.has(key)) return false;
    return readField(queryLanguage, key, at, texts, foreign);
  });
  const state = { name, path, type, queryLanguage };
  const placed = <T extends TextPlace>(one: T): Placed<T> => ({ ...one, state, path: [...path, ...one.below] });
  return { texts: texts.map(placed), foreign: foreign.map(placed) };
}

/** Answers whether what lies below is looked at too. */
function readField(queryLanguage: QueryLanguage, field: string, { path: below, schema, value }: FieldVisit, texts: ReadText[], foreign: ReadForeign[]): boolean {
  const place = { below, field };
  const language = textField(schema, 'x-dagbook-query-language');
  if (language !== null && language !== queryLanguage && typeof below.at(-1) === 'string') {
    foreign.push({ ...place, value });
    return false;
  }
  const pathKind = textField(schema, 'x-dagbook-path');
  if (pathKind !== null) {
    // Of an empty one the schema speaks.
    if (typeof value === 'string' && value !== '') texts.push(readPathText(place, value, pathKind));
    return false;
  }
  const template = textField(schema, 'x-dagbook-template');
  if (template === null) return true;
  if (queryLanguage === 'JSONata') {
    // What must be an expression and is none, the schema reports.
    if (typeof value !== 'string' || textField(schema, 'pattern') === null || value.includes('{%')) readJsonata(place, value, texts);
  }
  else if (template === 'jsonata') {
    // A number, a literal text: only an expression has no business here.
    if (typeof value === 'string' && isStatesExpression(value)) foreign.push({ ...place, value });
    // Where only a mapping may stand, the schema says so.
  } else if (typeof value === 'string' && textField(schema, 'type') !== 'object') foreign.push({ ...place, value });
  else if (typeof value === 'string') return false;
  else readTemplate(place, value, texts);
  return false;
}

function readPathText(place: TextPlace, text: string, kind: string): ReadText {
  if (kind === 'value' && looksLikeIntrinsic(text)) return { ...place, kind: 'intrinsic', parsed: parseIntrinsic(text) };
  return { ...place, kind: 'path', parsed: isStatesExpression(text) ? { ok: false, mistake: { message: NO_EXPRESSION, offset: 0, length: text.length } } : parseJsonPath(text), reference: kind === 'reference' };
}

const NO_EXPRESSION = 'A path is read here; expressions are read in JSONata states. Write a path that begins with $, or set queryLanguage: JSONata.';

/** A payload template: fields whose names end in `.$` are paths or calls, all others are as written. */
function readTemplate(place: TextPlace, value: Json, texts: ReadText[]): void {
  if (isList(value)) value.forEach((item, i) => { readTemplate({ ...place, below: [...place.below, i] }, item, texts); });
  if (typeof value === 'string' && isStatesExpression(value)) texts.push({ ...place, kind: 'not-read', looksLike: 'expression', offset: 0, length: 2 });
  else if (typeof value === 'string' && looksLikePath(value)) texts.push({ ...place, kind: 'not-read', looksLike: 'path', offset: 0, length: value.length });
  else if (typeof value === 'string') readForeign(place, value, texts);
  if (!isObject(value)) return;
  for (const [name, item] of Object.entries(value)) {
    const at = { ...place, below: [...place.below, name] };
    if (!name.endsWith('.$')) readTemplate(at, item, texts);
    else texts.push(typeof item === 'string' ? readPathText(at, item, 'value') : { ...at, kind: 'no-text' });
  }
}

function readJsonata(place: TextPlace, value: Json, texts: ReadText[]): void {
  if (isList(value)) value.forEach((item, i) => { readJsonata({ ...place, below: [...place.below, i] }, item, texts); });
  if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const at = { ...place, below: [...place.below, name] };
      // A path that came along from a JSONPath state.
      if (name.endsWith('.$') && typeof item === 'string' && item.startsWith('$')) texts.push({ ...at, kind: 'not-read', looksLike: 'path', offset: 0, length: 2 });
      else readJsonata(at, item, texts);
    }
  }
  if (typeof value !== 'string') return;
  const offset = value.indexOf('{%');
  if (isStatesExpression(value)) texts.push({ ...place, kind: 'jsonata', expression: analyzeStatesExpression(value) });
  else if (offset >= 0) texts.push({ ...place, kind: 'not-read', looksLike: 'expression', offset, length: 2 });
  else if (/^\$states\.(?:input|result|errorOutput|context)\b/.test(value)) texts.push({ ...place, kind: 'not-read', looksLike: 'bare-expression', offset: 0, length: value.length });
  else readForeign(place, value, texts);
}

/** The braces of other tools around what is a path or an expression here. */
function readForeign(place: TextPlace, text: string, texts: ReadText[]): void {
  const match = /\$\{\{[^{}]*\}\}|\{\{\s*\$[^{}]*\}\}|<%[=-]?[^%]*%>|\$\{\s*\$\.[^{}]*\}|\{ +%[^%]*% ?\}/.exec(text);
  if (match !== null) texts.push({ ...place, kind: 'not-read', looksLike: 'foreign', offset: match.index, length: match[0].length });
}

/** Hardly meant as a text: `$.name`, `$$.name` or a call of an intrinsic function, as a whole. */
function looksLikePath(text: string): boolean {
  return /^\$\$?\.[\p{L}_][\p{L}\p{N}_.[\]'"*-]*$/u.test(text) || /^States\.[A-Z]\w*\(.*\)$/.test(text);
}

/** Every path of a text, those inside a call included; none where it cannot be read. */
export function pathsOf(text: StateText): readonly JsonPath[] {
  if (text.kind === 'path') return text.parsed.ok ? [text.parsed.value] : [];
  if (text.kind === 'intrinsic') return text.parsed.ok ? pathsOfCall(text.parsed.value) : [];
  return [];
}
