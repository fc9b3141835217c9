/**
 * # A list with too few items
 *
 * A tournament of one, a debate with one side, a workflow without nodes.
 *
 * ```yaml
 * kind: { tournament: { entrants: [{ goal: Be bold. }] } }
 * ```
 *
 * **Fix**: add items, or use another kind.
 */
import type { Check } from './check.ts';

export const tooFewItems: Check = { code: 'too-few-items', severity: 'error', ignorable: false };
