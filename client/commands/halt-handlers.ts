import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostPool } from '../hosts/host-pool.ts';
import { pickRun, runRefOf } from '../runs/run-ref.ts';
import { mayRun } from '../runs/may-run.ts';
import { pickRow, sayBriefly, type PickRow } from '../workbench/plain-window.ts';
import { localFolders } from '../workspace/folders.ts';
import { moneyWords } from '../words/money-words.ts';
import { isOpenRun } from '../words/status-words.ts';
import type { Handler } from './command-id.ts';

type HaltCommand = 'dagbook.halt' | 'dagbook.haltRun' | 'dagbook.hold' | 'dagbook.release' | 'dagbook.status' | 'dagbook.restartHost';

/** The switch: it asks nothing. */
export function haltHandlers(hosts: HostPool): Readonly<Record<HaltCommand, Handler>> {
  return {
    'dagbook.halt': () => haltAll(hosts, false),
    'dagbook.haltRun': async (argument) => {
      const ref = runRefOf(argument) ?? ((await mayRun()) ? await pickRun(hosts, { title: l10n.t('Which run shall halt?'), only: isOpenRun }) : null);
      if (ref !== null) told((await hosts.of(ref.folder).call('halt', { run: ref.id, hold: false })).halted.length, false);
    },
    'dagbook.hold': () => haltAll(hosts, true),
    'dagbook.release': async () => {
      if (!(await mayRun())) return;
      await Promise.all(localFolders().map((folder) => hosts.of(folder).call('release', {})));
      sayBriefly('debug-continue', l10n.t('Released: runs may start again.'), 5_000);
    },
    'dagbook.status': () => showStatus(hosts),
    'dagbook.restartHost': async () => {
      if (!(await mayRun())) return;
      const down = hosts.all.filter(({ host }) => host.state.kind === 'down');
      await Promise.all(down.length === 0 ? localFolders().map((folder) => hosts.of(folder).start()) : down.map(({ host }) => host.restart()));
    },
  };
}

async function haltAll(hosts: HostPool, hold: boolean): Promise<void> {
  if (!(await mayRun())) return;
  // Every ledger of the workspace; one that cannot be reached must not keep the others running.
  const results = await Promise.allSettled(localFolders().map((folder) => hosts.of(folder).call('halt', { run: null, hold })));
  told(results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value.halted.length : 0), 0), hold);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

function told(halted: number, hold: boolean): void {
  const what = halted === 0 ? l10n.t('No run was open.') : halted === 1 ? l10n.t('1 run halted.') : l10n.t('{0} runs halted.', halted);
  sayBriefly('debug-stop', hold ? `${what} ${l10n.t('New runs are held.')}` : what, 5_000);
}

interface StatusRow extends PickRow {
  readonly command?: string;
  readonly argument?: unknown;
}

/** What a click on the status bar opens: halt first. */
async function showStatus(hosts: HostPool): Promise<void> {
  const runs = hosts.openRuns;
  const questions = hosts.questions;
  const separator = (label: string): StatusRow => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const rows: readonly StatusRow[] = [
    ...(runs.length > 0 ? [{ icon: 'debug-stop', label: runs.length === 1 ? l10n.t('Halt the open run') : l10n.t('Halt all {0} open runs', runs.length), command: 'dagbook.halt' }] : []),
    ...(hosts.state === 'down' ? [{ icon: 'refresh', label: l10n.t('Start the runtime host again'), command: 'dagbook.restartHost' }] : []),
    hosts.held ? { icon: 'debug-continue', label: l10n.t('Release: let runs start again'), command: 'dagbook.release' } : { icon: 'debug-pause', label: l10n.t('Hold: halt everything and let nothing start'), command: 'dagbook.hold' },
    ...(questions.length > 0 ? [separator(l10n.t('Waiting for an answer'))] : []),
    ...questions.map((question) => ({ icon: 'person', label: question.node_id, description: question.workflow_name, command: 'dagbook.answer', argument: question })),
    ...(runs.length > 0 ? [separator(l10n.t('Open runs'))] : []),
    ...runs.map((run) => ({ icon: 'pulse', label: run.workflow_name, description: `${run.status} · ${moneyWords(run.total_cost_micros)}`, command: 'dagbook.show', argument: { run: run.id, folder: run.folder } })),
    separator(l10n.t('More')),
    { icon: 'play', label: l10n.t('Run a workflow…'), command: 'dagbook.run' },
    { icon: 'history', label: l10n.t('Show the ledger'), command: 'dagbook.runs' },
    { icon: 'output', label: l10n.t('Show the log'), command: 'dagbook.showLog' },
  ];
  const picked = await pickRow(rows, { title: 'Dagbook', matchOnDescription: true });
  if (picked?.command !== undefined) await vscode.commands.executeCommand(picked.command, picked.argument);
}
