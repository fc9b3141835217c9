/**
 * Gathers what comes in bursts and gives it on once per beat, in order: a webview redraws at most once per screen
 * frame, however fast a model talks. `later` calls back once after the beat.
 */
export class FrameBatch<T> {
  #waiting: T[] = [];
  readonly #send: (items: readonly T[]) => void;
  readonly #later: (callback: () => void) => void;

  constructor(send: (items: readonly T[]) => void, later: (callback: () => void) => void = (callback) => void setTimeout(callback, 16)) {
    this.#send = send;
    this.#later = later;
  }

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#waiting.length === 1) this.#later(() => { this.flush(); });
  }

  /** What is still waiting goes at once, before anything that must come after it. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#send(items);
  }

  /** Of another run: of no use any more. */
  drop(): void {
    this.#waiting = [];
  }
}
