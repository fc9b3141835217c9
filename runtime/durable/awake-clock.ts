/** More than this between two looks was no waiting: the machine slept, or the process stood still. Milliseconds. */
const LONGEST_LOOK = 2_000;

/**
 * Milliseconds for which this process could have heard of something, from any beginning. What a laptop sleeps does not
 * count, nor what a blocked event loop let pass: a silence that nobody could have broken is none. It goes by looks instead
 * of trusting the system's steady clock, which counts sleep on Windows and macOS; so it must be read often where it matters.
 */
export function createAwakeClock(steady: () => number = () => performance.now()): () => number {
  let last = steady();
  let awake = 0;
  return () => {
    const now = steady();
    awake += Math.min(Math.max(0, now - last), LONGEST_LOOK);
    last = now;
    return awake;
  };
}
