import { LSPErrorCodes, ResponseError, type CancellationToken, type Location, type Position, type Range, type TextEdit as LspTextEdit, type WorkspaceEdit } from 'vscode-languageserver/node';
import type { Settings } from '../disk/settings.ts';
import type { FeatureContext, FileChange, LineIndex, Place, Span, TextEdit } from '../language/index.ts';
import type { OpenDocuments } from './open-documents.ts';
import type { ServerWorkspace } from './server-workspace.ts';
import { toOffset, toRange } from './to-lsp.ts';
import type { Workspaces } from './workspaces.ts';

/** A request about one document, with the translations between its places and the editor's. */
export class FeatureRequest {
  readonly uri: string;
  readonly context: FeatureContext;
  readonly lines: LineIndex;
  readonly settings: Settings;
  readonly #workspace: ServerWorkspace;
  readonly #documents: OpenDocuments;

  constructor(uri: string, context: FeatureContext, workspace: ServerWorkspace, documents: OpenDocuments) {
    this.uri = uri;
    this.context = context;
    this.lines = context.analysis.lines;
    this.settings = workspace.settings;
    this.#workspace = workspace;
    this.#documents = documents;
  }

  offset(position: Position): number {
    return toOffset(this.lines, position);
  }

  span({ start, end }: Range): Span {
    return { start: this.offset(start), end: this.offset(end) };
  }

  range(span: Span): Range {
    return toRange(this.lines, span);
  }

  uriOf(file: string): string {
    return this.#documents.uriOf(this.#workspace, file);
  }

  rangeIn(file: string, span: Span): Range {
    return toRange(file === this.context.file ? this.lines : this.#workspace.session.lines(file), span);
  }

  location({ file, span }: Place): Location {
    return { uri: this.uriOf(file), range: this.rangeIn(file, span) };
  }

  edit(changes: readonly FileChange[]): WorkspaceEdit {
    return workspaceEdit(changes, this.#workspace, this.#documents);
  }
}

/** Edits of documents that are open are bound to the version they were made for. */
export function workspaceEdit(changes: readonly FileChange[], workspace: ServerWorkspace, documents: OpenDocuments): WorkspaceEdit {
  const uriOf = (file: string): string => documents.uriOf(workspace, file);
  return {
    documentChanges: changes.flatMap((change): NonNullable<WorkspaceEdit['documentChanges']> => {
      switch (change.kind) {
        case 'edit': {
          const uri = uriOf(change.file);
          const lines = workspace.session.lines(change.file);
          return [{ textDocument: { uri, version: documents.get(uri)?.text.version ?? null }, edits: change.edits.map((edit) => toTextEdit(lines, edit)) }];
        }
        case 'create': {
          const uri = uriOf(change.file);
          const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
          return [{ kind: 'create', uri, options: { ignoreIfExists: true } }, { textDocument: { uri, version: null }, edits: [{ range, newText: change.text }] }];
        }
        case 'rename':
          return [{ kind: 'rename', oldUri: uriOf(change.from), newUri: workspace.uriOf(change.to) }];
      }
    }),
  };
}

export function toTextEdit(lines: LineIndex, { span, newText }: TextEdit): LspTextEdit {
  return { range: toRange(lines, span), newText };
}

/** What the adapters of features are given to answer with. */
export interface FeatureHost {
  readonly workspaces: Workspaces;
  readonly documents: OpenDocuments;
  /** Settings known. */
  readonly ready: () => Promise<void>;
  /** Every file has been looked at: for what must not miss one. */
  readonly settled: () => Promise<void>;
  readonly bug: (doing: string, error: unknown) => void;
  /** Language ids whose documents another server looks after: they get the little that no other has. */
  readonly limited: (languageId: string) => boolean;
}

interface OfDocument {
  readonly textDocument: { readonly uri: string };
}

/** For features that every document gets: hover, definition and code lens. */
export function always<P extends OfDocument, R>(host: FeatureHost, name: string, none: R, answer: (request: FeatureRequest, params: P) => R): (params: P, token: CancellationToken) => Promise<R> {
  return async (params, token) => {
    await host.ready();
    // Whoever asked has gone on meanwhile, or the text is another one by now.
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Cancelled.');
    const { uri } = params.textDocument;
    try {
      const { workspace, path } = host.documents.get(uri) ?? host.workspaces.locate(uri);
      const context = workspace.session.context(path);
      return context === null ? none : answer(new FeatureRequest(uri, context, workspace, host.documents), params);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      host.bug(`in ${name} of ${uri}`, error);
      return none;
    }
  };
}

/** For what reaches into every file: it waits until all have been looked at. */
export function everywhere<P extends OfDocument, R>(host: FeatureHost, name: string, none: R, answer: (request: FeatureRequest, params: P) => R, offer = usually): (params: P, token: CancellationToken) => Promise<R> {
  const act = offer(host, name, none, answer);
  return async (params, token) => {
    await host.settled();
    return await act(params, token);
  };
}

/** For features that another server offers too. */
export function usually<P extends OfDocument, R>(host: FeatureHost, name: string, none: R, answer: (request: FeatureRequest, params: P) => R): (params: P, token: CancellationToken) => Promise<R> {
  const act = always(host, name, none, answer);
  return async (params, token) => (host.limited(host.documents.get(params.textDocument.uri)?.languageId ?? '') ? none : await act(params, token));
}
