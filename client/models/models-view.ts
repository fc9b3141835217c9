import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { runVerb } from '../command-line/run-verb.ts';
import { defaultModel } from '../workspace/editor-settings.ts';
import { localFolders, runningRefusal } from '../workspace/folders.ts';
import { RefreshSoon } from '../views/tree-item.ts';
import { KEYED_PROVIDERS, type ModelKeys } from './model-keys.ts';
import { listedModels, providerRows, type ListedModel, type ProviderRow } from './provider-rows.ts';

export type ModelsElement =
  | { readonly kind: 'default'; readonly model: string }
  | { readonly kind: 'tier'; readonly tier: string; readonly model: string }
  | { readonly kind: 'provider'; readonly row: ProviderRow }
  | { readonly kind: 'model'; readonly name: string; readonly listed: ListedModel };

/** Which model agents get, and which providers could be used. No provider is asked anything before somebody wants it. */
export class ModelsView implements vscode.TreeDataProvider<ModelsElement>, vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #keys: ModelKeys;
  readonly #refresh = new RefreshSoon<ModelsElement>();
  readonly #subscription: vscode.Disposable;
  #listed: readonly ListedModel[] | null = null;

  readonly onDidChangeTreeData = this.#refresh.event;

  constructor(extension: vscode.Uri, keys: ModelKeys) {
    this.#extension = extension;
    this.#keys = keys;
    this.#subscription = vscode.Disposable.from(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('dagbook.defaultModel') || event.affectsConfiguration('dagbook.tiers')) this.#refresh.soon();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { this.#refresh.soon(); }),
    );
  }

  keysChanged(): void {
    this.#refresh.now();
  }

  /** Asks every provider that has a key, and those of this machine, which models they have. */
  async ask(): Promise<void> {
    const [folder] = localFolders();
    if (runningRefusal() !== null || folder === undefined) return;
    await vscode.window.withProgress({ location: { viewId: 'dagbook.models' } }, async () => {
      this.#listed = listedModels(await runVerb({ extension: this.#extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'list'], environment: await this.#keys.all() }));
    });
    this.#refresh.now();
  }

  async getChildren(element?: ModelsElement): Promise<ModelsElement[]> {
    if (element === undefined) return runningRefusal() === null ? this.#roots() : [];
    if (element.kind !== 'provider') return [];
    return (element.row.models ?? []).filter(({ model }) => model !== '').map((listed) => ({ kind: 'model', name: `${listed.provider}:${listed.model}`, listed }));
  }

  getTreeItem(element: ModelsElement): vscode.TreeItem {
    const { Collapsed, None } = vscode.TreeItemCollapsibleState;
    switch (element.kind) {
      case 'default':
        return this.#row(l10n.t('Default model'), element.model, 'star-full', l10n.t('The model of agents that name none (dagbook.defaultModel).'), 'default-model');
      case 'tier':
        return this.#row(l10n.t('Tier {0}', element.tier), element.model, 'layers', l10n.t('The model of agents that ask for this tier (dagbook.tiers).'), 'tier');
      case 'provider': {
        const { row } = element;
        const item = this.#row(row.label, row.state, row.icon, row.hint, row.context);
        item.collapsibleState = (row.models ?? []).some(({ model }) => model !== '') ? Collapsed : None;
        return item;
      }
      case 'model':
        return this.#row(element.listed.model, [element.listed.state, ...(element.listed.profile === null ? [] : [element.listed.profile])].join(' · '), 'symbol-event', element.listed.hint, 'model');
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#refresh.dispose();
  }

  #row(label: string, description: string, icon: string, tooltip: string, context: string): vscode.TreeItem {
    const item = new vscode.TreeItem(label);
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon);
    item.tooltip = tooltip;
    item.contextValue = context;
    return item;
  }

  async #roots(): Promise<ModelsElement[]> {
    const [folder] = localFolders();
    const tiers = vscode.workspace.getConfiguration('dagbook', folder?.uri).get<Record<string, string>>('tiers', {});
    const sources = await Promise.all(KEYED_PROVIDERS.map(async ({ variable }) => [variable, await this.#keys.sourceOf(variable)] as const));
    return [
      { kind: 'default', model: defaultModel(folder) },
      ...Object.entries(tiers).map(([tier, model]): ModelsElement => ({ kind: 'tier', tier, model })),
      ...providerRows(Object.fromEntries(sources), this.#listed).map((row): ModelsElement => ({ kind: 'provider', row })),
    ];
  }
}
