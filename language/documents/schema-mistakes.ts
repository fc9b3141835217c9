import type { Json, JsonObject } from '../../protocol/json.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { validateJsonSchema, type ValidationError } from './generated/validators.js';
import { isList, isObject } from './json-access.ts';
import { didYouMean, nearestWord, orList } from './nearest-word.ts';
import { valueAt } from './value-at.ts';

export interface SchemaMistake {
  readonly path: YamlPath;
  /** A clause that follows "at <path>, ". */
  readonly message: string;
  readonly suggestion: string | null;
  /** Absent = the value. */
  readonly on?: 'key';
}

export const typeNames: readonly string[] = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** What other languages call the same. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'], ['long', 'integer'], ['str', 'string'], ['text', 'string'], ['bool', 'boolean'], ['float', 'number'], ['double', 'number'],
  ['decimal', 'number'], ['num', 'number'], ['list', 'array'], ['arr', 'array'], ['obj', 'object'], ['record', 'object'], ['dict', 'object'], ['map', 'object'], ['mapping', 'object'], ['none', 'null'],
]);

/** What is wrong with a JSON Schema (draft 7): one mistake per place. */
export function schemaMistakes(schema: JsonObject): readonly SchemaMistake[] {
  const found = new Map<string, SchemaMistake>();
  if (!validateJsonSchema(schema)) {
    const errors = validateJsonSchema.errors ?? [];
    for (const error of errors) {
      // Of a list of types one is wrong, not the list.
      if (error.instancePath.endsWith('/type') && errors.some(({ instancePath }) => instancePath.startsWith(`${error.instancePath}/`))) continue;
      if (found.has(error.instancePath) || error.keyword === 'anyOf') continue;
      found.set(error.instancePath, describe(error, schema));
    }
  }
  for (const mistake of [...badPatterns(schema, []), ...keywordSlips(schema, [])]) found.set(`/${mistake.path.join('/')}`, mistake);
  return [...found.values()];
}

function describe(error: ValidationError, schema: JsonObject): SchemaMistake {
  const path = pointer(error.instancePath, schema);
  const value = valueAt(schema, path);
  const name = path.at(-1);
  if (name === 'type' || path.at(-2) === 'type') {
    const suggestion = typeof value === 'string' ? (otherWords.get(value.toLowerCase()) ?? nearestWord(value, typeNames)) : null;
    return { path, message: `"type" must be one of ${orList(typeNames)}.${didYouMean(suggestion)}`, suggestion };
  }
  if (error.keyword === 'uniqueItems' && isList(value)) {
    const index = Math.max(Number(error.params['i']), Number(error.params['j']));
    return { path: [...path, index], message: `${JSON.stringify(value[index] ?? null)} stands in "${String(name)}" already. Remove one of the two.`, suggestion: null };
  }
  if (name === 'required' && error.keyword === 'type') {
    const list = typeof value === 'string' && /^\w+$/.test(value) && !/^(?:yes|no|on|off|true|false)$/i.test(value) ? `[${value}]` : null;
    return { path, message: `"required" is a list of names, beside "properties".${list === null ? '' : ` Write ${list}.`}`, suggestion: list };
  }
  const place = name === undefined ? 'the schema' : `"${String(name)}"`;
  if (error.keyword !== 'type') return { path, message: `${place} ${error.message ?? 'is not valid'}.`, suggestion: null };
  const takes = [error.params['type']].flat().map((type) => (typeof type === 'string' ? (words.get(type) ?? type) : 'something else'));
  if (!takes.includes('a mapping') || !takes.includes('true or false')) return { path, message: `${place} takes ${orList(takes)}.`, suggestion: null };
  const type = typeof value === 'string' ? (otherWords.get(value.toLowerCase()) ?? nearestWord(value, typeNames) ?? (typeNames.includes(value) ? value : null)) : null;
  return { path, message: `${place} is a schema of its own, a mapping.${type === null ? '' : ` Write { type: ${type} }.`}`, suggestion: type === null ? null : `{ type: ${type} }` };
}

const words: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'], ['integer', 'a whole number'], ['number', 'a number'], ['boolean', 'true or false'], ['array', 'a list'], ['object', 'a mapping'], ['null', 'null'],
]);

/** The keywords of JSON Schema, up to the version the runtime reads. */
const keywords = new Set([
  '$schema', '$id', '$ref', '$defs', '$comment', '$anchor', 'definitions', 'title', 'description', 'default', 'examples', 'example', 'deprecated', 'readOnly', 'writeOnly', 'type', 'enum', 'const', 'format',
  'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength', 'pattern', 'items', 'prefixItems', 'additionalItems', 'maxItems', 'minItems', 'uniqueItems', 'contains',
  'maxContains', 'minContains', 'maxProperties', 'minProperties', 'required', 'properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'unevaluatedItems', 'propertyNames',
  'dependencies', 'dependentRequired', 'dependentSchemas', 'if', 'then', 'else', 'allOf', 'anyOf', 'oneOf', 'not', 'contentMediaType', 'contentEncoding',
]);

const byName = new Set(['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas']);
const inside = new Set(['items', 'prefixItems', 'additionalItems', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames', 'allOf', 'anyOf', 'oneOf']);

/** A keyword that is only misspelled would be passed over, and what it asks for with it. */
function keywordSlips(schema: Json, path: YamlPath): readonly SchemaMistake[] {
  if (isList(schema)) return schema.flatMap((item, i) => keywordSlips(item, [...path, i]));
  if (!isObject(schema)) return [];
  return Object.entries(schema).flatMap(([key, child]): readonly SchemaMistake[] => {
    if (byName.has(key)) return isObject(child) ? Object.entries(child).flatMap(([name, inner]) => keywordSlips(inner, [...path, key, name])) : [];
    if (inside.has(key)) return keywordSlips(child, [...path, key]);
    const meant = keywords.has(key) || key.length < 4 || key.startsWith('x-') ? null : nearestWord(key, keywords);
    return meant === null || Object.hasOwn(schema, meant) ? [] : [{ path: [...path, key], message: `"${key}" is no keyword of it.${didYouMean(meant)}`, suggestion: meant, on: 'key' }];
  });
}

/** Patterns are JSON Schema's own language, read as ECMAScript does. */
function badPatterns(schema: Json, path: YamlPath): readonly SchemaMistake[] {
  if (isList(schema)) return schema.flatMap((item, i) => badPatterns(item, [...path, i]));
  if (!isObject(schema)) return [];
  const pattern = schema['pattern'];
  const own = typeof pattern === 'string' && path.at(-1) !== 'properties' && !compiles(pattern) ? [{ path: [...path, 'pattern'], message: '"pattern" is not a regular expression.', suggestion: null }] : [];
  const data = new Set(['default', 'const', 'enum', 'examples']);
  return [...own, ...Object.entries(schema).flatMap(([key, child]) => (data.has(key) && path.at(-1) !== 'properties' ? [] : badPatterns(child, [...path, key])))];
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function pointer(text: string, schema: JsonObject): YamlPath {
  let current: Json = schema;
  return text.split('/').slice(1).map((escaped) => {
    const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const segment = isList(current) ? Number(name) : name;
    current = valueAt(current, [segment]);
    return segment;
  });
}
