import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** Longer than an editor waits before it asks for the lenses of a text that was opened or changed. */
const SETTLED_MS = 1_000;

/**
 * An editor that loses the keyboard forgets that it was about to ask for lenses, and shows none, or those it remembers, which cannot be clicked,
 * until it has the keyboard again. Somebody who types and goes to the graph, or opens a graph beside a text, would see them so: it is told to ask
 * once more. `client`: the one of now.
 */
export function refreshLenses(client: () => Promise<LanguageClient> | null): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const refresh = async (): Promise<void> => {
    const feature = (await client()?.catch(() => null))?.getFeature('textDocument/codeLens');
    const providers = vscode.window.visibleTextEditors.map(({ document }) => feature?.getProvider(document));
    for (const provider of new Set(providers)) provider?.onDidChangeCodeLensEmitter.fire();
  };
  const changed = vscode.window.onDidChangeActiveTextEditor(() => {
    clearTimeout(timer);
    timer = setTimeout(() => void refresh(), SETTLED_MS);
  });
  return new vscode.Disposable(() => {
    clearTimeout(timer);
    changed.dispose();
  });
}
