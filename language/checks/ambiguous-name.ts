/**
 * # A name that means two things
 *
 * Two documents of the workspace have the name that is referred to, or the file that is named holds more than one.
 *
 * **Fix**: refer to one by its path or its name, or rename one of them.
 */
import type { Check } from './check.ts';

export const ambiguousName: Check = { code: 'ambiguous-name', severity: 'error', ignorable: false };
