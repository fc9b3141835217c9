/**
 * # A tag without a meaning
 *
 * Tags such as `!secret` or `!Ref` belong to other tools. Here they mean nothing, and the spec hash could not hold them.
 *
 * **Fix**: remove the tag. To name a secret write `secret: NAME` where the field allows it.
 */
import type { Check } from './check.ts';

export const unknownTag: Check = { code: 'unknown-tag', severity: 'error', ignorable: false };
