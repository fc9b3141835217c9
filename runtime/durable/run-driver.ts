import type { Workflow } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import type { TerminalStatus } from '../../protocol/run-records.ts';
import { bodyOf } from '../ledger/event.ts';
import type { ErrorData, EventOf, JournalEvent, NoteKind, Wire } from '../ledger/event.ts';
import { closingEvents, openWork } from '../ledger/halt.ts';
import type { RunEnd, RunRow } from '../ledger/run-store.ts';
import { AskBoard } from './ask-board.ts';
import type { KeptAnswers } from './ask-board.ts';
import type { Leaf, Ready } from './ask.ts';
import type { Adapter, Budget, Closing, Opening, RunFacts, RunOutcome } from './context.ts';
import { BREATH_MS, Drain } from './drain.ts';
import { createPurse } from './purse.ts';
import type { Amount, Purse } from './purse.ts';
import { answerOf, describe } from './record.ts';
import { createRunContext } from './run-context.ts';
import { BROKEN_OFF, RunJournal } from './run-journal.ts';
import type { JournalPorts } from './run-journal.ts';
import { isOfLedger, runFault } from './run-fault.ts';
import { outcomeOf } from './run-outcome.ts';
import type { LiveCall } from './wire-keeper.ts';
import { packNow } from './wire-packer.ts';
import type { WirePacker } from './wire-packer.ts';
import type { Finish, RecordedEnd } from './run-outcome.ts';

export interface DriverPorts extends JournalPorts {
  /** Milliseconds without those the machine slept. */
  readonly awake: () => number;
  readonly packer: WirePacker;
  readonly kept: KeptAnswers | null;
  /** How the recorded parent ended; only for a recorded replay, whose record may end before its adapter does. */
  readonly recordedEnd: RecordedEnd | null;
  /** Called with each piece of streamed text; never journalled. */
  readonly token: (agentRun: number, text: string) => void;
}

/** How a drive came to its end in this process. */
export type DriveEnd =
  | { readonly kind: 'ended'; readonly outcome: RunOutcome }
  /** The fence refused a commit: halted, finished or taken by another process. The row says which. */
  | { readonly kind: 'fenced' }
  /** `abandon` was called: the run stays as it is in the ledger. */
  | { readonly kind: 'abandoned' };

