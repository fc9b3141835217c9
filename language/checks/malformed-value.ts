/**
 * # A value of the wrong form
 *
 * An id with a space in it, a cron line with four fields, an empty text, an address without `https://`.
 *
 * **Fix**: write it as the message says.
 */
import type { Check } from './check.ts';

export const malformedValue: Check = { code: 'malformed-value', severity: 'error', ignorable: false };
