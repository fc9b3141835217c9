import type { Json, JsonObject } from '../../protocol/json.ts';

/** What servers send is of any shape; these read it without complaint. */
export function isObject(json: unknown): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** An empty object where it is none. */
export function objectOf(json: Json | undefined): JsonObject {
  return isObject(json) ? json : {};
}

/** The object a text says; an empty one where it says none. */
export function objectOrEmpty(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text) as Json);
  } catch {
    return {};
  }
}

/** An empty list where it is none. */
export function arrayOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}

/** An empty text where it is none. */
export function textOf(json: Json | undefined): string {
  return typeof json === 'string' ? json : '';
}

/** More tokens than any call can have. */
const MOST_TOKENS = 1e12;

/** Tokens as a provider reports them, summed; anything that is no number of tokens counts as none. */
export function tokensOf(...values: readonly (Json | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (typeof value === 'number' && value > 0 ? Math.min(Math.ceil(value), MOST_TOKENS) : 0), 0);
}
