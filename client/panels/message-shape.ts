/** Small readers for values that came out of a webview: nothing in there is trusted to have the shape it says. */

export type Fields = Readonly<Record<string, unknown>>;

export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function isOneOf<T extends string>(value: unknown, words: readonly T[]): value is T {
  return typeof value === 'string' && (words as readonly string[]).includes(value);
}

/** Longest text a panel may hand over, such as an exported picture: 64 MiB. */
export const LONGEST_TEXT = 64 * 1024 * 1024;
