import type { AbortNotice } from './guarded-abort.ts';

/** How often something may be called, by all who share its name. */
export interface CallRate {
  readonly name: string;
  readonly perMinute: number;
}

export interface RateLimiter {
  /**
   * Resolves when the call may be made, or when the signal is aborted; null = at once. First come, first served. Who goes
   * away before its turn takes none.
   */
  turn(rate: CallRate, signal: AbortNotice): Promise<void> | null;
}

const MINUTE = 60_000;

/** Holds calls back so that within any minute no more than so many begin. One for all runs of a process. */
export function createRateLimiter(): RateLimiter {
  const lanes = new Map<string, Lane>();
  return {
    turn({ name, perMinute }, signal) {
      const lane = lanes.get(name) ?? new Lane();
      lanes.set(name, lane);
      return lane.turn(perMinute, signal);
    },
  };
}

/** The calls of one name. Milliseconds of this process. */
class Lane {
  /** When the latest calls began, oldest first: never more than may begin within a minute. */
  #begun: number[] = [];
  readonly #waiting = new Set<() => void>();
  #perMinute = 0;
  #timer: NodeJS.Timeout | undefined;

  turn(perMinute: number, signal: AbortNotice): Promise<void> | null {
    // Of two versions of an agent the one that was asked for last counts.
    this.#perMinute = perMinute;
    if (this.#waiting.size === 0 && this.#msUntilNext() <= 0) {
      this.#begin();
      return null;
    }
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const leave = (): void => {
        this.#waiting.delete(go);
        resolve();
      };
      const go = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.add(go);
      this.#look();
    });
  }

  #begin(): void {
    this.#begun.push(performance.now());
    if (this.#begun.length > this.#perMinute) this.#begun = this.#begun.slice(-this.#perMinute);
  }

  #msUntilNext(): number {
    const first = this.#begun.at(-this.#perMinute);
    return first === undefined ? 0 : first + MINUTE - performance.now();
  }

  /** Lets in whoever may go by now, and looks again when the next one may. */
  #look(): void {
    clearTimeout(this.#timer);
    for (const go of this.#waiting) {
      const left = this.#msUntilNext();
      if (left > 0) {
        this.#timer = setTimeout(() => this.#look(), Math.ceil(left));
        return;
      }
      this.#waiting.delete(go);
      this.#begin();
      go();
    }
  }
}
