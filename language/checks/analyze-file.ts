import type { Diagnostic } from '../diagnostic.ts';
import { DocumentLibrary } from '../documents/references/document-library.ts';
import { LineIndex } from '../syntax/line-index.ts';
import type { Workspace } from '../workspace.ts';
import { analyzeDocuments, toDiagnostic, type AnalyzedDocument, type LanguageDependencies } from './analyze-documents.ts';
import { readFailure } from './read-failure.ts';

/** Everything there is to say about one file. Empty of both when nothing in it is ours. */
export interface Analysis {
  readonly path: string;
  readonly documents: readonly AnalyzedDocument[];
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
  /** Offsets of this file to lines and columns. */
  readonly lines: LineIndex;
}

export interface AnalyzeOptions extends LanguageDependencies {
  /** The text instead of the file's: an editor's unsaved buffer. Not together with `library`. */
  readonly text?: string;
  /** Share one among the files of one `check`, so that each document is parsed once. */
  readonly library?: DocumentLibrary;
}

export function analyzeFile(path: string, workspace: Workspace, options: AnalyzeOptions): Analysis {
  const analysis = openAnalysis(path, workspace, options);
  // A bug in a check shows here, to whoever asked for the analysis.
  return { ...analysis };
}

/** As `analyzeFile`, but the checks run when somebody asks for the diagnostics. */
export function openAnalysis(path: string, workspace: Workspace, options: AnalyzeOptions): Analysis {
  const library = options.library ?? new DocumentLibrary(workspace, options.text === undefined ? null : { path, text: options.text });
  const found = library.file(path);
  if (found.kind !== 'file') return { path, documents: [], diagnostics: [readFailure(path, found)], lines: new LineIndex('') };
  const analyzed = analyzeDocuments(found.file, library, options);
  const { documents, lines } = analyzed;
  return { path, documents, get diagnostics() { return analyzed.diagnostics; }, lines };
}

/** What is shown where a bug of ours has kept a file from being analysed: the boundary that catches it calls this. */
export function bugDiagnostic(path: string, error: unknown): Diagnostic {
  const reason = error instanceof Error ? error.message : String(error);
  return toDiagnostic({ code: 'internal-error', message: `Dagbook failed on this file, so nothing else is said about it: ${reason}. Please report it.`, span: { start: 0, end: 0 } }, path);
}
