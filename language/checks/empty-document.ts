/**
 * # An empty document
 *
 * By its path or name the file is a workflow, an agent or a model profile, but nothing stands in it.
 *
 * **Fix**: begin with the fields that the message names.
 */
import type { Check } from './check.ts';

export const emptyDocument: Check = { code: 'empty-document', severity: 'error', ignorable: false };
