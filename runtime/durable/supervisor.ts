import type { Json } from '../../protocol/json.ts';
import type { WireOf } from '../ledger/halt.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunRow } from '../ledger/run-store.ts';
import { HEARTBEAT_MS, isAlive, isGone, isOpen, LEASE_STALE_MS } from './lease.ts';
import type { DriveEnd, RunDriver } from './run-driver.ts';
import type { LiveCall } from './wire-keeper.ts';
import { WireKeeper } from './wire-keeper.ts';
import type { WirePacker } from './wire-packer.ts';

/** How often another process's commits are looked for; with it a halt is noticed in about this time. */
const WATCH_MS = 100;
/** A halt, and a farewell, give so long to packing what calls have heard: milliseconds. A tenth of what a halt may take. */
const WIRES_MS = 25;

export interface SupervisorOptions {
  readonly ledger: Ledger;
  readonly packer: WirePacker;
  /** Milliseconds since the epoch: what leases go by, because other processes must be able to tell. */
  readonly now: () => number;
  /** Milliseconds without those the machine slept: what silence goes by. */
  readonly awake: () => number;
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
  /** Runs whose driver stopped here though nobody had taken them: the epoch at which this process still holds each one. */
  readonly #dropped = new Map<number, number>();
  readonly #keeper: WireKeeper;
  #timer: NodeJS.Timeout | null = null;
  #dataVersion = -1;
  /** By the clock of the world. */
  #beatAt = 0;
  #sweptAt = -Infinity;
  /** What the clock of the world is ahead of the other. */
  #ahead = Infinity;
  /** Since the machine slept, or the clock was set, or this process began to look: who is alive has beaten by then. */
  #settledAt = Infinity;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#keeper = new WireKeeper(options.ledger, options.packer, options.onBug);
  }

  async drive(driver: RunDriver, lookMs: number): Promise<DriveEnd> {
    const { key } = driver.run;
    // Taken up a second time in this process: the first driver has lost the run.
    this.#driven.get(key)?.driver.abandon();
    this.#driven.set(key, { driver, lookMs, lookedAt: this.#options.awake() });
    this.#dropped.delete(key);
    this.#watch();
    try {
      return await driver.drive();
    } catch (error) {
      this.#drop(driver);
      throw error;
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

  /**
   * True for a run whose lease is this process's own, with nobody behind it: a full disk, or a failing look at the ledger, has
   * stopped its driver. Whoever took it since has raised its epoch, and no driver of an earlier one writes any more.
   */
  hasDropped(run: RunRow): boolean {
    return this.#dropped.get(run.key) === run.epoch;
  }

  /** Looks at once: called after this process itself has halted or answered something. */
  look(): void {
    for (const driven of [...this.#driven.values()]) this.#lookAt(driven);
  }

  /** Stops driving and lets the leases of all runs be as old as those of a process that is gone: whoever wants may take one up. */
  release(): void {
    const { ledger, now } = this.#options;
    this.#keeper.keepNow(this.#liveCalls(), WIRES_MS);
    this.abandonAll();
    const held = [...this.#dropped].map(([key, epoch]) => ({ key, epoch }));
    // A waiting run holds no lease, and must not get one.
    if (held.length > 0) ledger.write(() => ledger.runs.heartbeat(held.filter(({ key }) => ledger.runs.byKey(key)?.lease_owner != null), now() - LEASE_STALE_MS));
  }

  /** Watches no more: the ledger is about to be closed. */
  stop(): void {
    this.#keeper.stop();
    this.abandonAll();
    this.#driven.clear();
    this.#rest();
  }

  abandonAll(): void {
    for (const { driver } of this.#driven.values()) {
      driver.abandon();
      this.#drop(driver);
    }
  }

  /** Not where another driver of this process has the run by now. */
  #drop(driver: RunDriver): void {
    const { key, epoch } = driver.run;
    if (this.#driven.get(key)?.driver === driver) this.#dropped.set(key, epoch);
  }

  #tick(): void {
    if (this.#driven.size === 0) return this.#rest();
    try {
      const version = this.#options.ledger.read(() => this.#options.ledger.dataVersion());
      const now = this.#options.now();
      const awake = this.#options.awake();
      if (Math.abs(now - awake - this.#ahead) > HEARTBEAT_MS) this.#settledAt = awake + LEASE_STALE_MS;
      this.#ahead = now - awake;
      const changed = version !== this.#dataVersion;
      this.#dataVersion = version;
      for (const driven of [...this.#driven.values()]) if (changed || awake - driven.lookedAt >= driven.lookMs) this.#lookAt(driven);
      this.#keeper.look(this.#liveCalls());
      // In either direction: after a sleep, or when the clock is set back, others must see at once that this one lives.
      if (Math.abs(now - this.#beatAt) >= HEARTBEAT_MS) this.#heartbeat(now);
      if (awake - this.#sweptAt >= this.#options.stallMs() / 10) {
        this.#sweptAt = awake;
        this.#haltStalled(now, awake);
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
    const { ledger, awake } = this.#options;
    const { driver } = driven;
    driven.lookedAt = awake();
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
  #haltStalled(now: number, awake: number): void {
    const { ledger } = this.#options;
    const stallMs = this.#options.stallMs();
    for (const row of ledger.read(() => ledger.runs.open())) {
      const name = this.#stallOf(row, now, awake, stallMs);
      if (name === null) continue;
      ledger.halt([row], now, { name, message: name === 'watchdog:stalled' ? `No step and no token for ${Math.round(stallMs / 1000)} s.` : `Pending for ${Math.round((2 * stallMs) / 1000)} s and never started.` }, this.openWires());
      this.#driven.get(row.key)?.driver.abandon();
    }
  }

  #stallOf(row: RunRow, now: number, awake: number, stallMs: number): 'watchdog:stalled' | 'watchdog:pending_stalled' | null {
    const own = this.#driven.get(row.key);
    if (own !== undefined && row.status === 'running') return awake - this.#activityOf(own.driver) >= stallMs ? 'watchdog:stalled' : null;
    const settled = awake >= this.#settledAt;
    if (row.status === 'pending') return settled && now - Date.parse(row.started_at) >= 2 * stallMs ? 'watchdog:pending_stalled' : null;
    // Another process that is alive watches its own runs; one that is gone cannot.
    if (row.status !== 'running' || isAlive(row.lease_at, now) || now - (row.lease_at ?? Date.parse(row.started_at)) < stallMs) return null;
    return settled || (row.lease_owner !== null && isGone(row.lease_owner)) ? 'watchdog:stalled' : null;
  }

  /** A run that waits for its child is as busy as the child. */
  #activityOf(driver: RunDriver): number {
    const children = driver.openChildren().flatMap((id) => this.driverOf(id) ?? []);
    return Math.max(driver.lastActivity, ...children.map((child) => this.#activityOf(child)));
  }
}
