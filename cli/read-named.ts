import { readFileSync } from 'node:fs';
import { DagbookError } from '../protocol/dagbook-error.ts';

/** The bytes of a file that a person named. Throws file-not-found, in their words. */
export function readNamed(absolute: string, named: string): Buffer {
  try {
    return readFileSync(absolute);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new DagbookError('file-not-found', code === 'ENOENT' ? `There is no file ${named}.` : code === 'EISDIR' ? `${named} is a folder, not a file.` : `${named} cannot be read (${code}).`);
  }
}
