import { sha256 } from './event.ts';

/** A row that is not what it was when it was written. */
export interface Tampering {
  readonly table: string;
  /** The row, by what names it best: an id, `run/seq`, a hash. */
  readonly row: string;
  readonly problem: string;
}

/** Says which row is not what it was. */
export type Report = (table: string, row: string, problem: string) => void;

/** A damaged page can hold anything, whatever its table says. */
export function hasHash(text: unknown, hash: string | null): boolean {
  return typeof text === 'string' && sha256(text) === hash;
}
