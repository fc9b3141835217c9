import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Rejects when the body breaks off. */
  readonly chunks: AsyncIterator<Uint8Array, unknown>;
}

/** Hears what comes as it comes, whether anybody reads it or not. */
export interface HttpListener {
  answered(status: number, headers: IncomingHttpHeaders): void;
  chunk(bytes: Uint8Array): void;
  /** Nothing comes any more: null = the body came to its end. May be called again, with what followed from it. */
  over(error: Error | null): void;
}

/** Posts a text and hands the body over as it comes. See `send`. */
export function postText(url: URL, headers: Readonly<Record<string, string>>, text: string, signal: AbortSignal, listener?: HttpListener): Promise<HttpAnswer> {
  return send('POST', url, headers, text, signal, 'kept', listener);
}

/**
 * Sends one request and hands the body of the answer over as it comes. Follows no redirection. When the signal is aborted
 * the socket is closed at once, whatever it is doing. `text: null` = without a body. A connection is `kept` for the next request,
 * or is this request's `own` and ends with it.
 *
 * Not `fetch`: after an abort that of Node opens a new, idle connection to the server it was told to let go.
 */
export function send(method: 'GET' | 'POST' | 'DELETE', url: URL, headers: Readonly<Record<string, string>>, text: string | null, signal: AbortSignal, connection: 'kept' | 'own' = 'kept', listener?: HttpListener): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestHttps : requestHttp;
    const body = text === null ? null : Buffer.from(text);
    const request = open(url, { method, headers: body === null ? headers : { ...headers, 'content-length': body.length }, ...(connection === 'own' ? { agent: false } : {}) });
    // Without the reason: a socket that is just going back to its pool would raise it where nobody can catch it.
    const onAbort = (): void => void request.destroy();
    request.on('error', (error) => {
      listener?.over(error);
      reject(error);
    });
    request.on('close', () => signal.removeEventListener('abort', onAbort));
    request.on('response', (response: IncomingMessage) => {
      const status = response.statusCode ?? 0;
      listener?.answered(status, response.headers);
      resolve({ status, headers: response.headers, chunks: readEagerly(response, listener) });
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    request.end(body ?? undefined);
  });
}

/** Bytes that may wait for a reader before the other side is held up. */
const MOST_WAITING = 64 * 1024;

/**
 * The body as it comes. Node's own iterator drops what has come and was not read yet when a connection breaks: here it is
 * read before the fault is told. A body that nobody reads any more may break off unheard.
 */
function readEagerly(response: IncomingMessage, listener: HttpListener | undefined): AsyncIterator<Uint8Array, unknown> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  let end: { readonly error: Error | null } | null = null;
  let wake: () => void = () => undefined;
  const finish = (error: Error | null): void => {
    listener?.over(error);
    end ??= { error };
    wake();
  };
  response.on('data', (bytes: Uint8Array) => {
    listener?.chunk(bytes);
    waiting.push(bytes);
    size += bytes.length;
    if (size > MOST_WAITING) response.pause();
    wake();
  });
  response.on('end', () => finish(null));
  response.on('error', finish);
  // What was destroyed on our side says nothing more than this.
  response.on('close', () => { if (end === null) finish(new Error('The connection was closed')); });
  return {
    async next() {
      for (;;) {
        const bytes = waiting.shift();
        if (bytes !== undefined) {
          size -= bytes.length;
          if (size <= MOST_WAITING) response.resume();
          return { done: false, value: bytes };
        }
        if (end?.error != null) throw end.error;
        if (end !== null) return { done: true, value: undefined };
        await new Promise<void>((resolve) => { wake = resolve; });
      }
    },
    return() {
      waiting = [];
      response.destroy();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
