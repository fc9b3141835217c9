import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { FromRunPanel } from '../../protocol/run-panel.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { bodyUri, versionUri } from '../runs/record-documents.ts';
import { pickRun } from '../runs/run-ref.ts';
import { openAddress } from './open-address.ts';
import type { RunPanel } from './run-panel.ts';

type PanelAction = (FromRunPanel & { readonly kind: 'action' })['action'];

const COMMANDS: Readonly<Record<PanelAction, string>> = {
  'replay': 'dagbook.replay',
  'replay-recorded': 'dagbook.replayRecorded',
  'halt': 'dagbook.haltRun',
  'resume': 'dagbook.resume',
  'reveal-graph': 'dagbook.revealInGraph',
  'open-version': 'dagbook.openVersion',
  'copy-id': 'dagbook.copyId',
  'fork-from-failure': 'dagbook.forkFromFailure',
};

/** What a person does in a run panel, done. */
export async function runAction(hosts: HostPool, panel: RunPanel, message: FromRunPanel): Promise<void> {
  const own = { run: panel.run, folder: panel.folder };
  const run = (command: string, argument: object): Thenable<unknown> => vscode.commands.executeCommand(command, argument);
  switch (message.kind) {
    case 'action':
      await run(COMMANDS[message.action], message.node === undefined ? own : { ...own, node: message.node });
      panel.refresh();
      return;
    case 'fork':
      await run('dagbook.fork', { ...own, [message.only ? 'only' : 'from']: message.path });
      return;
    case 'show-run':
      await run('dagbook.show', { run: message.run, folder: panel.folder });
      return;
    case 'answer':
      await run('dagbook.answer', { run: message.run, path: message.path });
      return;
    case 'copy':
      await vscode.env.clipboard.writeText(message.text);
      return;
    case 'open':
      await vscode.window.showTextDocument(bodyUri({ folder: panel.folder, id: panel.run }, message.seq, message.part), { preview: true, viewColumn: vscode.ViewColumn.Beside });
      return;
    case 'open-address':
      return openAddress(message.address);
    case 'diff-versions':
      return diffVersions(hosts, panel, message);
    case 'compare':
      return compare(hosts, panel, message.with);
    case 'ready':
    case 'steps':
    case 'bodies':
    case 'bug':
      return;
  }
}

async function compare(hosts: HostPool, panel: RunPanel, other: string): Promise<void> {
  if (other === 'parent') {
    const parent = panel.detail?.run.parent_run_id ?? null;
    if (parent !== null) await panel.compareWith(parent);
  } else if (other === 'ask') {
    const picked = await pickRun(hosts, { title: l10n.t('Compare with which run?'), without: panel.run }, panel.folder);
    if (picked !== null) await panel.compareWith(picked.id);
  } else await panel.compareWith(other === '' ? null : other);
}

/** As they were locked, read-only. A version that is not in the ledger of this folder cannot be shown. */
async function diffVersions(hosts: HostPool, { folder }: RunPanel, { of, a, b }: FromRunPanel & { readonly kind: 'diff-versions' }): Promise<void> {
  const versions = await hosts.of(folder).call('versions', { kind: of, name: null });
  const [left, right] = [a, b].map((key) => versions.find(({ id, spec_hash: hash }) => id === key || hash === key));
  if (left === undefined || right === undefined) throw new Error(l10n.t('The ledger does not hold both versions.'));
  const words = ({ name, version }: typeof left): string => `${name} v${version}`;
  await vscode.commands.executeCommand('vscode.diff', versionUri(folder, left), versionUri(folder, right), `${words(left)} ↔ ${words(right)}`, { preview: true });
}
