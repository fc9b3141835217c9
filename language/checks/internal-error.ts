/**
 * # A bug in Dagbook
 *
 * Reading this document made Dagbook fail. Nothing else is said about it, because nothing else is known: an empty list
 * of problems would be a lie.
 *
 * **Fix**: please report it, with the document if you can share it. There is no quick fix.
 */
import type { Check } from './check.ts';

export const internalError: Check = { code: 'internal-error', severity: 'error', ignorable: false };
