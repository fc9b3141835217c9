import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { warn } from '../workbench/plain-window.ts';
import { localFolders, runningRefusal } from '../workspace/folders.ts';

/** Says why nothing can run, with one button that leads on. True = it can. */
export async function mayRun(): Promise<boolean> {
  const refusal = runningRefusal();
  if (refusal === null) return true;
  const [button, command] = wayOut();
  if ((await warn(refusal, button)) === button) await vscode.commands.executeCommand(command);
  return false;
}

function wayOut(): readonly [button: string, command: string] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length > 0 && localFolders().length > 0) return [l10n.t('Manage Workspace Trust'), 'workbench.trust.manage'];
  return [l10n.t('Open Folder'), 'vscode.openFolder'];
}
