/**
 * # A value of the wrong type
 *
 * A text where a number is needed, a single value where a list is, a field without a value.
 *
 * ```yaml
 * depends_on: research
 * ```
 *
 * **Fix**: write the value as the message says, here `depends_on: [research]`.
 */
import type { Check } from './check.ts';

export const wrongType: Check = { code: 'wrong-type', severity: 'error', ignorable: false };
