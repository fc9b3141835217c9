import * as vscode from 'vscode';
import { DOCUMENTS_CHANGED, DOCUMENTS_REQUEST, type DocumentsAnswer } from '../../protocol/language-requests.ts';
import type { WorkspaceDocument } from '../../protocol/workspace-documents.ts';
import { Signal, type Disposable } from '../signal.ts';
import type { LanguageService } from './language-service.ts';

/** The documents of the open folders as the language server last told them. */
export class DocumentIndex implements vscode.Disposable {
  readonly #language: LanguageService;
  #documents: Promise<DocumentsAnswer> | null = null;
  readonly #restarts: Disposable;

  readonly changed = new Signal<void>();

  constructor(language: LanguageService) {
    this.#language = language;
    this.#restarts = language.started.listen(() => { this.#forget(); });
    language.onNotification(DOCUMENTS_CHANGED, () => { this.#forget(); });
  }

  /** Starts the server where it does not run. */
  all(): Promise<DocumentsAnswer> {
    this.#documents ??= this.#ask();
    return this.#documents;
  }

  async at(uri: vscode.Uri): Promise<readonly WorkspaceDocument[]> {
    const key = uri.toString();
    // The server writes URIs its own way (`%3A` or `:`): compared as the editor reads them.
    return (await this.all()).filter((document) => vscode.Uri.parse(document.uri).toString() === key);
  }

  dispose(): void {
    this.#restarts.dispose();
  }

  /** A failure is not kept: the next one who wants to know asks again. */
  async #ask(): Promise<DocumentsAnswer> {
    try {
      return await this.#language.request<DocumentsAnswer>(DOCUMENTS_REQUEST, {});
    } catch (error) {
      this.#documents = null;
      throw error;
    }
  }

  #forget(): void {
    this.#documents = null;
    this.changed.fire();
  }
}
