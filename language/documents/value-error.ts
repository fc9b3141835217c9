import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Problem } from '../syntax/problem.ts';
import { writeInline } from '../syntax/write-yaml.ts';
import type { YamlPath, YamlPlaces } from '../syntax/yaml-path.ts';
import type { ValidationError } from './generated/validators.js';
import { isList, isObject, listField, objectField, textField } from './json-access.ts';
import { meantValue } from './meant-value.ts';
import { didYouMean, nearestWord, orList } from './nearest-word.ts';
import { placeInWords } from './place-in-words.ts';
import { follow, type SchemaCursor } from './schema-walk.ts';

interface BadValue {
  readonly error: ValidationError;
  readonly path: YamlPath;
  readonly value: Json;
  readonly at: SchemaCursor;
  readonly places: YamlPlaces;
}

/** What to say about a value that its schema refuses. */
export function valueProblem(bad: BadValue): Problem {
  const { error, path, value, at, places } = bad;
  const { schema } = at;
  const span = places.valueSpan(path);
  const place = placeInWords(path);
  if (value === null) {
    return { code: 'wrong-type', message: `${place} has no value. Give it ${expectation(schema)}, or remove it.`, span };
  }
  if (isObject(value) && textField(schema, 'x-dagbook-reference') === 'agent') {
    return { code: 'inline-agent', message: `A workflow refers to its agents; it does not hold them. Move this into a file such as configs/agents/${/^[\w-]+$/.exec(textField(value, 'name') ?? '')?.[0] ?? 'name'}.yaml and write its path here.`, span };
  }
  switch (error.keyword) {
    case 'type':
      return { code: 'wrong-type', span, ...wrongType(place, value, at) };
    case 'x-dagbook-never':
      if (isObject(value) && textField(schema, 'x-dagbook-alternatives-by') !== null) return byField(bad, value);
      return { span: alternativeSpan(places, path, value), ...noAlternative(place, value, at) };
    case 'enum':
    case 'const':
      return { span, ...unknownValue(place, value, schema) };
    case 'pattern':
      return { span, ...wrongForm(place, value, schema) };
    case 'minLength':
      return { code: 'malformed-value', message: `${place} is empty. Write something, or remove it.`, span };
    case 'minItems':
      return { code: 'too-few-items', message: `${place} needs at least ${String(error.params['limit'])} ${plural('item', error.params['limit'])}; it has ${isList(value) ? value.length : 0}.`, span };
    default:
      return { code: 'out-of-range', message: `${place} must be ${comparison(error)}${String(error.params['limit'])}.`, span };
  }
}

/** Alternatives that one field tells apart: that field is what is wrong. */
function byField({ path, at: { schema }, places }: BadValue, value: JsonObject): Problem {
  const name = textField(schema, 'x-dagbook-alternatives-by') ?? '';
  const allowed = alternativeConstants(schema, name);
  const written = value[name];
  if (written === undefined) {
    const misspelled = Object.keys(value).find((key) => nearestWord(key, [name]) !== null);
    if (misspelled !== undefined) {
      return { code: 'unknown-field', message: `Unknown field "${misspelled}".${didYouMean(name)}`, span: places.keySpan([...path, misspelled]), suggestion: name };
    }
    const message = `"${name}" is missing in ${placeInWords(path)}. Add it: ${orList(allowed)}.`;
    return { code: 'missing-field', message, span: places.keySpan(path) };
  }
  const described = unknownValue(`"${name}"`, written, { enum: allowed });
  return { span: places.valueSpan([...path, name]), ...described };
}

function alternativeConstants(schema: JsonObject, name: string): readonly string[] {
  return listField(schema, 'oneOf').flatMap((alternative) => textField(objectField(objectField(alternative, 'properties'), name), 'const') ?? []);
}

function comparison(error: ValidationError): string {
  switch (error.keyword) {
    case 'minimum':
      return 'at least ';
    case 'exclusiveMinimum':
      return 'greater than ';
    case 'maximum':
      return 'at most ';
    default:
      return '';
  }
}

