/**
 * # A file cannot be read
 *
 * The file that is checked, or one that it refers to, is there but cannot be read: its permissions, its size or what its
 * link leads to forbid it.
 *
 * **Fix**: make the file readable, or refer to another one. There is no quick fix: what keeps it from being read
 * lies outside the document.
 */
import type { Check } from './check.ts';

export const unreadableFile: Check = { code: 'unreadable-file', severity: 'error', ignorable: false };
