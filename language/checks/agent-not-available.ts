/**
 * # A package that is not here
 *
 * The reference is well formed, but no agent with this digest is in the ledger or the workspace, and the setting
 * `dagbook.agents` does not say which local agent stands for it. The workflow can be drawn and run on the simulated
 * model, with a stand-in; a run on a real model is refused.
 *
 * **Fix**: map the reference to a local agent document in the setting `dagbook.agents`.
 */
import type { Check } from './check.ts';

export const agentNotAvailable: Check = { code: 'agent-not-available', severity: 'hint', ignorable: true };
