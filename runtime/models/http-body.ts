import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HttpListener } from './http-post.ts';

/** Bytes that may wait for a reader before the other side is held up. */
const MOST_WAITING = 64 * 1024;

/**
 * The body as it comes. Node's own iterator drops what has come and was not read yet when a connection breaks: here it is
 * read before the fault is told. A body that nobody reads any more may break off unheard. It is asked for as it is; one that
 * comes compressed all the same is unpacked, and heard unpacked too, for nobody could find a secret in it otherwise.
 */
export function readEagerly(response: IncomingMessage, listener: HttpListener | undefined): AsyncIterator<Uint8Array, unknown> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let end: { readonly error: Error | null } | null = null;
  let wake: () => void = () => undefined;
  const finish = (error: Error | null): void => {
    listener?.over(error);
    end ??= { error };
    wake();
  };
  const body = unpacked(response, finish);
  body.on('data', (bytes: Uint8Array) => {
    listener?.chunk(bytes);
    waiting.push(bytes);
    size += bytes.length;
    if (size > MOST_WAITING) body.pause();
    wake();
  });
  // What was destroyed on our side says nothing more than this.
  response.on('close', () => { if (end === null && body === response) finish(new Error('The connection was closed')); });
  return {
    async next() {
      for (;;) {
        const bytes = waiting.shift();
        if (bytes !== undefined) {
          size -= bytes.length;
          if (size <= MOST_WAITING) body.resume();
          return { done: false, value: bytes };
        }
        if (end?.error != null) throw end.error;
        if (end !== null) return { done: true, value: undefined };
        await new Promise<void>((resolve) => { wake = resolve; });
      }
    },
    return() {
      waiting = [];
      body.destroy();
      response.destroy();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

/** `finish` is told once all of it has come, or when nothing comes any more. */
function unpacked(response: IncomingMessage, finish: (error: Error | null) => void): Readable {
  const decoder = decoderFor((response.headers['content-encoding'] ?? '').trim().toLowerCase());
  if (decoder === null) {
    response.on('end', () => finish(null));
    response.on('error', finish);
    return response;
  }
  // What has come before a connection breaks is unpacked before the fault is told.
  let fault: Error | null = null;
  response.on('error', (error) => {
    fault = error;
    decoder.end();
  });
  response.on('close', () => {
    if (!response.complete) fault ??= new Error('The connection was closed');
    decoder.end();
  });
  decoder.on('end', () => finish(fault));
  decoder.on('error', (error) => {
    response.destroy();
    finish(fault ?? error);
  });
  return response.pipe(decoder, { end: true });
}

/** Each piece is handed on as soon as it can be read: an answer is a stream. */
function decoderFor(encoding: string): Transform | null {
  const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(flush);
    case 'deflate':
      return createInflate(flush);
    case 'br':
      return createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return null;
  }
}
