import { bodyOf } from '../ledger/event.ts';
import type { Body, DoneData, EventOf, Wire } from '../ledger/event.ts';
import type { OpenWork } from '../ledger/halt.ts';
import { GuardedAbort } from '../models/guarded-abort.ts';
import { accountOf, isInFlight, isRepeatable, isWait, wishOf } from './ask.ts';
import type { Ask, Leaf, Ready, Settled } from './ask.ts';
import { isAtOrBelow } from './context.ts';
import type { Amount, Decision, Purse, Wish } from './purse.ts';
import { compareToRecord, describe } from './record.ts';
import type { RunJournal } from './run-journal.ts';
import { startEffect } from './start-effect.ts';
import type { EffectPorts } from './start-effect.ts';
import { packNow } from './wire-packer.ts';

/** Answers of another run that are served instead of calls (forks). */
export interface KeptAnswers {
  find(path: string, attempt: number, requestHash: string): { readonly response: Body; readonly served: Amount; readonly order: number; readonly wire?: Wire | undefined } | null;
  /** What the other run asked there, where this one may ask nothing else; null = it may. */
  mustAsk(path: string, attempt: number): EventOf<'asked'> | null;
}

export interface AskPorts extends EffectPorts {
  readonly kept: KeptAnswers | null;
  /** An answer that was given while nobody drove the run; null = none. */
  readonly givenAnswer: (seq: number) => { readonly value: unknown; readonly by: string; readonly at: string } | null;
  /** What was written down of a call before its process died, by its reservation. */
  readonly keptWire: (reservation: number) => Wire | undefined;
  /** Called with each piece of streamed text; never journalled. */
  readonly token: (agentRun: number, text: string) => void;
  /** Something is ready, or has changed whether the run waits. */
  readonly wake: () => void;
  /** A bug of an effect: the run cannot go on. */
  readonly fault: (error: Error) => void;
}

const NOTHING: Amount = { tokens: 0, micros: 0 };
/** Why a call is lost whose process is gone. */
const DIED = 'process.died';

/**
 * Everything the adapter has asked and not been answered: how each question gets its answer (from a kept record, at
 * once, with money, by an effect, from a person), and what is ready to be delivered.
 */
export class AskBoard {
  readonly #run: string;
  /** Every answer comes from the copied record: nothing may be asked beyond it. */
  readonly #recordedOnly: boolean;
  readonly #journal: RunJournal;
  readonly #purse: Purse;
  readonly #ports: AskPorts;
  readonly #asks = new Map<number, Ask>();
  readonly #attempts = new Map<string, number>();
  readonly #openPaths = new Set<string>();
  readonly #requests = new Map<string, number>();
  readonly #money: Ask[] = [];
  readonly #toStart: Ask[] = [];
  readonly #ready: Ready[] = [];
  #closed = false;

  constructor(run: string, recordedOnly: boolean, journal: RunJournal, purse: Purse, ports: AskPorts) {
    this.#run = run;
    this.#recordedOnly = recordedOnly;
    this.#journal = journal;
    this.#purse = purse;
    this.#ports = ports;
  }

  get size(): number {
    return this.#asks.size;
  }

  get hasReady(): boolean {
    return this.#ready.length > 0;
  }

