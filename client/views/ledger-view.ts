import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { AgentRunRecord, RunRecord, StepRecord } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { agentRunRow, runRow, stepRow } from '../ledger/run-item.ts';
import { emptyRunList, runsByDay, withChanges, withPage, type RunFilter, type RunList } from '../ledger/run-list.ts';
import { localFolders, runningRefusal } from '../workspace/folders.ts';
import { statusLook } from '../words/status-words.ts';
import { dayWords } from '../words/time-words.ts';
import { folderItem, RefreshSoon, rowsByFolder, treeItem, type FolderElement } from './tree-item.ts';

export type LedgerElement =
  | FolderElement
  | { readonly kind: 'day'; readonly folder: vscode.WorkspaceFolder; readonly day: string; readonly runs: readonly RunRecord[]; readonly first: boolean; /** More of it may come with the next page. */ readonly partial: boolean }
  | { readonly kind: 'run'; readonly folder: vscode.WorkspaceFolder; readonly run: RunRecord }
  | { readonly kind: 'agent-run'; readonly folder: vscode.WorkspaceFolder; readonly run: RunRecord; readonly agentRun: AgentRunRecord }
  | { readonly kind: 'step'; readonly folder: vscode.WorkspaceFolder; readonly run: RunRecord; readonly agentRun: AgentRunRecord; readonly step: StepRecord }
  | { readonly kind: 'more'; readonly folder: vscode.WorkspaceFolder };

const PAGE = 50;

/** Runs by day, their agent runs, their steps: paged, live. */
export class LedgerView implements vscode.TreeDataProvider<LedgerElement>, vscode.Disposable {
  readonly #hosts: HostPool;
  readonly #lists = new Map<string, RunList>();
  readonly #refresh = new RefreshSoon<LedgerElement>();
  readonly #subscriptions: readonly { dispose(): void }[];
  #filter: RunFilter = { status: null, workflow: null };

  readonly onDidChangeTreeData = this.#refresh.event;

  constructor(hosts: HostPool) {
    this.#hosts = hosts;
    let state = hosts.state;
    this.#subscriptions = [
      hosts.runsChanged.listen(({ folder, runs }) => { this.#heard(folder, runs); }),
      hosts.changed.listen(() => {
        if (hosts.state === state) return;
        state = hosts.state;
        this.#refresh.soon();
      }),
      hosts.ledgerChosen.listen(() => { this.reload(); }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { this.reload(); }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => { this.reload(); }),
    ];
  }

  get filter(): RunFilter {
    return this.#filter;
  }

  setFilter(filter: RunFilter): void {
    this.#filter = filter;
    this.reload();
  }

  /** Everything is read again. */
  reload(): void {
    this.#lists.clear();
    this.#refresh.now();
  }

  async more(folder: vscode.WorkspaceFolder): Promise<void> {
    const list = this.#lists.get(folder.uri.toString());
    if (list === undefined || list.next === null) return;
    await this.#load(folder, list);
    this.#refresh.now();
  }

  async getChildren(element?: LedgerElement): Promise<LedgerElement[]> {
    switch (element?.kind) {
      case undefined:
        return this.#roots();
      case 'folder':
        return this.#days(element.folder);
      case 'day':
        return element.runs.map((run) => ({ kind: 'run', folder: element.folder, run }));
      case 'run': {
        const { agent_runs: agentRuns } = await this.#hosts.of(element.folder).call('show', { run: element.run.id });
        return agentRuns.map((agentRun) => ({ kind: 'agent-run', folder: element.folder, run: element.run, agentRun }));
      }
      case 'agent-run': {
        const steps = await this.#hosts.of(element.folder).call('steps', { run: element.run.id, agentRun: element.agentRun.id });
        return steps.map((step) => ({ kind: 'step', folder: element.folder, run: element.run, agentRun: element.agentRun, step }));
      }
      case 'step':
      case 'more':
        return [];
    }
  }

  getTreeItem(element: LedgerElement): vscode.TreeItem {
    const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
    const folder = element.folder.uri.toString();
    const now = Date.now();
    switch (element.kind) {
      case 'folder':
        return folderItem(element);
      case 'day': {
        const item = new vscode.TreeItem(dayWords(element.day, now, vscode.env.language), element.first ? Expanded : Collapsed);
        item.id = `${folder} ${element.day}`;
        item.description = element.partial ? l10n.t('{0} runs so far', element.runs.length) : element.runs.length === 1 ? l10n.t('1 run') : l10n.t('{0} runs', element.runs.length);
        return item;
      }
      case 'run':
        return this.#opening(treeItem(runRow(element.run, now), `${folder} ${element.run.id}`, Collapsed), element);
      case 'agent-run':
        return this.#opening(treeItem(agentRunRow(element.agentRun, now), `${folder} ${element.agentRun.id}`, Collapsed), element);
      case 'step':
        return this.#opening(treeItem(stepRow(element.step), `${folder} ${element.run.id} ${element.step.seq}`, None), element);
      case 'more': {
        const item = new vscode.TreeItem(l10n.t('Load more…'), None);
        item.id = `${folder} more`;
        item.iconPath = new vscode.ThemeIcon('ellipsis');
        item.command = { command: 'dagbook.ledger.more', title: l10n.t('Load more'), arguments: [element] };
        return item;
      }
    }
  }

  getParent(element: LedgerElement): LedgerElement | null {
    if (element.kind !== 'run') return null;
    return this.#daysOf(element.folder).find((day) => day.kind === 'day' && day.runs.some(({ id }) => id === element.run.id)) ?? null;
  }

  /** The row of a run, where it is loaded. */
  find(folder: vscode.WorkspaceFolder, id: string): LedgerElement | null {
    const run = this.#lists.get(folder.uri.toString())?.runs.find((each) => each.id === id);
    return run === undefined ? null : { kind: 'run', folder, run };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#refresh.dispose();
  }

  #opening(item: vscode.TreeItem, element: LedgerElement): vscode.TreeItem {
    item.command = { command: 'dagbook.show', title: l10n.t('Show Run'), arguments: [element] };
    return item;
  }

