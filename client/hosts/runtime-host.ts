import type { EditorModelEvent, EditorModelRequest } from '../../protocol/editor-model.ts';
import type { HostEvent, HostInfo, HostMethod, HostMethods, HostSettings } from '../../protocol/host.ts';
import type { Frame } from '../../protocol/frame.ts';
import type { QuestionRecord, RunRecord } from '../../protocol/run-records.ts';
import { Signal, type Disposable } from '../signal.ts';
import { FrameFeed } from './frame-feed.ts';

/** The channel to one forked runtime host. */
export interface HostChannel {
  call<M extends HostMethod>(method: M, params: Parameters<HostMethods[M]>[0]): Promise<ReturnType<HostMethods[M]>>;
  onEvent(listener: (event: HostEvent) => void): unknown;
  onExit(listener: (reason: string) => void): unknown;
  dispose(): void;
}

export type HostState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly info: HostInfo }
  /** `cause`: what its start failed with, as it was told. */
  | { readonly kind: 'down'; readonly message: string; readonly cause?: Error };

export interface RuntimeHostOptions {
  readonly connect: () => HostChannel;
  readonly settings: () => Promise<HostSettings>;
  /** Makes a call of one of the editor's own models; says what comes, and never rejects. */
  readonly callModel: (request: EditorModelRequest, signal: AbortSignal, say: (events: readonly EditorModelEvent[]) => void) => Promise<void>;
  /** Milliseconds on any steady clock. */
  readonly now: () => number;
}

/** A host that ends more often than this within `PATIENCE_MS` is not started again by itself. */
const RESTARTS = 3;
const PATIENCE_MS = 60_000;

/**
 * The runtime of one workspace folder, as the editor sees it: started at the first need, started again when it dies,
 * and what it says of open runs and questions kept at hand.
 */
export class RuntimeHost {
  readonly #options: RuntimeHostOptions;
  readonly #feed: FrameFeed;
  #channel: Promise<HostChannel> | null = null;
  #state: HostState = { kind: 'off' };
  #exits: number[] = [];
  readonly #modelCalls = new Map<number, AbortController>();
  #disposed = false;
  /** It died or could not be started since it was ready last. */
  #wasGone = false;
  #open: readonly RunRecord[] = [];
  #held = false;
  #questions: readonly QuestionRecord[] = [];

  readonly changed = new Signal<void>();
  readonly runsChanged = new Signal<readonly RunRecord[]>();
  readonly questionsChanged = new Signal<readonly QuestionRecord[]>();
  /** It died in the middle and was started again, or was not (`again: false`). */
  readonly died = new Signal<{ readonly reason: string; readonly again: boolean }>();
  /** It is ready again after it had died or could not be started: by itself or by hand. What was asked meanwhile has no answer. */
  readonly returned = new Signal<void>();
  readonly logged = new Signal<{ readonly level: 'info' | 'warning' | 'error'; readonly message: string }>();