  /** True when nothing goes on by itself: only people, timers and waiting children are open. */
  get onlyWaits(): boolean {
    if (this.#ready.length > 0) return false;
    for (const ask of this.#asks.values()) if (!isWait(ask)) return false;
    return true;
  }

  all(): IterableIterator<Ask> {
    return this.#asks.values();
  }

  get(seq: number): Ask | undefined {
    return this.#asks.get(seq);
  }

  isOpen(path: string): boolean {
    return this.#openPaths.has(path);
  }

  nextAttempt(path: string): number {
    const attempt = (this.#attempts.get(path) ?? 0) + 1;
    this.#attempts.set(path, attempt);
    return attempt;
  }

  add(event: EventOf<'asked'>, leaf: Leaf, resolve: (value: unknown) => void): void {
    const calls = this.#requests.get(event.request.hash) ?? 0;
    if (leaf.kind === 'llm') this.#requests.set(event.request.hash, calls + 1);
    const live = !this.#journal.replaying;
    const ask: Ask = { event, leaf, resolve, abort: new GuardedAbort(), reserved: null, calls, outputLimit: 0, queued: false, started: false, waiting: false, live, wire: null };
    this.#asks.set(event.seq, ask);
    this.#openPaths.add(event.path);
    if (live) this.#enqueue(ask);
  }

  remove(ask: Ask): void {
    this.#asks.delete(ask.event.seq);
    this.#openPaths.delete(ask.event.path);
  }

  /** What a record says was set aside for a call. */
  reservedBefore(event: EventOf<'reserved'>): void {
    const ask = this.#asks.get(event.ref);
    const amount = { tokens: event.tokens, micros: event.micros };
    this.#purse.hold(event.ref, ask === undefined ? null : accountOf(ask.leaf), { amount, ceiling: event.data.ceiling ?? amount });
    if (ask !== undefined) ask.reserved = event.seq;
  }

  /** What a record says was lost. */
  lostBefore(event: EventOf<'lost'>): void {
    if (event.data.error === DIED) this.#purse.lose(event.ref, event);
    else this.#purse.settle(event.ref, event);
    this.#journal.charge(event.owner, event, undefined, false);
    const ask = this.#asks.get(event.ref);
    if (ask === undefined) return;
    ask.reserved = null;
    ask.calls += 1;
  }

  /** The record is exhausted: what it left unanswered is asked again; calls that went with the old process are written down. */
  goLive(resumed: boolean): void {
    for (const ask of this.#asks.values()) {
      if (ask.queued) continue;
      // Whatever was committed as asked was started right after, unless it waited for money.
      ask.started = ask.leaf.kind === 'tool' || ask.leaf.kind === 'step';
      const again = isRepeatable(ask.leaf) || !resumed;
      // A call that is not made again is lost once, however often the process dies before its agent has heard of it.
      if (resumed && isInFlight(ask) && (again || ask.calls === 0)) this.#lose(ask, DIED);
      ask.started = false;
      if (!again) this.#interrupt(ask);
      else if (ask.reserved === null) this.#enqueue(ask);
      else this.#toStart.push(ask);
    }
  }

  /** Answers a call that was in flight when the process died and must not be made again. */
  #interrupt(ask: Ask): void {
    ask.queued = true;
    const error = {
      name: 'Tool.Interrupted',
      message: 'The process ended while this tool was at work. Whether it took effect is not known, and it may write, so it was not called again. Look at what it changes, then fork the run from here.',
    };
    this.#becomeReady({ ask, response: bodyOf({ status: 'error', error }), used: NOTHING, data: { error: error.name }, order: Infinity });
  }

  #enqueue(ask: Ask): void {
    ask.queued = true;
    if (this.#recordedOnly) {
      // What the parent asked and never got an answer to stays open; anything else is new.
      if (ask.live) this.#journal.diverge(ask.event.path, `This walk asks ${describe(ask.event)}, which the record does not have.`);
      return;
    }
    const { path, attempt, request, seq } = ask.event;
    const kept = this.#ports.kept?.find(path, attempt, request.hash) ?? null;
    if (kept !== null) {
      this.#becomeReady({ ask, response: kept.response, used: NOTHING, data: { served: kept.served }, order: kept.order, wire: kept.wire });
      return;
    }
    const then = this.#ports.kept?.mustAsk(path, attempt) ?? null;
    const differs = then === null ? null : compareToRecord(then, ask.event);
    if (differs !== null) {
      this.#journal.diverge(differs.path, differs.message);
      return;
    }
    switch (ask.leaf.kind) {
      case 'llm':
      case 'child':
        this.#money.push(ask);
        return;
      case 'now':
        return this.#at(ask, this.#ports.engine.now(), {});
      case 'random':
        return this.#at(ask, this.#ports.engine.random(), {});
      case 'pin':
        return this.#at(ask, ask.leaf.value, { pinned: true });
      case 'ask': {
        const given = this.#ports.givenAnswer(seq);
        if (given !== null) this.#at(ask, given.value, { by: given.by, answered_at: given.at });
        return;
      }
      case 'tool':
      case 'memory':
      case 'rag':
      case 'step':
      case 'sleep':
        this.#toStart.push(ask);
        return;
    }
  }

  #at(ask: Ask, value: unknown, data: DoneData): void {
    this.#becomeReady({ ask, response: bodyOf(value), used: NOTHING, data, order: Infinity });
  }

