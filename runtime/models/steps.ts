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

/** Does it beside other work: timers and what comes over the network get their turn in between. `spent` hears how long each turn held them up: milliseconds. */
export async function inTurns<T>(work: Steps<T>, spent: (milliseconds: number) => void): Promise<T> {
  for (;;) {
    const began = performance.now();
    for (let now = began; now < began + TURN_MS; now = performance.now()) {
      const step = work.next();
      if (step.done !== true) continue;
      spent(performance.now() - began);
      return step.value;
    }
    spent(performance.now() - began);
    await new Promise(setImmediate);
  }
}
