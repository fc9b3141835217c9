import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Wire } from '../ledger/event.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { WireLog } from '../models/wire-log.ts';
import { packNow } from './wire-packer.ts';
import type { WirePacker } from './wire-packer.ts';

/** A call that goes over the network now. `reservation`: seq of what is set aside for it. */
export interface LiveCall {
  readonly run: number;
  readonly reservation: number;
  readonly log: WireLog;
}

/** Of the time of this thread so much at most goes into it: one part of so many. With few calls, each is written down whenever somebody looks. */
const SHARE = 10;
/** Calls that are written in one transaction. */
const AT_ONCE = 64;

interface Known {
  readonly call: LiveCall;
  /** Size of the log when it was written down last. */
  size: number;
  stored: boolean;
}

/**
 * Writes down, while calls go on, what has gone over the network for them: another process that halts their run, or goes on
 * with it when this one has died, has nothing else to go by. What is written is dropped when the call is over.
 */
export class WireKeeper {
  readonly #ledger: Ledger;
  readonly #packer: WirePacker;
  readonly #onBug: (error: unknown) => void;
  readonly #known = new Map<string, Known>();
  #swept = false;
  #busy = false;
  #stopped = false;
  #restUntil = 0;

  constructor(ledger: Ledger, packer: WirePacker, onBug: (error: unknown) => void) {
    this.#ledger = ledger;
    this.#packer = packer;
    this.#onBug = onBug;
  }

  /** Called now and then with all calls there are: what came since the last time is what a crash would lose. */
  look(calls: Iterable<LiveCall>): void {
    const now = performance.now();
    if (this.#busy || now < this.#restUntil) return;
    const live = new Set<string>();
    for (const call of calls) {
      const key = `${call.run}/${call.reservation}`;
      live.add(key);
      if (!this.#known.has(key)) this.#known.set(key, { call, size: 0, stored: false });
    }
    const over = [...this.#known].filter(([key]) => !live.has(key));
    for (const [key] of over) this.#known.delete(key);
    const gone = over.flatMap(([, { stored, call }]) => (stored ? [call] : []));
    const due = [...this.#known.values()].filter(({ call, size }) => call.log.size !== size);
    if (due.length > 0 || gone.length > 0) void this.#write(due, gone);
  }

  /** This process lets go of the calls: what they have heard by now, as far as there is time for it (milliseconds). */
  keepNow(calls: Iterable<LiveCall>, patience: number): void {
    const until = performance.now() + patience;
    const fresh: (readonly [LiveCall, Wire])[] = [];
    for (const call of calls) {
      if (performance.now() > until) break;
      const wire = packNow(call.log, 'open');
      if (wire !== undefined) fresh.push([call, wire]);
    }
    const { openWires } = this.#ledger;
    if (fresh.length > 0) this.#ledger.write(() => { for (const [{ run, reservation }, wire] of fresh) openWires.keep(run, reservation, wire); });
  }

  stop(): void {
    this.#stopped = true;
  }

  async #write(due: readonly Known[], gone: readonly LiveCall[]): Promise<void> {
    this.#busy = true;
    const before = this.#packer.busy;
    let storing = 0;
    try {
      for (let from = 0; from < Math.max(1, due.length); from += AT_ONCE) {
        const fresh: (readonly [Known, Wire])[] = [];
        for (const known of due.slice(from, from + AT_ONCE)) {
          known.size = known.call.log.size;
          const wire = await this.#packer.pack(known.call.log, 'open');
          if (wire !== undefined) fresh.push([known, wire]);
        }
        if (this.#stopped) return;
        const began = performance.now();
        this.#store(fresh, from === 0 ? gone : []);
        storing += performance.now() - began;
      }
    } catch (error) {
      // A disk that is full stops the run at its next turn, which says so; a record that cannot be made stops nothing.
      if (!(error instanceof DagbookError)) this.#onBug(error);
    } finally {
      this.#busy = false;
      this.#restUntil = performance.now() + (this.#packer.busy - before + storing) * (SHARE - 1);
    }
  }

  #store(fresh: readonly (readonly [Known, Wire])[], gone: readonly LiveCall[]): void {
    const { openWires } = this.#ledger;
    this.#ledger.write(() => {
      if (!this.#swept) openWires.sweep();
      for (const { run, reservation } of gone) openWires.drop(run, reservation);
      for (const [{ call }, wire] of fresh) openWires.keep(call.run, call.reservation, wire);
    });
    this.#swept = true;
    for (const [known] of fresh) known.stored = true;
  }
}