/** Answers after which a turn is committed even if more are ready, as it is after BREATH_MS. */
const TURN_ANSWERS = 64;
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
  readonly #asks: AskBoard;
  /** Driven before, by a process that is gone or let go. */
  readonly #resumed: boolean;
  #status: 'running' | 'waiting' = 'running';
  readonly #drain = new Drain();
  #finish: Finish | null = null;
  #fault: Error | null = null;
  #abandoned = false;
  #wake: (() => void) | null = null;
  /** Something has happened since the turn began: a wake that finds nobody asleep is not lost. */
  #stirred = false;
  /** When the last commit or token was, by the clock of waking hours: what the watchdog looks at. */
  lastActivity: number;

  constructor(run: RunRow, workflow: Workflow, adapter: Adapter, facts: RunFacts, record: readonly JournalEvent[], ports: DriverPorts) {
    this.run = run;
    this.#workflow = workflow;
    this.#adapter = adapter;
    this.#facts = facts;
    this.#ports = ports;
    this.#journal = new RunJournal(run, record, facts.settings.keep !== null, ports, (event) => this.#applyOperational(event));
    this.#resumed = run.status !== 'pending';
    this.#purse = createPurse(facts.settings.caps);
    this.#asks = new AskBoard(run.id, facts.settings.recorded, this.#journal, this.#purse, {
      engine: ports.engine,
      packer: ports.packer,
      kept: ports.kept,
      keptWire: (reservation) => ports.ledger.read(() => ports.ledger.openWires.find(run.key, reservation)),
      givenAnswer: (seq) => (this.#resumed ? this.#givenAnswer(seq) : null),
      token: (agentRun, text) => {
        this.lastActivity = ports.awake();
        // A model that thinks is at work, and says nothing yet.
        if (text !== '') ports.token(agentRun, text);
      },
      wake: () => this.#stir(),
      fault: (error) => {
        this.#fault ??= error;
        this.#stir();
      },
    });
    this.lastActivity = ports.awake();
  }

  /** Runs until the run ends, is fenced off or abandoned. Throws only what the ledger throws (a full disk) and bugs. */
  async drive(): Promise<DriveEnd> {
    try {
      if (!this.#journal.replaying) this.#journal.push({ kind: 'started', data: { by: this.#ports.owner } });
      this.#journal.skipOperational();
      await this.#launch();
      await this.#followRecord();
      if (this.#abandoned) return { kind: 'abandoned' };
      if (this.#resumed) this.#journal.push({ kind: 'started', data: { by: this.#ports.owner, resumed: true } });
      this.#asks.goLive(this.#resumed);
      for (;;) {
        const end = await this.#turn();
        if (end !== null) return end;
      }
    } finally {
      this.#asks.close();
    }
  }

  get waiting(): boolean {
    return this.#status === 'waiting';
  }

  /** Questions to people that have no answer yet. */
  openQuestions(): readonly EventOf<'asked'>[] {
    return [...this.#asks.all()].filter((ask) => ask.leaf.kind === 'ask').map((ask) => ask.event);
  }

  /** Ids of child runs that have not ended. */
  openChildren(): readonly string[] {
    return [...this.#asks.all()].flatMap(({ leaf, event }) => (leaf.kind === 'child' && event.data.child !== undefined ? [event.data.child] : []));
  }

  /** What has gone over the network by now for a call that is open. */
  openWire(seq: number): Wire | undefined {
    return packNow(this.#asks.get(seq)?.wire ?? null);
  }

  /** Calls that go over the network now. */
  *liveCalls(): Generator<LiveCall, void, undefined> {
    for (const { reserved, wire } of this.#asks.all()) if (reserved !== null && wire !== null) yield { run: this.run.key, reservation: reserved, log: wire };
  }

  /** Seq of the first event that is not in the journal by this driver's doing. */
  get nextSeq(): number {
    return this.#journal.committed;
  }

  /** Gives a person's answer; false when nobody asks (any more). */
  answer(seq: number, value: Json, by: string, at: string): boolean {
    return this.#asks.answer(seq, value, by, at);
  }

  /** Stops driving at once and leaves the ledger alone: the run was halted by somebody, or goes on elsewhere. */
  abandon(): void {
    this.#abandoned = true;
    this.#asks.close();
    this.#stir();
  }

  // The adapter's side: called by the context during a drain.

  ask(owner: number | null, path: string, leaf: Leaf, request: unknown): Promise<never> {
    this.#inDrain(path);
    this.#journal.leaveCutRecord();
    if (this.#asks.isOpen(path)) {
      this.#fault ??= runFault('Dagbook.AskedTwice', `${path} was asked again before its earlier attempt was answered.`, path);
      return new Promise(() => undefined);
    }
    const attempt = this.#asks.nextAttempt(path);
    const event = this.#journal.emit<EventOf<'asked'>>({ kind: 'asked', owner, path, attempt, leaf: leaf.kind, request: bodyOf(request), data: this.#askData(leaf) });
    return new Promise((resolve) => this.#asks.add(event, leaf, resolve as (value: unknown) => void));
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
    this.#asks.cancel(path);
    const error: ErrorData = { name: 'Dagbook.Cancelled', message: 'Abandoned by the workflow: its result is no longer needed.' };
    for (const seq of this.#journal.openRunsBelow(path)) this.#journal.close(seq, { status: 'halted', output: null, error });
  }

  #inDrain(path: string): void {
    if (this.#drain.open) return;
    this.#fault ??= runFault('Dagbook.ForeignAwait', `ForeignAwait at ${path}: the adapter awaited something that is not of its context. Every await must be of a ctx call, or of promises made from ctx calls.`, path);
    this.#stir();
    throw this.#fault;
  }

  #askData(leaf: Leaf): EventOf<'asked'>['data'] {
    if (leaf.kind === 'sleep') return { due: leaf.until };
    return leaf.kind === 'child' && !this.#journal.replaying ? { child: this.#ports.newId() } : {};
  }

  // The record's side.

  async #launch(): Promise<void> {
    const context = createRunContext(this, this.#facts);
    const finish = (how: Finish): void => {
      this.#finish = how;
      this.#stir();
    };
    await Promise.resolve();
    const drained = this.#drain.run();
    this.#adapter.walk(this.#workflow, context).then((output) => finish({ ok: true, output }), (error: unknown) => finish({ ok: false, error }));
    await drained;
  }

  #applyOperational(event: JournalEvent): void {
    if (event.kind === 'status') this.#status = event.status;
    if (event.kind === 'reserved') this.#asks.reservedBefore(event);
    if (event.kind === 'lost') this.#asks.lostBefore(event);
  }

  /** The first thing that went wrong with the run as a whole; nothing is asked after it. */
  get #fatal(): Error | null {
    return this.#journal.divergence ?? this.#fault;
  }

  async #followRecord(): Promise<void> {
    while (this.#fatal === null && !this.#abandoned) {
      this.#journal.skipOperational();
      const event = this.#journal.record.peek();
      if (event === undefined) break;
      if (event.kind !== 'done') {
        this.#journal.diverge('path' in event ? event.path : '', `The record has ${describe(event)}, but this walk does not get there.`);
        break;
      }
      this.#journal.skip();
      await this.#deliverRecorded(event);
      const breath = this.#drain.breathe();
      if (breath !== null) await breath;
    }
    this.#journal.endReplay();
  }

  async #deliverRecorded(event: EventOf<'done'>): Promise<void> {
    const ask = this.#asks.get(event.ref);
    const answer = answerOf(event);
    if (!answer.ok) this.#fault ??= runFault('Dagbook.BodyPruned', `The answer recorded at ${ask?.event.path ?? `row ${event.ref}`} has been pruned, so this run cannot be replayed past it.`);
    if (ask === undefined || !answer.ok) return;
    this.#asks.remove(ask);
    this.#purse.settle(event.ref, event);
    this.#journal.charge(event.owner, event, event.data.served, false);
    const drained = this.#drain.run();
    ask.resolve(answer.value);
    await drained;
  }

  #givenAnswer(seq: number): { readonly value: unknown; readonly by: string; readonly at: string } | null {
    const { ledger } = this.#ports;
    const given = ledger.read(() => ledger.answersOf(this.run.key)).find((answer) => answer.seq === seq);
    return given === undefined ? null : { value: JSON.parse(given.value), by: given.answered_by, at: given.answered_at };
  }

  // The pump.

  async #turn(): Promise<DriveEnd | null> {
    this.#stirred = false;
    const until = performance.now() + BREATH_MS;
    for (let n = 0; n < TURN_ANSWERS && this.#goesOn(); n++) {
      const ready = this.#asks.shiftReady();
      if (ready === undefined) break;
      await this.#deliver(ready);
      if (performance.now() > until) break;
    }
    if (this.#gone()) return { kind: 'abandoned' };
    // A child could not write: that ends this drive, as where the run itself cannot, and not the run.
    if (this.#fault !== null && isOfLedger(this.#fault)) throw this.#fault;
    if (!this.#goesOn()) return this.#end();
    this.#asks.grantMoney();
    if (this.#idle()) {
      if (this.#ports.recordedEnd !== null) return this.#endAsRecorded(this.#ports.recordedEnd);
      this.#fault = runFault('Dagbook.Stalled', 'Stalled: the adapter waits, but nothing it asked for is open and it has no result. It awaits a promise that nobody will settle.');
      return this.#end();
    }
    this.#noteStatus();
    if (!this.#commit(null)) return { kind: 'fenced' };
    if (this.#gone()) return { kind: 'abandoned' };
    this.#asks.startEffects();
    const breath = this.#drain.breathe();
    if (breath !== null) await breath;
    const stir = this.#asks.hasReady ? null : this.#nextStir();
    if (stir !== null) await stir;
    return this.#gone() ? { kind: 'abandoned' } : null;
  }

  /** Resolves when the adapter has done what it can with the answer. */
  #deliver(ready: Ready): Promise<void> {
    const { ask, response, data, wire } = ready;
    const { seq, owner } = ask.event;
    this.#asks.remove(ask);
    const held = ask.reserved;
    const charged = held === null ? NOTHING : this.#purse.settle(seq, ready.used);
    this.#journal.push({ kind: 'done', ref: seq, owner, response, tokens: charged.tokens, micros: charged.micros, data: held === null ? data : { reserved: held, ...data }, wire });
    this.#journal.charge(owner, charged, data.served, true);
    const drained = this.#drain.run();
    ask.resolve(JSON.parse(response.text));
    return drained;
  }

  /** Asked as a function: the field changes while a turn awaits, which flow analysis cannot see. */
  #gone(): boolean {
    return this.#abandoned;
  }

  #goesOn(): boolean {
    return this.#finish === null && this.#fatal === null && !this.#abandoned;
  }

  #stir(): void {
    this.#stirred = true;
    this.#wake?.();
    this.#wake = null;
  }

  /** Null = something has stirred since the turn began. */
  #nextStir(): Promise<void> | null {
    return this.#stirred ? null : new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #idle(): boolean {
    if (this.#asks.hasReady) return false;
    return this.#ports.recordedEnd !== null || this.#asks.size === 0;
  }

  #noteStatus(): void {
    const status = this.#asks.onlyWaits ? 'waiting' : 'running';
    if (status === this.#status) return;
    this.#status = status;
    this.#journal.push({ kind: 'status', status });
  }

  /** False when the fence refused. */
  #commit(end: RunEnd | null): boolean {
    if (!this.#journal.commit(end === null ? this.#status : 'running', end)) return false;
    this.lastActivity = this.#ports.awake();
    return true;
  }

  // The end.

  #end(): DriveEnd {
    const { status, output, error } = outcomeOf({ fatal: this.#fatal, next: this.#journal.record.peek(), finish: this.#finish, recorded: this.#ports.recordedEnd });
    return this.#close(status, output, error);
  }

  /** The record ends before its adapter did: the parent was halted, or failed as a whole. */
  #endAsRecorded(end: RecordedEnd): DriveEnd {
    if (end.status !== 'completed') return this.#close(end.status, null, end.error);
    this.#journal.diverge('', 'The parent completed, but this walk still waits at the end of its record.');
    return this.#end();
  }

  /** Ends the run: closes what is still open and commits the lot in one transaction. */
  #close(status: TerminalStatus, output: Json, error: ErrorData | null): DriveEnd {
    const work = this.#openWork();
    const response = status === 'completed' ? bodyOf(output) : null;
    const at = this.#ports.engine.now();
    const closing = closingEvents(work, this.#journal.seq, at, error ?? BROKEN_OFF, { status, response, error });
    this.#journal.pushAll(closing.events);
    this.#journal.addTotals(closing);
    if (!this.#commit({ status, error, at: new Date(at).toISOString() })) return { kind: 'fenced' };
    return { kind: 'ended', outcome: { status, output: response === null ? null : (JSON.parse(response.text) as Json), error, ...this.#journal.totals } };
  }

  #openWork(): ReturnType<typeof openWork> {
    if (this.#journal.divergence === null && this.#journal.record.exhausted) {
      const broken = this.#ports.recordedEnd?.broken ?? [];
      return { calls: this.#asks.openCalls(), agentRuns: this.#journal.openAgentRuns().map((run, i) => ({ ...run, ...(broken[i] === undefined ? {} : { served: broken[i] }) })) };
    }
    // The walk left its record, and so before its first commit: only the journal knows what is open.
    this.#journal.rewind();
    return openWork(this.#ports.ledger.journal.skeleton(this.run.key));
  }
}
