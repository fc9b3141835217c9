import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { HostSettings } from '../../protocol/host.ts';
import type { QuestionRecord, RunRecord } from '../../protocol/run-records.ts';
import { Signal } from '../signal.ts';
import { hostSettings } from '../workspace/editor-settings.ts';
import { localFolders, runningRefusal } from '../workspace/folders.ts';
import { RuntimeHost, type HostChannel, type HostState, type RuntimeHostOptions } from './runtime-host.ts';

export interface FolderHost {
  readonly folder: vscode.WorkspaceFolder;
  readonly host: RuntimeHost;
}

export interface HostPoolOptions {
  readonly connect: () => HostChannel;
  /** Keys of model providers, by the name of their variable. */
  readonly secrets: () => Promise<Readonly<Record<string, string>>>;
  readonly log: vscode.LogOutputChannel;
}

export type RunOfFolder = RunRecord & { readonly folder: vscode.WorkspaceFolder };
export type QuestionOfFolder = QuestionRecord & { readonly folder: vscode.WorkspaceFolder };

/** One runtime host per workspace folder on the disk. None is started before something needs it. */
export class HostPool implements vscode.Disposable {
  readonly #options: HostPoolOptions;
  readonly #hosts = new Map<string, FolderHost>();
  readonly #subscriptions: vscode.Disposable[] = [];

  /** Any state, open run or question has changed. */
  readonly changed = new Signal<void>();
  readonly runsChanged = new Signal<{ readonly folder: vscode.WorkspaceFolder; readonly runs: readonly RunRecord[] }>();
  readonly questionsChanged = new Signal<void>();
  readonly died = new Signal<FolderHost & { readonly reason: string; readonly again: boolean }>();
  readonly returned = new Signal<FolderHost>();
  /** Another file is the ledger of a folder now. */
  readonly ledgerChosen = new Signal<void>();

  constructor(options: HostPoolOptions) {
    this.#options = options;
    this.#subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
        for (const folder of removed) this.#drop(folder);
        this.changed.fire();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        for (const { folder, host } of this.#hosts.values()) {
          if (!event.affectsConfiguration('dagbook', folder.uri)) continue;
          const isOther = event.affectsConfiguration('dagbook.ledger.path', folder.uri);
          void this.#quietly(host.configure().finally(() => { if (isOther) this.ledgerChosen.fire(); }));
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => { this.changed.fire(); }),
    );
  }

  /** Not started yet. Throws with the reason where nothing can run. */
  of(folder: vscode.WorkspaceFolder): RuntimeHost {
    const refusal = runningRefusal();
    if (refusal !== null) throw new Error(refusal);
    const key = folder.uri.toString();
    const there = this.#hosts.get(key) ?? this.#make(folder);
    this.#hosts.set(key, there);
    return there.host;
  }

  /** Hosts that something has needed so far. */
  get all(): readonly FolderHost[] {
    return [...this.#hosts.values()];
  }

  get openRuns(): readonly RunOfFolder[] {
    return this.all.flatMap(({ folder, host }) => host.openRuns.map((run) => ({ ...run, folder })));
  }

  get questions(): readonly QuestionOfFolder[] {
    return this.all.flatMap(({ folder, host }) => host.questions.map((question) => ({ ...question, folder })));
  }

  get held(): boolean {
    return this.all.some(({ host }) => host.held);
  }

  /** The one that most needs to be known: down before starting before ready before off. */
  get state(): HostState['kind'] {
    const kinds = new Set(this.all.map(({ host }) => host.state.kind));
    return (['down', 'starting', 'ready'] as const).find((kind) => kinds.has(kind)) ?? 'off';
  }

  /** Starts the hosts of folders that have a ledger: what runs or waits there must be seen without a click. */
  wake(): void {
    if (runningRefusal() !== null) return;
    for (const folder of localFolders()) if (existsSync(hostSettings(folder, {}).ledgerFile)) void this.#quietly(this.of(folder).start());
  }

  /** The settings of every host are read anew, such as after a key was stored. */
  async reconfigure(): Promise<void> {
    await Promise.all(this.all.map(({ host }) => host.configure()));
  }

  async close(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    await Promise.all(this.all.map(({ host }) => host.dispose()));
  }

  dispose(): void {
    void this.close();
  }

  #make(folder: vscode.WorkspaceFolder): FolderHost {
    const settings = async (): Promise<HostSettings> => hostSettings(folder, await this.#options.secrets());
    // Loaded at the first call: most people never make one.
    const callModel: RuntimeHostOptions['callModel'] = async (...call) => (await import('../models/editor-model-call.ts')).callEditorModel(...call);
    const host = new RuntimeHost({ connect: this.#options.connect, settings, callModel, now: () => performance.now() });
    host.changed.listen(() => { this.changed.fire(); });
    host.runsChanged.listen((runs) => { this.runsChanged.fire({ folder, runs }); });
    host.questionsChanged.listen(() => { this.questionsChanged.fire(); });
    host.died.listen((death) => { this.died.fire({ folder, host, ...death }); });
    host.returned.listen(() => { this.returned.fire({ folder, host }); });
    host.logged.listen(({ level, message }) => { this.#options.log[level === 'warning' ? 'warn' : level](`${folder.name}: ${message}`); });
    return { folder, host };
  }

  #drop(folder: vscode.WorkspaceFolder): void {
    const there = this.#hosts.get(folder.uri.toString());
    this.#hosts.delete(folder.uri.toString());
    if (there !== undefined) void there.host.dispose();
  }

  async #quietly(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#options.log.error(error instanceof Error ? error : String(error));
    }
  }
}