type Said = Pick<Problem, 'code' | 'message' | 'suggestion'>;

function wrongType(place: string, value: Json, at: SchemaCursor): Omit<Said, 'code'> {
  const message = `${place} takes ${expectation(at.schema)}, not ${inWords(value)}.`;
  const meant = meantValue(value, at);
  const form = textField(at.schema, 'x-dagbook-pattern-hint');
  if (meant === null) return { message: `${message}${form === null ? howToWrite(value, at) : ` Write ${form}.`}` };
  const bare = typeof value === 'string' && /^-?[\d.]+$/.test(meant) && value.trim() === meant;
  return { message: `${message} Write ${meant}${bare ? ' without quotes' : ''}.`, suggestion: meant };
}

/** Where a list and a mapping were mistaken for one another. */
function howToWrite(value: Json, { root, schema }: SchemaCursor): string {
  if (isObject(value)) {
    const items = textField(schema, 'type') === 'array' ? follow(root, objectField(schema, 'items')) : {};
    const [first] = Object.keys(value);
    const [key] = listField(items, 'required');
    if ((key === 'id' || key === 'name') && first !== undefined && Object.values(value).every((item) => item === null || isObject(item))) return ` Begin each with "- ${key}: ${first}".`;
    if (first !== undefined && textField(items, 'type') === 'string' && Object.values(value).every((each) => each === null || each === true)) return ` Write ${shortened(writeInline(Object.keys(value)))}.`;
    return first !== undefined && Object.hasOwn(objectField(items, 'properties'), first) ? ' Begin each item with "- ".' : '';
  }
  if (typeof value === 'string' && textField(schema, 'x-dagbook-expression') !== null) return ` Give it a name: { result: ${shortened(JSON.stringify(value))} }.`;
  if (!isList(value)) return '';
  const [item] = value;
  const [key] = isObject(item) ? Object.keys(item) : [];
  if (key !== undefined && value.length === 1 && Object.hasOwn(objectField(schema, 'properties'), key)) return ` Remove the "- " before "${key}".`;
  if (!isObject(schema['additionalProperties'])) return '';
  const name = value.map((each) => (typeof each === 'string' ? each : (textField(each, 'name') ?? textField(each, 'id')))).find((each) => each !== null) ?? null;
  return name === null ? '' : ` Write the name as the key: "${name}:".`;
}

function shortened(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}

