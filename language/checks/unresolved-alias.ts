/**
 * # An alias refers to no anchor
 *
 * `*name` repeats the value that `&name` marked further up in the same document.
 *
 * ```yaml
 * inputs: *common
 * ```
 *
 * **Fix**: mark the value with `&common` above, or quote the text if the star is meant as one.
 */
import type { Check } from './check.ts';

export const unresolvedAlias: Check = { code: 'unresolved-alias', severity: 'error', ignorable: false };
