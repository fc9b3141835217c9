/**
 * # A number that is too small or too large
 *
 * Caps, limits and counts are positive; fractions have their bounds.
 *
 * ```yaml
 * cost_caps: { per_run_max_usd: -1 }
 * ```
 *
 * **Fix**: stay within the bound that the message names. To have no cap, leave the field out.
 */
import type { Check } from './check.ts';

export const outOfRange: Check = { code: 'out-of-range', severity: 'error', ignorable: false };
