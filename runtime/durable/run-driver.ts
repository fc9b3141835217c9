import { bodyOf } from '../ledger/event.ts';
import type { AskedFields, Body, DoneData, ErrorData, EventOf, JournalEvent, TerminalStatus } from '../ledger/event.ts';
import { closingEvents, openWork } from '../ledger/halt.ts';
import type { OpenWork } from '../ledger/halt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunRow } from '../ledger/run-store.ts';
import type { Workflow } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import { accountOf, isInFlight, isWait, wishOf } from './ask.ts';
import type { Ask, Leaf, Ready } from './ask.ts';
import type { Adapter, Budget, Closing, Opening, RunFacts, RunOutcome } from './context.ts';
import { isAtOrBelow, RunFailure } from './context.ts';
import type { Engine } from './engine.ts';
import { startEffect } from './start-effect.ts';
import { createPurse } from './purse.ts';
import type { Amount, Purse } from './purse.ts';
import { answerOf, compareToRecord, describe, Divergence, isEmitted, RecordCursor } from './record.ts';
import type { Emitted } from './record.ts';
import { createRunContext } from './run-context.ts';

interface OpenAgentRun {
  readonly opening: Opening;
  readonly path: string;
  tokens: number;
  micros: number;
  served: Amount;
}

/** Answers of another run that are served instead of calls (forks). */
export interface KeptAnswers {
  find(path: string, attempt: number, requestHash: string): { readonly response: Body; readonly served: Amount; readonly order: number } | null;
}

