import type { Connection } from 'vscode-languageserver/node';
import { shownDiagnostics, type IndexedDocument, type WorkspaceIndex } from '../language/index.ts';
import { DOCUMENTS_CHANGED, DOCUMENTS_REQUEST, type DocumentsAnswer } from '../protocol/language-requests.ts';
import type { WorkspaceDocument } from '../protocol/workspace-documents.ts';
import type { FeatureHost } from './feature-request.ts';
import type { OpenDocuments } from './open-documents.ts';
import type { ServerWorkspace } from './server-workspace.ts';
import { toRange } from './to-lsp.ts';
import type { Workspaces } from './workspaces.ts';

/** The documents of the open folders, for the lists and forms of our own editor side. */
export class DocumentLists {
  readonly #connection: Connection;
  readonly #workspaces: Workspaces;
  readonly #documents: OpenDocuments;
  /** Only who has asked knows what to do with the notification. */
  #asked = false;

  constructor(connection: Connection, workspaces: Workspaces, documents: OpenDocuments) {
    this.#connection = connection;
    this.#workspaces = workspaces;
    this.#documents = documents;
  }

  register(host: FeatureHost): void {
    this.#connection.onRequest(DOCUMENTS_REQUEST, async (): Promise<DocumentsAnswer> => {
      this.#asked = true;
      await host.ready();
      return this.#workspaces.folders().flatMap((workspace) => this.#listed(workspace));
    });
  }

  /** All files have been looked at since something changed. */
  changed(): void {
    if (this.#asked) void this.#connection.sendNotification(DOCUMENTS_CHANGED);
  }

  #listed(workspace: ServerWorkspace): readonly WorkspaceDocument[] {
    const index = workspace.session.index();
    return index.paths.flatMap((path) => {
      const found = index.at(path);
      const problems = found.length === 0 ? [] : problemsOf(workspace, path, found);
      return found.flatMap((document, place) => (document.kind === 'model-profile' ? [] : [this.#document(workspace, index, document, place, problems[place] ?? null)]));
    });
  }

  #document(workspace: ServerWorkspace, index: WorkspaceIndex, document: IndexedDocument, place: number, problems: WorkspaceDocument['problems']): WorkspaceDocument {
    const { path, kind, name, description, span, nameSpan, nodes, run } = document;
    const lines = workspace.session.lines(path);
    const family = kind === 'agent' || kind === 'states' ? kind : 'workflow';
    return {
      uri: this.#documents.uriOf(workspace, path),
      path,
      folder: workspace.uriOf(''),
      document: place,
      kind: family === 'agent' ? 'agent' : 'workflow',
      family,
      name,
      description,
      range: toRange(lines, span),
      nameRange: toRange(lines, nameSpan),
      adapter: run?.adapter ?? null,
      nodes: nodes.length,
      inputs: Object.entries(run?.inputs ?? {}).map(([input, declaration]) => ({ name: input, ...declaration })),
      models: modelsOf(index, document),
      capUsd: run?.capUsd ?? null,
      uses: index.usesOf(path).filter((use) => use.kind === kind && (index.at(path).length === 1 || use.reference === name)).length,
      problems,
    };
  }
}

/** Per document of a file; null where it has not been looked at since something changed. */
function problemsOf({ session, settings }: ServerWorkspace, path: string, documents: readonly IndexedDocument[]): readonly WorkspaceDocument['problems'][] {
  if (!session.isFresh(path)) return documents.map(() => null);
  const shown = shownDiagnostics(session.analysis(path).diagnostics, settings.severity);
  return documents.map((_, place) => {
    const from = place === 0 ? 0 : (documents[place]?.span.start ?? 0);
    const to = documents[place + 1]?.span.start ?? Infinity;
    const own = shown.filter(({ span }) => span.start >= from && span.start < to);
    return { errors: own.filter(({ severity }) => severity === 'error').length, warnings: own.filter(({ severity }) => severity === 'warning').length };
  });
}

function modelsOf(index: WorkspaceIndex, { kind, model, uses, run }: IndexedDocument): readonly string[] {
  if (kind === 'agent') return [model ?? index.defaultModel];
  const agents = uses.filter((use) => use.kind === 'agent' && use.target !== null).flatMap(({ target, reference }) => {
    const found = index.at(target ?? '').filter((document) => document.kind === 'agent');
    return found.length < 2 ? found : found.filter(({ name }) => name === reference);
  });
  const named = agents.map((agent) => agent.model ?? index.defaultModel);
  return [...new Set([...named, ...(run?.hints ?? []), ...(run?.defaultModel === true ? [index.defaultModel] : [])])].sort();
}
