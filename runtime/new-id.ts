import { randomFillSync } from 'node:crypto';

/** Random bits of so many ids are drawn at once: asking the system for a few at a time costs more than a journal row. */
const POOL = 512;
/** Hex digits of an id's random part. */
const RANDOM = 19;

/**
 * Makes UUIDv7s (RFC 9562): 48 bits of the clock (milliseconds since the epoch), the rest random. Every agent run has one,
 * so they are put together from hex digits that are there already.
 */
export function idMaker(now: () => number): () => string {
  const bytes = new Uint8Array((POOL * (RANDOM + 1)) / 2);
  let digits = '';
  let at = 0;
  let madeFor = NaN;
  let clock = '';
  return () => {
    if (at + RANDOM > digits.length) {
      digits = Buffer.from(randomFillSync(bytes)).toString('hex');
      at = 0;
    }
    const time = now();
    if (time !== madeFor) {
      const hex = Math.floor(time).toString(16).padStart(12, '0');
      clock = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7`;
      madeFor = time;
    }
    const random = digits.slice(at, at + RANDOM);
    at += RANDOM;
    // The variant is the two bits 10: of one random digit the lower two bits are kept.
    const variant = VARIANTS[parseInt(random.charAt(3), 16) & 3] ?? '8';
    return `${clock}${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7)}`;
  };
}

const VARIANTS = ['8', '9', 'a', 'b'] as const;
