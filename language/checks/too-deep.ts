/**
 * # Nested too deeply
 *
 * Mappings and lists may stand 100 deep in one another, aliases followed. No document that a person wrote comes near.
 *
 * **Fix**: flatten the data, or move it into a file of its own. There is no quick fix: only its author
 * knows what belongs together.
 */
import type { Check } from './check.ts';

export const tooDeep: Check = { code: 'too-deep', severity: 'error', ignorable: false };
