import type { Diagnostic as LspDiagnostic } from 'vscode-languageserver/node';
import { shownDiagnostics, type Analysis } from '../language/index.ts';
import type { OpenDocuments } from './open-documents.ts';
import type { ServerWorkspace } from './server-workspace.ts';
import { toLspDiagnostic } from './to-lsp.ts';

export interface DiagnosticReport {
  /** The same as long as the diagnostics are the same objects. */
  readonly resultId: string;
  readonly items: readonly LspDiagnostic[];
}

/** About other files, which a document that lies in no folder cannot have; of a folder that lies on no disk only YAML is told. */
const NEEDS_FILES: ReadonlySet<string> = new Set(['agent-not-found', 'workflow-not-found', 'schema-not-found', 'unreadable-file', 'outside-workspace']);
const NEEDS_DISK: ReadonlySet<string> = new Set(['schema-not-found']);

/** Analyses as the protocol wants them, each translated once. */
export class DiagnosticReports {
  readonly #documents: OpenDocuments;
  readonly #manual: (code: string) => string | null;
  readonly #reports = new WeakMap<Analysis, DiagnosticReport>();
  #next = 1;

  constructor(documents: OpenDocuments, manual: (code: string) => string | null) {
    this.#documents = documents;
    this.#manual = manual;
  }

  report(workspace: ServerWorkspace, path: string): DiagnosticReport {
    const { session, settings } = workspace;
    const analysis = session.analysis(path);
    const known = this.#reports.get(analysis);
    if (known !== undefined) return known;
    const places = {
      linesOf: (file: string) => (file === path ? analysis.lines : session.lines(file)),
      uriOf: (file: string) => this.#documents.uriOf(workspace, file),
      manual: this.#manual,
    };
    const found = analysis.diagnostics.filter(({ code }) => workspace.root !== null || !(workspace.files === null ? NEEDS_FILES : NEEDS_DISK).has(code));
    const shown = shownDiagnostics(found, settings.severity);
    const report = { resultId: String(this.#next), items: shown.map((diagnostic) => toLspDiagnostic(diagnostic, places)) };
    this.#next += 1;
    this.#reports.set(analysis, report);
    return report;
  }
}
