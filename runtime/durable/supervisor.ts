import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json } from '../../protocol/json.ts';
import type { WireOf } from '../ledger/halt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunRow } from '../ledger/run-store.ts';
import type { DriveEnd, RunDriver } from './run-driver.ts';
import type { LiveCall } from './wire-keeper.ts';
import { WireKeeper } from './wire-keeper.ts';
import type { WirePacker } from './wire-packer.ts';

/** How long a lease lives without a heartbeat: milliseconds (rule 20). */
export const LEASE_STALE_MS = 10_000;
const HEARTBEAT_MS = 2_000;
/** How often another process's commits are looked for; with it a halt is noticed in about this time. */
const WATCH_MS = 100;
/** A halt, and a farewell, give so long to packing what calls have heard: milliseconds. A tenth of what a halt may take. */
const WIRES_MS = 25;

export interface SupervisorOptions {
  readonly ledger: Ledger;
  readonly packer: WirePacker;
  readonly now: () => number;
  /** A running run without a step or a token for so long is halted: milliseconds. A setting: it may change. */
  readonly stallMs: () => number;
  /** Bugs of the watch itself; a failing look at the ledger has already stopped the work. */
  readonly onBug: (error: unknown) => void;
}

interface Driven {
  readonly driver: RunDriver;
  /** Longest time between two looks at the run's row: milliseconds (`halt_check_seconds`). */
  readonly lookMs: number;
  lookedAt: number;
}

