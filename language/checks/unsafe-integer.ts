/**
 * # An integer loses digits
 *
 * Numbers are IEEE doubles, as in JSON: beyond 2^53 neighbouring integers become the same number, and the spec hash would
 * no longer tell two documents apart.
 *
 * ```yaml
 * inputs: { account: 12345678901234567890 }
 * ```
 *
 * **Fix**: quote it: `account: "12345678901234567890"`.
 */
import type { Check } from './check.ts';

export const unsafeInteger: Check = { code: 'unsafe-integer', severity: 'error', ignorable: false };
