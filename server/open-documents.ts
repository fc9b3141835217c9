import { TextDocument } from 'vscode-languageserver-textdocument';
import type { DidChangeTextDocumentParams, DidOpenTextDocumentParams } from 'vscode-languageserver/node';
import type { ServerWorkspace } from './server-workspace.ts';
import type { Workspaces } from './workspaces.ts';

/** A document an editor has open, with the workspace that answers for it. */
export interface OpenDocument {
  readonly uri: string;
  readonly path: string;
  readonly languageId: string;
  readonly workspace: ServerWorkspace;
  readonly text: TextDocument;
}

/** The buffers of the editor. What they hold goes to the session of their workspace at once; nothing is analysed here. */
export class OpenDocuments {
  readonly #workspaces: Workspaces;
  readonly #documents = new Map<string, OpenDocument>();

  constructor(workspaces: Workspaces) {
    this.#workspaces = workspaces;
  }

  get(uri: string): OpenDocument | undefined {
    return this.#documents.get(uri);
  }

  all(): readonly OpenDocument[] {
    return [...this.#documents.values()];
  }

  opened({ textDocument: { uri, languageId, version, text } }: DidOpenTextDocumentParams): OpenDocument {
    const located = this.#workspaces.locate(uri);
    const document = { uri, languageId, ...located, text: TextDocument.create(uri, languageId, version, text) };
    this.#documents.set(uri, document);
    located.workspace.session.setText(located.path, text);
    // Where its lines begin it finds out when it is first asked: now, when nobody types yet.
    document.text.positionAt(text.length);
    return document;
  }

  changed({ textDocument: { uri, version }, contentChanges }: DidChangeTextDocumentParams): OpenDocument | undefined {
    const document = this.#documents.get(uri);
    if (document === undefined) return undefined;
    // It changes the very object, and answers with it.
    TextDocument.update(document.text, contentChanges, version);
    document.workspace.session.setText(document.path, document.text.getText());
    return document;
  }

  closed(uri: string): OpenDocument | undefined {
    const document = this.#documents.get(uri);
    if (document === undefined) return undefined;
    this.#documents.delete(uri);
    document.workspace.session.dropText(document.path);
    if (document.workspace.files === null) this.#workspaces.forgetLone(uri);
    return document;
  }

  /** Folders or settings have changed: every document finds its workspace anew, and fills its session. */
  relocate(): void {
    for (const document of this.all()) {
      const located = this.#workspaces.locate(document.uri);
      if (located.workspace !== document.workspace) {
        document.workspace.session.dropText(document.path);
        if (document.workspace.files === null) this.#workspaces.forgetLone(document.uri);
      }
      this.#documents.set(document.uri, { ...document, ...located });
      located.workspace.session.setText(located.path, document.text.getText());
    }
  }

  /** The URI an editor has given a file, where it has it open; editors write them differently. */
  uriOf(workspace: ServerWorkspace, file: string): string {
    const open = this.all().find((document) => document.workspace === workspace && document.path === file);
    return open?.uri ?? workspace.uriOf(file);
  }
}