  async #roots(): Promise<LedgerElement[]> {
    if (runningRefusal() !== null) return [];
    return rowsByFolder(localFolders(), async (folder) => this.#days(folder));
  }

  async #days(folder: vscode.WorkspaceFolder): Promise<LedgerElement[]> {
    if (!this.#lists.has(folder.uri.toString())) await this.#load(folder, emptyRunList);
    return this.#daysOf(folder);
  }

  #daysOf(folder: vscode.WorkspaceFolder): LedgerElement[] {
    const list = this.#lists.get(folder.uri.toString()) ?? emptyRunList;
    const days = runsByDay(list.runs).map(({ day, runs }, index, all): LedgerElement => ({ kind: 'day', folder, day, runs, first: index === 0, partial: list.next !== null && index === all.length - 1 }));
    return list.next === null ? days : [...days, { kind: 'more', folder }];
  }

  /** A host that does not start says so in the welcome text, not in an empty tree's error. */
  async #load(folder: vscode.WorkspaceFolder, list: RunList): Promise<void> {
    const filter = this.#filter;
    try {
      const { runs, next } = await this.#hosts.of(folder).call('runs', { limit: PAGE, cursor: list.next, ...filter });
      if (filter === this.#filter) this.#lists.set(folder.uri.toString(), withPage(list, { runs, next }));
    } catch (error) {
      if (this.#hosts.state !== 'down') throw error;
    }
  }

  #heard(folder: vscode.WorkspaceFolder, runs: readonly RunRecord[]): void {
    const key = folder.uri.toString();
    const list = this.#lists.get(key);
    if (list === undefined) return;
    this.#lists.set(key, withChanges(list, runs, this.#filter));
    this.#refresh.soon();
  }
}

/** What the view is called while it shows only a part. */
export function filterWords({ status, workflow }: RunFilter): string | undefined {
  const parts = [...(workflow === null ? [] : [workflow]), ...(status === null ? [] : [statusLook(status).word])];
  return parts.length === 0 ? undefined : parts.join(', ');
}
