import type { Json } from '../../protocol/json.ts';
import { bodyOf } from '../ledger/event.ts';
import type { ErrorData, JournalEvent, NoteKind } from '../ledger/event.ts';
import type { OpenWork } from '../ledger/halt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunEnd, RunRow, Turn } from '../ledger/run-store.ts';
import type { Closing, Opening } from './context.ts';
import { isAtOrBelow } from './context.ts';
import type { Engine } from './engine.ts';
import type { Amount } from './purse.ts';
import { compareToRecord, describe, Divergence, isEmitted, RecordCursor } from './record.ts';
import type { Emitted } from './record.ts';

export interface JournalPorts {
  readonly ledger: Ledger;
  readonly engine: Engine;
  /** `user@host:pid`: who drives. */
  readonly owner: string;
  readonly newId: () => string;
  /** Called after each commit with what is now in the journal. */
  readonly committed: (events: readonly JournalEvent[]) => void;
}

interface OpenAgentRun {
  readonly opening: Opening;
  readonly path: string;
  tokens: number;
  micros: number;
  served: Amount;
}

/** An event without what the journal itself puts on it. */
type Draft<E extends JournalEvent> = E extends JournalEvent ? Omit<E, 'seq' | 'at'> : never;

/**
 * A run's journal as its driver writes it: numbers events, checks what the adapter does against the record while there
 * is one, keeps the agent runs that are open and the totals, and commits a turn behind the fence.
 */
export class RunJournal {
  readonly run: RunRow;
  readonly record: RecordCursor;
  readonly #ports: JournalPorts;
  /** Told of recorded events that are the engine's own account, in order. */
  readonly #operational: (event: JournalEvent) => void;
  readonly #agentRuns = new Map<number, OpenAgentRun>();
  #buffer: JournalEvent[] = [];
  #seq = 0;
  /** Events of this run that are in the ledger: read from it, or committed here. */
  #committed: number;
  #head: string;
  /** Status and driver as the run's row has them by now. */
  #known: Turn['known'];
  #totals: Amount;
  #replaying: boolean;
  /** The record is the beginning of another run's: it may end in the middle of what the adapter does. */
  readonly #cut: boolean;
  #divergence: Divergence | null = null;

  constructor(run: RunRow, record: readonly JournalEvent[], cut: boolean, ports: JournalPorts, operational: (event: JournalEvent) => void) {
    this.#cut = cut;
    this.#operational = operational;
    this.run = run;
    this.record = new RecordCursor(record);
    this.#ports = ports;
    this.#replaying = record.length > 0;
    this.#committed = run.next_seq;
    this.#head = run.chain_head;
    this.#known = { status: run.status, owner: run.lease_owner };
    this.#totals = { tokens: run.total_tokens, micros: run.total_cost_micros };
  }

  get replaying(): boolean {
    return this.#replaying;
  }

  /** The first place where the walk left its record. Nothing is written after it. */
  get divergence(): Divergence | null {
    return this.#divergence;
  }

  /** Seq of the next event. */
  get seq(): number {
    return this.#seq;
  }

  /** Events of this run that are in the ledger by now, as far as this driver knows. */
  get committed(): number {
    return this.#committed;
  }

  get totals(): Amount {
    return this.#totals;
  }

  /** The record is exhausted: from here on events are new. */
  endReplay(): void {
    this.#replaying = false;
  }

  /** Where a cut record ends the walk goes on live at once, in the middle of a drain. Called before the adapter's next act is put into words. */
  leaveCutRecord(): void {
    if (this.#cut && this.record.exhausted) this.#replaying = false;
  }

  diverge(path: string, message: string): void {
    this.#divergence ??= new Divergence(path, message);
  }

  /** Consumes the record's next event: it is in the journal already. */
  skip(): JournalEvent | undefined {
    const event = this.record.next();
    if (event !== undefined) this.#seq = event.seq + 1;
    return event;
  }

  /** Applies what the record has of the engine's own account up to the next answer or act of the adapter. */
  skipOperational(): void {
    for (let event = this.record.peek(); event !== undefined && !isEmitted(event) && event.kind !== 'done'; event = this.record.peek()) this.#skipOne(event);
  }

  #skipOne(event: JournalEvent): void {
    this.skip();
    this.#operational(event);
  }

