/**
 * # A value that is not among the allowed ones
 *
 * ```yaml
 * adapter_kind: grph
 * ```
 *
 * **Fix**: use one of the values that the message lists.
 */
import type { Check } from './check.ts';

export const unknownValue: Check = { code: 'unknown-value', severity: 'error', ignorable: false };
