import type { Severity } from '../language/index.ts';

export interface Place {
  /** Workspace-relative POSIX path. */
  readonly file: string;
  /** All four count from 1; columns in UTF-16 units; the end is exclusive. */
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A diagnostic with its offsets turned into lines and columns. */
export interface Finding extends Place {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly related: readonly (Place & { readonly message: string })[];
  /** The text it was found in, for the code frame; null when it could not be read. */
  readonly text: string | null;
  /** The path as the shell that called us would write it. */
  readonly shown: string;
}

/** By file, then by place. */
export function compareFindings(a: Finding, b: Finding): number {
  if (a.shown !== b.shown) return a.shown < b.shown ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
}