export interface DriverPorts {
  readonly ledger: Ledger;
  readonly engine: Engine;
  /** `host:pid`: who drives. */
  readonly owner: string;
  readonly newId: () => string;
  readonly kept: KeptAnswers | null;
  /** How the recorded parent ended; only for a recorded replay, whose record may end before its adapter does. */
  readonly recordedEnd: RecordedEnd | null;
  /** Called after each commit with what is now in the journal. */
  readonly committed: (events: readonly JournalEvent[]) => void;
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
  readonly #record: RecordCursor;
  readonly #purse: Purse;
  readonly #asks = new Map<number, Ask>();
  readonly #agentRuns = new Map<number, OpenAgentRun>();
  readonly #attempts = new Map<string, number>();
  readonly #openPaths = new Set<string>();
  readonly #requests = new Map<string, number>();
  readonly #money: Ask[] = [];
  readonly #toStart: Ask[] = [];
  readonly #ready: Ready[] = [];
  #cancelled: Ask[] = [];
  #buffer: JournalEvent[] = [];
  #seq: number;
  /** Events of this run that are in the journal: read from it, or committed here. */
  #committed: number;
  #head: string;
  #status: 'running' | 'waiting' = 'running';
  #tokens: number;
  #micros: number;
  #draining = false;
  #replaying: boolean;
  /** Driven before, by a process that is gone or let go. */
  readonly #resumed: boolean;
  #finish: Finish | null = null;
  #fatal: Error | null = null;
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
    this.#record = new RecordCursor(record);
    this.#replaying = record.length > 0;
    this.#resumed = run.status !== 'pending';
    this.#purse = createPurse(facts.settings.caps);
    this.#seq = 0;
    this.#committed = run.next_seq;
    this.#head = run.chain_head;
    this.#tokens = run.total_tokens;
    this.#micros = run.total_cost_micros;
    this.lastActivity = ports.engine.now();
  }

  /** Runs until the run ends, is fenced off or abandoned. Throws only what the ledger throws (a full disk) and bugs. */
  async drive(): Promise<DriveEnd> {
    try {
      if (!this.#replaying) this.#push({ kind: 'started', seq: 0, at: this.#ports.engine.now(), data: { by: this.#ports.owner } });
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
    return this.#committed;
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
    const fields: AskedFields = { owner, path, attempt, leaf: leaf.kind, request: bodyOf(request), data: this.#askData(leaf) };
    const event = this.#emit({ kind: 'asked', seq: this.#seq, at: this.#ports.engine.now(), ...fields });
    return new Promise((resolve) => {
      const calls = this.#requests.get(event.request.hash) ?? 0;
      if (leaf.kind === 'llm') this.#requests.set(event.request.hash, calls + 1);
      const ask: Ask = { event, leaf, resolve: resolve as (value: unknown) => void, abort: new AbortController(), reserved: null, calls, outputLimit: 0, queued: false, started: false, waiting: false, live: !this.#replaying };
      this.#asks.set(event.seq, ask);
      if (!this.#replaying) this.#enqueue(ask);
    });
  }

  open(path: string, opening: Opening): number {
    this.#inDrain(path);
    this.#purse.declare(opening.budget.account, opening.budget);
    const event = this.#emit({
      kind: 'opened', seq: this.#seq, at: this.#ports.engine.now(), path, attempt: opening.attempt, id: this.#replaying ? '' : this.#ports.newId(),
      node: opening.node, agent: opening.agent, version: opening.version, inputs: bodyOf(opening.inputs), data: { model: opening.model, iteration: opening.iteration, ...(opening.skipped === true ? { skipped: true } : {}) },
    });
    this.#agentRuns.set(event.seq, { opening, path, tokens: 0, micros: 0, served: NOTHING });
    return event.seq;
  }

  note(owner: number, path: string, step: 'guardrail' | 'output', request: Json, response: Json, error: string | undefined): void {
    this.#inDrain(path);
    this.#emit({
      kind: 'note', seq: this.#seq, at: this.#ports.engine.now(), owner, path, step,
      request: request === null ? null : bodyOf(request), response: response === null ? null : bodyOf(response), data: error === undefined ? {} : { error },
    });
  }

  close(owner: number, closing: Closing): void {
    const open = this.#agentRuns.get(owner);
    if (open === undefined) return;
    this.#inDrain(open.path);
    this.#agentRuns.delete(owner);
    const served = open.served.tokens > 0 || open.served.micros > 0 ? { served: open.served } : {};
    this.#emit({
      kind: 'closed', seq: this.#seq, at: this.#ports.engine.now(), ref: owner, status: closing.status, response: closing.output === null ? null : bodyOf(closing.output),
      tokens: open.tokens, micros: open.micros, data: { ...served, ...(closing.error === null ? {} : { error: closing.error }) },
    });
  }

  budgetOf(owner: number | null): Budget {
    const open = owner === null ? undefined : this.#agentRuns.get(owner);
    return open?.opening.budget ?? { account: '', tokens: null, micros: null, price: { input: 0, output: 0 } };
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
    for (const [seq, open] of this.#agentRuns) if (isAtOrBelow(open.path, path)) this.close(seq, { status: 'halted', output: null, error });
  }

  #inDrain(path: string): void {
    if (this.#draining) return;
    this.#fatal ??= Object.assign(new Error(`ForeignAwait at ${path}: the adapter awaited something that is not of its context. Every await must be of a ctx call, or of promises made from ctx calls.`), { name: 'Dagbook.ForeignAwait', path });
    this.#wake?.();
    throw this.#fatal;
  }

  #die(error: Error): Promise<never> {
    this.#fatal ??= error;
    return new Promise(() => undefined);
  }

  #askData(leaf: Leaf): AskedFields['data'] {
    if (leaf.kind === 'sleep') return { due: leaf.until };
    return leaf.kind === 'child' && !this.#replaying ? { child: this.#ports.newId() } : {};
  }

  /** In replay, checks the event against the record and adopts the recorded one; live, appends it. */
  #emit<E extends Emitted>(event: E): E {
    if (this.#fatal !== null) return event;
    if (this.#replaying) {
      const recorded = this.#record.peek();
      if (recorded !== undefined && isEmitted(recorded)) {
        const divergence = compareToRecord(recorded, event);
        if (divergence !== null) this.#fatal ??= divergence;
        this.#record.next();
        this.#seq = recorded.seq + 1;
        return divergence === null ? ({ ...recorded } as E) : event;
      }
      this.#fatal ??= new Divergence('path' in event ? event.path : '', `The record has ${recorded === undefined ? 'nothing more' : describe(recorded)} here, but this walk does ${describe(event)}.`);
    }
    this.#push(event);
    return event;
  }

  #push(event: JournalEvent): void {
    this.#buffer.push(event);
    this.#seq = event.seq + 1;
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
      const event = this.#record.peek();
      if (event === undefined || isEmitted(event) || event.kind === 'done') return;
      this.#record.next();
      this.#seq = event.seq + 1;
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
        this.#purse.hold(event.ref, ask === undefined ? null : accountOf(ask.leaf), { amount: event, ceiling: event.data.ceiling ?? event });
        if (ask !== undefined) ask.reserved = event.seq;
        break;
      }
      case 'lost': {
        this.#purse.settle(event.ref, event);
        this.#charge(event.owner, event, NOTHING);
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

  async #followRecord(): Promise<void> {
    while (this.#fatal === null && !this.#abandoned) {
      this.#skipOperational();
      const event = this.#record.peek();
      if (event === undefined) break;
      if (event.kind !== 'done') {
        this.#fatal = new Divergence('path' in event ? event.path : '', `The record has ${describe(event)}, but this walk does not get there.`);
        break;
      }
      this.#record.next();
      this.#seq = event.seq + 1;
      const ask = this.#asks.get(event.ref);
      const answer = answerOf(event);
      if (!answer.ok) this.#fatal = Object.assign(new Error(`The answer recorded at ${ask?.event.path ?? `row ${event.ref}`} has been pruned, so this run cannot be replayed past it.`), { name: 'Dagbook.BodyPruned' });
      if (ask === undefined || !answer.ok) continue;
      this.#asks.delete(event.ref);
      this.#openPaths.delete(ask.event.path);
      this.#purse.settle(event.ref, event);
      this.#charge(event.owner, event, event.data.served ?? NOTHING);
      const drained = this.#drain();
      ask.resolve(answer.value);
      await drained;
    }
    this.#replaying = false;
  }

  #charge(owner: number | null, used: Amount, served: Amount): void {
    const open = owner === null ? undefined : this.#agentRuns.get(owner);
    if (open === undefined) return;
    open.tokens += used.tokens;
    open.micros += used.micros;
    if (served !== NOTHING) open.served = { tokens: open.served.tokens + served.tokens, micros: open.served.micros + served.micros };
  }

  /** The record is exhausted: what it left unanswered is asked again, and the calls lost with the old process are written down. */
  #goLive(): void {
    if (this.#resumed) {
      this.#push({ kind: 'started', seq: this.#seq, at: this.#ports.engine.now(), data: { by: this.#ports.owner, resumed: true } });
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
    this.#push({ kind: 'lost', seq: this.#seq, at: this.#ports.engine.now(), ref: ask.event.seq, owner: ask.event.owner, tokens: charged.tokens, micros: charged.micros, data });
    this.#account(ask.event.owner, charged, NOTHING);
    ask.reserved = null;
    ask.calls += 1;
  }

  #account(owner: number | null, used: Amount, served: Amount): void {
    this.#charge(owner, used, served);
    this.#tokens += used.tokens;
    this.#micros += used.micros;
  }

  /** Decides how a live question is answered: from a kept record, at once, with money, or by an effect. */
  #enqueue(ask: Ask): void {
    ask.queued = true;
    if (this.#facts.settings.recorded) {
      // What the parent asked and never got an answer to stays open; anything else is new.
      if (ask.live) this.#fatal ??= new Divergence(ask.event.path, `This walk asks ${describe(ask.event)}, which the record does not have.`);
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
          ask.reserved = this.#seq;
          ask.outputLimit = outputLimit;
          const data = wish.kind === 'child' ? { ceiling: grant.ceiling } : { outputLimit };
          this.#push({ kind: 'reserved', seq: this.#seq, at: this.#ports.engine.now(), ref: ask.event.seq, owner: ask.event.owner, ...grant.amount, data });
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
        this.#fatal ??= error instanceof Error ? error : new Error(String(error));
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
    this.#push({ kind: 'done', seq: this.#seq, at: this.#ports.engine.now(), ref: seq, owner, response, tokens: charged.tokens, micros: charged.micros, data: held === null ? data : { reserved: held, ...data } });
    this.#account(owner, charged, data.served ?? NOTHING);
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
      this.#fatal = Object.assign(new Error('Stalled: the adapter waits, but nothing it asked for is open and it has no result. It awaits a promise that nobody will settle.'), { name: 'Dagbook.Stalled' });
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
    this.#push({ kind: 'status', seq: this.#seq, at: this.#ports.engine.now(), status });
  }

  /** False when the fence refused. */
  #commit(end: { readonly status: TerminalStatus; readonly output: Body | null; readonly error: ErrorData | null; readonly at: string } | null): boolean {
    if (this.#buffer.length === 0) return true;
    const events = this.#buffer;
    const { ledger, engine, owner } = this.#ports;
    const lease = this.#status === 'waiting' || end !== null ? null : { owner, at: engine.now() };
    const head = ledger.write(() =>
      ledger.runs.commit({ run: this.run.key, epoch: this.run.epoch, head: this.#head, events, status: this.#status, totalTokens: this.#tokens, totalMicros: this.#micros, lease, end }),
    );
    if (head === null) return false;
    this.#head = head;
    this.#committed += events.length;
    this.#buffer = [];
    this.lastActivity = engine.now();
    this.#ports.committed(events);
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
    if (!this.#record.exhausted) {
      const next = this.#record.peek();
      return { status: 'error', output: null, error: bugData(new Divergence('', `The walk ended, but the record goes on with ${next === undefined ? 'nothing' : describe(next)}.`)) };
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
    const why: ErrorData = error ?? { name: 'Dagbook.Abandoned', message: 'The run ended without waiting for this.' };
    const response = status === 'completed' ? bodyOf(output) : null;
    const at = this.#ports.engine.now();
    const closing = closingEvents(work, this.#seq, at, why, { status, response, error });
    for (const event of closing.events) this.#push(event);
    this.#tokens += closing.tokens;
    this.#micros += closing.micros;
    this.#status = 'running';
    if (!this.#commit({ status, output: response, error, at: new Date(at).toISOString() })) return { kind: 'fenced' };
    return { kind: 'ended', outcome: { status, output: status === 'completed' ? (JSON.parse((response as Body).text) as Json) : null, error, tokens: this.#tokens, micros: this.#micros } };
  }

  #openWork(): OpenWork {
    if (this.#fatal instanceof Divergence || !this.#record.exhausted) {
      // The walk left its record, and so before its first commit: only the journal knows what is open.
      this.#buffer = [];
      this.#seq = this.run.next_seq;
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
    return { calls, agentRuns: [...this.#agentRuns].map(([seq, run]) => ({ seq, tokens: run.tokens, micros: run.micros })) };
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

function removeWhere<T>(items: T[], gone: (item: T) => boolean): void {
  for (let i = items.length - 1; i >= 0; i--) if (gone(items[i] as T)) items.splice(i, 1);
}

function bugData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: 'internal-error', message: String(error) };
  const path = (error as { path?: unknown }).path;
  const known = error.name.startsWith('Dagbook.');
  return { name: known ? error.name : 'internal-error', message: error.message, ...(typeof path === 'string' && path !== '' ? { path } : {}) };
}
