/**
 * # A merge key without a mapping
 *
 * `<<` takes over the fields of a mapping, or of a list of mappings.
 *
 * ```yaml
 * - id: a
 *   <<: 3
 * ```
 *
 * **Fix**: point it at an anchor of a mapping, such as `<<: *defaults`. Quote the key (`"<<"`) if it is meant as a name.
 */
import type { Check } from './check.ts';

export const invalidMerge: Check = { code: 'invalid-merge', severity: 'error', ignorable: false };