  /** What the adapter does: in replay checked against the record, whose event is adopted; live appended. */
  emit<E extends Emitted>(draft: Draft<E>): E {
    this.leaveCutRecord();
    if (!this.#replaying) return this.#append(this.#numbered(draft) as E);
    const event = this.#numbered(draft) as E;
    if (this.#divergence !== null) return event;
    // A call that the adapter cancelled was written down in the middle of what it did.
    let recorded = this.record.peek();
    for (; recorded?.kind === 'lost'; recorded = this.record.peek()) this.#skipOne(recorded);
    if (recorded === undefined || !isEmitted(recorded)) {
      this.diverge('path' in event ? event.path : '', `The record has ${recorded === undefined ? 'nothing more' : describe(recorded)} here, but this walk does ${describe(event)}.`);
      return event;
    }
    this.#divergence = compareToRecord(recorded, event);
    this.skip();
    return this.#divergence === null ? ({ ...recorded } as E) : event;
  }

  /** What the engine writes of its own account. */
  push<E extends JournalEvent>(draft: Draft<E>): E {
    return this.#append(this.#numbered(draft) as E);
  }

  /** Events that were numbered elsewhere from `seq` on. */
  pushAll(events: readonly JournalEvent[]): void {
    for (const event of events) this.#append(event);
  }

  #numbered(draft: object): JournalEvent {
    // Made for this and for nothing else: a copy of each event would be the dearest thing here.
    const event = draft as { seq: number; at: number };
    event.seq = this.#seq;
    event.at = this.#ports.engine.now();
    return event as JournalEvent;
  }

  #append<E extends JournalEvent>(event: E): E {
    this.#buffer.push(event);
    this.#seq = event.seq + 1;
    return event;
  }

  open(path: string, opening: Opening): number {
    this.leaveCutRecord();
    const { seq } = this.emit({
      kind: 'opened', path, attempt: opening.attempt, id: this.#replaying ? '' : this.#ports.newId(), node: opening.node, agent: opening.agent, version: opening.version,
      inputs: bodyOf(opening.inputs), data: { model: opening.model, iteration: opening.iteration, ...(opening.skipped === true ? { skipped: true } : {}) },
    });
    this.#agentRuns.set(seq, { opening, path, tokens: 0, micros: 0, served: { tokens: 0, micros: 0 } });
    return seq;
  }

  note(owner: number, path: string, step: NoteKind, request: Json, response: Json, error: string | undefined): void {
    this.emit({ kind: 'note', owner, path, step, request: request === null ? null : bodyOf(request), response: response === null ? null : bodyOf(response), data: error === undefined ? {} : { error } });
  }

  close(owner: number, closing: Closing): void {
    const open = this.#agentRuns.get(owner);
    if (open === undefined) return;
    this.#agentRuns.delete(owner);
    const served = open.served.tokens > 0 || open.served.micros > 0 ? { served: open.served } : {};
    this.emit({
      kind: 'closed', ref: owner, status: closing.status, response: closing.output === null ? null : bodyOf(closing.output), tokens: open.tokens, micros: open.micros,
      data: { ...served, ...(closing.error === null ? {} : { error: closing.error }) },
    });
  }

  opening(owner: number | null): Opening | null {
    return owner === null ? null : (this.#agentRuns.get(owner)?.opening ?? null);
  }

  pathOfRun(owner: number): string {
    return this.#agentRuns.get(owner)?.path ?? '';
  }

  openRunsBelow(path: string): number[] {
    return [...this.#agentRuns].filter(([, open]) => isAtOrBelow(open.path, path)).map(([seq]) => seq);
  }

  /** Charges a step to its agent run; `fresh` also to the run's totals, which a record has already counted. */
  charge(owner: number | null, used: Amount, served: Amount | undefined, fresh: boolean): void {
    const open = owner === null ? undefined : this.#agentRuns.get(owner);
    if (open !== undefined) {
      open.tokens += used.tokens;
      open.micros += used.micros;
      if (served !== undefined) open.served = { tokens: open.served.tokens + served.tokens, micros: open.served.micros + served.micros };
    }
    if (fresh) this.addTotals(used);
  }

  addTotals(used: Amount): void {
    this.#totals = { tokens: this.#totals.tokens + used.tokens, micros: this.#totals.micros + used.micros };
  }

  openAgentRuns(): OpenWork['agentRuns'] {
    return [...this.#agentRuns].map(([seq, { tokens, micros }]) => ({ seq, tokens, micros }));
  }

  /** Forgets what is not committed: the walk left its record before its first commit, and only the journal is right. */
  rewind(): void {
    this.#buffer = [];
    this.#seq = this.run.next_seq;
    this.#totals = { tokens: this.run.total_tokens, micros: this.run.total_cost_micros };
  }

  /** One transaction behind the fence; false when the fence refused. */
  commit(status: 'running' | 'waiting', end: RunEnd | null): boolean {
    if (this.#buffer.length === 0) return true;
    const events = this.#buffer;
    const { ledger, engine, owner } = this.#ports;
    const lease = status === 'waiting' || end !== null ? null : { owner, at: engine.now() };
    const { tokens: totalTokens, micros: totalMicros } = this.#totals;
    const head = ledger.write(() => ledger.runs.commit({ run: this.run, known: this.#known, head: this.#head, events, status, totalTokens, totalMicros, lease, end }));
    if (head === null) return false;
    this.#head = head;
    if (this.#known.status !== status || this.#known.owner !== (lease?.owner ?? null)) this.#known = { status, owner: lease?.owner ?? null };
    this.#committed += events.length;
    this.#buffer = [];
    this.#ports.committed(events);
    return true;
  }
}

export const BROKEN_OFF: ErrorData = { name: 'Dagbook.Abandoned', message: 'The run ended without waiting for this.' };
