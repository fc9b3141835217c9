/** Milliseconds after which timers and I/O get their turn. */
export const BREATH_MS = 4;

/**
 * When an adapter has done all it can for now. Quiescent = no microtask is left. A tick that is queued while microtasks
 * run comes after the last of them and before any timer or I/O, so nothing foreign can slip into a drain.
 */
export class Drain {
  /** True while the adapter may act. */
  open = false;
  /** When timers and I/O last had their turn: milliseconds of this process. */
  #breathed = performance.now();

  /** Resolves when the adapter waits. Must be called in a microtask: after an await. */
  run(): Promise<void> {
    this.open = true;
    return new Promise((resolve) => {
      process.nextTick(() => {
        this.open = false;
        resolve();
      });
    });
  }

  /** Ticks come before timers and I/O: now and then those get their turn, or no halt would be heard and no lease renewed. Null = not yet. */
  breathe(): Promise<void> | null {
    return performance.now() - this.#breathed < BREATH_MS ? null : this.#breath();
  }

  async #breath(): Promise<void> {
    await new Promise(setImmediate);
    this.#breathed = performance.now();
  }
}
