/**
 * # A dagbook-ignore that silences nothing
 *
 * `# dagbook-ignore <code>: reason` silences one code: at the end of a line on that line, on a line of its own on the
 * next line that holds anything. It must give a reason. What would break a run cannot be silenced.
 *
 * ```yaml
 * max_concurrency: 2 # dagbook-ignore cap-too-small: was needed once
 * ```
 *
 * **Fix**: remove the comment, or correct its code.
 */
import type { Check } from './check.ts';

export const unusedIgnore: Check = { code: 'unused-ignore', severity: 'warning', ignorable: false };
