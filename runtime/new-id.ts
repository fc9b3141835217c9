import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes that are drawn at once: asking the system for sixteen at a time costs more than a journal row. */
const POOL = 4_096;

/** Makes UUIDv7s (RFC 9562): 48 bits of the clock, the rest random. `now`: milliseconds since the epoch. */
export function idMaker(now: () => number): () => string {
  const pool = new Uint8Array(POOL);
  let used = pool.length;
  const rng = (): Uint8Array => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += 16;
    return pool.subarray(used - 16, used);
  };
  return () => v7({ rng, msecs: Math.floor(now()) });
}
