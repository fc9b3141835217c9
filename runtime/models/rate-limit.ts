/** How often something may be called, by all who share its name. */
export interface CallRate {
  readonly name: string;
  readonly perMinute: number;
}

export interface RateLimiter {
  /** Resolves when the call may be made, or when the signal is aborted; null = at once. First come, first served. */
  turn(rate: CallRate, signal: AbortSignal): Promise<void> | null;
}

const MINUTE = 60_000;

/** Holds calls back so that within any minute no more than so many begin. One for all runs of a process. */
export function createRateLimiter(): RateLimiter {
  /** Per name: when its calls of the last minute began or will begin, oldest first. Milliseconds of this process. */
  const begun = new Map<string, number[]>();
  return {
    turn({ name, perMinute }, signal) {
      const now = performance.now();
      const times = begun.get(name) ?? [];
      begun.set(name, times);
      // Old ones go a thousand at a time: looking at all of them at each call would make many calls slow.
      const old = times.length % DROP_EVERY === 0 ? times.findIndex((time) => time > now - MINUTE) : 0;
      if (old !== 0) times.splice(0, old < 0 ? times.length : old);
      const earliest = times.length < perMinute ? now : Math.max(now, (times[times.length - perMinute] as number) + MINUTE);
      times.push(earliest);
      return earliest > now ? until(earliest - now, signal) : null;
    },
  };
}

const DROP_EVERY = 1_000;

function until(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
