/**
 * # The file is not an agent
 *
 * The file exists, but what stands in it is something else. An agent has a `name`, a `role` and a `system_prompt` or a
 * `model`.
 *
 * **Fix**: refer to another file, or complete this one.
 */
import type { Check } from './check.ts';

export const notAnAgent: Check = { code: 'not-an-agent', severity: 'error', ignorable: false };
