import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import type { DiagnosticReports } from './diagnostic-reports.ts';
import { giveWay } from './give-way.ts';
import type { OpenDocument, OpenDocuments } from './open-documents.ts';

/**
 * How long work may go on before waiting requests get their turn. From its arrival to its answer a request passes through
 * the event loop about four times, and each time it waits for one of these.
 */
export const TURN_MS = 6;

/**
 * For editors that do not ask for diagnostics. What was typed in comes first, in the very next turn: there is no delay
 * in front of it, and of many changes that wait already only the last is analysed.
 */
export class PushedDiagnostics {
  readonly #documents: OpenDocuments;
  readonly #reports: DiagnosticReports;
  readonly #onRead: () => void;
  readonly #send: (params: PublishDiagnosticsParams) => void;
  /** URIs in the order in which they are due. */
  readonly #due = new Set<string>();
  readonly #shown = new Map<string, string>();
  /** URIs of long documents that are read for the first time. */
  readonly #reading = new Set<string>();
  #scheduled = false;

  /** `onRead`: a long document has been read for the first time. */
  constructor(documents: OpenDocuments, reports: DiagnosticReports, onRead: () => void, send: (params: PublishDiagnosticsParams) => void) {
    this.#documents = documents;
    this.#reports = reports;
    this.#onRead = onRead;
    this.#send = send;
  }

  changed(document: OpenDocument): void {
    // Behind nothing: what a person types in is what they look at.
    const others = [...this.#due].filter((uri) => uri !== document.uri);
    this.#due.clear();
    this.#due.add(document.uri);
    for (const uri of others) this.#due.add(uri);
    this.#schedule();
  }

  everything(): void {
    for (const { uri } of this.#documents.all()) this.#due.add(uri);
    this.#schedule();
  }

  closed({ uri }: OpenDocument): void {
    this.#due.delete(uri);
    this.#reading.delete(uri);
    this.#shown.delete(uri);
    this.#send({ uri, diagnostics: [] });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => { this.#turn(); });
  }

  #turn(): void {
    this.#scheduled = false;
    const end = performance.now() + TURN_MS;
    for (const uri of this.#due) {
      const document = this.#documents.get(uri);
      // It stays the one that comes first, but requests come in between.
      if (document?.workspace.session.readOn(document.path) === true) {
        this.#scheduled = true;
        this.#reading.add(uri);
        void giveWay().then(() => { this.#turn(); });
        return;
      }
      this.#due.delete(uri);
      if (document !== undefined) this.#publish(document);
      if (performance.now() > end) break;
    }
    if (this.#due.size > 0) this.#schedule();
  }

  #publish({ uri, path, workspace, text }: OpenDocument): void {
    const report = this.#reports.report(workspace, path);
    if (this.#reading.delete(uri)) this.#onRead();
    const shown = `${report.resultId} ${text.version}`;
    if (this.#shown.get(uri) !== shown) this.#send({ uri, version: text.version, diagnostics: [...report.items] });
    this.#shown.set(uri, shown);
    for (const other of workspace.session.takeStale()) {
      const dependent = this.#documents.get(this.#documents.uriOf(workspace, other));
      if (dependent !== undefined) this.#due.add(dependent.uri);
    }
  }
}
