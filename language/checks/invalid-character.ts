/**
 * # Half a character
 *
 * `"\ud83d"` is one half of a surrogate pair. It is no character, UTF-8 cannot hold it, and so no hash can be made of it.
 *
 * **Fix**: complete the pair, write the character itself, or remove the escape.
 */
import type { Check } from './check.ts';

export const invalidCharacter: Check = { code: 'invalid-character', severity: 'error', ignorable: false };
