/**
 * # A key is not a text
 *
 * Keys become JSON keys, which are texts. `1`, `true`, an empty key or a list as a key is not one.
 *
 * ```yaml
 * inputs: { 1: first }
 * ```
 *
 * **Fix**: quote the key: `"1": first`.
 */
import type { Check } from './check.ts';

export const nonStringKey: Check = { code: 'non-string-key', severity: 'error', ignorable: false };
