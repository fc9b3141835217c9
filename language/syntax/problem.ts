import type { Span } from './span.ts';

/**
 * A finding before it knows its file and its severity. Every phase below the checks returns these; the registry of
 * checks turns them into diagnostics, so a code's severity stands in one place.
 */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly related?: readonly RelatedPlace[];
  readonly suggestion?: string;
}

export interface RelatedPlace {
  readonly message: string;
  readonly span: Span;
  /** Absent = the file the problem stands in. */
  readonly file?: string;
}