function wrongForm(place: string, value: Json, schema: JsonObject): Said {
  const message = `${place} must be ${textField(schema, 'x-dagbook-pattern-hint') ?? 'written otherwise'}.`;
  if (typeof value !== 'string') return { code: 'malformed-value', message };
  const takes = isList(schema['type']) ? schema['type'] : [];
  const isNumber = takes.some((type) => type === 'integer' || type === 'number') && /^-?\d+(?:\.\d+)?$/.test(value.trim());
  if (isNumber) return { code: 'wrong-type', message: `${message} Write ${value.trim()} without quotes.`, suggestion: value.trim() };
  const pattern = textField(schema, 'pattern') ?? '';
  const wrapped = `{% ${value.trim()} %}`;
  if (pattern.includes('{%') && /[$=(]/.test(value) && !value.includes('%') && new RegExp(pattern, 'u').test(wrapped)) return { code: 'malformed-value', message: `${message} Write ${JSON.stringify(wrapped)}.`, suggestion: wrapped };
  return { code: 'malformed-value', message };
}

function noAlternative(place: string, value: Json, at: SchemaCursor): Said {
  const { schema } = at;
  const expected = textField(schema, 'x-dagbook-expected') ?? 'something else';
  const names = alternativeNames(schema);
  const written = typeof value === 'string' ? value : isObject(value) ? (textField(value, 'type') ?? Object.keys(value)[0] ?? '') : '';
  if (names.includes(written)) return { code: 'wrong-type', ...needsSettings(place, value, written, schema) };
  const decisive = textField(schema, 'x-dagbook-alternatives-by');
  if (decisive !== null && typeof value === 'string' && alternativeConstants(schema, decisive).includes(value)) {
    const whole = writeInline({ [decisive]: value });
    return { code: 'wrong-type', message: `${place} takes ${expected}, not a text. Write ${whole}.`, suggestion: whole };
  }
  const meant = meantValue(value, at);
  if (meant !== null) return { code: 'wrong-type', message: `${place} cannot be ${inWords(value)}. Write ${meant}.`, suggestion: meant };
  const suggestion = nearestWord(written, names);
  const code = typeof value === 'string' || isObject(value) ? 'unknown-value' : 'wrong-type';
  const what = written === '' ? inWords(value) : `"${written}"`;
  const message = `${place} cannot be ${what}.${didYouMean(suggestion)} Write ${expected}.`;
  return suggestion === null ? { code, message } : { code, message, suggestion };
}

/** `kind: loop`: the right word, without what belongs to it. */
function needsSettings(place: string, value: Json, written: string, schema: JsonObject): Omit<Said, 'code'> {
  const own = listField(schema, 'oneOf').find((alternative) => listField(alternative, 'required')[0] === written);
  const [example] = listField(own, 'examples');
  const message = `${place}: "${written}" needs its settings.`;
  if (example === undefined || typeof value !== 'string') return { message: `${message} Write ${textField(schema, 'x-dagbook-expected') ?? 'them'}.` };
  return { message: `${message} Write ${writeInline(example)}.`, suggestion: writeInline(example) };
}

/** The word that decides: `type`, or the first key. */
function alternativeSpan(places: YamlPlaces, path: YamlPath, value: Json): Problem['span'] {
  if (!isObject(value)) return places.valueSpan(path);
  if (Object.hasOwn(value, 'type')) return places.valueSpan([...path, 'type']);
  const [first] = Object.keys(value);
  return first === undefined ? places.valueSpan(path) : places.keySpan([...path, first]);
}

function unknownValue(place: string, value: Json, schema: JsonObject): Said {
  const allowed = listField(schema, 'enum').map(String);
  const [only, second] = allowed;
  const suggestion = typeof value !== 'string' ? null : second === undefined ? (only ?? null) : nearestWord(value, allowed);
  const written = typeof value === 'string' ? `"${value}"` : inWords(value);
  const message = `${place} cannot be ${written}.${didYouMean(suggestion)} Use ${orList(allowed)}.`;
  return suggestion === null ? { code: 'unknown-value', message } : { code: 'unknown-value', message, suggestion };
}

function alternativeNames(schema: JsonObject): readonly string[] {
  const names = listField(schema, 'oneOf').flatMap((alternative) => {
    const constant = textField(alternative, 'const');
    const [first] = isObject(alternative) ? listField(alternative, 'required') : [];
    return constant === null ? (typeof first === 'string' && first !== 'type' ? [first] : []) : [constant];
  });
  return [...new Set(names)];
}

function expectation(schema: JsonObject): string {
  const expected = textField(schema, 'x-dagbook-expected');
  if (expected !== null) return expected;
  const allowed = listField(schema, 'enum');
  if (allowed.length > 0) return `one of ${orList(allowed.map(String))}`;
  const types = isList(schema['type']) ? schema['type'] : [schema['type'] ?? null];
  return orList(types.map(typeInWords));
}

function typeInWords(type: Json): string {
  switch (type) {
    case 'string':
      return 'a text';
    case 'integer':
      return 'a whole number';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
      return 'a mapping';
    default:
      return 'a value';
  }
}

function inWords(value: Json): string {
  if (value === null) return 'nothing';
  if (isList(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return typeof value === 'string' ? 'a text' : String(value);
}

function plural(word: string, count: unknown): string {
  return count === 1 ? word : `${word}s`;
}
