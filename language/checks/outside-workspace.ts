/**
 * # A reference leads out of the workspace
 *
 * Nothing outside the workspace is read, neither by a path with `..` nor through a symbolic link: a run must be
 * reproducible from what lies in it.
 *
 * ```yaml
 * agent_spec: ../../shared/agent.yaml
 * ```
 *
 * **Fix**: move the file into the workspace.
 */
import type { Check } from './check.ts';

export const outsideWorkspace: Check = { code: 'outside-workspace', severity: 'error', ignorable: false };