  constructor(options: RuntimeHostOptions) {
    this.#options = options;
    this.#feed = new FrameFeed((run, wanted) => {
      if (this.#state.kind === 'ready') void this.call(wanted ? 'subscribe' : 'unsubscribe', { run }).catch((error: unknown) => { this.#log(error); });
    });
  }

  get state(): HostState {
    return this.#state;
  }

  /** Open runs of this ledger, whoever started them; as far as a host has told. */
  get openRuns(): readonly RunRecord[] {
    return this.#open;
  }

  get held(): boolean {
    return this.#held;
  }

  get questions(): readonly QuestionRecord[] {
    return this.#questions;
  }

  /** Starts the host where there is none. Rejects with what the host answered, or because it does not start. */
  async call<M extends HostMethod>(method: M, params: Parameters<HostMethods[M]>[0]): Promise<ReturnType<HostMethods[M]>> {
    return (await this.#ready()).call(method, params);
  }

  async start(): Promise<void> {
    await this.#ready();
  }

  /** Frames of a run from the first on, then as they come. */
  frames(run: string, listener: (frames: readonly Frame[]) => void): Disposable {
    return this.#feed.subscribe(run, listener);
  }

  /** By hand, after it went down. */
  async restart(): Promise<void> {
    this.#exits = [];
    if (this.#state.kind === 'down') this.#set({ kind: 'off' });
    await this.#ready();
  }

  /** Tells a host that runs what the settings are now. One that could not be started, such as over a ledger that is none, is tried once more with them. */
  async configure(): Promise<void> {
    if (this.#state.kind === 'ready') await this.call('configure', await this.#options.settings());
    else if (this.#state.kind === 'down' && this.#state.cause !== undefined) await this.restart();
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#endModelCalls();
    const channel = await this.#channel?.catch(() => null);
    channel?.dispose();
  }

  async #ready(): Promise<HostChannel> {
    if (this.#disposed) throw new Error('The window is closing.');
    if (this.#state.kind === 'down') throw this.#state.cause ?? new Error(this.#state.message);
    this.#channel ??= this.#connect();
    return this.#channel;
  }

  async #connect(): Promise<HostChannel> {
    this.#set({ kind: 'starting' });
    let channel: HostChannel | null = null;
    try {
      const settings = await this.#options.settings();
      const made = this.#options.connect();
      channel = made;
      made.onEvent((event) => { this.#heard(event); });
      made.onExit((reason) => { this.#exited(made, reason); });
      const info = await made.call('open', settings);
      this.#held = info.held;
      this.#set({ kind: 'ready', info });
      for (const run of this.#feed.wanted) void made.call('subscribe', { run }).catch((error: unknown) => { this.#log(error); });
      if (this.#wasGone) this.returned.fire();
      this.#wasGone = false;
      return made;
    } catch (error) {
      this.#channel = null;
      this.#wasGone = true;
      channel?.dispose();
      this.#set({ kind: 'down', message: error instanceof Error ? error.message : String(error), ...(error instanceof Error ? { cause: error } : {}) });
      throw error;
    }
  }

  #exited(channel: HostChannel, reason: string): void {
    if (this.#disposed || this.#state.kind !== 'ready') return;
    channel.dispose();
    this.#channel = null;
    this.#wasGone = true;
    this.#endModelCalls();
    const now = this.#options.now();
    this.#exits = [...this.#exits.filter((at) => now - at < PATIENCE_MS), now];
    const again = this.#exits.length <= RESTARTS;
    this.#set(again ? { kind: 'off' } : { kind: 'down', message: reason });
    this.died.fire({ reason, again });
    if (again) void this.#ready().catch((error: unknown) => { this.#log(error); });
  }

  #heard(event: HostEvent): void {
    switch (event.kind) {
      case 'frame':
        this.#feed.take(event.frame);
        return;
      case 'runs-changed':
        this.runsChanged.fire(event.runs);
        return;
      case 'open-runs':
        this.#open = event.runs;
        this.#held = event.held;
        this.changed.fire();
        return;
      case 'questions-changed':
        this.#questions = event.questions;
        this.questionsChanged.fire(event.questions);
        this.changed.fire();
        return;
      case 'model-call':
        void this.#callModel(event.call, event.request);
        return;
      case 'model-abort':
        this.#modelCalls.get(event.call)?.abort();
        return;
      case 'log':
        this.logged.fire(event);
        return;
    }
  }

  async #callModel(call: number, request: EditorModelRequest): Promise<void> {
    const controller = new AbortController();
    this.#modelCalls.set(call, controller);
    await this.#options.callModel(request, controller.signal, (events) => {
      // To the host that asked: a new one knows nothing of this call.
      if (!controller.signal.aborted) void this.call('modelEvents', { call, events }).catch((error: unknown) => { this.#log(error); });
    });
    if (this.#modelCalls.get(call) === controller) this.#modelCalls.delete(call);
  }

  /** Nobody waits for them any more. */
  #endModelCalls(): void {
    for (const controller of this.#modelCalls.values()) controller.abort();
    this.#modelCalls.clear();
  }

  #set(state: HostState): void {
    this.#state = state;
    if (state.kind !== 'ready') {
      this.#open = [];
      this.#questions = [];
    }
    this.changed.fire();
  }

  #log(error: unknown): void {
    this.logged.fire({ level: 'error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
