import type { DiskWorkspace } from '../disk/open-workspace.ts';
import type { Diagnostic, Span } from '../language/index.ts';
import { bugDiagnostic, LineIndex, shownDiagnostics } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Analyse } from './analysis.ts';
import type { Finding, Place } from './finding.ts';
import { compareFindings } from './finding.ts';
import type { Target } from './targets.ts';
import { shownPath } from './targets.ts';

export interface Checked {
  readonly findings: readonly Finding[];
  /** How many documents of ours were found in the files. */
  readonly documents: number;
  /** Files that the person named and that hold no document of ours. */
  readonly notOurs: readonly string[];
  /** What was thrown while looking at a file: bugs, each of which is also a finding. */
  readonly bugs: readonly unknown[];
}

/** Never throws over what a file holds. */
export function checkFiles(targets: readonly Target[], cwd: string, analyse: Analyse): Checked {
  const places = new PlaceFinder(cwd);
  const findings = new Map<string, Finding>();
  const notOurs: string[] = [];
  const bugs: unknown[] = [];
  let documents = 0;
  for (const { workspace, file, named } of targets) {
    try {
      const analysed = analyse(file, workspace);
      documents += analysed.documents.length;
      for (const diagnostic of shownDiagnostics(analysed.diagnostics, workspace.allSettings().severity)) {
        const finding = places.finding(workspace, diagnostic);
        findings.set(JSON.stringify([finding.shown, finding.line, finding.column, finding.code, finding.message]), finding);
      }
      if (named && analysed.documents.length === 0 && analysed.diagnostics.length === 0) notOurs.push(shownPath(workspace, file, cwd));
    } catch (error) {
      if (error instanceof DagbookError) throw error;
      // An empty list must never be a lie: a check that broke is itself a finding.
      bugs.push(error);
      const finding = places.finding(workspace, bugDiagnostic(file, error));
      findings.set(JSON.stringify([finding.shown, 'bug']), finding);
    }
  }
  return { findings: [...findings.values()].sort(compareFindings), documents, notOurs, bugs };
}

/** What was said about documents of one workspace, with places instead of offsets, in order. */
export function findingsOf(workspace: DiskWorkspace, diagnostics: readonly Diagnostic[], cwd: string): readonly Finding[] {
  const places = new PlaceFinder(cwd);
  return diagnostics.map((diagnostic) => places.finding(workspace, diagnostic)).sort(compareFindings);
}

/** Turns offsets into places, reading and indexing each file once. */
class PlaceFinder {
  readonly #cwd: string;
  readonly #texts = new Map<string, { readonly text: string | null; readonly index: LineIndex }>();

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  finding(workspace: DiskWorkspace, { code, severity, message, file, span, related }: Diagnostic): Finding {
    return {
      ...this.#place(workspace, file, span),
      code,
      severity,
      message,
      related: related.map((other) => ({ ...this.#place(workspace, other.file, other.span), message: other.message })),
      text: this.#file(workspace, file).text,
      shown: shownPath(workspace, file, this.#cwd),
    };
  }

  #place(workspace: DiskWorkspace, file: string, span: Span): Place {
    const { index } = this.#file(workspace, file);
    const start = index.at(span.start);
    const end = index.at(span.end);
    return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
  }

  #file(workspace: DiskWorkspace, file: string): { readonly text: string | null; readonly index: LineIndex } {
    const key = `${workspace.root}\0${file}`;
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const read = workspace.read(file);
    const text = read.kind === 'text' ? read.text : null;
    const made = { text, index: new LineIndex(text ?? '') };
    this.#texts.set(key, made);
    return made;
  }
}
