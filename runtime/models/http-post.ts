import { request as requestHttp } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Rejects when the body breaks off. */
  readonly chunks: AsyncIterator<Uint8Array, unknown>;
}

/** Posts a text and hands the body over as it comes. See `send`. */
export function postText(url: URL, headers: Readonly<Record<string, string>>, text: string, signal: AbortSignal): Promise<HttpAnswer> {
  return send('POST', url, headers, text, signal);
}

/**
 * Sends one request and hands the body of the answer over as it comes. Follows no redirection. When the signal is aborted
 * the socket is closed at once, whatever it is doing. `text: null` = without a body. A connection is `kept` for the next request,
 * or is this request's `own` and ends with it.
 *
 * Not `fetch`: after an abort that of Node opens a new, idle connection to the server it was told to let go.
 */
export function send(method: 'GET' | 'POST' | 'DELETE', url: URL, headers: Readonly<Record<string, string>>, text: string | null, signal: AbortSignal, connection: 'kept' | 'own' = 'kept'): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const open = url.protocol === 'https:' ? requestHttps : requestHttp;
    const body = text === null ? null : Buffer.from(text);
    const request = open(url, { method, headers: body === null ? headers : { ...headers, 'content-length': body.length }, ...(connection === 'own' ? { agent: false } : {}) });
    // Without the reason: a socket that is just going back to its pool would raise it where nobody can catch it.
    const onAbort = (): void => void request.destroy();
    request.on('error', reject);
    request.on('close', () => signal.removeEventListener('abort', onAbort));
    request.on('response', (response: IncomingMessage) => {
      // It goes to whoever reads the body; one that nobody reads any more may break off unheard.
      response.on('error', () => undefined);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, chunks: response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, unknown> });
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    request.end(body ?? undefined);
  });
}
