import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DocumentIndex } from '../language/document-index.ts';

/** The workflow a command is about: that of the active editor or graph, the only one, or one that is picked. */
export async function chooseWorkflow(documents: DocumentIndex, shown: vscode.Uri | null, title: string): Promise<vscode.Uri | null> {
  const all = (await documents.all()).filter(({ kind }) => kind === 'workflow').map((document) => ({ ...document, at: vscode.Uri.parse(document.uri) }));
  const active = vscode.window.activeTextEditor?.document.uri ?? shown;
  const own = all.find(({ at }) => at.toString() === active?.toString());
  if (own !== undefined) return own.at;
  const untitled = vscode.window.activeTextEditor?.document;
  if (untitled?.isUntitled === true && untitled.languageId === 'dagbook') return untitled.uri;
  if (all.length === 0) {
    const begin = l10n.t('New Workflow from Template');
    if ((await vscode.window.showInformationMessage(l10n.t('There is no workflow in this workspace yet.'), begin)) === begin) await vscode.commands.executeCommand('dagbook.new');
    return null;
  }
  const picked = await vscode.window.showQuickPick(all.map(({ name, path, description, at }) => ({ label: name ?? path, description: path, detail: description, at })), { title, matchOnDescription: true });
  return picked?.at ?? null;
}
