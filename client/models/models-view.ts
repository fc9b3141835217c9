import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ProfileRecord } from '../../protocol/model-profile.ts';
import { runVerb } from '../command-line/run-verb.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { DocumentIndex } from '../language/document-index.ts';
import { whileWorking } from '../workbench/plain-window.ts';
import { defaultModel } from '../workspace/editor-settings.ts';
import { fileUri, localFolders, runningRefusal } from '../workspace/folders.ts';
import { Signal } from '../signal.ts';
import { folderItem, RefreshSoon, rowsByFolder, treeItem, type FolderElement } from '../views/tree-item.ts';
import { KEYED_PROVIDERS, type ModelKeys } from './model-keys.ts';
import { profileRow } from './profile-row.ts';
import { listedModels, listedWords, providerRows, type ListedModel, type ProviderRow } from './provider-rows.ts';

interface InFolder {
  readonly folder: vscode.WorkspaceFolder;
}

export type ModelsElement =
  | FolderElement
  | (InFolder & { readonly kind: 'default'; readonly model: string })
  | (InFolder & { readonly kind: 'tier'; readonly tier: string; readonly model: string })
  | (InFolder & { readonly kind: 'provider'; readonly row: ProviderRow })
  | (InFolder & { readonly kind: 'profile'; readonly profile: ProfileRecord })
  /** `name`: `provider:model`; `listed`: what its provider said of it; null = a profile says that it is served. */
  | (InFolder & { readonly kind: 'model'; readonly name: string; readonly listed: ListedModel | null; readonly below: string });

export interface ModelsViewParts {
  readonly extension: vscode.Uri;
  readonly hosts: HostPool;
  readonly documents: DocumentIndex;
  readonly keys: ModelKeys;
}

/**
 * Which model agents get, which providers could be used, and which profiles are in use. No provider is asked anything
 * before somebody wants it.
 */
export class ModelsView implements vscode.TreeDataProvider<ModelsElement>, vscode.Disposable {
  readonly #parts: ModelsViewParts;
  readonly #refresh = new RefreshSoon<ModelsElement>();
  /** By folder. Read before the view is told to look again: an editor forgets its rows at once, and a click in between would be about none. */
  readonly #known = new Map<string, ModelsElement[]>();
  /** What the editor was last given, in words: it is not made to forget rows that are as they were. */
  #given = '';
  #reading: NodeJS.Timeout | null = null;
  readonly #subscriptions: readonly { dispose(): void }[];
  /** By folder: what the providers last said they have. */
  readonly #listed = new Map<string, readonly ListedModel[]>();

  readonly onDidChangeTreeData = this.#refresh.event;
  /** A profile was taken into use or out of it, by whomever: calls go elsewhere, and may cost something else. */
  readonly serversChanged = new Signal<void>();

