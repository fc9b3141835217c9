/**
 * # The file is too large
 *
 * Documents are read up to two million characters, and files up to two thousand documents, so that a stray file cannot
 * stall the editor.
 *
 * **Fix**: move data out of the document, or split the workflow and call the parts with `workflow:`.
 */
import type { Check } from './check.ts';

export const fileTooLarge: Check = { code: 'file-too-large', severity: 'error', ignorable: false };
