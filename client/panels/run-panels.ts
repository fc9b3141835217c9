import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostPool } from '../hosts/host-pool.ts';
import type { RuntimeHost } from '../hosts/runtime-host.ts';
import type { RunRef } from '../runs/run-ref.ts';
import { Signal } from '../signal.ts';
import { localFolders } from '../workspace/folders.ts';
import { pageParts, webviewFolder } from './page-parts.ts';
import { panelHtml } from './panel-html.ts';
import { RunPanel, type RunPanelParts } from './run-panel.ts';

const RUN_VIEW = 'dagbook.run';

/** Every open run panel, one per run. */
export class RunPanels implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #hosts: HostPool;
  readonly #memory: vscode.Memento;
  readonly #parts: Omit<RunPanelParts, 'titled'>;
  readonly #panels = new Set<RunPanel>();
  readonly #subscription: vscode.Disposable;

  /** Another run can be seen now, or one no more. */
  readonly sightChanged = new Signal<void>();

  constructor(extension: vscode.Uri, hosts: HostPool, memory: vscode.Memento, parts: Omit<RunPanelParts, 'titled'>) {
    this.#extension = extension;
    this.#hosts = hosts;
    this.#memory = memory;
    this.#parts = parts;
    this.#subscription = vscode.window.registerWebviewPanelSerializer(RUN_VIEW, { deserializeWebviewPanel: async (panel, state: unknown) => { this.#restore(panel, state); } });
  }

  open(ref: RunRef, node: string | null = null): RunPanel {
    const there = [...this.#panels].find(({ run, folder }) => run === ref.id && folder.uri.toString() === ref.folder.uri.toString());
    const shown = there ?? this.#adopt(vscode.window.createWebviewPanel(RUN_VIEW, l10n.t('Run'), { viewColumn: vscode.ViewColumn.Active }), ref);
    if (there !== undefined) there.panel.reveal();
    if (node !== null) shown.select(node);
    return shown;
  }

  get isVisible(): boolean {
    return [...this.#panels].some(({ panel }) => panel.visible);
  }

  /** Whether this run can be seen. */
  shows(run: string): boolean {
    return [...this.#panels].some((one) => one.panel.visible && one.run === run);
  }

  get active(): RunPanel | null {
    return [...this.#panels].find(({ panel }) => panel.active) ?? null;
  }

  /** What it was asked before it died has no answer. */
  hostReturned(host: RuntimeHost): void {
    for (const panel of this.#panels) if (panel.host === host) panel.refresh();
  }

  settingsChanged(): void {
    for (const panel of this.#panels) panel.settingsChanged();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, ref: RunRef): RunPanel {
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(this.#extension)] };
    panel.iconPath = { light: vscode.Uri.joinPath(this.#extension, 'images', 'run-light.svg'), dark: vscode.Uri.joinPath(this.#extension, 'images', 'run-dark.svg') };
    const run = new RunPanel(panel, ref.folder, this.#hosts.of(ref.folder), ref.id, { ...this.#parts, titled: () => void this.#remember() });
    this.#panels.add(run);
    this.sightChanged.fire();
    panel.onDidChangeViewState(() => { this.sightChanged.fire(); });
    panel.onDidDispose(() => {
      this.#panels.delete(run);
      this.sightChanged.fire();
      void this.#remember();
    });
    const { uri: page, ...parts } = pageParts(panel.webview, this.#extension);
    panel.webview.html = panelHtml({ ...parts, script: page('run.js'), style: page('run.css'), worker: null, title: panel.title });
    void this.#remember();
    return run;
  }

  /** By what the page kept, else the one run of that title that was open when the window closed. */
  #restore(panel: vscode.WebviewPanel, state: unknown): void {
    const given = typeof state === 'object' && state !== null ? (state as { readonly run?: unknown }).run : undefined;
    const open = this.#memory.get<readonly { readonly run: string; readonly folder: string; readonly title: string }[]>(OPEN_RUNS, []);
    const entry = typeof given === 'string' ? (open.find(({ run }) => run === given) ?? { run: given, folder: '', title: '' }) : open.find(({ title }) => title === panel.title);
    const folder = localFolders().find(({ uri }) => uri.toString() === entry?.folder) ?? localFolders()[0];
    if (entry === undefined || folder === undefined || this.#parts.refusal() !== null) panel.dispose();
    else this.#adopt(panel, { folder, id: entry.run });
  }

  async #remember(): Promise<void> {
    await this.#memory.update(OPEN_RUNS, [...this.#panels].map(({ run, folder, panel }) => ({ run, folder: folder.uri.toString(), title: panel.title })));
  }
}

const OPEN_RUNS = 'dagbook.openRunPanels';
