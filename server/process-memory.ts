import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How long nothing must have happened: a collection of everything stops the process for as long as a keystroke takes. */
const QUIET_MS = 150;

/** Less than this is not worth a collection. */
const GROWN_BYTES = 24 * 1024 * 1024;

type Collect = (options: { readonly type: 'major'; readonly flavor: 'last-resort' }) => void;

/**
 * Keeps the process small. The engine is made to collect after little growth instead of doubling its heap, and what it
 * holds back for later is given to the system when nobody is typing.
 */
export class ProcessMemory {
  readonly #collect: Collect | null;
  #size = 0;
  #timer: NodeJS.Timeout | null = null;

  /** Before anything is allocated: the flags act on what comes. */
  constructor() {
    setFlagsFromString('--semi-space-growth-factor=1');
    setFlagsFromString('--heap-growing-percent=50');
    // Contexts that are made from now on have the function; Node names no other way to it while a process runs.
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('typeof gc === "function" ? gc : null');
    this.#collect = typeof collect === 'function' ? (collect as Collect) : null;
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
    this.#collect?.({ type: 'major', flavor: 'last-resort' });
    this.#size = process.memoryUsage.rss();
  }
}
