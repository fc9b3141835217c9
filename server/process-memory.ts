import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long nothing must have happened: a collection of everything stops the process for as long as a keystroke takes. */
const QUIET_MS = 150;

/** Less than this is not worth a collection. */
const GROWN_BYTES = 24 * 1024 * 1024;

/** Gives the system back what the engine holds in reserve; stops the process meanwhile. */
export type Collect = () => void;

/**
 * Keeps the process small. The engine is made to collect after little growth instead of doubling its heap, and what it
 * holds back for later is given to the system when nobody is typing.
 */
export class ProcessMemory {
  readonly #collect: Collect | null;
  #size = 0;
  #timer: NodeJS.Timeout | null = null;

  /** Before anything is allocated: the engine's settings act on what comes. */
  constructor(collect: Collect | null = frugalEngine()) {
    this.#collect = collect;
  }

  /** Something was worked out just now. */
  used(): void {
    if (this.#collect === null) return;
    if (this.#timer !== null) this.#timer.refresh();
    else this.#timer = setTimeout(() => { this.#tidy(); }, QUIET_MS).unref();
  }

  #tidy(): void {
    this.#timer = null;
    if (process.memoryUsage.rss() < this.#size + GROWN_BYTES) return;
    this.#collect?.();
    this.#size = process.memoryUsage.rss();
  }
}

/** Sets the engine up, and answers its way to collect everything; null where it names none. */
function frugalEngine(): Collect | null {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
  // Contexts that are made from now on have the function; Node names no other way to it while a process runs.
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null');
  if (typeof collect !== 'function') return null;
  return () => void (collect as (options: object) => unknown)({ type: 'major', flavor: 'last-resort' });
}
