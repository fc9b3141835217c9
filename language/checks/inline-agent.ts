/**
 * # An agent inside a workflow
 *
 * Workflows refer to their agents, so that an agent has one place, one hash and one history, however many workflows use
 * it. An inline `task` is fine: it says what is asked, not who answers.
 *
 * ```yaml
 * agent_spec: { name: helper, role: custom, system_prompt: Help. }
 * ```
 *
 * **Fix**: move the agent into a file, such as `configs/agents/helper.yaml`, and write its path.
 */
import type { Check } from './check.ts';

export const inlineAgent: Check = { code: 'inline-agent', severity: 'error', ignorable: false };
