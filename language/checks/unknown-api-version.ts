/**
 * # An agentrc version that is not known
 *
 * The document says it is agentrc's, but of a version that this release does not read.
 *
 * **Fix**: write `apiVersion: agentrc.workflow/v0.1`, or update Dagbook.
 */
import type { Check } from './check.ts';

export const unknownApiVersion: Check = { code: 'unknown-api-version', severity: 'error', ignorable: false };
