import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import type { Analysis } from '../checks/analyze-file.ts';

/** The document of ours an offset lies in. */
export function documentAt(analysis: Analysis, offset: number): AnalyzedDocument | null {
  return analysis.documents.findLast(({ document }) => document.span.start <= offset && offset <= document.span.end) ?? null;
}
