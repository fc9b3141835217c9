import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long nothing must have happened: a collection of everything stops the process for as long as a keystroke takes. */
const QUIET_MS = 3000;

/** The same for a process that has become large: a pause between two words will do. */
const SHORT_QUIET_MS = 150;

/** From here on memory counts more than a keystroke that meets a collection. */
const LARGE_BYTES = 112 * 1024 * 1024;

/** Less than this is not worth a collection. */
const GROWN_BYTES = 24 * 1024 * 1024;

/** Collects all that is not needed any more; stops the process meanwhile. `gives`: what the engine holds in reserve goes back to the system. */
export type Collect = (gives: boolean) => void;

/**
 * Keeps the process small. The engine is made to collect after little growth instead of doubling its heap, and what it
 * holds back for later is given to the system when nobody is typing.
 */
export class ProcessMemory {
  readonly #collect: Collect | null;
  /** How long the process has waited for something to do, in milliseconds since it began. */
  readonly #waited: () => number;
  #size = 0;
  #timer: NodeJS.Timeout | null = null;
  #waitedBefore = 0;
  #quietMs = 0;

  /** Before anything is allocated: the engine's settings act on what comes. */
  constructor(collect: Collect | null = frugalEngine(), waited: () => number = () => performance.eventLoopUtilization().idle) {
    this.#collect = collect;
    this.#waited = waited;
  }

  /** Something has come in, or was worked out just now. */
  used(): void {
    if (this.#collect === null) return;
    this.#quietMs = 0;
    this.#waitedBefore = this.#waited();
    if (this.#timer === null) this.#wait();
    else this.#timer.refresh();
  }

  /**
   * A long document has been read. What that has left behind is collected now, while its author waits anyway, and what it
   * keeps is old from now on: else both happens during the first keys.
   */
  read(): void {
    this.#collect?.(false);
  }

  #wait(): void {
    this.#timer = setTimeout(() => { this.#tidy(); }, SHORT_QUIET_MS).unref();
  }

  #tidy(): void {
    this.#timer = null;
    const size = process.memoryUsage.rss();
    if (size < this.#size + GROWN_BYTES) return;
    // A timer fires late when there was work meanwhile: what has not been waited for was no quiet.
    const waited = this.#waited();
    this.#quietMs = waited - this.#waitedBefore < SHORT_QUIET_MS / 2 ? 0 : this.#quietMs + SHORT_QUIET_MS;
    this.#waitedBefore = waited;
    if (this.#quietMs < (size < LARGE_BYTES ? QUIET_MS : SHORT_QUIET_MS)) {
      this.#wait();
      return;
    }
    this.#collect?.(true);
    this.#size = process.memoryUsage.rss();
  }
}

/** Sets the engine up, and answers its way to collect everything; null where it names none. */
function frugalEngine(): Collect | null {
  setFlagsFromString('--heap-growing-percent=50');
  // Helpers make a collection of the young generation hardly shorter; and where the cores are busy, it waits for them.
  setFlagsFromString('--no-parallel-scavenge');
  // Contexts that are made from now on have the function; Node names no other way to it while a process runs.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null');
  if (typeof collect !== 'function') return null;
  return (gives) => void (collect as (options: object) => unknown)({ type: 'major', flavor: gives ? 'last-resort' : 'regular' });
}
