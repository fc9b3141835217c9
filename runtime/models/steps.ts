/** Work in steps of about a millisecond or less, between which others may have their turn. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all of it now. */
export function atOnce<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** So long the steps of one work hold everybody else up: milliseconds. */
const TURN_MS = 4;

/** Does it beside other work: timers and what comes over the network get their turn in between. */
export async function inTurns<T>(work: Steps<T>): Promise<T> {
  for (;;) {
    const until = performance.now() + TURN_MS;
    while (performance.now() < until) {
      const step = work.next();
      if (step.done === true) return step.value;
    }
    await new Promise(setImmediate);
  }
}
