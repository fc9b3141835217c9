/**
 * # The workflow does not exist
 *
 * `workflow` and `target` take a path or the name of a workflow in the workspace, by the same rules as `agent_spec`.
 *
 * **Fix**: correct the path or the name, or create the workflow.
 */
import type { Check } from './check.ts';

export const workflowNotFound: Check = { code: 'workflow-not-found', severity: 'error', ignorable: false };
