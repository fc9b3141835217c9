import { LSPErrorCodes, ResponseError, type CancellationToken, type DocumentDiagnosticReport, type WorkspaceDiagnosticParams, type WorkspaceDiagnosticReport, type WorkspaceDocumentDiagnosticReport } from 'vscode-languageserver/node';
import type { DiagnosticReports } from './diagnostic-reports.ts';
import { giveWay } from './give-way.ts';
import type { OpenDocument, OpenDocuments } from './open-documents.ts';
import { TURN_MS } from './pushed-diagnostics.ts';
import type { ServerWorkspace } from './server-workspace.ts';
import type { Workspaces } from './workspaces.ts';

/** For editors that ask for diagnostics when they want them, of one document or of the whole workspace. */
export class PulledDiagnostics {
  canRefresh = false;
  readonly #workspaces: Workspaces;
  readonly #documents: OpenDocuments;
  readonly #reports: DiagnosticReports;
  readonly #onRead: () => void;
  readonly #refresh: () => void;
  /** Answers of `workspace` that wait for something to change. */
  readonly #waiting = new Set<() => void>();
  #staleCheck: NodeJS.Timeout | null = null;

  /** `onRead`: a long document has been read for the first time. */
  constructor(workspaces: Workspaces, documents: OpenDocuments, reports: DiagnosticReports, onRead: () => void, refresh: () => void) {
    this.#workspaces = workspaces;
    this.#documents = documents;
    this.#reports = reports;
    this.#onRead = onRead;
    this.#refresh = refresh;
  }

  async document(uri: string, previousResultId: string | undefined, token: CancellationToken): Promise<DocumentDiagnosticReport> {
    stopIfCancelled(token);
    const locate = (): Pick<OpenDocument, 'workspace' | 'path'> => this.#documents.get(uri) ?? this.#workspaces.locate(uri);
    const asked = locate();
    let isNew = false;
    while (asked.workspace.session.readOn(asked.path)) {
      isNew = true;
      await giveWay();
      stopIfCancelled(token);
    }
    // It may have moved to another folder meanwhile.
    const { workspace, path } = locate();
    const { resultId, items } = this.#reports.report(workspace, path);
    if (isNew) this.#onRead();
    return resultId === previousResultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items: [...items] };
  }

  /** Files that are not open, and only those of which there is something new to say; waits until there is. */
  async workspace({ previousResultIds }: WorkspaceDiagnosticParams, token: CancellationToken): Promise<WorkspaceDiagnosticReport> {
    const previous = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    for (;;) {
      const items = await this.#news(previous, token);
      if (items.length > 0 || token.isCancellationRequested) return { items };
      await new Promise<void>((resolve) => {
        const go = (): void => {
          this.#waiting.delete(go);
          resolve();
        };
        this.#waiting.add(go);
        token.onCancellationRequested(go);
      });
      stopIfCancelled(token);
    }
  }

  /** The editor asks again for the document itself; others that depend on it have to be named by us. */
  changed(_document: OpenDocument): void {
    this.#staleCheck ??= setTimeout(() => {
      this.#staleCheck = null;
      if (this.#workspaces.all().some(({ session }) => session.takeStale().length > 0)) this.othersChanged();
    }, 100);
  }

  othersChanged(): void {
    if (this.canRefresh) this.#refresh();
    for (const go of [...this.#waiting]) go();
  }

  async #news(previous: ReadonlyMap<string, string>, token: CancellationToken): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    const seen = new Set<string>();
    let turnEnd = performance.now() + TURN_MS;
    for (const workspace of this.#workspaces.folders()) {
      for (const path of workspace.session.paths()) {
        if (performance.now() > turnEnd) {
          await new Promise<void>((resolve) => setImmediate(resolve));
          stopIfCancelled(token);
          turnEnd = performance.now() + TURN_MS;
        }
        if (workspace.session.isOpen(path)) continue;
        const item = this.#item(workspace, path, previous);
        seen.add(workspace.uriOf(path));
        if (item !== null) items.push(item);
      }
    }
    // What is gone has nothing wrong any more.
    for (const uri of previous.keys()) {
      const open = this.#documents.get(uri) !== undefined;
      if (!seen.has(uri) && !open) items.push({ kind: 'full', uri, version: null, items: [] });
    }
    return items;
  }

  #item(workspace: ServerWorkspace, path: string, previous: ReadonlyMap<string, string>): WorkspaceDocumentDiagnosticReport | null {
    const uri = workspace.uriOf(path);
    const { resultId, items } = this.#reports.report(workspace, path);
    const before = previous.get(uri);
    if (before === resultId || (before === undefined && items.length === 0)) return null;
    return { kind: 'full', uri, version: null, resultId, items: [...items] };
  }
}

function stopIfCancelled(token: CancellationToken): void {
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
}
