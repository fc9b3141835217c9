/**
 * # A required field is missing
 *
 * ```yaml
 * name: MyWorkflow
 * nodes: []
 * ```
 *
 * **Fix**: add the field that the message names; hover over its neighbours to read what they mean.
 */
import type { Check } from './check.ts';

export const missingField: Check = { code: 'missing-field', severity: 'error', ignorable: false };
