import * as vscode from 'vscode';
import { DOCUMENTS_CHANGED, DOCUMENTS_REQUEST, type DocumentsAnswer } from '../../protocol/language-requests.ts';
import type { WorkspaceDocument } from '../../protocol/workspace-documents.ts';
import { Signal } from '../signal.ts';
import type { LanguageService } from './language-service.ts';

/** The documents of the open folders as the language server last told them. */
export class DocumentIndex implements vscode.Disposable {
  readonly #language: LanguageService;
  #documents: Promise<DocumentsAnswer> | null = null;
  #listening: Promise<vscode.Disposable> | null = null;

  readonly changed = new Signal<void>();

  constructor(language: LanguageService) {
    this.#language = language;
  }

  /** Starts the server where it does not run. */
  all(): Promise<DocumentsAnswer> {
    this.#listening ??= this.#language.onNotification(DOCUMENTS_CHANGED, () => { this.#forget(); });
    this.#documents ??= this.#language.request<DocumentsAnswer>(DOCUMENTS_REQUEST, {});
    return this.#documents;
  }

  async at(uri: vscode.Uri): Promise<readonly WorkspaceDocument[]> {
    const key = uri.toString();
    // The server writes URIs its own way (`%3A` or `:`): compared as the editor reads them.
    return (await this.all()).filter((document) => vscode.Uri.parse(document.uri).toString() === key);
  }

  dispose(): void {
    void this.#listening?.then((listening) => { listening.dispose(); }).catch(() => undefined);
  }

  #forget(): void {
    this.#documents = null;
    this.changed.fire();
  }
}
