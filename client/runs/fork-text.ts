import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/run-records.ts';
import { pickRow, sayBriefly } from '../workbench/plain-window.ts';
import { fileUri } from '../workspace/folders.ts';

/**
 * Whether a fork stands on the documents as they are now (`true`), or on the versions of its parent. Asked where both
 * are possible; null = the person left.
 */
export async function forksEdited(folder: vscode.WorkspaceFolder, run: RunRecord, now: boolean): Promise<boolean | null> {
  const source = run.source_path === null ? null : fileUri(folder, run.source_path);
  const there = source !== null && (await vscode.workspace.fs.stat(source).then(() => true, () => false));
  if (!there) return false;
  const edited = now || (await ask(run));
  // A fork locks files; what only stands in an editor would be left out without a word.
  if (edited === true) await saveOpen(folder);
  return edited;
}

async function ask(run: RunRecord): Promise<boolean | null> {
  const rows = [
    { label: l10n.t('As the documents are now'), detail: l10n.t('The workflow and its agents are locked anew; what was changed since counts.'), edited: true },
    { label: l10n.t('As they were then'), detail: l10n.t('Version {0}, {1}, with the agents of that run.', run.version, run.spec_hash.slice(0, 8)), edited: false },
  ];
  // Asked from a panel too, which may take the keyboard back a moment later.
  const picked = await pickRow(rows, { title: l10n.t('Fork {0}: on which text?', run.workflow_name), ignoreFocusOut: true });
  return picked?.edited ?? null;
}

async function saveOpen(folder: vscode.WorkspaceFolder): Promise<void> {
  const open = vscode.workspace.textDocuments.filter((document) => document.isDirty && document.uri.scheme === 'file' && ['dagbook', 'yaml'].includes(document.languageId) && vscode.workspace.getWorkspaceFolder(document.uri)?.uri.toString() === folder.uri.toString());
  for (const document of open) await document.save();
  if (open.length > 0) sayBriefly('save', l10n.t('Saved first: a fork locks the files.'), 5_000);
}
