/**
 * # A digest of the wrong form
 *
 * A reference by digest ends in `@sha256:` and 64 hexadecimal digits in lower case.
 *
 * ```yaml
 * agent_spec: ghcr.io/acme/triage@sha256:zz
 * ```
 *
 * **Fix**: copy the digest again, completely.
 */
import type { Check } from './check.ts';

export const malformedDigest: Check = { code: 'malformed-digest', severity: 'error', ignorable: false };
