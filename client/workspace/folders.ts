import * as l10n from '@vscode/l10n';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { pickRow } from '../workbench/plain-window.ts';

/** A document as a runtime names it. */
export interface WorkspaceFile {
  readonly folder: vscode.WorkspaceFolder;
  /** Workspace-relative, with `/`. */
  readonly file: string;
}

/** Folders whose files are on the disk of this extension host: only there a runtime can work. */
export function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

/** Null for a document outside every local folder. An untitled one counts to the first folder, under its own name. */
export function workspaceFile(uri: vscode.Uri): WorkspaceFile | null {
  if (uri.scheme === 'untitled') {
    const [folder] = localFolders();
    return folder === undefined ? null : { folder, file: `${shortName(uri).replace(/\.ya?ml$/, '')}.workflow.yaml` };
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  if (folder?.uri.scheme !== 'file') return null;
  return { folder, file: path.relative(folder.uri.fsPath, uri.fsPath).split(path.sep).join('/') };
}

export function fileUri(folder: vscode.WorkspaceFolder, file: string): vscode.Uri {
  return vscode.Uri.joinPath(folder.uri, ...file.split('/'));
}

/** What a person calls a document: the last part of its path. Of one that is not saved yet the editor would tell the whole path. */
export function shortName(uri: vscode.Uri): string {
  return path.posix.basename(uri.path);
}

/** Why nothing can run here, in a sentence with what to do; null = it can. */
export function runningRefusal(): string | null {
  if ((vscode.workspace.workspaceFolders ?? []).length === 0) return l10n.t('Open a folder first: a run needs a place for its ledger.');
  if (localFolders().length === 0) return l10n.t('This workspace is virtual. Documents are checked and drawn; running them needs a folder on a disk.');
  if (!vscode.workspace.isTrusted) return l10n.t('This workspace is in Restricted Mode. Documents are checked and drawn; running them needs your trust.');
  return null;
}

/** The folder a command is about: of the given document, of the active editor, the only one, or one that is picked. */
export async function chooseFolder(uri?: vscode.Uri): Promise<vscode.WorkspaceFolder | null> {
  const from = uri ?? vscode.window.activeTextEditor?.document.uri;
  const own = from === undefined ? undefined : vscode.workspace.getWorkspaceFolder(from);
  if (own?.uri.scheme === 'file') return own;
  const folders = localFolders();
  if (folders.length <= 1) return folders[0] ?? null;
  const picked = await pickRow(folders.map((folder) => ({ label: folder.name, description: folder.uri.fsPath, folder })), { title: l10n.t('In which folder?') });
  return picked?.folder ?? null;
}
