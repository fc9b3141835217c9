import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunStatus, VersionRecord } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { GraphPanels } from '../panels/graph-panels.ts';
import type { RunPanels } from '../panels/run-panels.ts';
import { answerQuestion, chooseQuestion } from '../runs/answer-question.ts';
import { mayRun } from '../runs/may-run.ts';
import { versionUri } from '../runs/record-documents.ts';
import { pickRun, runRefOf, type PickRun, type RunRef } from '../runs/run-ref.ts';
import type { Note } from '../views/view-note.ts';
import { filterWords, type LedgerView } from '../views/ledger-view.ts';
import { complain, pickRow, sayBriefly, warn, whileWorking, type PickRow } from '../workbench/plain-window.ts';
import { chooseFolder } from '../workspace/folders.ts';
import { countWords } from '../words/money-words.ts';
import { statusLook } from '../words/status-words.ts';
import type { Handler } from './command-id.ts';
import { textOf } from './register-commands.ts';
import { sourceOf } from './run-handlers.ts';

export interface ReviewHandlerParts {
  readonly hosts: HostPool;
  readonly graphs: GraphPanels;
  readonly runPanels: RunPanels;
  readonly ledger: LedgerView;
  readonly ledgerTree: vscode.TreeView<unknown>;
  readonly ledgerNote: Note;
}

type ReviewCommand =
  | 'dagbook.show' | 'dagbook.runs' | 'dagbook.compare' | 'dagbook.compareWithParent' | 'dagbook.revealInGraph' | 'dagbook.copyId' | 'dagbook.answer'
  | 'dagbook.openVersion' | 'dagbook.diffVersion' | 'dagbook.ledger.filter' | 'dagbook.ledger.clearFilter' | 'dagbook.ledger.more' | 'dagbook.ledger.refresh' | 'dagbook.ledgerVerify';

/** Everything that looks at what has happened. */
export function reviewHandlers(parts: ReviewHandlerParts): Readonly<Record<ReviewCommand, Handler>> {
  const { hosts, runPanels, ledger } = parts;
  const setFilter = (filter: LedgerView['filter']): void => {
    ledger.setFilter(filter);
    parts.ledgerTree.description = filterWords(filter) ?? '';
    // A note would stand in the place of what the empty view says and offers.
    parts.ledgerTree.message = '';
    void vscode.commands.executeCommand('setContext', 'dagbook.ledgerFiltered', filterWords(filter) !== undefined);
  };
  return {
    'dagbook.show': async (argument) => {
      const ref = await chosen(hosts, argument, { title: l10n.t('Which run?') });
      if (ref !== null) runPanels.open(ref, nodeOf(argument));
    },
    'dagbook.runs': () => vscode.commands.executeCommand('dagbook.ledger.focus'),
    'dagbook.compare': async (argument, more) => {
      const ref = await chosen(hosts, argument, { title: l10n.t('Which run shall be compared?') });
      if (ref === null) return;
      // Two rows may be selected in the view.
      const second = Array.isArray(more) ? more.map(runRefOf).find((other) => other !== null && other.id !== ref.id) : null;
      const other = second ?? (await pickRun(hosts, { title: l10n.t('With which other run?'), without: ref.id }, ref.folder));
      if (other !== null) await runPanels.open(ref).compareWith(other.id);
    },
    'dagbook.compareWithParent': async (argument) => {
      const ref = await chosen(hosts, argument, { title: l10n.t('Which run?'), only: ({ parent_run_id: parent }) => parent !== null });
      if (ref === null) return;
      const { run } = await hosts.of(ref.folder).call('show', { run: ref.id });
      if (run.parent_run_id === null) throw new Error(l10n.t('This run has no parent to compare with.'));
      await runPanels.open(ref).compareWith(run.parent_run_id);
    },
    'dagbook.revealInGraph': async (argument) => {
      const ref = await chosen(hosts, argument, { title: l10n.t('Which run shall lie over the graph?') });
      if (ref !== null) await revealInGraph(parts, ref, nodeOf(argument));
    },
    'dagbook.copyId': async (argument) => {
      const version = versionOf(argument);
      const agentRun = typeof argument === 'object' && argument !== null && 'agentRun' in argument ? textOf(argument.agentRun, 'id') : null;
      const id = version?.spec_hash ?? agentRun ?? (await chosen(hosts, argument, { title: l10n.t('Which run?') }))?.id;
      if (id !== undefined) await vscode.env.clipboard.writeText(id);
    },
    'dagbook.answer': async (argument) => {
      const question = (await mayRun()) ? await chooseQuestion(hosts, argument) : null;
      if (question !== null) await answerQuestion(hosts, question);
    },
    ...versionHandlers(hosts),
    'dagbook.ledger.filter': async () => {
      const filter = await askFilter(hosts, ledger.filter);
      if (filter !== null) setFilter(filter);
    },
    'dagbook.ledger.clearFilter': () => { setFilter({ status: null, workflow: null }); },
    'dagbook.ledger.more': async (argument) => {
      const folder = typeof argument === 'object' && argument !== null && 'folder' in argument ? (argument.folder as vscode.WorkspaceFolder) : await chooseFolder();
      if (folder !== null) await ledger.more(folder);
    },
    'dagbook.ledger.refresh': () => {
      parts.ledgerTree.message = '';
      ledger.reload();
    },
    'dagbook.ledgerVerify': () => verify(parts),
  };
}

async function chosen(hosts: HostPool, argument: unknown, pick: PickRun): Promise<RunRef | null> {
  return runRefOf(argument) ?? ((await mayRun()) ? pickRun(hosts, pick) : null);
}

