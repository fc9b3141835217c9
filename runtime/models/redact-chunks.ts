import { MASK, type Redactor } from './redact-secret.ts';
import { spreadSecrets, type Edit } from './spread-secrets.ts';
import type { Steps } from './steps.ts';
import { joined, placesOf, type Span } from './text-spans.ts';

const MASK_BYTES = Buffer.from(MASK);

/**
 * Takes secrets out of a body that came in pieces, and keeps the pieces. A secret may lie across the edge of two of them;
 * it may also be spread over the texts of several events, a few characters in each, and come together only where an
 * answer is put together. What is not part of a secret, or of an event that held a part of one, stays byte for byte.
 */
export function* redactChunks(chunks: readonly Uint8Array[], redactor: Redactor): Steps<readonly Uint8Array[]> {
  if (redactor.idle || chunks.length === 0) return chunks;
  const clear = edited(chunks, yield* spreadSecrets(Buffer.concat(chunks), redactor));
  yield;
  return edited(clear, yield* plainSecrets(Buffer.concat(clear), redactor));
}

function* plainSecrets(body: Buffer, redactor: Redactor): Steps<readonly Edit[]> {
  const found: Span[] = [];
  for (const secret of yield* redactor.find(body.toString())) {
    found.push(...placesOf((from) => body.indexOf(secret, from), Buffer.byteLength(secret)));
    yield;
  }
  return joined(found).map(([start, end]) => ({ start, end, bytes: MASK_BYTES }));
}

/** Edits in order, none over another. What is new stands in the piece in which the old began. */
function edited(chunks: readonly Uint8Array[], edits: readonly Edit[]): readonly Uint8Array[] {
  if (edits.length === 0) return chunks;
  let from = 0;
  let next = 0;
  return chunks.map((chunk) => {
    const to = from + chunk.length;
    const pieces: Uint8Array[] = [];
    let at = from;
    for (let edit = edits[next]; edit !== undefined && edit.start < to; edit = edits[next]) {
      if (edit.start >= from) pieces.push(chunk.subarray(at - from, edit.start - from), edit.bytes);
      at = Math.max(at, Math.min(edit.end, to));
      if (edit.end > to) break;
      next++;
    }
    const whole = at === from && pieces.length === 0;
    pieces.push(chunk.subarray(at - from));
    from = to;
    return whole ? chunk : Buffer.concat(pieces);
  });
}
