import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { runVerb } from '../command-line/run-verb.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { mayRun } from '../runs/may-run.ts';
import { pickRun, runRefOf } from '../runs/run-ref.ts';
import type { LedgerView } from '../views/ledger-view.ts';
import type { Note } from '../views/view-note.ts';
import { agrees, askText, pickRow, sayBriefly, whileWorking, type PickRow } from '../workbench/plain-window.ts';
import { hostSettings } from '../workspace/editor-settings.ts';
import { chooseFolder } from '../workspace/folders.ts';
import { bytesWords, countWords } from '../words/money-words.ts';
import { isOpenRun, shortId } from '../words/status-words.ts';
import type { Handler } from './command-id.ts';
import { textOf } from './register-commands.ts';

const FILTERS = { 'Dagbook': ['dagbook'] };

export interface TransferParts {
  readonly extension: vscode.Uri;
  readonly hosts: HostPool;
  readonly ledger: LedgerView;
  readonly ledgerNote: Note;
}

/** A run with all it stands on, from one ledger to another by way of a file. */
export function transferHandlers({ extension, hosts, ledger, ledgerNote }: TransferParts): Readonly<Record<'dagbook.ledgerExport' | 'dagbook.ledgerImport' | 'dagbook.ledgerPrune', Handler>> {
  return {
    'dagbook.ledgerExport': async (argument) => {
      const ref = runRefOf(argument) ?? ((await mayRun()) ? await pickRun(hosts, { title: l10n.t('Which run shall be exported?'), only: (run) => !isOpenRun(run) }) : null);
      if (ref === null) return;
      const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(ref.folder.uri, `run-${shortId(ref.id)}.dagbook`), filters: FILTERS });
      if (target === undefined) return;
      await runVerb({ ...placeOf(extension, ref.folder), words: ['ledger', 'export', ref.id, '--out', target.fsPath, '--ledger', hostSettings(ref.folder, {}).ledgerFile] });
      sayBriefly('check', l10n.t('The run and all it stands on: {0}.', vscode.workspace.asRelativePath(target)), 8_000);
    },
    'dagbook.ledgerImport': async () => {
      const folder = (await mayRun()) ? await chooseFolder() : null;
      const [file] = folder === null ? [] : ((await vscode.window.showOpenDialog({ filters: FILTERS, defaultUri: folder.uri, openLabel: l10n.t('Import') })) ?? []);
      if (folder === null || file === undefined) return;
      const imported = await runVerb({ ...placeOf(extension, folder), words: ['ledger', 'import', file.fsPath, '--ledger', hostSettings(folder, {}).ledgerFile] });
      ledger.reload();
      ledgerNote(folder, l10n.t('Imported: every hash holds.'));
      const run = textOf(imported, 'run_id') ?? textOf(imported, 'run');
      if (run !== null) await vscode.commands.executeCommand('dagbook.show', { run, folder });
    },
    'dagbook.ledgerPrune': async () => {
      const folder = (await mayRun()) ? await chooseFolder() : null;
      const before = folder === null ? null : await askBefore();
      if (folder === null || before === null || !(await agreed(before))) return;
      const pruned = await whileWorking({ location: { viewId: 'dagbook.ledger' } }, async () =>
        runVerb({ ...placeOf(extension, folder), words: ['ledger', 'prune', '--before', before, '--ledger', hostSettings(folder, {}).ledgerFile] }));
      ledger.reload();
      const { bodies = 0, bytes = 0 } = pruned as { readonly bodies?: number; readonly bytes?: number };
      if (bodies === 0) sayBriefly('check', l10n.t('Nothing of runs that ended before {0} was left to drop.', before));
      else ledgerNote(folder, l10n.t('Dropped {0} bodies ({1}). Their hashes stay, and the ledger still verifies.', countWords(bodies), bytesWords(bytes)));
    },
  };
}

/** A day, as `2026-01-31`; runs that ended before its midnight (UTC) are meant. Null = the person left. */
async function askBefore(): Promise<string | null> {
  const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const rows: readonly (PickRow & { readonly before: string | null })[] = [30, 90, 365].map((days) => ({ label: l10n.t('Older than {0} days', days), description: l10n.t('ended before {0}', daysAgo(days)), before: daysAgo(days) }));
  const picked = await pickRow([...rows, { label: l10n.t('Before a day of your choice…'), before: null }], { title: l10n.t('Drop prompts and answers of which runs?'), placeHolder: l10n.t('Figures, hashes and chains stay; these runs replay from record no more.') });
  if (picked === undefined || picked.before !== null) return picked?.before ?? null;
  const day = await askText({ title: l10n.t('Runs that ended before which day?'), value: daysAgo(30), prompt: l10n.t('As 2026-01-31; the day begins at midnight UTC.'), validateInput: (text) => (isDay(text.trim()) ? null : l10n.t('Write a day such as 2026-01-31.')) });
  return day?.trim() ?? null;
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  // 31 February is read as a day of March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** What is dropped does not come back. */
async function agreed(before: string): Promise<boolean> {
  const drop = l10n.t('Drop Them');
  return agrees(l10n.t('Drop the prompts and answers of runs that ended before {0}?', before), l10n.t('They cannot be had back, and these runs cannot be replayed from their record any more. Export a run first to keep it whole.'), drop);
}

function placeOf(extension: vscode.Uri, folder: vscode.WorkspaceFolder): { readonly extension: string; readonly workspace: string } {
  return { extension: extension.fsPath, workspace: folder.uri.fsPath };
}