/**
 * Watches over every run this process drives: renews their leases, notices when another process has halted or taken
 * one, hands in answers that came from elsewhere, and halts what stands still.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #driven = new Map<number, Driven>();
  readonly #keeper: WireKeeper;
  #timer: NodeJS.Timeout | null = null;
  #dataVersion = -1;
  #beatAt = 0;
  #sweptAt = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#keeper = new WireKeeper(options.ledger, options.packer, options.onBug);
  }

  async drive(driver: RunDriver, lookMs: number): Promise<DriveEnd> {
    const { key } = driver.run;
    // Taken up a second time in this process: the first driver has lost the run.
    this.#driven.get(key)?.driver.abandon();
    this.#driven.set(key, { driver, lookMs, lookedAt: this.#options.now() });
    this.#watch();
    try {
      return await driver.drive();
    } finally {
      if (this.#driven.get(key)?.driver === driver) this.#driven.delete(key);
      this.#watch();
    }
  }

  /** A timer that keeps the process alive as long as there is something to watch. Runs often follow one another, so it outlives the last by a look. */
  #watch(): void {
    if (this.#driven.size > 0) {
      this.#timer ??= setInterval(() => this.#tick(), WATCH_MS);
      this.#timer.ref();
    } else {
      this.#timer?.unref();
    }
  }

  #rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  driverOf(run: string): RunDriver | null {
    for (const { driver } of this.#driven.values()) if (driver.run.id === run) return driver;
    return null;
  }

  /** What has gone over the network for the open calls of this process, as long as there is time for it: no halt may wait for a thousand of them. */
  openWires(): WireOf {
    const until = performance.now() + WIRES_MS;
    return (run, seq) => {
      try {
        return performance.now() > until ? undefined : this.driverOf(run)?.openWire(seq);
      } catch (error) {
        // Whatever is wrong with a record, the halt goes on.
        this.#options.onBug(error);
        return undefined;
      }
    };
  }

  /** Looks at once: called after this process itself has halted or answered something. */
  look(): void {
    for (const driven of [...this.#driven.values()]) this.#lookAt(driven);
  }

  /** Stops driving and lets the leases of all runs be as old as those of a process that is gone: whoever wants may take one up. */
  release(): void {
    const { ledger, now } = this.#options;
    const driven = [...this.#driven.values()].map(({ driver }) => driver.run);
    this.#keeper.keepNow(this.#liveCalls(), WIRES_MS);
    this.abandonAll();
    // A waiting run holds no lease, and must not get one.
    if (driven.length > 0) ledger.write(() => ledger.runs.heartbeat(driven.filter(({ key }) => ledger.runs.byKey(key)?.lease_owner != null), now() - LEASE_STALE_MS));
  }

  /** Watches no more: the ledger is about to be closed. */
  stop(): void {
    this.#keeper.stop();
    this.abandonAll();
    this.#driven.clear();
    this.#rest();
  }

  abandonAll(): void {
    for (const { driver } of this.#driven.values()) driver.abandon();
  }

  #tick(): void {
    if (this.#driven.size === 0) return this.#rest();
    try {
      const version = this.#options.ledger.read(() => this.#options.ledger.dataVersion());
      const now = this.#options.now();
      const changed = version !== this.#dataVersion;
      this.#dataVersion = version;
      for (const driven of [...this.#driven.values()]) if (changed || now - driven.lookedAt >= driven.lookMs) this.#lookAt(driven);
      this.#keeper.look(this.#liveCalls());
      if (now - this.#beatAt >= HEARTBEAT_MS) this.#heartbeat(now);
      if (now - this.#sweptAt >= this.#options.stallMs() / 10) {
        this.#sweptAt = now;
        this.#haltStalled(now);
      }
    } catch (error) {
      // Fail closed: whoever cannot see the switch must not go on spending.
      this.abandonAll();
      this.#options.onBug(error);
    }
  }

  *#liveCalls(): Generator<LiveCall, void, undefined> {
    for (const { driver } of this.#driven.values()) yield* driver.liveCalls();
  }

  #lookAt(driven: Driven): void {
    const { ledger, now } = this.#options;
    const { driver } = driven;
    driven.lookedAt = now();
    const row = ledger.read(() => ledger.runs.byKey(driver.run.key));
    if (row === null || row.epoch !== driver.run.epoch || !isOpen(row)) {
      driver.abandon();
      return;
    }
    for (const answer of ledger.read(() => ledger.answersOf(row.key))) driver.answer(answer.seq, JSON.parse(answer.value) as Json, answer.answered_by, answer.answered_at);
  }

  #heartbeat(now: number): void {
    this.#beatAt = now;
    const { ledger } = this.#options;
    const running = [...this.#driven.values()].filter(({ driver }) => !driver.waiting).map(({ driver }) => driver.run);
    if (running.length === 0) return;
    const gone = new Set(ledger.write(() => ledger.runs.heartbeat(running, now)));
    for (const { driver } of [...this.#driven.values()]) if (gone.has(driver.run.key)) driver.abandon();
  }

  /** The watchdog, rule 21: also over runs of processes that are gone. Declared waits are exempt. */
  #haltStalled(now: number): void {
    const { ledger } = this.#options;
    const stallMs = this.#options.stallMs();
    for (const row of ledger.read(() => ledger.runs.open())) {
      const name = this.#stallOf(row, now, stallMs);
      if (name === null) continue;
      ledger.halt([row], now, { name, message: name === 'watchdog:stalled' ? `No step and no token for ${Math.round(stallMs / 1000)} s.` : `Pending for ${Math.round((2 * stallMs) / 1000)} s and never started.` }, this.openWires());
      this.#driven.get(row.key)?.driver.abandon();
    }
  }

  #stallOf(row: RunRow, now: number, stallMs: number): 'watchdog:stalled' | 'watchdog:pending_stalled' | null {
    if (row.status === 'pending') return now - Date.parse(row.started_at) >= 2 * stallMs ? 'watchdog:pending_stalled' : null;
    if (row.status !== 'running') return null;
    const own = this.#driven.get(row.key);
    if (own !== undefined) return now - this.#activityOf(own.driver) >= stallMs ? 'watchdog:stalled' : null;
    // Another process that is alive watches its own runs; one that is gone cannot.
    if (isAlive(row.lease_at, now)) return null;
    return now - (row.lease_at ?? Date.parse(row.started_at)) >= stallMs ? 'watchdog:stalled' : null;
  }

  /** A run that waits for its child is as busy as the child. */
  #activityOf(driver: RunDriver): number {
    const children = driver.openChildren().flatMap((id) => this.driverOf(id) ?? []);
    return Math.max(driver.lastActivity, ...children.map((child) => this.#activityOf(child)));
  }
}

export function isOpen(run: { readonly status: string }): boolean {
  return run.status === 'pending' || run.status === 'running' || run.status === 'waiting';
}

/** True when nobody alive drives the run. */
export function isFree(run: RunRow, now: number): boolean {
  return isOpen(run) && (run.lease_owner === null || !isAlive(run.lease_at, now));
}

/** A sign of life far ahead of the clock is none either: the clock was set back, and whoever lives has beaten since. */
function isAlive(leaseAt: number | null, now: number): boolean {
  return leaseAt !== null && Math.abs(now - leaseAt) < LEASE_STALE_MS;
}

/**
 * Takes a run over by compare-and-swap on its epoch. Throws run-finished or run-taken. `ours`: a child of a run that is
 * taken already; its own lease may be a little younger, but whoever held it has lost the parent.
 */
export function takeRun(ledger: Ledger, run: RunRow, owner: string, now: number, ours = false): RunRow {
  const taken = ledger.write(() => {
    const current = ledger.runs.byKey(run.key);
    if (current === null || !isOpen(current)) return null;
    return ours || isFree(current, now) ? ledger.runs.take(current, { owner, at: now }) : null;
  });
  if (taken !== null) return taken;
  const row = ledger.read(() => ledger.runs.byKey(run.key));
  if (row !== null && !isOpen(row)) throw new DagbookError('run-finished', `Run ${run.id} has already ended as ${row.status}.`);
  throw new DagbookError('run-taken', `Run ${run.id} is driven by ${row?.lease_owner ?? 'another process'}, which is alive. Watch it with: dagbook tail ${run.id}`);
}
