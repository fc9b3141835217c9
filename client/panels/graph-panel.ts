import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Direction, FromGraphPanel, PictureState, RunOverlay, ToGraphPanel } from '../../protocol/graph-panel.ts';
import { PICTURE_REQUEST, type PictureAnswer } from '../../protocol/language-requests.ts';
import type { Picture } from '../../protocol/picture.ts';
import type { RunDetailRecord } from '../../protocol/run-records.ts';
import type { TextPosition } from '../../protocol/text-range.ts';
import type { RuntimeHost } from '../hosts/runtime-host.ts';
import type { LanguageService } from '../language/language-service.ts';
import { shortName } from '../workspace/folders.ts';
import { readGraphMessage } from './graph-message.ts';
import type { KeptLayouts } from './kept-layouts.ts';
import type { LockedTexts } from './locked-texts.ts';
import { PictureFollower } from './picture-follower.ts';
import { nodeAtCursor, pictureState } from './picture-state.ts';
import { RunFollower } from './run-follower.ts';
import type { ShownRuns } from './shown-runs.ts';

export interface GraphPanelParts {
  readonly language: LanguageService;
  readonly lockedTexts: LockedTexts;
  readonly layouts: KeptLayouts;
  readonly shownRuns: ShownRuns;
  readonly log: vscode.LogOutputChannel;
  /** Why nothing can run at the moment. */
  readonly refusal: () => string | null;
  readonly direction: (uri: vscode.Uri) => Direction;
  readonly isWorkflow: (uri: vscode.Uri) => Promise<boolean>;
  /** What is not about drawing: running, revealing, saving. */
  readonly act: (panel: GraphPanel, message: FromGraphPanel) => Promise<void>;
}

/** One picture beside its text. The extension owns the truth: whatever the page has lost, it gets again when it says it is ready. */
export class GraphPanel {
  readonly panel: vscode.WebviewPanel;
  readonly #parts: GraphPanelParts;
  readonly #follower: PictureFollower<PictureAnswer>;
  #uri: vscode.Uri;
  #ready = false;
  #pictures: PictureAnswer | null = null;
  #state: PictureState = { kind: 'loading' };
  #version = 0;
  #chosen: number | null = null;
  #cursor: TextPosition | null = null;
  #run: RunFollower | null = null;
  #overlay: RunOverlay | null = null;
  #select: string | null = null;

