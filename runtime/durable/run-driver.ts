import { bodyOf } from '../ledger/event.ts';
import type { Body, DoneData, ErrorData, EventOf, JournalEvent, NoteKind, TerminalStatus } from '../ledger/event.ts';
import { closingEvents, openWork } from '../ledger/halt.ts';
import type { OpenWork } from '../ledger/halt.ts';
import type { RunEnd, RunRow } from '../ledger/run-store.ts';
import type { Workflow } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import { accountOf, isInFlight, isWait, wishOf } from './ask.ts';
import type { Ask, Leaf, Ready } from './ask.ts';
import type { Adapter, Budget, Closing, Opening, RunFacts, RunOutcome } from './context.ts';
import { isAtOrBelow, RunFailure } from './context.ts';
import { startEffect } from './start-effect.ts';
import { createPurse } from './purse.ts';
import type { Amount, Purse } from './purse.ts';
import { answerOf, describe, Divergence, isEmitted } from './record.ts';
import { createRunContext } from './run-context.ts';
import { BROKEN_OFF, RunJournal } from './run-journal.ts';
import type { JournalPorts } from './run-journal.ts';

/** Answers of another run that are served instead of calls (forks). */
export interface KeptAnswers {
  find(path: string, attempt: number, requestHash: string): { readonly response: Body; readonly served: Amount; readonly order: number } | null;
}

export interface DriverPorts extends JournalPorts {
  readonly kept: KeptAnswers | null;
  /** How the recorded parent ended; only for a recorded replay, whose record may end before its adapter does. */
  readonly recordedEnd: RecordedEnd | null;
  /** Called with each piece of streamed text; never journalled. */
  readonly token: (agentRun: number, text: string) => void;
}

export interface RecordedEnd {
  readonly status: TerminalStatus;
  readonly error: ErrorData | null;
  /** SHA-256 (hex) of the parent's output; null when it has none. */
  readonly outputHash: string | null;
}

/** How a drive came to its end in this process. */
export type DriveEnd =
  | { readonly kind: 'ended'; readonly outcome: RunOutcome }
  /** The fence refused a commit: halted, finished or taken by another process. The row says which. */
  | { readonly kind: 'fenced' }
  /** `abandon` was called: the run stays as it is in the ledger. */
  | { readonly kind: 'abandoned' };

type Finish = { readonly ok: true; readonly output: Json } | { readonly ok: false; readonly error: unknown };

const TURN_ANSWERS = 64;
const TURN_MS = 4;
const NOTHING: Amount = { tokens: 0, micros: 0 };

/**
 * The pump of one run: delivers one answer at a time, lets the adapter run until nothing moves, commits what it did
 * in one transaction, and only then starts what it asked for. See "The durable context" in ARCHITECTURE.md.
 */
export class RunDriver {
  readonly run: RunRow;
  readonly #workflow: Workflow;
  readonly #adapter: Adapter;
  readonly #facts: RunFacts;
  readonly #ports: DriverPorts;
  readonly #journal: RunJournal;
  readonly #purse: Purse;
  readonly #asks = new Map<number, Ask>();
  readonly #attempts = new Map<string, number>();
  readonly #openPaths = new Set<string>();
  readonly #requests = new Map<string, number>();
  readonly #money: Ask[] = [];
  readonly #toStart: Ask[] = [];
  readonly #ready: Ready[] = [];
  readonly #cancelled: Ask[] = [];
  /** Driven before, by a process that is gone or let go. */
  readonly #resumed: boolean;
  #status: 'running' | 'waiting' = 'running';
  #draining = false;
  #finish: Finish | null = null;
  #fault: Error | null = null;
  #abandoned = false;
  #wake: (() => void) | null = null;
  /** Milliseconds since the epoch of the last commit or token: what the watchdog looks at. */
  lastActivity: number;

  constructor(run: RunRow, workflow: Workflow, adapter: Adapter, facts: RunFacts, record: readonly JournalEvent[], ports: DriverPorts) {
    this.run = run;
    this.#workflow = workflow;
    this.#adapter = adapter;
    this.#facts = facts;
    this.#ports = ports;
    this.#journal = new RunJournal(run, record, ports);
    this.#resumed = run.status !== 'pending';
    this.#purse = createPurse(facts.settings.caps);
    this.lastActivity = ports.engine.now();
  }

