import type { Json, JsonObject } from '../../protocol/json.ts';

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** An own field; what objects inherit is not part of a document. */
export function field(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function objectField(value: Json | undefined, key: string): JsonObject {
  const found = field(value, key);
  return isObject(found) ? found : {};
}

export function listField(value: Json | undefined, key: string): readonly Json[] {
  const found = field(value, key);
  return isList(found) ? found : [];
}

export function textField(value: Json | undefined, key: string): string | null {
  const found = field(value, key);
  return typeof found === 'string' ? found : null;
}

export function jsonEqual(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (isList(a)) return isList(b) && a.length === b.length && a.every((item, i) => jsonEqual(item, b[i] ?? null));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && jsonEqual(a[key] ?? null, b[key] ?? null));
}

/** A copy with one field more or changed. Safe for every key, `__proto__` included. */
export function withField(value: JsonObject, key: string, next: Json): JsonObject {
  return Object.fromEntries([...Object.entries(value).filter(([name]) => name !== key), [key, next]]);
}

export function withoutFields(value: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !keys.includes(name)));
}
