/**
 * # The agent does not exist
 *
 * `agent_spec` is a path (from this file if it begins with `./` or `../`, else from the workspace root), or the name of
 * an agent in the workspace.
 *
 * ```yaml
 * agent_spec: configs/agents/reserch.yaml
 * ```
 *
 * **Fix**: correct the path or the name, or create the agent.
 */
import type { Check } from './check.ts';

export const agentNotFound: Check = { code: 'agent-not-found', severity: 'error', ignorable: false };
