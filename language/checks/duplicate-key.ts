/**
 * # A key stands twice in one mapping
 *
 * YAML readers differ on which of the two counts, so neither can be trusted.
 *
 * ```yaml
 * cost_caps:
 *   per_run_max_usd: 1
 *   per_run_max_usd: 5
 * ```
 *
 * **Fix**: remove one of them.
 */
import type { Check } from './check.ts';

export const duplicateKey: Check = { code: 'duplicate-key', severity: 'error', ignorable: false };
