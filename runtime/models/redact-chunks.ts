import { MASK, type Redactor } from './redact-secret.ts';
import { spreadSecrets, type Edit } from './spread-secrets.ts';
import { joined, placesOf } from './text-spans.ts';

const MASK_BYTES = Buffer.from(MASK);

/**
 * Takes secrets out of a body that came in pieces, and keeps the pieces. A secret may lie across the edge of two of them;
 * it may also be spread over the texts of several events, a few characters in each, and come together only where an
 * answer is put together. What is not part of a secret, or of an event that held a part of one, stays byte for byte.
 */
export function redactChunks(chunks: readonly Uint8Array[], redactor: Redactor): readonly Uint8Array[] {
  if (redactor.idle || chunks.length === 0) return chunks;
  const clear = edited(chunks, spreadSecrets(Buffer.concat(chunks), redactor));
  return edited(clear, plainSecrets(Buffer.concat(clear), redactor));
}

function plainSecrets(body: Buffer, redactor: Redactor): readonly Edit[] {
  const found = redactor.found(body.toString()).flatMap((secret) => placesOf((from) => body.indexOf(secret, from), Buffer.byteLength(secret)));
  return joined(found).map(([start, end]) => ({ start, end, bytes: MASK_BYTES }));
}

/** Edits in order, none over another. What is new stands in the piece in which the old began. */
function edited(chunks: readonly Uint8Array[], edits: readonly Edit[]): readonly Uint8Array[] {
  if (edits.length === 0) return chunks;
  let from = 0;
  return chunks.map((chunk) => {
    const to = from + chunk.length;
    const pieces: Uint8Array[] = [];
    let at = from;
    for (const { start, end, bytes } of edits) {
      if (end <= from || start >= to) continue;
      if (start >= from) pieces.push(chunk.subarray(at - from, start - from), bytes);
      at = Math.min(end, to);
    }
    pieces.push(chunk.subarray(at - from));
    from = to;
    return Buffer.concat(pieces);
  });
}