  constructor(panel: vscode.WebviewPanel, uri: vscode.Uri, parts: GraphPanelParts) {
    this.panel = panel;
    this.#uri = uri;
    this.#parts = parts;
    this.#follower = new PictureFollower((pictures) => { this.#drew(pictures); }, (error) => { this.#couldNot(error); });
    panel.webview.onDidReceiveMessage((value: unknown) => { this.#received(value); });
    // A hidden page is gone, and says again when it is ready: until then nothing reaches it.
    panel.onDidChangeViewState(() => { if (!panel.visible) this.#ready = false; });
    panel.onDidDispose(() => { this.#run?.dispose(); });
    this.#begin();
  }

  get uri(): vscode.Uri {
    return this.#uri;
  }

  /** The one that is drawn; null while there is none. */
  get picture(): Picture | null {
    return this.#state.kind === 'picture' ? this.#state.picture : null;
  }

  get shownRun(): { readonly host: RuntimeHost; readonly id: string } | null {
    return this.#run === null ? null : { host: this.#run.host, id: this.#run.run };
  }

  /** From here on the picture of another document. */
  draw(uri: vscode.Uri): void {
    if (uri.toString() === this.#uri.toString()) return;
    this.#uri = uri;
    this.#chosen = null;
    this.#cursor = null;
    this.#pictures = null;
    this.#state = { kind: 'loading' };
    this.hideRun();
    this.#begin();
  }

  /** Its document, or one that it stands on, has changed. */
  changed(): void {
    this.#follower.changed();
  }

  cursorAt(position: TextPosition): void {
    const before = this.#cursor;
    this.#cursor = position;
    if (this.#pictures === null || before?.line === position.line && before.character === position.character) return;
    const state = pictureState(this.#pictures, null, position);
    const moved = state.kind === 'picture' && this.picture !== null && state.picture.document !== this.picture.document;
    if (moved) {
      this.#chosen = null;
      this.#show(state);
    }
    this.#postCursor();
  }

  choose(document: number): void {
    this.#chosen = document;
    if (this.#pictures !== null) this.#show(pictureState(this.#pictures, document, this.#cursor));
  }

  /** Lays a run over the picture and keeps up with it. */
  showRun(host: RuntimeHost, run: string): void {
    if (this.#run?.run === run && this.#run.host === host) {
      this.#run.refresh();
      return;
    }
    this.#run?.dispose();
    this.#run = new RunFollower(host, run, {
      detail: (detail) => { this.#overlaid(detail); },
      frames: (frames) => { this.#post({ kind: 'frames', run, frames }); },
      failed: (error) => { this.#parts.log.error(error instanceof Error ? error : String(error)); },
    });
    void this.#run.start();
  }

  hideRun(): void {
    this.#run?.dispose();
    this.#run = null;
    this.#overlay = null;
    this.#post({ kind: 'run', overlay: null });
  }

  /** Selects a node and brings it into view, now or as soon as there is a page. */
  select(node: string): void {
    this.#select = node;
    this.#postSelect();
  }

  command(what: (ToGraphPanel & { readonly kind: 'do' })['what']): void {
    this.#post({ kind: 'do', what });
  }

  settingsChanged(): void {
    this.#post({ kind: 'settings', direction: this.#parts.direction(this.#uri), reducedMotion: reducedMotion() });
    this.#post({ kind: 'running-allowed', reason: this.#parts.refusal() });
  }

  #begin(): void {
    this.panel.title = l10n.t('Graph: {0}', shortName(this.#uri));
    this.#postLayout();
    this.#postPicture();
    const uri = this.#uri;
    this.#follower.follow(async () => {
      // The same keystroke must reach the server before the question about it.
      await new Promise((resolve) => setTimeout(resolve, 0));
      const document = await vscode.workspace.openTextDocument(uri);
      this.#version = document.version;
      return this.#parts.language.request<PictureAnswer>(PICTURE_REQUEST, { textDocument: { uri: uri.toString() } });
    });
  }

  #drew(pictures: PictureAnswer): void {
    const first = this.#pictures === null;
    this.#pictures = pictures;
    this.#show(pictureState(pictures, this.#chosen, this.#cursor));
    if (first) this.#drawRun();
    this.#refreshStale();
  }

  #couldNot(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#parts.log.warn(`graph of ${this.#uri.toString()}: ${message}`);
    if (this.#state.kind === 'picture') return;
    this.#show({ kind: 'nothing', message: l10n.t('The document cannot be drawn.'), hint: message });
  }

  #show(state: PictureState): void {
    this.#state = state;
    this.#postPicture();
    this.#postCursor();
  }

  #overlaid(detail: RunDetailRecord): void {
    const begun = this.#overlay?.run.id !== detail.run.id;
    this.#overlay = { run: detail.run, agentRuns: detail.agent_runs, criticalPath: detail.critical_path, stale: this.#isStale(detail.run.id, detail.agent_runs.map(({ node_id }) => node_id)) };
    if (begun) this.#drawRun();
    this.#post({ kind: 'run', overlay: this.#overlay });
  }

  /** Of a file with several workflows, the one that the run is of is drawn. */
  #drawRun(): void {
    const of = this.#pictures?.find(({ name }) => name === this.#overlay?.run.workflow_name);
    if (of !== undefined && of.document !== this.picture?.document) this.choose(of.document);
  }

  #refreshStale(): void {
    if (this.#overlay === null) return;
    const stale = this.#isStale(this.#overlay.run.id, this.#overlay.agentRuns.map(({ node_id }) => node_id));
    if (stale === this.#overlay.stale) return;
    this.#overlay = { ...this.#overlay, stale };
    this.#run?.refresh();
  }

  /** Of a run that this window started, the text is known; of any other, only which nodes it had. */
  #isStale(run: string, nodes: readonly string[]): boolean {
    const locked = this.#parts.lockedTexts.of(run);
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === this.#uri.toString());
    if (locked !== null && document !== undefined) return locked !== document.getText();
    const drawn = new Set(this.picture?.nodes.map(({ id }) => id));
    return this.picture !== null && nodes.some((node) => !drawn.has(node));
  }

  #received(value: unknown): void {
    const message = readGraphMessage(value);
    if (message === null) {
      this.#parts.log.warn(`The graph panel sent a message of an unknown shape: ${JSON.stringify(value).slice(0, 200)}`);
      return;
    }
    switch (message.kind) {
      case 'ready':
        this.#ready = true;
        this.#sendAll();
        return;
      case 'document':
        this.choose(message.document);
        return;
      case 'steps':
        void this.#readFor(message.agentRun, async (host, run) => {
          const [steps, bodies] = await Promise.all([host.call('steps', { run, agentRun: message.agentRun }), host.call('agentRunBodies', { run, agentRun: message.agentRun })]);
          return { kind: 'steps', agentRun: message.agentRun, steps, ...bodies };
        });
        return;
      case 'bodies':
        void this.#readFor(message.agentRun, async (host, run) => ({ kind: 'bodies', seq: message.seq, bodies: await host.call('stepBodies', { run, seq: message.seq }) }));
        return;
      case 'layout':
        void this.#parts.layouts.remember(this.#uri, message.layout);
        return;
      case 'bug':
        this.#parts.log.error(`graph panel: ${message.message}`);
        return;
      default:
        void this.#parts.act(this, message);
    }
  }

  #sendAll(): void {
    this.settingsChanged();
    this.#postLayout();
    this.#postPicture();
    this.#postCursor();
    this.#postSelect();
    this.#post({ kind: 'run', overlay: this.#overlay });
    const run = this.#run;
    if (run === null) return;
    // Its frames from the first on, too.
    this.#run = null;
    run.dispose();
    this.showRun(run.host, run.run);
  }

  /** What is read of one run is of no use to the next one that is shown. */
  async #readFor(agentRun: string, read: (host: RuntimeHost, run: string) => Promise<ToGraphPanel>): Promise<void> {
    const shown = this.#run;
    if (shown === null) return;
    try {
      const answer = await read(shown.host, shown.run);
      if (this.#run?.run === shown.run) this.#post(answer);
    } catch (error) {
      this.#parts.log.error(error instanceof Error ? error : String(error));
      if (this.#run?.run === shown.run) this.#post({ kind: 'unreadable', agentRun, message: error instanceof Error ? error.message : String(error) });
    }
  }

  #postLayout(): void {
    const layout = this.#parts.layouts.of(this.#uri);
    if (layout !== null) this.#post({ kind: 'layout', layout });
  }

  /** Said once: after a reload the page remembers what is selected. */
  #postSelect(): void {
    if (!this.#ready || this.#select === null) return;
    this.#post({ kind: 'select', node: this.#select });
    this.#select = null;
  }

  #postPicture(): void {
    this.#post({ kind: 'picture', uri: this.#uri.toString(), version: this.#version, state: this.#state });
  }

  #postCursor(): void {
    const { picture } = this;
    this.#post({ kind: 'cursor', node: picture === null || this.#cursor === null ? null : nodeAtCursor(picture, this.#cursor) });
  }

  #post(message: ToGraphPanel): void {
    if (this.#ready) void this.panel.webview.postMessage(message);
  }
}

/** Null = as the system says, which the page knows itself. */
function reducedMotion(): boolean | null {
  const setting = vscode.workspace.getConfiguration('workbench').get<string>('reduceMotion');
  return setting === 'on' ? true : setting === 'off' ? false : null;
}
