/**
 * # Aliases that multiply
 *
 * Aliases of aliases grow without bound: nine lines can stand for a billion values ("billion laughs"). Following the
 * aliases of a document may add 20,000 values at most.
 *
 * **Fix**: write less of the document with aliases. If you did not write it, do not trust it. There is no quick
 * fix: nothing of it is read.
 */
import type { Check } from './check.ts';

export const aliasBomb: Check = { code: 'alias-bomb', severity: 'error', ignorable: false };
