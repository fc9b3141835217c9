import type { Json, JsonObject } from './json.ts';

/** One place where two JSON values differ; undefined = not there. */
export interface JsonDifference {
  /** `pick.symbols[0]`; empty for the value itself. */
  readonly path: string;
  readonly a: Json | undefined;
  readonly b: Json | undefined;
}

/** The deepest places where two values differ, in the order of the first. */
export function jsonDifferences(a: Json | undefined, b: Json | undefined, path = ''): readonly JsonDifference[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (isList(a) && isList(b)) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, at) => jsonDifferences(a[at], b[at], `${path}[${at}]`)).flat();
  }
  if (isObject(a) && isObject(b)) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => jsonDifferences(a[key], b[key], path === '' ? key : `${path}.${key}`));
  }
  return [{ path, a, b }];
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
