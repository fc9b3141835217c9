/**
 * # The file is not a workflow
 *
 * The file exists, but what stands in it is something else. A workflow has a `name`, an `adapter_kind` and `nodes`.
 *
 * **Fix**: refer to another file, or complete this one.
 */
import type { Check } from './check.ts';

export const notAWorkflow: Check = { code: 'not-a-workflow', severity: 'error', ignorable: false };
