import * as vscode from 'vscode';
import type { DocumentIndex } from '../language/document-index.ts';
import { documentAt } from '../language/choose-document.ts';

/** `dagbook.documentKind` of the active editor: `workflow`, `states`, `agent`, or nothing where it is not ours. */
export function keepDocumentKind(documents: DocumentIndex): vscode.Disposable {
  let last: string | undefined;
  const keep = async (): Promise<void> => {
    const kind = await kindOf(documents, vscode.window.activeTextEditor);
    if (kind === last) return;
    last = kind;
    await vscode.commands.executeCommand('setContext', 'dagbook.documentKind', kind);
  };
  void keep();
  return vscode.Disposable.from(vscode.window.onDidChangeActiveTextEditor(() => void keep()), documents.changed.listen(() => void keep()));
}

async function kindOf(documents: DocumentIndex, editor: vscode.TextEditor | undefined): Promise<string | undefined> {
  if (editor === undefined || !['dagbook', 'yaml'].includes(editor.document.languageId)) return undefined;
  try {
    return documentAt(await documents.at(editor.document.uri), editor.selection.active)?.family;
  } catch {
    // The server does not run; that is told where it was started.
    return undefined;
  }
}
