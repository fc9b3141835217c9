import type { Json } from '../../protocol/json.ts';
import { isList, isObject, textField } from '../documents/json-access.ts';
import { cursor, walkFields, type FieldVisit } from '../documents/schema-walk.ts';
import { statesSchema } from '../documents/generated/states-schema.ts';
import type { PlacedState } from '../documents/states/state-machine.ts';
import { looksLikeIntrinsic, parseIntrinsic, pathsOfCall, type IntrinsicCall } from '../expressions/intrinsics.ts';
import { parseJsonPath } from '../expressions/json-path.ts';
import type { JsonPath, Parsed } from '../expressions/path-parts.ts';
import { analyzeStatesExpression, isStatesExpression, type StatesExpression } from '../expressions/states-expression.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/** A text of a state that is read as a path, an intrinsic call or an expression. */
export type StateText = PlacedText &
  (
    | { readonly kind: 'path'; readonly parsed: Parsed<JsonPath>; /** A place to write to: definite, and of the input. */ readonly reference: boolean }
    | { readonly kind: 'intrinsic'; readonly parsed: Parsed<IntrinsicCall> }
    | { readonly kind: 'jsonata'; readonly expression: StatesExpression }
    /** In the place of a path, but no text. */
    | { readonly kind: 'no-text' }
    /** Looks like an expression, but nobody reads it. */
    | { readonly kind: 'not-read'; readonly offset: number }
  );

interface PlacedText {
  readonly state: PlacedState;
  /** From the root of the document. */
  readonly path: YamlPath;
  /** The field of the state, catcher or rule it belongs to. */
  readonly field: string;
}

/** A field that only the other query language has. */
export interface ForeignField {
  readonly state: PlacedState;
  readonly path: YamlPath;
  readonly field: string;
  readonly value: Json;
}

export interface StateTexts {
  readonly texts: readonly StateText[];
  readonly foreign: readonly ForeignField[];
}

const containers: ReadonlySet<string> = new Set(['branches', 'itemProcessor', 'iterator']);

/** Every such text of the states, where the schema says that they are read. Inner states have their own. */
export function stateTexts(states: readonly PlacedState[]): StateTexts {
  const texts: StateText[] = [];
  const foreign: ForeignField[] = [];
  const start = cursor(statesSchema, 'state');
  for (const state of states) {
    walkFields(start, state.json, (at) => {
      const name = String(at.path.at(-1));
      if (at.path.length === 1 && containers.has(name)) return false;
      return readField(state, name, at, texts, foreign);
    });
  }
  return { texts, foreign };
}

/** Answers whether what lies below is looked at too. */
function readField(state: PlacedState, field: string, { path: below, schema, value }: FieldVisit, texts: StateText[], foreign: ForeignField[]): boolean {
  const path = [...state.path, ...below];
  const place = { state, path, field };
  const language = textField(schema, 'x-dagbook-query-language');
  if (language !== null && language !== state.queryLanguage && typeof below.at(-1) === 'string') {
    foreign.push({ ...place, value });
    return false;
  }
  const pathKind = textField(schema, 'x-dagbook-path');
  if (pathKind !== null) {
    if (typeof value === 'string') texts.push(readPathText(place, value, pathKind));
    return false;
  }
  const template = textField(schema, 'x-dagbook-template');
  if (template === null) return true;
  if (state.queryLanguage === 'JSONata') readJsonata(place, value, texts);
  else if (template === 'jsonata') {
    // A number, a literal text: only an expression has no business here.
    if (typeof value === 'string' && isStatesExpression(value)) foreign.push({ ...place, value });
  } else if (typeof value === 'string') foreign.push({ ...place, value });
  else readTemplate(place, value, texts);
  return false;
}

function readPathText(place: PlacedText, text: string, kind: string): StateText {
  if (kind === 'value' && looksLikeIntrinsic(text)) return { ...place, kind: 'intrinsic', parsed: parseIntrinsic(text) };
  return { ...place, kind: 'path', parsed: parseJsonPath(text), reference: kind === 'reference' };
}

/** A payload template: fields whose names end in `.$` are paths or calls, all others are as written. */
function readTemplate(place: PlacedText, value: Json, texts: StateText[]): void {
  if (isList(value)) value.forEach((item, i) => { readTemplate({ ...place, path: [...place.path, i] }, item, texts); });
  if (typeof value === 'string' && isStatesExpression(value)) texts.push({ ...place, kind: 'not-read', offset: 0 });
  if (!isObject(value)) return;
  for (const [name, item] of Object.entries(value)) {
    const at = { ...place, path: [...place.path, name] };
    if (!name.endsWith('.$')) readTemplate(at, item, texts);
    else texts.push(typeof item === 'string' ? readPathText(at, item, 'value') : { ...at, kind: 'no-text' });
  }
}

function readJsonata(place: PlacedText, value: Json, texts: StateText[]): void {
  if (isList(value)) value.forEach((item, i) => { readJsonata({ ...place, path: [...place.path, i] }, item, texts); });
  if (isObject(value)) {
    for (const [name, item] of Object.entries(value)) {
      const at = { ...place, path: [...place.path, name] };
      // A path that came along from a JSONPath state.
      if (name.endsWith('.$') && typeof item === 'string' && item.startsWith('$')) texts.push({ ...at, kind: 'not-read', offset: 0 });
      else readJsonata(at, item, texts);
    }
  }
  if (typeof value !== 'string') return;
  const offset = value.indexOf('{%');
  if (isStatesExpression(value)) texts.push({ ...place, kind: 'jsonata', expression: analyzeStatesExpression(value) });
  else if (offset >= 0) texts.push({ ...place, kind: 'not-read', offset });
}

/** Every path of a text, those inside a call included; none where it cannot be read. */
export function pathsOf(text: StateText): readonly JsonPath[] {
  if (text.kind === 'path') return text.parsed.ok ? [text.parsed.value] : [];
  if (text.kind === 'intrinsic') return text.parsed.ok ? pathsOfCall(text.parsed.value) : [];
  return [];
}