  /** Gives a person's answer; false when nobody asks (any more). */
  answer(seq: number, value: unknown, by: string, at: string): boolean {
    const ask = this.#asks.get(seq);
    if (ask === undefined || ask.leaf.kind !== 'ask' || this.#ready.some((ready) => ready.ask === ask)) return false;
    this.#at(ask, value, { by, answered_at: at });
    return true;
  }

  /** Live answers in the order they came; answers served from a record before them, in recorded order. */
  #becomeReady(ready: Ready): void {
    let at = this.#ready.length;
    while (at > 0 && (this.#ready[at - 1] as Ready).order > ready.order) at--;
    this.#ready.splice(at, 0, ready);
    this.#ports.wake();
  }

  shiftReady(): Ready | undefined {
    return this.#ready.shift();
  }

  /** First come first served: whoever waits for an account keeps later ones of that account waiting. */
  grantMoney(): void {
    if (this.#money.length === 0) return;
    const blocked = new Set<string | null>();
    for (const ask of this.#money.splice(0)) {
      const account = accountOf(ask.leaf);
      const wish = wishOf(ask);
      if (wish === null) continue;
      const decision: Decision = blocked.has(null) || blocked.has(account) ? { kind: 'wait', account } : this.#purse.decide(wish);
      switch (decision.kind) {
        case 'grant':
          this.#grant(ask, wish, decision);
          break;
        case 'wait':
          blocked.add(decision.account);
          this.#money.push(ask);
          break;
        case 'reject': {
          const error = { name: 'Dagbook.BudgetExceeded', message: decision.message };
          this.#becomeReady({ ask, response: bodyOf({ status: 'rejected', output: null, error, tokens: 0, micros: 0 }), used: NOTHING, data: { error: error.name }, order: Infinity });
          break;
        }
      }
    }
  }

  #grant(ask: Ask, wish: Wish, { outputLimit, grant }: Extract<Decision, { kind: 'grant' }>): void {
    const { seq, owner } = ask.event;
    this.#purse.hold(seq, accountOf(ask.leaf), grant);
    ask.outputLimit = outputLimit;
    const data = wish.kind === 'child' ? { ceiling: grant.ceiling } : { outputLimit };
    ask.reserved = this.#journal.push({ kind: 'reserved', ref: seq, owner, tokens: grant.amount.tokens, micros: grant.amount.micros, data }).seq;
    this.#toStart.push(ask);
  }

  /** Starts what this turn has committed. */
  startEffects(): void {
    for (const ask of this.#toStart.splice(0)) this.#start(ask);
  }

  #start(ask: Ask): void {
    ask.started = true;
    const { seq, owner } = ask.event;
    const onText = (text: string): void => {
      if (owner !== null && this.#asks.has(seq)) this.#ports.token(owner, text);
    };
    const onWaiting = (waiting: boolean): void => {
      ask.waiting = waiting;
      this.#ports.wake();
    };
    startEffect(ask, this.#ports, this.#run, this.#purse.held(seq), { onText, onWaiting })?.then(
      (settled: Settled) => {
        if (this.#asks.get(seq) === ask && !this.#closed) this.#becomeReady({ ask, ...settled, order: Infinity });
      },
      (error: unknown) => this.#ports.fault(error instanceof Error ? error : new Error(String(error))),
    );
  }

  /** Abandons what is open below a path: its promises never settle. What its calls have cost is written down at once, before their agent runs are closed. */
  cancel(path: string): void {
    for (const ask of [...this.#asks.values()]) {
      if (!isAtOrBelow(ask.event.path, path)) continue;
      this.remove(ask);
      ask.abort.abort(null);
      if (!this.#journal.replaying && (isInFlight(ask) || ask.reserved !== null)) this.#lose(ask, 'Dagbook.Cancelled');
    }
    for (const queue of [this.#money, this.#toStart]) removeWhere(queue, (ask) => !this.#asks.has(ask.event.seq));
    removeWhere(this.#ready, (ready) => !this.#asks.has(ready.ask.event.seq));
  }

  /** Writes a call down whose answer will never come, settled at its whole reservation. */
  #lose(ask: Ask, why: string): void {
    const held = ask.reserved;
    const charged = why === DIED ? this.#purse.lose(ask.event.seq, 'all') : this.#purse.settle(ask.event.seq, 'all');
    const data: DoneData = held === null ? { error: why } : { reserved: held, estimated: true, error: why };
    this.#journal.push({ kind: 'lost', ref: ask.event.seq, owner: ask.event.owner, ...charged, data, wire: packNow(ask.wire) ?? (held === null ? undefined : this.#ports.keptWire(held)) });
    this.#journal.charge(ask.event.owner, charged, undefined, true);
    ask.reserved = null;
    ask.calls += 1;
  }

  /** What has to be written down when the run ends now. A call whose answer came, but was not delivered, costs what it used. */
  openCalls(): OpenWork['calls'] {
    const finished = new Map(this.#ready.map((ready) => [ready.ask.event.seq, ready.used]));
    return [...this.#asks.values()]
      .filter((ask) => isInFlight(ask) || ask.reserved !== null)
      .map((ask) => {
        const { seq, owner } = ask.event;
        const amount = this.#purse.settle(seq, finished.get(seq) ?? 'all');
        return { seq, owner, child: null, reserved: ask.reserved === null ? null : { seq: ask.reserved, ...amount }, wire: packNow(ask.wire) };
      });
  }

  /** Nobody listens any more: every effect in flight is told to stop. */
  close(): void {
    this.#closed = true;
    for (const ask of this.#asks.values()) ask.abort.abort(null);
  }
}

function removeWhere<T>(items: T[], gone: (item: T) => boolean): void {
  for (let i = items.length - 1; i >= 0; i--) if (gone(items[i] as T)) items.splice(i, 1);
}
