import * as vscode from 'vscode';
import type { RuntimeHost } from '../hosts/runtime-host.ts';
import { panelHtml } from './panel-html.ts';
import { Signal } from '../signal.ts';
import { GraphPanel, type GraphPanelParts } from './graph-panel.ts';
import { pageParts, webviewFolder } from './page-parts.ts';
import type { LatestRun } from './shown-runs.ts';

const GRAPH_VIEW = 'dagbook.graph';
/** Which documents keep their graph, in the memory of the workspace: a window that is opened again knows it. */
const KEPT = 'dagbook.keptGraphs';

interface GraphPanelsParts extends GraphPanelParts {
  /** Of the workspace. */
  readonly memory: vscode.Memento;
}

interface OpenPanel {
  readonly graph: GraphPanel;
  /** Stays with its document whatever editor is active. */
  pinned: boolean;
}

/** Every open graph. One of them follows the active editor, as previews do; the others were told to stay. */
export class GraphPanels implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #parts: GraphPanelsParts;
  readonly #panels = new Set<OpenPanel>();
  readonly #subscriptions: vscode.Disposable[];

  /** Another run can be seen now, or one no more. */
  readonly sightChanged = new Signal<void>();

  constructor(extension: vscode.Uri, parts: GraphPanelsParts) {
    this.#extension = extension;
    this.#parts = parts;
    this.#subscriptions = [
      vscode.window.registerWebviewPanelSerializer(GRAPH_VIEW, { deserializeWebviewPanel: async (panel, state: unknown) => { this.#restore(panel, state); } }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#each(document.uri, (graph) => { graph.changed(); });
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections: [selection] }) => {
        if (selection !== undefined) this.#each(textEditor.document.uri, (graph) => { graph.cursorAt(selection.active); });
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => void this.#follow(editor)),
      vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration('dagbook.graph') || event.affectsConfiguration('workbench.reduceMotion')) this.settingsChanged(); }),
    ];
  }

  /** The graph of a document, beside its text; the one that is there already, where there is one. */
  open(uri: vscode.Uri, { focus = false }: { readonly focus?: boolean } = {}): GraphPanel {
    const there = this.of(uri) ?? this.#follower();
    if (there !== null) {
      this.#draw(there, uri);
      there.panel.reveal(undefined, !focus);
      this.#cursorFrom(there);
      return there;
    }
    const column = vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel(GRAPH_VIEW, '', { viewColumn: column, preserveFocus: !focus }, { retainContextWhenHidden: false });
    const graph = this.#adopt(panel, uri, false);
    void this.#showLatest(graph);
    return graph;
  }

  of(uri: vscode.Uri): GraphPanel | null {
    return [...this.#panels].find(({ graph }) => graph.uri.toString() === uri.toString())?.graph ?? null;
  }

  /** The one that has the focus, else one that can be seen. */
  get active(): GraphPanel | null {
    const all = [...this.#panels].map(({ graph }) => graph);
    return all.find(({ panel }) => panel.active) ?? all.find(({ panel }) => panel.visible) ?? null;
  }

  get isVisible(): boolean {
    return [...this.#panels].some(({ graph }) => graph.panel.visible);
  }

  /** Whether this run can be seen. */
  shows(run: string): boolean {
    return [...this.#panels].some(({ graph }) => graph.panel.visible && graph.shownRun?.id === run);
  }

  /** Whether the panel keeps its document. */
  pin(graph: GraphPanel, pinned: boolean): void {
    for (const open of this.#panels) if (open.graph === graph) open.pinned = pinned;
    this.#rememberKept();
  }

  showRun(uri: vscode.Uri, host: RuntimeHost, run: string, node: string | null = null): void {
    const graph = this.open(uri);
    graph.showRun(host, run);
    this.sightChanged.fire();
    if (node !== null) graph.select(node);
    void this.#parts.shownRuns.remember(uri, run);
  }

  /** What it was asked before it died has no answer: the runs that are shown are asked for again. And one that died while it started a run has told nobody of it. */
  hostReturned(host: RuntimeHost): void {
    for (const { graph } of this.#panels) {
      if (graph.shownRun?.host === host) graph.showRun(host, graph.shownRun.id);
      void this.#showLatest(graph, (latest) => latest.isOpen && latest.host === host);
    }
  }

  /** Agents' names and models stand in other files: every picture is asked for again. */
  documentsChanged(): void {
    for (const { graph } of this.#panels) graph.changed();
  }

  settingsChanged(): void {
    for (const { graph } of this.#panels) graph.settingsChanged();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #adopt(panel: vscode.WebviewPanel, uri: vscode.Uri, pinned: boolean): GraphPanel {
    panel.webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(this.#extension)] };
    panel.iconPath = { light: vscode.Uri.joinPath(this.#extension, 'images', 'graph-light.svg'), dark: vscode.Uri.joinPath(this.#extension, 'images', 'graph-dark.svg') };
    const graph = new GraphPanel(panel, uri, this.#parts);
    const open: OpenPanel = { graph, pinned };
    this.#panels.add(open);
    panel.onDidChangeViewState(() => { this.sightChanged.fire(); });
    panel.onDidDispose(() => {
      this.#panels.delete(open);
      this.sightChanged.fire();
      if (open.pinned) this.#rememberKept();
    });
    const { uri: page, ...parts } = pageParts(panel.webview, this.#extension);
    panel.webview.html = panelHtml({ ...parts, script: page('graph.js'), style: page('graph.css'), worker: page('layout-worker.js'), title: panel.title });
    this.#cursorFrom(graph);
    return graph;
  }

  /** The page keeps which document it drew, beside how it was looked at, so that a window that is opened again draws it again. */
  #restore(panel: vscode.WebviewPanel, state: unknown): void {
    const { uri, document } = typeof state === 'object' && state !== null ? (state as { readonly uri?: unknown; readonly document?: unknown }) : {};
    const drawn = typeof uri === 'string' ? vscode.Uri.parse(uri) : vscode.window.activeTextEditor?.document.uri;
    if (drawn === undefined) {
      panel.dispose();
      return;
    }
    const graph = this.#adopt(panel, drawn, this.#parts.memory.get<readonly string[]>(KEPT, []).includes(drawn.toString()));
    if (typeof document === 'number') graph.choose(document);
    this.#showLast(graph);
  }

  #rememberKept(): void {
    void this.#parts.memory.update(KEPT, [...this.#panels].flatMap(({ graph, pinned }) => (pinned ? [graph.uri.toString()] : [])));
  }

  /** Another document, with the run that lay over it last. */
  #draw(graph: GraphPanel, uri: vscode.Uri): void {
    if (graph.uri.toString() === uri.toString()) return;
    graph.draw(uri);
    this.#showLast(graph);
  }

  #showLast(graph: GraphPanel): void {
    const shown = this.#parts.shownRuns.of(graph.uri);
    if (shown === null) {
      void this.#showLatest(graph);
      return;
    }
    graph.showRun(shown.host, shown.run);
    this.sightChanged.fire();
  }

  /** Unless somebody has chosen another run or document meanwhile. */
  async #showLatest(graph: GraphPanel, isWanted: (latest: LatestRun) => boolean = () => true): Promise<void> {
    const { uri, shownRun: before } = graph;
    try {
      const latest = await this.#parts.shownRuns.latestOf(uri);
      if (latest === null || !isWanted(latest) || graph.shownRun?.id !== before?.id || latest.run === before?.id) return;
      if (graph.uri.toString() !== uri.toString() || ![...this.#panels].some((open) => open.graph === graph)) return;
      graph.showRun(latest.host, latest.run);
      this.sightChanged.fire();
    } catch (error) {
      this.#parts.log.error(error instanceof Error ? error : String(error));
    }
  }

  /** Agents and what is not ours leave the picture as it is. */
  async #follow(editor: vscode.TextEditor | undefined): Promise<void> {
    if (editor === undefined || this.#follower() === null || this.of(editor.document.uri) !== null || !(await this.#parts.isWorkflow(editor.document.uri))) return;
    const graph = this.#follower();
    if (graph === null || vscode.window.activeTextEditor !== editor) return;
    this.#draw(graph, editor.document.uri);
    graph.cursorAt(editor.selection.active);
  }

  #follower(): GraphPanel | null {
    return [...this.#panels].find(({ pinned }) => !pinned)?.graph ?? null;
  }

  #cursorFrom(graph: GraphPanel): void {
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === graph.uri.toString());
    if (editor !== undefined) graph.cursorAt(editor.selection.active);
  }

  #each(uri: vscode.Uri, act: (graph: GraphPanel) => void): void {
    const key = uri.toString();
    for (const { graph } of this.#panels) if (graph.uri.toString() === key) act(graph);
  }
}
