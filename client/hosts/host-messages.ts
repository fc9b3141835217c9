import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/run-records.ts';
import { complain, warn } from '../workbench/plain-window.ts';
import type { FolderHost, HostPool } from './host-pool.ts';
import type { Disposable } from '../signal.ts';

/** Tells the person when a host has died, and offers the runs it was at. */
export function announceDeaths(hosts: HostPool, resume: (runs: readonly RunRecord[], of: FolderHost) => Promise<void>): Disposable {
  return hosts.died.listen((death) => void announce(death, resume));
}

async function announce({ folder, host, reason, again }: FolderHost & { readonly reason: string; readonly again: boolean }, resume: (runs: readonly RunRecord[], of: FolderHost) => Promise<void>): Promise<void> {
  if (!again) {
    const restart = l10n.t('Start It Again');
    const chosen = await complain(l10n.t('The runtime host of {0} has ended several times and stays down: {1}', folder.name, reason), restart, l10n.t('Show Log'));
    if (chosen === restart) await host.restart();
    else if (chosen !== undefined) await vscode.commands.executeCommand('dagbook.showLog');
    return;
  }
  const interrupted = await host.call('resumable', {}).catch((): readonly RunRecord[] => []);
  const what = l10n.t('The runtime host of {0} has ended ({1}) and was started again.', folder.name, reason);
  if (interrupted.length === 0) void warn(what);
  else await offerResume({ folder, host }, interrupted, resume, what);
}

/** Interrupted runs go on only when a person says so: they may cost money. */
export async function offerResume(of: FolderHost, interrupted: readonly RunRecord[], resume: (runs: readonly RunRecord[], of: FolderHost) => Promise<void>, before = ''): Promise<void> {
  const names = [...new Set(interrupted.map(({ workflow_name }) => workflow_name))].slice(0, 3).join(', ');
  const what = interrupted.length === 1 ? l10n.t('A run was interrupted: {0}.', names) : l10n.t('{0} runs were interrupted: {1}.', interrupted.length, names);
  const yes = l10n.t('Resume');
  const chosen = await warn(`${before} ${what}`.trim(), yes, l10n.t('Show in Ledger'));
  if (chosen === yes) await resume(interrupted, of);
  else if (chosen !== undefined) await vscode.commands.executeCommand('dagbook.runs');
}