  /** Runs until the run ends, is fenced off or abandoned. Throws only what the ledger throws (a full disk) and bugs. */
  async drive(): Promise<DriveEnd> {
    try {
      if (!this.#journal.replaying) this.#journal.push({ kind: 'started', data: { by: this.#ports.owner } });
      this.#skipOperational();
      await this.#launch();
      await this.#followRecord();
      this.#goLive();
      for (;;) {
        const end = await this.#turn();
        if (end !== null) return end;
      }
    } finally {
      this.#stopEffects();
    }
  }

  get waiting(): boolean {
    return this.#status === 'waiting';
  }

  /** Questions to people that have no answer yet. */
  openQuestions(): readonly EventOf<'asked'>[] {
    return [...this.#asks.values()].filter((ask) => ask.leaf.kind === 'ask').map((ask) => ask.event);
  }

  /** Ids of child runs that have not ended. */
  openChildren(): readonly string[] {
    return [...this.#asks.values()].flatMap((ask) => (ask.leaf.kind === 'child' && ask.event.data.child !== undefined ? [ask.event.data.child] : []));
  }

  /** Seq of the first event that is not in the journal by this driver's doing. */
  get nextSeq(): number {
    return this.#journal.committed;
  }

  /** Gives a person's answer; false when nobody asks (any more). */
  answer(seq: number, value: Json, by: string, at: string): boolean {
    const ask = this.#asks.get(seq);
    if (ask === undefined || ask.leaf.kind !== 'ask' || this.#ready.some((r) => r.ask === ask)) return false;
    this.#becomeReady({ ask, response: bodyOf(value), used: NOTHING, data: { by, answered_at: at }, order: Infinity });
    return true;
  }

  /** Stops driving at once and leaves the ledger alone: the run was halted by somebody, or goes on elsewhere. */
  abandon(): void {
    this.#abandoned = true;
    this.#stopEffects();
    this.#wake?.();
  }

  // The adapter's side: called by the context during a drain.

  ask(owner: number | null, path: string, leaf: Leaf, request: unknown): Promise<never> {
    this.#inDrain(path);
    const attempt = (this.#attempts.get(path) ?? 0) + 1;
    if (this.#openPaths.has(path)) return this.#die(new Error(`${path} was asked again before its earlier attempt was answered`));
    this.#openPaths.add(path);
    this.#attempts.set(path, attempt);
    const event = this.#journal.emit<EventOf<'asked'>>({ kind: 'asked', owner, path, attempt, leaf: leaf.kind, request: bodyOf(request), data: this.#askData(leaf) });
    return new Promise((resolve) => {
      const calls = this.#requests.get(event.request.hash) ?? 0;
      if (leaf.kind === 'llm') this.#requests.set(event.request.hash, calls + 1);
      const ask: Ask = { event, leaf, resolve: resolve as (value: unknown) => void, abort: new AbortController(), reserved: null, calls, outputLimit: 0, queued: false, started: false, waiting: false, live: !this.#journal.replaying };
      this.#asks.set(event.seq, ask);
      if (!this.#journal.replaying) this.#enqueue(ask);
    });
  }

  open(path: string, opening: Opening): number {
    this.#inDrain(path);
    this.#purse.declare(opening.budget.account, opening.budget);
    return this.#journal.open(path, opening);
  }

  note(owner: number, path: string, step: NoteKind, request: Json, response: Json, error: string | undefined): void {
    this.#inDrain(path);
    this.#journal.note(owner, path, step, request, response, error);
  }

  close(owner: number, closing: Closing): void {
    this.#inDrain(this.#journal.pathOfRun(owner));
    this.#journal.close(owner, closing);
  }

  budgetOf(owner: number | null): Budget {
    return this.#journal.opening(owner)?.budget ?? { account: '', tokens: null, micros: null, price: { input: 0, output: 0 } };
  }

  cancel(path: string): void {
    this.#inDrain(path);
    for (const [seq, ask] of this.#asks) {
      if (!isAtOrBelow(ask.event.path, path)) continue;
      this.#asks.delete(seq);
      this.#openPaths.delete(ask.event.path);
      ask.abort.abort();
      if (isInFlight(ask) || ask.reserved !== null) this.#cancelled.push(ask);
    }
    for (const queue of [this.#money, this.#toStart]) removeWhere(queue, (ask) => !this.#asks.has(ask.event.seq));
    removeWhere(this.#ready, (ready) => !this.#asks.has(ready.ask.event.seq));
    const error: ErrorData = { name: 'Dagbook.Cancelled', message: 'Abandoned by the workflow: its result is no longer needed.' };
    for (const seq of this.#journal.openRunsBelow(path)) this.#journal.close(seq, { status: 'halted', output: null, error });
  }

  #inDrain(path: string): void {
    if (this.#draining) return;
    this.#fault ??= bug('Dagbook.ForeignAwait', `ForeignAwait at ${path}: the adapter awaited something that is not of its context. Every await must be of a ctx call, or of promises made from ctx calls.`, path);
    this.#wake?.();
    throw this.#fault;
  }

  #die(error: Error): Promise<never> {
    this.#fault ??= error;
    return new Promise(() => undefined);
  }

  #askData(leaf: Leaf): EventOf<'asked'>['data'] {
    if (leaf.kind === 'sleep') return { due: leaf.until };
    return leaf.kind === 'child' && !this.#journal.replaying ? { child: this.#ports.newId() } : {};
  }

  // The engine's side.

  async #launch(): Promise<void> {
    const context = createRunContext(this, this.#facts, null);
    const drained = this.#drain();
    this.#adapter.walk(this.#workflow, context).then(
      (output) => { this.#finish = { ok: true, output }; this.#wake?.(); },
      (error: unknown) => { this.#finish = { ok: false, error }; this.#wake?.(); },
    );
    await drained;
  }

  /** Quiescent = the next macrotask begins: every microtask has run. */
  #drain(): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#draining = false;
        resolve();
      });
    });
  }

  #skipOperational(): void {
    for (;;) {
      const event = this.#journal.record.peek();
      if (event === undefined || isEmitted(event) || event.kind === 'done') return;
      this.#journal.skip();
      this.#applyOperational(event);
    }
  }

  #applyOperational(event: JournalEvent): void {
    switch (event.kind) {
      case 'status':
        this.#status = event.status;
        break;
      case 'reserved': {
        const ask = this.#asks.get(event.ref);
        this.#purse.hold(event.ref, ask === undefined ? null : accountOf(ask.leaf), { amount: amountOf(event), ceiling: event.data.ceiling ?? amountOf(event) });
        if (ask !== undefined) ask.reserved = event.seq;
        break;
      }
      case 'lost': {
        this.#purse.settle(event.ref, event);
        this.#journal.charge(event.owner, event, undefined, false);
        removeWhere(this.#cancelled, (ask) => ask.event.seq === event.ref);
        const ask = this.#asks.get(event.ref);
        if (ask !== undefined) {
          ask.reserved = null;
          ask.calls += 1;
        }
        break;
      }
      default:
        break;
    }
  }

  /** The first thing that went wrong with the run as a whole; nothing is asked or written after it. */
  get #fatal(): Error | null {
    return this.#journal.divergence ?? this.#fault;
  }

  async #followRecord(): Promise<void> {
    while (this.#fatal === null && !this.#abandoned) {
      this.#skipOperational();
      const event = this.#journal.record.peek();
      if (event === undefined) break;
      if (event.kind !== 'done') {
        this.#journal.diverge('path' in event ? event.path : '', `The record has ${describe(event)}, but this walk does not get there.`);
        break;
      }
      this.#journal.skip();
      await this.#deliverRecorded(event);
    }
    this.#journal.endReplay();
  }

  async #deliverRecorded(event: EventOf<'done'>): Promise<void> {
    const ask = this.#asks.get(event.ref);
    const answer = answerOf(event);
    if (!answer.ok) this.#fault ??= bug('Dagbook.BodyPruned', `The answer recorded at ${ask?.event.path ?? `row ${event.ref}`} has been pruned, so this run cannot be replayed past it.`);
    if (ask === undefined || !answer.ok) return;
    this.#asks.delete(event.ref);
    this.#openPaths.delete(ask.event.path);
    this.#purse.settle(event.ref, event);
    this.#journal.charge(event.owner, event, event.data.served, false);
    const drained = this.#drain();
    ask.resolve(answer.value);
    await drained;
  }

  /** The record is exhausted: what it left unanswered is asked again, and the calls lost with the old process are written down. */
  #goLive(): void {
    if (this.#resumed) {
      this.#journal.push({ kind: 'started', data: { by: this.#ports.owner, resumed: true } });
    }
    for (const ask of this.#asks.values()) {
      if (ask.queued) continue;
      // Whatever was committed as asked was started right after, unless it waited for money.
      ask.started = ask.leaf.kind === 'tool' || ask.leaf.kind === 'step';
      if (this.#resumed && isInFlight(ask)) this.#lose(ask, 'process.died');
      ask.started = false;
      if (ask.reserved === null) this.#enqueue(ask);
      else this.#toStart.push(ask);
    }
  }

  /** Writes a call down whose answer will never come, settled at its whole reservation. */
  #lose(ask: Ask, why: string): void {
    const held = ask.reserved;
    const charged = this.#purse.settle(ask.event.seq, 'all');
    const data: DoneData = held === null ? { error: why } : { reserved: held, estimated: true, error: why };
    this.#journal.push({ kind: 'lost', ref: ask.event.seq, owner: ask.event.owner, ...charged, data });
    this.#journal.charge(ask.event.owner, charged, undefined, true);
    ask.reserved = null;
    ask.calls += 1;
  }

  /** Decides how a live question is answered: from a kept record, at once, with money, or by an effect. */
  #enqueue(ask: Ask): void {
    ask.queued = true;
    if (this.#facts.settings.recorded) {
      // What the parent asked and never got an answer to stays open; anything else is new.
      if (ask.live) this.#journal.diverge(ask.event.path, `This walk asks ${describe(ask.event)}, which the record does not have.`);
      return;
    }
    const { path, attempt, request } = ask.event;
    const kept = this.#ports.kept?.find(path, attempt, request.hash) ?? null;
    if (kept !== null) {
      this.#becomeReady({ ask, response: kept.response, used: NOTHING, data: { served: kept.served }, order: kept.order });
      return;
    }
    switch (ask.leaf.kind) {
      case 'llm':
      case 'child':
        this.#money.push(ask);
        return;
      case 'now':
        this.#becomeReady({ ask, response: bodyOf(this.#ports.engine.now()), used: NOTHING, data: {}, order: Infinity });
        return;
      case 'random':
        this.#becomeReady({ ask, response: bodyOf(this.#ports.engine.random()), used: NOTHING, data: {}, order: Infinity });
        return;
      case 'pin':
        this.#becomeReady({ ask, response: bodyOf(ask.leaf.value), used: NOTHING, data: { pinned: true }, order: Infinity });
        return;
      case 'ask': {
        // Somebody may have answered while nobody drove the run.
        const given = this.#resumed ? this.#ports.ledger.answersOf(this.run.key).find((answer) => answer.seq === ask.event.seq) : undefined;
        if (given !== undefined) this.#becomeReady({ ask, response: bodyOf(JSON.parse(given.value)), used: NOTHING, data: { by: given.answered_by, answered_at: given.answered_at }, order: Infinity });
        return;
      }
      case 'tool':
      case 'step':
      case 'sleep':
        this.#toStart.push(ask);
        return;
    }
  }

