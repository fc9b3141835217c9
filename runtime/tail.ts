import { setTimeout } from 'node:timers/promises';
import type { Frame } from '../protocol/frame.ts';
import { isOpen } from './durable/lease.ts';
import { createFrameReader } from './ledger/frames.ts';
import type { Review } from './review.ts';

/** How often the ledger is looked at while a run of another process goes on: milliseconds. */
const POLL_MS = 50;

/**
 * Follows a run from any process: its stored frames from the first on, then each as it is committed, until it ends or
 * the signal is aborted. Tokens are only to be had in the process that runs the model.
 */
export async function* tailRun(review: Review, id: string, signal: AbortSignal): AsyncGenerator<Frame, void, undefined> {
  const { ledger } = review;
  const run = review.find(id);
  const reader = createFrameReader(run);
  let next = 0;
  for (;;) {
    // The status is read before the rows: a run that had ended by then has no rows after those.
    const open = isOpen(review.find(run.id));
    for (const event of ledger.read(() => ledger.journal.read(run.key, next))) {
      next = event.seq + 1;
      const frame = reader.feed(event);
      if (frame !== null) yield frame;
    }
    if (!open || signal.aborted) return;
    // It fails when the signal is aborted: then there is one more look, and the end.
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
