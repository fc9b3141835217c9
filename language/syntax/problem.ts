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

/** The same finding further down or up in the text. */
export function shiftProblem(problem: Problem, by: number): Problem {
  if (by === 0) return problem;
  const span = { start: problem.span.start + by, end: problem.span.end + by };
  const related = problem.related?.map((place) => (place.file === undefined ? { ...place, span: { start: place.span.start + by, end: place.span.end + by } } : place));
  return related === undefined ? { ...problem, span } : { ...problem, span, related };
}
