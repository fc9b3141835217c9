import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** Longer than an editor waits before it asks for the lenses of a text that was opened or changed. */
const SETTLED_MS = 1_000;

/**
 * An editor that loses the keyboard forgets that it was about to ask for lenses, and shows none, or those it remembers, which cannot be clicked,
 * until it has the keyboard again. Somebody who types and goes to the graph, the side bar or a terminal, or opens a graph beside a text, would see
 * them so. Nothing tells where the keyboard goes: whoever has not asked when a text has come to rest is told to ask once more. Where another editor
 * became the active one all are told, because one that shows a document anew may show lenses that it remembers.
 */
export class LensRefresh implements vscode.Disposable {
  readonly #client: () => Promise<LanguageClient> | null;
  /** Which version of a document lenses were asked for last. */
  readonly #asked = new WeakMap<vscode.TextDocument, number>();
  readonly #listening: vscode.Disposable;
  /** By document that has changed; null = another editor became the active one. */
  readonly #timers = new Map<vscode.TextDocument | null, NodeJS.Timeout>();

  /** `client`: the one of now. */
  constructor(client: () => Promise<LanguageClient> | null) {
    this.#client = client;
    this.#listening = vscode.Disposable.from(
      vscode.window.onDidChangeActiveTextEditor(() => { this.#once(null, () => true); }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#once(document, (shown) => shown === document && this.#asked.get(shown) !== shown.version);
      }),
    );
  }

  /** An editor asks for the lenses of a document as it is now. */
  asked(document: vscode.TextDocument): void {
    this.#asked.set(document, document.version);
  }

  dispose(): void {
    this.#listening.dispose();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** When this has come to rest. Each document has a timer of its own: one that changes all the time, such as a log, keeps no other waiting. */
  #once(key: vscode.TextDocument | null, isMeant: (shown: vscode.TextDocument) => boolean): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => {
      this.#timers.delete(key);
      void this.#tell(isMeant);
    }, SETTLED_MS));
  }

  async #tell(isMeant: (shown: vscode.TextDocument) => boolean): Promise<void> {
    const shown = vscode.window.visibleTextEditors.map(({ document }) => document).filter(isMeant);
    if (shown.length === 0) return;
    const feature = (await this.#client()?.catch(() => null))?.getFeature('textDocument/codeLens');
    for (const provider of new Set(shown.map((document) => feature?.getProvider(document)))) provider?.onDidChangeCodeLensEmitter.fire();
  }
}