  /** Live answers in the order they came; answers served from a record before them, in recorded order. */
  #becomeReady(ready: Ready): void {
    let at = this.#ready.length;
    while (at > 0 && (this.#ready[at - 1] as Ready).order > ready.order) at--;
    this.#ready.splice(at, 0, ready);
    this.#wake?.();
  }

  /** First come first served: whoever waits for an account keeps later ones of that account waiting. */
  #grantMoney(): void {
    const blocked = new Set<string | null>();
    for (const ask of this.#money.splice(0)) {
      const account = accountOf(ask.leaf);
      const wish = wishOf(ask.leaf);
      if (wish === null) continue;
      const decision = blocked.has(null) || blocked.has(account) ? ({ kind: 'wait', account } as const) : this.#purse.decide(wish);
      switch (decision.kind) {
        case 'grant': {
          const { outputLimit, grant } = decision;
          this.#purse.hold(ask.event.seq, account, grant);
          ask.outputLimit = outputLimit;
          const data = wish.kind === 'child' ? { ceiling: grant.ceiling } : { outputLimit };
          ask.reserved = this.#journal.push({ kind: 'reserved', ref: ask.event.seq, owner: ask.event.owner, ...grant.amount, data }).seq;
          this.#toStart.push(ask);
          break;
        }
        case 'wait':
          blocked.add(decision.account);
          this.#money.push(ask);
          break;
        case 'reject': {
          const error = { name: 'Dagbook.BudgetExceeded', message: decision.message };
          this.#becomeReady({ ask, response: bodyOf({ status: 'rejected', error, tokens: 0, micros: 0 }), used: NOTHING, data: { error: error.name }, order: Infinity });
          break;
        }
      }
    }
  }

