import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { WorkspaceDocument } from '../../protocol/workspace-documents.ts';
import { documentAt } from '../language/choose-document.ts';
import type { DocumentIndex } from '../language/document-index.ts';
import { shortName } from '../workspace/folders.ts';
import { inform, pickRow } from './plain-window.ts';

/** Null = there is none, or the person left. `kinds`: all that can be meant, if not workflows alone. */
export type ChooseWorkflow = (title: string, kinds?: readonly WorkspaceDocument['kind'][]) => Promise<vscode.Uri | null>;

/** The document a command is about: that of the active editor or graph, or one that is picked. */
export async function chooseWorkflow(documents: DocumentIndex, shown: vscode.Uri | null, title: string, kinds: readonly WorkspaceDocument['kind'][] = ['workflow']): Promise<vscode.Uri | null> {
  const all = (await documents.all()).filter(({ kind }) => kinds.includes(kind)).map((document) => ({ ...document, at: vscode.Uri.parse(document.uri) }));
  const active = vscode.window.activeTextEditor?.document.uri ?? shown;
  const own = all.find(({ at }) => at.toString() === active?.toString());
  if (own !== undefined) return own.at;
  const untitled = vscode.window.activeTextEditor?.document;
  if (untitled?.isUntitled === true && untitled.languageId === 'dagbook') return untitled.uri;
  if (all.length === 0) {
    const begin = l10n.t('New Workflow from Template');
    if ((await inform(l10n.t('There is no workflow in this workspace yet.'), begin)) === begin) await vscode.commands.executeCommand('dagbook.new');
    return null;
  }
  const picked = await pickRow(all.map(({ name, path, description, at }) => ({ label: name ?? path, description: path, detail: description, at })), { title, matchOnDescription: true });
  return picked?.at ?? null;
}

/** Of a file's workflows the one of this name, the only one, that at the cursor, or one that is picked. Null = there is none, or the person left. */
export async function chooseAmong(workflows: readonly WorkspaceDocument[], uri: vscode.Uri, name: string | null): Promise<WorkspaceDocument | null> {
  const named = workflows.find((document) => name !== null && document.name === name);
  if (named !== undefined || workflows.length <= 1) return named ?? workflows[0] ?? null;
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.toString() === uri.toString()) return documentAt(workflows, editor.selection.active);
  const rows = workflows.map((document) => ({ label: document.name ?? document.path, description: document.description, document }));
  return (await pickRow(rows, { title: l10n.t('Which workflow of {0}?', shortName(uri)) }))?.document ?? null;
}
