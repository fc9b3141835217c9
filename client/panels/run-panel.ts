import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import type { FromRunPanel, ToRunPanel } from '../../protocol/run-panel.ts';
import type { RunDetailRecord, RunRecord, StepBodies, StepRecord } from '../../protocol/run-records.ts';
import type { RuntimeHost } from '../hosts/runtime-host.ts';
import { shortMomentWords } from '../words/time-words.ts';
import { readRunMessage } from './run-message.ts';
import { RunFollower } from './run-follower.ts';

export interface RunPanelParts {
  readonly log: vscode.LogOutputChannel;
  readonly refusal: () => string | null;
  /** What is not about looking: replaying, forking, halting. */
  readonly act: (panel: RunPanel, message: FromRunPanel) => Promise<void>;
  /** Its tab has got another title. */
  readonly titled: () => void;
}

/** One run: its timeline, its steps, and another run beside it. */
export class RunPanel {
  readonly panel: vscode.WebviewPanel;
  readonly folder: vscode.WorkspaceFolder;
  readonly host: RuntimeHost;
  readonly #parts: RunPanelParts;
  #follower: RunFollower;
  #detail: RunDetailRecord | null = null;
  #ready = false;
  #select: string | null = null;
  #with: string | null = null;
  /** Of the run it is compared with, by agent run path and place. */
  #others: readonly StepRecord[] = [];

  constructor(panel: vscode.WebviewPanel, folder: vscode.WorkspaceFolder, host: RuntimeHost, run: string, parts: RunPanelParts) {
    this.panel = panel;
    this.folder = folder;
    this.host = host;
    this.#parts = parts;
    this.#follower = this.#follow(run);
    panel.webview.onDidReceiveMessage((value: unknown) => { this.#received(value); });
    panel.onDidDispose(() => { this.#follower.dispose(); });
  }

  get run(): string {
    return this.#follower.run;
  }

  get detail(): RunDetailRecord | null {
    return this.#detail;
  }

  select(node: string): void {
    this.#select = node;
    this.#post({ kind: 'select', node });
  }

  refresh(): void {
    this.#follower.refresh();
  }

  settingsChanged(): void {
    this.#post({ kind: 'running-allowed', reason: this.#parts.refusal() });
  }

  /** Lays another run beside this one; null = alone again. */
  async compareWith(other: string | null): Promise<void> {
    this.#with = other;
    if (other === null) {
      this.#others = [];
      this.#post({ kind: 'comparison', comparison: null });
      return;
    }
    await this.#quietly(l10n.t('The runs cannot be compared.'), async () => {
      const [comparison, steps] = await Promise.all([this.host.call('compare', { a: other, b: this.run }), this.host.call('steps', { run: other, agentRun: null })]);
      this.#others = steps;
      this.#post({ kind: 'comparison', comparison });
    });
  }

  #follow(run: string): RunFollower {
    return new RunFollower(this.host, run, {
      detail: (detail) => {
        this.#detail = detail;
        this.#title(detail.run);
        this.#post({ kind: 'detail', detail });
      },
      frames: (frames) => { this.#post({ kind: 'frames', run, frames }); },
      failed: (error) => { this.#failed(l10n.t('The run cannot be read.'), error); },
    });
  }

  /** With the time, which tells two runs of one workflow apart, as their rows in the ledger do. */
  #title({ workflow_name: name, started_at: at }: RunRecord): void {
    const title = l10n.t('Run: {0} · {1}', name, shortMomentWords(at, Date.now()));
    if (this.panel.title === title) return;
    this.panel.title = title;
    this.#parts.titled();
  }

  #received(value: unknown): void {
    const message = readRunMessage(value);
    if (message === null) {
      this.#parts.log.warn(`The run panel sent a message of an unknown shape: ${JSON.stringify(value).slice(0, 200)}`);
      return;
    }
    switch (message.kind) {
      case 'ready':
        this.#sendAll();
        return;
      case 'steps':
        void this.#steps(message.agentRun);
        return;
      case 'bodies':
        void this.#bodies(message.agentRun, message.seq);
        return;
      case 'bug':
        this.#parts.log.error(`run panel: ${message.message}`);
        return;
      default:
        void this.#parts.act(this, message);
    }
  }

  #sendAll(): void {
    this.#ready = true;
    this.settingsChanged();
    this.#follower.dispose();
    this.#follower = this.#follow(this.run);
    void this.#follower.start().then(async () => {
      if (this.#select !== null) this.#post({ kind: 'select', node: this.#select });
      if (this.#with !== null) await this.compareWith(this.#with);
    });
  }

  async #steps(agentRun: string): Promise<void> {
    await this.#quietly(l10n.t('The steps cannot be read.'), async () => {
      const [steps, bodies] = await Promise.all([this.host.call('steps', { run: this.run, agentRun }), this.host.call('agentRunBodies', { run: this.run, agentRun })]);
      this.#post({ kind: 'steps', agentRun, steps, ...bodies });
    });
  }

  async #bodies(agentRun: string, seq: number): Promise<void> {
    await this.#quietly(l10n.t('The step cannot be read.'), async () => {
      const bodies = await this.host.call('stepBodies', { run: this.run, seq });
      this.#post({ kind: 'bodies', seq, bodies, parent: await this.#sameStep(agentRun, seq) });
    });
  }

  /** The step of the other run that stands at the same place: same node and iteration, same number among its kind. */
  async #sameStep(agentRun: string, seq: number): Promise<StepBodies | null> {
    const other = this.#with;
    const here = this.#detail?.agent_runs.find(({ id }) => id === agentRun);
    if (other === null || here === undefined) return null;
    const [own, detail] = await Promise.all([this.host.call('steps', { run: this.run, agentRun }), this.host.call('show', { run: other })]);
    const there = detail.agent_runs.find(({ path, attempt, iteration }) => path === here.path && attempt === here.attempt && iteration === here.iteration);
    const twin = this.#others.filter(({ agent_run_id: of }) => of === there?.id)[own.findIndex((step) => step.seq === seq)];
    return twin === undefined ? null : this.host.call('stepBodies', { run: other, seq: twin.seq });
  }

  async #quietly(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failed(what, error);
    }
  }

  #failed(message: string, error: unknown): void {
    this.#parts.log.error(error instanceof Error ? error : String(error));
    this.#post({ kind: 'failed', message, hint: error instanceof Error ? error.message : String(error) });
  }

  #post(message: ToRunPanel): void {
    if (this.#ready) void this.panel.webview.postMessage(message);
  }
}
