import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { OpenDocuments } from './open-documents.ts';

/** What was last answered about a document, for an answer that goes on from it; forgotten with the document when it is closed. */
export class LastAnswers<T> {
  readonly #documents: OpenDocuments;
  /** The editor's buffer is one object for as long as it is open. */
  readonly #answers = new WeakMap<TextDocument, T>();

  constructor(documents: OpenDocuments) {
    this.#documents = documents;
  }

  get(uri: string): T | undefined {
    const document = this.#documents.get(uri);
    return document === undefined ? undefined : this.#answers.get(document.text);
  }

  set(uri: string, answer: T): void {
    const document = this.#documents.get(uri);
    if (document !== undefined) this.#answers.set(document.text, answer);
  }
}
