import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { Disposable } from '../signal.ts';
import { complain } from '../workbench/plain-window.ts';

/** A run of this window that failed is told by a notification, unless it can be seen in one of our panels. */
export function announceFailures(hosts: HostPool, own: ReadonlySet<string>, isSeen: () => boolean): Disposable {
  const told = new Set<string>();
  return hosts.runsChanged.listen(({ folder, runs }) => {
    for (const run of runs) {
      if (!own.has(run.id) || told.has(run.id) || !(run.status === 'error' || run.status === 'rejected')) continue;
      told.add(run.id);
      if (!isSeen()) void tell(folder, run);
    }
  });
}

async function tell(folder: vscode.WorkspaceFolder, run: RunRecord): Promise<void> {
  const show = l10n.t('Show Run');
  const why = run.error === null ? '' : ` ${run.error.name}: ${run.error.message}`;
  const chosen = await complain(`${l10n.t('{0} ended: {1}.', run.workflow_name, run.status)}${why}`, show);
  if (chosen === show) await vscode.commands.executeCommand('dagbook.show', { run: run.id, folder });
}
