import type { Json, JsonObject } from '../protocol/json.ts';

/** The object a value is; an empty one for everything else. */
export function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A text as it is, everything else as JSON. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The value of a stored JSON text; null where there is none, or it was pruned. */
export function storedJson(text: string | null): Json {
  return text === null ? null : (JSON.parse(text) as Json);
}
