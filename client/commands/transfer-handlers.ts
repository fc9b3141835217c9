import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { runVerb } from '../command-line/run-verb.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { mayRun } from '../runs/may-run.ts';
import { pickRun, runRefOf } from '../runs/run-ref.ts';
import { hostSettings } from '../workspace/editor-settings.ts';
import { chooseFolder } from '../workspace/folders.ts';
import { isOpenRun, shortId } from '../words/status-words.ts';
import type { Handler } from './command-id.ts';
import { textOf } from './register-commands.ts';

const FILTERS = { 'Dagbook': ['dagbook'] };

/** A run with all it stands on, from one ledger to another by way of a file. */
export function transferHandlers(extension: vscode.Uri, hosts: HostPool, reload: () => void): Readonly<Record<'dagbook.ledgerExport' | 'dagbook.ledgerImport', Handler>> {
  return {
    'dagbook.ledgerExport': async (argument) => {
      const ref = runRefOf(argument) ?? ((await mayRun()) ? await pickRun(hosts, { title: l10n.t('Which run shall be exported?'), only: (run) => !isOpenRun(run) }) : null);
      if (ref === null) return;
      const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(ref.folder.uri, `run-${shortId(ref.id)}.dagbook`), filters: FILTERS });
      if (target === undefined) return;
      await runVerb({ ...placeOf(extension, ref.folder), words: ['ledger', 'export', ref.id, '--out', target.fsPath, '--ledger', hostSettings(ref.folder, {}).ledgerFile] });
      void vscode.window.showInformationMessage(l10n.t('The run and all it stands on: {0}.', vscode.workspace.asRelativePath(target)));
    },
    'dagbook.ledgerImport': async () => {
      const folder = (await mayRun()) ? await chooseFolder() : null;
      const [file] = folder === null ? [] : ((await vscode.window.showOpenDialog({ filters: FILTERS, defaultUri: folder.uri, openLabel: l10n.t('Import') })) ?? []);
      if (folder === null || file === undefined) return;
      const imported = await runVerb({ ...placeOf(extension, folder), words: ['ledger', 'import', file.fsPath, '--ledger', hostSettings(folder, {}).ledgerFile] });
      reload();
      const show = l10n.t('Show Run');
      const run = textOf(imported, 'run_id') ?? textOf(imported, 'run');
      const chosen = await vscode.window.showInformationMessage(l10n.t('Imported: every hash holds.'), ...(run === null ? [] : [show]));
      if (chosen === show) await vscode.commands.executeCommand('dagbook.show', { run, folder });
    },
  };
}

function placeOf(extension: vscode.Uri, folder: vscode.WorkspaceFolder): { readonly extension: string; readonly workspace: string } {
  return { extension: extension.fsPath, workspace: folder.uri.fsPath };
}
