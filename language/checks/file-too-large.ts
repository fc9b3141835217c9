/**
 * # The file is too large
 *
 * Documents are read up to two million characters and up to 600,000 keys, values and marks, whichever comes first, and files
 * up to two thousand documents, so that a stray file cannot stall the editor. What people write reaches both at about 70,000
 * lines.
 *
 * **Fix**: move data out of the document, or split the workflow and call the parts with `workflow:`. There is
 * no quick fix: the file is not read.
 */
import type { Check } from './check.ts';

export const fileTooLarge: Check = { code: 'file-too-large', severity: 'error', ignorable: false };
