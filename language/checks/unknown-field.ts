/**
 * # A field that does not exist
 *
 * Every field acts; one that nobody reads would be a silent mistake. Under `extras`, `params`, `metadata` and
 * `annotations`, and under names that begin with `x-`, everything is allowed.
 *
 * ```yaml
 * - id: research
 *   depend_on: [load]
 * ```
 *
 * **Fix**: correct the spelling, remove the field, or call it `x-…` to keep it as a note.
 */
import type { Check } from './check.ts';

export const unknownField: Check = { code: 'unknown-field', severity: 'error', ignorable: false };
