/**
 * # A number that JSON does not have
 *
 * `.nan`, `.inf` and numbers too large for a double have no JSON form, so they can neither be hashed nor sent to a model.
 *
 * **Fix**: leave the field out, or quote the value if it is meant as text.
 */
import type { Check } from './check.ts';

export const notANumber: Check = { code: 'not-a-number', severity: 'error', ignorable: false };
