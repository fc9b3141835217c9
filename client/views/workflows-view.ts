import { existsSync } from 'node:fs';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunRecord, VersionRecord } from '../../protocol/run-records.ts';
import type { WorkspaceDocument } from '../../protocol/workspace-documents.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { DocumentIndex } from '../language/document-index.ts';
import { hostSettings } from '../workspace/editor-settings.ts';
import { runningRefusal } from '../workspace/folders.ts';
import { folderItem, RefreshSoon, rowsByFolder, treeItem, type FolderElement } from './tree-item.ts';
import { documentRow, versionRow } from './workflow-row.ts';

export type WorkflowsElement =
  | FolderElement
  | { readonly kind: 'agents'; readonly folder: vscode.WorkspaceFolder; readonly count: number }
  | { readonly kind: 'document'; readonly folder: vscode.WorkspaceFolder; readonly document: WorkspaceDocument; readonly uri: vscode.Uri }
  | { readonly kind: 'version'; readonly folder: vscode.WorkspaceFolder; readonly version: VersionRecord; readonly before: VersionRecord | null };

/** The documents with how they last ran; below each one its locked versions. Needs no runtime to list documents. */
export class WorkflowsView implements vscode.TreeDataProvider<WorkflowsElement>, vscode.Disposable {
  readonly #hosts: HostPool;
  readonly #documents: DocumentIndex;
  readonly #refresh = new RefreshSoon<WorkflowsElement>();
  readonly #lastRuns = new Map<string, RunRecord>();
  readonly #subscriptions: { dispose(): void }[];

  readonly onDidChangeTreeData = this.#refresh.event;

  constructor(hosts: HostPool, documents: DocumentIndex) {
    this.#hosts = hosts;
    this.#documents = documents;
    this.#subscriptions = [
      documents.changed.listen(() => { this.#refresh.soon(); }),
      hosts.runsChanged.listen(() => { this.#refresh.soon(); }),
      hosts.ledgerChosen.listen(() => {
        this.#lastRuns.clear();
        this.#refresh.soon();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => { this.#refresh.soon(); }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { this.#refresh.soon(); }),
    ];
  }

  reload(): void {
    this.#refresh.now();
  }

  async getChildren(element?: WorkflowsElement): Promise<WorkflowsElement[]> {
    switch (element?.kind) {
      case undefined:
        return this.#roots();
      case 'folder':
        return this.#workflows(element.folder);
      case 'agents':
        return (await this.#of(element.folder)).filter(({ kind }) => kind === 'agent').map((document) => rowOf(element.folder, document));
      case 'document':
        return this.#versions(element);
      case 'version':
        return [];
    }
  }

  getTreeItem(element: WorkflowsElement): vscode.TreeItem {
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const folder = element.folder.uri.toString();
    switch (element.kind) {
      case 'folder':
        return folderItem(element);
      case 'agents': {
        const item = new vscode.TreeItem(l10n.t('Agents'), Collapsed);
        item.id = `${folder} agents`;
        item.description = String(element.count);
        return item;
      }
      case 'document': {
        const { document } = element;
        const last = element.folder.uri.scheme === 'file' && runningRefusal() === null && this.#hosts.state !== 'down' ? (this.#lastRuns.get(lastKey(element.folder, document)) ?? null) : 'unknown';
        const item = treeItem(documentRow(document, last, Date.now()), `${folder} ${document.path}#${document.document}`, this.#canReadLedger(element.folder) ? Collapsed : None);
        const at = new vscode.Position(document.nameRange.start.line, document.nameRange.start.character);
        item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [element.uri, { selection: new vscode.Range(at, at) }] };
        return item;
      }
      case 'version': {
        const item = treeItem(versionRow(element.version, Date.now()), `${folder} ${element.version.id}`, None);
        item.command = { command: 'dagbook.openVersion', title: l10n.t('Open as It Was'), arguments: [element] };
        return item;
      }
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#refresh.dispose();
  }

  async #roots(): Promise<WorkflowsElement[]> {
    return rowsByFolder(vscode.workspace.workspaceFolders ?? [], async (folder) => this.#workflows(folder));
  }

  async #workflows(folder: vscode.WorkspaceFolder): Promise<WorkflowsElement[]> {
    const documents = await this.#of(folder);
    const workflows = documents.filter(({ kind }) => kind === 'workflow');
    await this.#askLastRuns(folder, workflows);
    const agents = documents.length - workflows.length;
    return [...workflows.map((document) => rowOf(folder, document)), ...(agents === 0 ? [] : [{ kind: 'agents' as const, folder, count: agents }])];
  }

  async #of(folder: vscode.WorkspaceFolder): Promise<readonly WorkspaceDocument[]> {
    const key = folder.uri.toString();
    return (await this.#documents.all()).filter((document) => vscode.Uri.parse(document.folder).toString().replace(/\/$/, '') === key.replace(/\/$/, ''));
  }

  /** Only where there is a ledger: looking at documents starts no runtime. */
  async #askLastRuns(folder: vscode.WorkspaceFolder, documents: readonly WorkspaceDocument[]): Promise<void> {
    const names = documents.flatMap(({ name }) => (name === null ? [] : [name]));
    if (names.length === 0 || !this.#canReadLedger(folder)) return;
    const runs = await this.#hosts.of(folder).call('lastRuns', { workflows: names }).catch((): readonly RunRecord[] => []);
    for (const run of runs) this.#lastRuns.set(`${folder.uri.toString()} ${run.workflow_name}`, run);
  }

  async #versions({ folder, document }: WorkflowsElement & { readonly kind: 'document' }): Promise<WorkflowsElement[]> {
    if (document.name === null || !this.#canReadLedger(folder)) return [];
    const versions = await this.#hosts.of(folder).call('versions', { kind: document.kind, name: document.name });
    const latestFirst = [...versions].sort((a, b) => b.version - a.version);
    return latestFirst.map((version, index) => ({ kind: 'version', folder, version, before: latestFirst[index + 1] ?? null }));
  }

  #canReadLedger(folder: vscode.WorkspaceFolder): boolean {
    return folder.uri.scheme === 'file' && runningRefusal() === null && existsSync(hostSettings(folder, {}).ledgerFile);
  }
}

function rowOf(folder: vscode.WorkspaceFolder, document: WorkspaceDocument): WorkflowsElement {
  return { kind: 'document', folder, document, uri: vscode.Uri.parse(document.uri) };
}

function lastKey(folder: vscode.WorkspaceFolder, { name }: WorkspaceDocument): string {
  return `${folder.uri.toString()} ${name ?? ''}`;
}
