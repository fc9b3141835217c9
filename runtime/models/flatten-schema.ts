import type { Json, JsonObject } from '../../protocol/json.ts';

/** References followed for one value before giving up: a schema may refer to itself. */
const maxReferences = 32;

/**
 * One schema without `$ref`, `allOf`, `anyOf`, `oneOf` and `if`: an instance of the result is meant to be an instance of
 * the original. Of alternatives the first is taken, or where `brief` is set, one that ends soonest.
 */
export function flattenSchema(schema: Json | undefined, root: JsonObject, brief: boolean, followed = 0): JsonObject {
  if (!isObject(schema)) return schema === false ? { const: null } : {};
  const { $ref: reference, allOf, anyOf, oneOf, if: condition, then: consequence, else: _otherwise, ...own } = schema;
  let flat: JsonObject = own;
  const add = (part: Json | undefined): void => {
    flat = mergeSchemas(flat, flattenSchema(part, root, brief, followed + 1));
  };
  if (followed > maxReferences) return flat;
  if (typeof reference === 'string') add(resolveReference(reference, root));
  for (const part of isList(allOf) ? allOf : []) add(part);
  for (const branches of [anyOf, oneOf]) if (isList(branches)) add(chooseBranch(branches, flat, root, brief));
  if (isObject(condition)) {
    add(condition);
    if (consequence !== undefined) add(consequence);
  }
  return flat;
}

function resolveReference(reference: string, root: JsonObject): Json | undefined {
  if (!reference.startsWith('#')) return undefined;
  let found: Json | undefined = root;
  for (const segment of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
    found = isObject(found) ? found[key] : isList(found) ? found[Number(key)] : undefined;
  }
  return found;
}

function chooseBranch(branches: readonly Json[], base: JsonObject, root: JsonObject, brief: boolean): Json | undefined {
  const suits = (branch: Json): boolean => branch !== false && typesOf(base, isObject(branch) ? branch : {}) !== 'none';
  const suitable = branches.filter(suits);
  const isNull = (branch: Json): boolean => isObject(branch) && (branch['type'] === 'null' || branch['const'] === null);
  if (brief) return suitable.find(isNull) ?? suitable.find((branch) => !JSON.stringify(branch).includes('"$ref"')) ?? suitable[0];
  return suitable.find((branch) => !isNull(isObject(branch) && typeof branch['$ref'] === 'string' ? (resolveReference(branch['$ref'], root) ?? branch) : branch)) ?? suitable[0];
}

const largest = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains']);
const smallest = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']);

function mergeSchemas(a: JsonObject, b: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = merged[key];
    merged[key] = before === undefined ? value : mergeKeyword(key, before, value, a, b);
  }
  return merged;
}

function mergeKeyword(key: string, before: Json, value: Json, a: JsonObject, b: JsonObject): Json {
  if (typeof before === 'number' && typeof value === 'number') {
    if (largest.has(key)) return Math.max(before, value);
    if (smallest.has(key)) return Math.min(before, value);
    if (key === 'multipleOf') return before % value === 0 ? before : value % before === 0 ? value : before * value;
  }
  if (key === 'properties' && isObject(before) && isObject(value)) {
    const names = new Set([...Object.keys(before), ...Object.keys(value)]);
    return Object.fromEntries([...names].map((name) => [name, both(before[name], value[name])]));
  }
  if (key === 'required' && isList(before) && isList(value)) return [...new Set([...before, ...value])];
  if (key === 'enum' && isList(before) && isList(value)) {
    const texts = new Set(value.map((item) => JSON.stringify(item)));
    return before.filter((item) => texts.has(JSON.stringify(item)));
  }
  if (key === 'type') {
    const types = typesOf(a, b);
    return types === 'any' || types === 'none' ? before : types;
  }
  if (key === 'items' || key === 'additionalProperties') return both(before, value);
  return value;
}

function both(a: Json | undefined, b: Json | undefined): Json {
  if (a === undefined || a === true) return b ?? true;
  if (b === undefined || b === true) return a;
  return { allOf: [a, b] };
}

/** The types both schemas allow. */
function typesOf(a: JsonObject, b: JsonObject): readonly string[] | 'any' | 'none' {
  const left = typeList(a['type']);
  const right = typeList(b['type']);
  if (left === null || right === null) return left ?? right ?? 'any';
  const common = left.filter((type) => right.includes(type) || (type === 'integer' && right.includes('number')));
  const narrowed = right.filter((type) => type === 'integer' && left.includes('number') && !left.includes('integer'));
  const all = [...common, ...narrowed];
  return all.length === 0 ? 'none' : all;
}

export function typeList(type: Json | undefined): readonly string[] | null {
  if (typeof type === 'string') return [type];
  return isList(type) ? type.filter((one) => typeof one === 'string') : null;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
