/** How often something may be called, by all who share its name. */
export interface CallRate {
  readonly name: string;
  readonly perMinute: number;
}

export interface RateLimiter {
  /** Resolves when the call may be made, or when the signal is aborted. First come, first served. */
  turn(rate: CallRate, signal: AbortSignal): Promise<void>;
}

const MINUTE = 60_000;

/** Holds calls back so that within any minute no more than so many begin. One for all runs of a process. */
export function createRateLimiter(): RateLimiter {
  /** Per name: when its latest calls began or will begin, oldest first. Milliseconds of this process. */
  const begun = new Map<string, number[]>();
  return {
    async turn({ name, perMinute }, signal) {
      const now = performance.now();
      const times = (begun.get(name) ?? []).filter((time) => time > now - MINUTE);
      const earliest = times.length < perMinute ? now : (times[times.length - perMinute] as number) + MINUTE;
      times.push(Math.max(now, earliest));
      begun.set(name, times);
      if (earliest > now) await until(earliest - now, signal);
    },
  };
}

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