  #start(ask: Ask): void {
    ask.started = true;
    const onText = (text: string): void => {
      this.lastActivity = this.#ports.engine.now();
      if (ask.event.owner !== null && this.#asks.has(ask.event.seq)) this.#ports.token(ask.event.owner, text);
    };
    const onWaiting = (waiting: boolean): void => {
      ask.waiting = waiting;
      this.#wake?.();
    };
    const effect = startEffect(ask, this.#ports.engine, this.run.id, this.#purse.held(ask.event.seq), { onText, onWaiting });
    effect?.then(
      (settled) => {
        if (this.#asks.get(ask.event.seq) === ask && !this.#abandoned) this.#becomeReady({ ask, ...settled, order: Infinity });
      },
      (error: unknown) => {
        this.#fault ??= error instanceof Error ? error : new Error(String(error));
        this.#wake?.();
      },
    );
  }

  async #deliver(ready: Ready): Promise<void> {
    const { ask, response, data } = ready;
    const { seq, owner } = ask.event;
    this.#asks.delete(seq);
    this.#openPaths.delete(ask.event.path);
    const held = ask.reserved;
    const charged = held === null ? NOTHING : this.#purse.settle(seq, ready.used);
    this.#journal.push({ kind: 'done', ref: seq, owner, response, ...charged, data: held === null ? data : { reserved: held, ...data } });
    this.#journal.charge(owner, charged, data.served, true);
    const drained = this.#drain();
    ask.resolve(JSON.parse(response.text));
    await drained;
  }

  async #turn(): Promise<DriveEnd | null> {
    const until = performance.now() + TURN_MS;
    for (let n = 0; n < TURN_ANSWERS && this.#ready.length > 0 && this.#goesOn(); n++) {
      await this.#deliver(this.#ready.shift() as Ready);
      if (performance.now() > until) break;
    }
    if (this.#abandoned) return { kind: 'abandoned' };
    if (!this.#goesOn()) return this.#end();
    for (const ask of this.#cancelled.splice(0)) this.#lose(ask, 'Dagbook.Cancelled');
    this.#grantMoney();
    if (this.#idle()) {
      if (this.#ports.recordedEnd !== null) return this.#endAsRecorded(this.#ports.recordedEnd);
      this.#fault = bug('Dagbook.Stalled', 'Stalled: the adapter waits, but nothing it asked for is open and it has no result. It awaits a promise that nobody will settle.');
      return this.#end();
    }
    this.#noteStatus();
    if (!this.#commit(null)) return { kind: 'fenced' };
    if (this.#abandoned) return { kind: 'abandoned' };
    for (const ask of this.#toStart.splice(0)) this.#start(ask);
    if (this.#ready.length === 0) await this.#nextReady();
    return this.#abandoned ? { kind: 'abandoned' } : null;
  }

  #goesOn(): boolean {
    return this.#finish === null && this.#fatal === null && !this.#abandoned;
  }

  #nextReady(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }

  #idle(): boolean {
    if (this.#ready.length > 0) return false;
    return this.#ports.recordedEnd === null ? this.#asks.size === 0 : true;
  }

  #noteStatus(): void {
    const waiting = this.#ready.length === 0 && [...this.#asks.values()].every(isWait);
    const status = waiting ? 'waiting' : 'running';
    if (status === this.#status) return;
    this.#status = status;
    this.#journal.push({ kind: 'status', status });
  }

  /** False when the fence refused. */
  #commit(end: RunEnd | null): boolean {
    if (!this.#journal.commit(end === null ? this.#status : 'running', end)) return false;
    this.lastActivity = this.#ports.engine.now();
    return true;
  }

  #end(): DriveEnd {
    const outcome = this.#outcome();
    return this.#close(outcome.status, outcome.output, outcome.error);
  }

  /** The record ends before its adapter did: the parent was halted, or failed as a whole. */
  #endAsRecorded(end: RecordedEnd): DriveEnd {
    if (end.status !== 'completed') return this.#close(end.status, null, end.error);
    return this.#close('error', null, bugData(new Divergence('', 'The parent completed, but this walk still waits at the end of its record.')));
  }

  #outcome(): { readonly status: TerminalStatus; readonly output: Json; readonly error: ErrorData | null } {
    if (this.#fatal !== null) return { status: 'error', output: null, error: bugData(this.#fatal) };
    const next = this.#journal.record.peek();
    if (next !== undefined) {
      return { status: 'error', output: null, error: bugData(new Divergence('', `The walk ended, but the record goes on with ${describe(next)}.`)) };
    }
    const finish = this.#finish;
    if (finish === null) throw new Error('unreachable: a run ends finished or fatal');
    if (finish.ok) {
      const expected = this.#ports.recordedEnd?.outputHash ?? null;
      const actual = expected === null ? null : bodyOf(finish.output).hash;
      if (actual !== expected) return { status: 'error', output: null, error: bugData(new Divergence('', `The record ends with output ${String(expected)}, this walk with ${String(actual)}.`)) };
      return { status: 'completed', output: finish.output, error: null };
    }
    if (finish.error instanceof RunFailure) return { status: finish.error.status, output: null, error: finish.error.error };
    return { status: 'error', output: null, error: bugData(finish.error) };
  }

  /** Ends the run: closes what is still open and commits the lot in one transaction. */
  #close(status: TerminalStatus, output: Json, error: ErrorData | null): DriveEnd {
    const work = this.#openWork();
    const response = status === 'completed' ? bodyOf(output) : null;
    const at = this.#ports.engine.now();
    const closing = closingEvents(work, this.#journal.seq, at, error ?? BROKEN_OFF, { status, response, error });
    this.#journal.pushAll(closing.events);
    this.#journal.addTotals(closing);
    if (!this.#commit({ status, output: response, error, at: new Date(at).toISOString() })) return { kind: 'fenced' };
    return { kind: 'ended', outcome: { status, output: response === null ? null : (JSON.parse(response.text) as Json), error, ...this.#journal.totals } };
  }

  #openWork(): OpenWork {
    if (this.#journal.divergence !== null || !this.#journal.record.exhausted) {
      // The walk left its record, and so before its first commit: only the journal knows what is open.
      this.#journal.rewind();
      return openWork(this.#ports.ledger.journal.skeleton(this.run.key));
    }
    const finished = new Map(this.#ready.map((ready) => [ready.ask.event.seq, ready.used]));
    const calls = [...this.#cancelled, ...this.#asks.values()]
      .filter((ask) => isInFlight(ask) || ask.reserved !== null)
      .map((ask) => {
        const { seq, owner } = ask.event;
        const amount = this.#purse.settle(seq, finished.get(seq) ?? 'all');
        return { seq, owner, reserved: ask.reserved === null ? null : { seq: ask.reserved, ...amount } };
      });
    return { calls, agentRuns: this.#journal.openAgentRuns() };
  }

  #stopEffects(): void {
    for (const ask of this.#asks.values()) {
      try {
        ask.abort.abort();
      } catch {
        // An abort listener of an effect may throw; the others must still hear of it.
      }
    }
  }
}

function amountOf({ tokens, micros }: Amount): Amount {
  return { tokens, micros };
}

function removeWhere<T>(items: T[], gone: (item: T) => boolean): void {
  for (let i = items.length - 1; i >= 0; i--) if (gone(items[i] as T)) items.splice(i, 1);
}

function bug(name: string, message: string, path = ''): Error {
  return Object.assign(new Error(message), { name, path });
}

function bugData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: 'internal-error', message: String(error) };
  const path = (error as { path?: unknown }).path;
  const known = error.name.startsWith('Dagbook.');
  return { name: known ? error.name : 'internal-error', message: error.message, ...(typeof path === 'string' && path !== '' ? { path } : {}) };
}
