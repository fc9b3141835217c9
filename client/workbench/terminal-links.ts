import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostPool } from '../hosts/host-pool.ts';
import { mayRun } from '../runs/may-run.ts';
import type { RunRef } from '../runs/run-ref.ts';
import { runIdsIn } from '../words/run-ids.ts';
import { localFolders } from '../workspace/folders.ts';
import { inform } from './plain-window.ts';

class RunLink extends vscode.TerminalLink {
  readonly run: string;
  constructor(at: number, run: string) {
    super(at, run.length, l10n.t('Show this run'));
    this.run = run;
  }
}

/** A click on a run's id in a terminal opens the run. */
export function linkRunIds(hosts: HostPool): vscode.Disposable {
  const links: vscode.TerminalLinkProvider<RunLink> = {
    provideTerminalLinks: ({ line }) => runIdsIn(line).map(({ at, id }) => new RunLink(at, id)),
    handleTerminalLink: async ({ run }) => {
      if (!(await mayRun())) return;
      const ref = await find(hosts, run);
      if (ref !== null) await vscode.commands.executeCommand('dagbook.show', { run: ref.id, folder: ref.folder });
      else void inform(l10n.t('No ledger of this workspace knows a run {0}.', run));
    },
  };
  return vscode.window.registerTerminalLinkProvider(links);
}

/** The first ledger that knows a run whose id begins so. */
async function find(hosts: HostPool, id: string): Promise<RunRef | null> {
  for (const folder of localFolders()) {
    const found = await hosts.of(folder).call('show', { run: id }).then(({ run }) => run.id, () => null);
    if (found !== null) return { folder, id: found };
  }
  return null;
}
