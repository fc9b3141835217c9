import type { Json, JsonObject } from '../../protocol/json.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { field, isList, isObject, listField, objectField, textField } from './json-access.ts';

/** A schema of ours with the document it stands in, for its `$ref`s. */
export interface SchemaCursor {
  readonly root: JsonObject;
  readonly schema: JsonObject;
}

export function cursor(root: JsonObject, definition?: string): SchemaCursor {
  return { root, schema: definition === undefined ? root : objectField(field(root, 'definitions'), definition) };
}

/** The schema that describes this value: `$ref` followed, the alternative the author meant chosen. */
export function settle({ root, schema }: SchemaCursor, value: Json): SchemaCursor {
  const target = follow(root, schema);
  const alternatives = listField(target, 'oneOf').filter(isObject);
  const chosen = alternatives.length === 0 ? null : chooseAlternative(alternatives, value);
  return { root, schema: chosen ?? target };
}

export function follow(root: JsonObject, schema: JsonObject): JsonObject {
  const reference = textField(schema, '$ref');
  return reference === null ? schema : objectField(field(root, 'definitions'), reference.slice('#/definitions/'.length));
}

/** By the same rule as the generated validators: the constant, the type, or the first required field. */
function chooseAlternative(alternatives: readonly JsonObject[], value: Json): JsonObject | null {
  const objects = alternatives.filter((alternative) => textField(alternative, 'type') === 'object');
  for (const alternative of alternatives) {
    const type = textField(alternative, 'type');
    if (Object.hasOwn(alternative, 'const') ? alternative['const'] === value : type === 'string' && typeof value === 'string') return alternative;
    if (type !== 'object' || !isObject(value)) continue;
    if (objects.length === 1) return alternative;
    const first = listField(alternative, 'required')[0];
    if (typeof first !== 'string' || !Object.hasOwn(value, first)) continue;
    const constant = field(objectField(field(alternative, 'properties'), first), 'const');
    if (constant === undefined || constant === value[first]) return alternative;
  }
  return null;
}

/** The schema of one field or item, unsettled; null where the schema says nothing about it. */
export function childSchema(at: SchemaCursor, segment: string | number): SchemaCursor | null {
  const { root, schema } = at;
  if (typeof segment === 'number') {
    const items = field(schema, 'items');
    return isObject(items) ? { root, schema: items } : null;
  }
  const own = field(objectField(schema, 'properties'), segment);
  if (isObject(own)) return { root, schema: own };
  const additional = field(schema, 'additionalProperties');
  return isObject(additional) ? { root, schema: additional } : null;
}

/** A field as its author finds it documented: `$ref` followed, alternatives still open. */
export function schemaAt(start: SchemaCursor, value: Json, path: YamlPath): SchemaCursor | null {
  let at: SchemaCursor = start;
  let current: Json = value;
  for (const segment of path) {
    const child = childSchema(settle(at, current), segment);
    if (child === null) return null;
    at = child;
    current = (isList(current) ? current[Number(segment)] : field(current, String(segment))) ?? null;
  }
  return { root: at.root, schema: follow(at.root, at.schema) };
}

export interface FieldVisit {
  readonly path: YamlPath;
  /** `$ref` followed, alternatives still open. */
  readonly schema: JsonObject;
  /** The alternative the value is written as; the same as `schema` where there are none. */
  readonly settled: JsonObject;
  readonly value: Json;
  readonly parent: Json;
}

/** Visits every field and item the schema knows, outside in. Answering false leaves out what lies below. */
export function walkFields(start: SchemaCursor, value: Json, visit: (at: FieldVisit) => boolean): void {
  walk(settle(start, value), value, [], visit);
}

function walk(at: SchemaCursor, value: Json, path: YamlPath, visit: (at: FieldVisit) => boolean): void {
  const children: readonly (readonly [string | number, Json])[] = isList(value) ? value.map((item, i) => [i, item] as const) : isObject(value) ? Object.entries(value) : [];
  for (const [segment, child] of children) {
    const unsettled = childSchema(at, segment);
    if (unsettled === null) continue;
    const settled = settle(unsettled, child);
    const below = [...path, segment];
    const schema = follow(at.root, unsettled.schema);
    if (visit({ path: below, schema, settled: settled.schema, value: child, parent: value })) walk(settled, child, below, visit);
  }
}