  constructor(parts: ModelsViewParts) {
    this.#parts = parts;
    // A profile may be started and stopped in a terminal, or in another window.
    const servers = vscode.workspace.createFileSystemWatcher('**/.dagbook/model-servers.json');
    const soon = (): void => { this.#soon(); };
    const changed = (): void => {
      this.serversChanged.fire();
      soon();
    };
    this.#subscriptions = [
      servers, servers.onDidCreate(changed), servers.onDidChange(changed), servers.onDidDelete(changed),
      parts.documents.changed.listen(soon),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('dagbook.defaultModel') || event.affectsConfiguration('dagbook.tiers')) soon();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
    ];
  }

  /** Keys, profiles and servers are looked at again; no provider is asked. */
  async reload(): Promise<void> {
    if (runningRefusal() === null) await Promise.all(localFolders().map(async (folder) => { this.#known.set(folder.uri.toString(), await this.#read(folder)); }));
    if (this.#inWords() !== this.#given) this.#refresh.now();
  }

  #inWords(): string {
    const rows = localFolders().map(({ uri }) => (this.#known.get(uri.toString()) ?? []).map(({ folder: _, ...row }) => row));
    return JSON.stringify([runningRefusal() === null, localFolders().map(({ uri }) => uri.toString()), rows]);
  }

  /** Asks this provider, or every one that has a key and those of this machine, which models it has. */
  async ask(only: string | null = null): Promise<void> {
    if (runningRefusal() !== null) return;
    await whileWorking({ location: { viewId: 'dagbook.models' } }, async () => {
      await Promise.all(localFolders().map(async (folder) => {
        const key = folder.uri.toString();
        const others = only === null ? [] : (this.#listed.get(key) ?? []).filter(({ provider }) => provider !== only);
        this.#listed.set(key, [...others, ...await this.list(folder, only)]);
      }));
    });
    await this.reload();
  }

  /** What one provider has, or every one. Rejects where the command line fails; a provider that cannot be reached is a row that says so. */
  async list(folder: vscode.WorkspaceFolder, provider: string | null): Promise<readonly ListedModel[]> {
    const { extension, keys } = this.#parts;
    return listedModels(await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'list', ...(provider === null ? [] : [provider])], environment: await keys.all() }));
  }

  /** Of this folder, as its documents are now. A host that does not start has none to tell. */
  async profiles(folder: vscode.WorkspaceFolder): Promise<readonly ProfileRecord[]> {
    return this.#parts.hosts.of(folder).call('profiles', {}).catch(() => []);
  }

  async getChildren(element?: ModelsElement): Promise<ModelsElement[]> {
    switch (element?.kind) {
      case undefined: {
        const rows = runningRefusal() === null ? await rowsByFolder(localFolders(), async (folder) => this.#rows(folder)) : [];
        this.#given = this.#inWords();
        return rows;
      }
      case 'folder':
        return this.#rows(element.folder);
      case 'provider': {
        const { folder, row } = element;
        return (row.models ?? []).filter(({ model }) => model !== '').map((listed) => ({ kind: 'model', folder, name: `${listed.provider}:${listed.model}`, listed, below: row.provider }));
      }
      case 'profile': {
        const { folder, profile } = element;
        return profile.served_models.map((model) => ({ kind: 'model', folder, name: `${profile.provider}:${model}`, listed: null, below: profile.name }));
      }
      case 'default':
      case 'tier':
      case 'model':
        return [];
    }
  }

  getTreeItem(element: ModelsElement): vscode.TreeItem {
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    const id = element.folder.uri.toString();
    const plain = (label: string, description: string, icon: string, tooltip: string, context: string, collapsible = None): vscode.TreeItem =>
      treeItem({ label, description, tooltip, look: { icon, color: null, word: '' }, context }, `${id} ${context} ${label}`, collapsible);
    switch (element.kind) {
      case 'folder':
        return folderItem(element);
      case 'default':
        return plain(l10n.t('Default model'), element.model, 'star-full', l10n.t('The model of agents that name none (dagbook.defaultModel).'), 'default-model');
      case 'tier':
        return plain(l10n.t('Tier {0}', element.tier), element.model, 'layers', l10n.t('The model of agents that ask for this tier (dagbook.tiers).'), 'tier');
      case 'provider': {
        const { row } = element;
        return plain(row.label, row.state, row.icon, `${row.label}: ${row.state}\n${row.hint}`, row.context, (row.models ?? []).some(({ model }) => model !== '') ? Collapsed : None);
      }
      case 'profile': {
        const item = treeItem(profileRow(element.profile), `${id} profile ${element.profile.name}`, element.profile.served_models.length > 0 ? Collapsed : None);
        item.command = { command: 'vscode.open', title: l10n.t('Open'), arguments: [fileUri(element.folder, element.profile.path)] };
        return item;
      }
      case 'model': {
        const { name, listed, below } = element;
        const words = listed === null ? l10n.t('served by the profile') : listedWords(listed);
        const item = plain(name.slice(name.indexOf(':') + 1), words, 'symbol-event', [name, words, ...(listed === null || listed.hint === '' ? [] : [listed.hint])].join('\n'), listed?.provider === 'ollama' ? 'model managed' : 'model');
        item.id = `${id} ${below} ${name}`;
        return item;
      }
    }
  }

  dispose(): void {
    if (this.#reading !== null) clearTimeout(this.#reading);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#refresh.dispose();
  }

  /** A start and a stop are heard of twice: from whoever did it, and from the file that says so. */
  #soon(): void {
    this.#reading ??= setTimeout(() => {
      this.#reading = null;
      void this.reload();
    }, 100);
  }

  async #rows(folder: vscode.WorkspaceFolder): Promise<ModelsElement[]> {
    const key = folder.uri.toString();
    const rows = this.#known.get(key) ?? await this.#read(folder);
    this.#known.set(key, rows);
    return rows;
  }

  async #read(folder: vscode.WorkspaceFolder): Promise<ModelsElement[]> {
    const tiers = vscode.workspace.getConfiguration('dagbook', folder.uri).get<Record<string, string>>('tiers', {});
    const sources = await Promise.all(KEYED_PROVIDERS.map(async ({ variable }) => [variable, await this.#parts.keys.sourceOf(variable)] as const));
    const profiles = await this.profiles(folder);
    return [
      { kind: 'default', folder, model: defaultModel(folder) },
      ...Object.entries(tiers).map(([tier, model]): ModelsElement => ({ kind: 'tier', folder, tier, model })),
      ...providerRows(Object.fromEntries(sources), this.#listed.get(folder.uri.toString()) ?? null, profiles).map((row): ModelsElement => ({ kind: 'provider', folder, row })),
      ...profiles.map((profile): ModelsElement => ({ kind: 'profile', folder, profile })),
    ];
  }
}
