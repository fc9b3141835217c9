import type { Json, JsonObject } from '../../protocol/json.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { validateJsonSchema, type ValidationError } from './generated/validators.js';
import { field, isList, isObject } from './json-access.ts';
import { didYouMean, nearestWord, orList } from './nearest-word.ts';

export interface SchemaMistake {
  readonly path: YamlPath;
  /** A clause that follows "at <path>, ". */
  readonly message: string;
  readonly suggestion: string | null;
}

export const typeNames: readonly string[] = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** What other languages call the same. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ['int', 'integer'], ['long', 'integer'], ['str', 'string'], ['text', 'string'], ['bool', 'boolean'], ['float', 'number'], ['double', 'number'],
  ['decimal', 'number'], ['list', 'array'], ['dict', 'object'], ['map', 'object'], ['mapping', 'object'], ['none', 'null'],
]);

/** What is wrong with a JSON Schema (draft 7): one mistake per place. */
export function schemaMistakes(schema: JsonObject): readonly SchemaMistake[] {
  const found = new Map<string, SchemaMistake>();
  if (!validateJsonSchema(schema)) {
    for (const error of validateJsonSchema.errors ?? []) {
      if (found.has(error.instancePath) || error.keyword === 'anyOf') continue;
      found.set(error.instancePath, describe(error, schema));
    }
  }
  for (const mistake of badPatterns(schema, [])) found.set(`/${mistake.path.join('/')}`, mistake);
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
  if (name === 'required' && typeof value === 'boolean') {
    return { path, message: '"required" is a list of names, beside "properties".', suggestion: null };
  }
  return { path, message: `${name === undefined ? 'the schema' : `"${String(name)}"`} ${error.message ?? 'is not valid'}.`, suggestion: null };
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

function valueAt(json: Json, path: YamlPath): Json {
  let current: Json = json;
  for (const segment of path) current = (isList(current) ? current[Number(segment)] : field(current, String(segment))) ?? null;
  return current;
}
