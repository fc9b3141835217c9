/** Whether a value of a bundle is what it must be. */
export type Check = (value: unknown) => boolean;

export const text: Check = (value) => typeof value === 'string';
/** A whole number, 0 or more. */
export const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
/** SHA-256, hex. */
export const hash: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
/** What is not there counts as null. */
export const oneOf = (...values: readonly unknown[]): Check => (value) => values.includes(value ?? null);