function nodeOf(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null) return null;
  return textOf(argument, 'node') ?? ('agentRun' in argument ? textOf(argument.agentRun, 'node_id') : null);
}

/** The picture is of the document as it is now; the panel says when that is not what ran. */
async function revealInGraph({ hosts, graphs }: ReviewHandlerParts, ref: RunRef, node: string | null): Promise<void> {
  const host = hosts.of(ref.folder);
  const { run } = await host.call('show', { run: ref.id });
  const source = sourceOf(ref.folder, run);
  const there = source === null ? false : await vscode.workspace.fs.stat(source).then(() => true, () => false);
  if (source !== null && there) graphs.showRun(source, host, ref.id, node);
  else {
    const open = l10n.t('Open as It Was');
    if ((await warn(l10n.t('The document of this run is not in the workspace any more.'), open)) === open) await vscode.commands.executeCommand('dagbook.openVersion', ref);
  }
}

function versionHandlers(hosts: HostPool): Readonly<Record<'dagbook.openVersion' | 'dagbook.diffVersion', Handler>> {
  return {
    'dagbook.openVersion': async (argument) => {
      const meant = await versionFor(hosts, argument);
      if (meant !== null) await vscode.window.showTextDocument(versionUri(meant.folder, meant.version), { preview: true });
    },
    'dagbook.diffVersion': async (argument) => {
      const meant = await versionFor(hosts, argument);
      if (meant !== null) await diffWithBefore(hosts, meant);
    },
  };
}

interface FolderVersion {
  readonly folder: vscode.WorkspaceFolder;
  readonly version: Pick<VersionRecord, 'id' | 'kind' | 'name' | 'version' | 'spec_hash'>;
}

function versionOf(argument: unknown): VersionRecord | null {
  return typeof argument === 'object' && argument !== null && 'version' in argument && typeof argument.version === 'object' ? (argument.version as VersionRecord | null) : null;
}

/** Of a row of the Workflows view, or the one a run stood on. */
async function versionFor(hosts: HostPool, argument: unknown): Promise<FolderVersion | null> {
  const given = versionOf(argument);
  if (given !== null && typeof argument === 'object' && argument !== null && 'folder' in argument) return { folder: argument.folder as vscode.WorkspaceFolder, version: given };
  const ref = await chosen(hosts, argument, { title: l10n.t('As it was in which run?') });
  if (ref === null) return null;
  const { run } = await hosts.of(ref.folder).call('show', { run: ref.id });
  return { folder: ref.folder, version: { id: run.spec_version_id, kind: 'workflow', name: run.workflow_name, version: run.version, spec_hash: run.spec_hash } };
}

async function diffWithBefore(hosts: HostPool, { folder, version }: FolderVersion): Promise<void> {
  const all = await hosts.of(folder).call('versions', { kind: version.kind, name: version.name });
  const before = all.filter((other) => other.version < version.version).sort((a, b) => b.version - a.version)[0];
  if (before === undefined) throw new Error(l10n.t('{0} v{1} is the first version: there is nothing before it.', version.name, version.version));
  await vscode.commands.executeCommand('vscode.diff', versionUri(folder, before), versionUri(folder, version), `${version.name}: v${before.version} ↔ v${version.version}`);
}

async function askFilter(hosts: HostPool, now: LedgerView['filter']): Promise<LedgerView['filter'] | null> {
  const statuses: readonly RunStatus[] = ['pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted'];
  const names = new Set<string>();
  for (const { host } of hosts.all) {
    const { rows } = await host.call('sql', { query: 'SELECT DISTINCT workflow_name FROM workflow_runs ORDER BY workflow_name', values: [], limit: 500 });
    for (const [name] of rows) if (typeof name === 'string') names.add(name);
  }
  const separator = (label: string): PickRow => ({ label, kind: vscode.QuickPickItemKind.Separator });
  type Row = PickRow & { readonly filter?: LedgerView['filter'] };
  const rows: readonly Row[] = [
    { label: l10n.t('All runs'), filter: { status: null, workflow: null } },
    separator(l10n.t('Status')),
    ...statuses.map((status): Row => ({ icon: statusLook(status).icon.replace('~spin', ''), label: statusLook(status).word, filter: { ...now, status } })),
    separator(l10n.t('Workflow')),
    ...[...names].map((workflow): Row => ({ label: workflow, filter: { ...now, workflow } })),
  ];
  const picked = await pickRow(rows, { title: l10n.t('Show which runs?'), placeHolder: filterWords(now) ?? l10n.t('All runs') });
  return picked?.filter ?? null;
}

async function verify({ hosts, ledgerNote }: ReviewHandlerParts): Promise<void> {
  const folder = (await mayRun()) ? await chooseFolder() : null;
  if (folder === null) return;
  const result = await whileWorking({ location: vscode.ProgressLocation.Window, title: l10n.t('Verifying the ledger of {0}', folder.name) }, async () => hosts.of(folder).call('verify', {}));
  if (result.ok) {
    const words = l10n.t('The ledger is intact: {0} rows verified.', countWords(result.rows));
    if (result.rows === 0) sayBriefly('check', words);
    else ledgerNote(folder, words);
    return;
  }
  const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: `${l10n.t('The ledger of {0} is not intact.', folder.name)}\n\n${result.problems.join('\n')}\n` });
  const show = l10n.t('Show What');
  if ((await complain(l10n.t('The ledger is not intact: {0}', result.problems[0] ?? ''), show)) === show) await vscode.window.showTextDocument(document);
}
