import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import type { AgentOptions, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { readEagerly } from './http-body.ts';
import { isLoopback } from './loopback.ts';

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
    const request = open(url, { method, headers: body === null ? headers : { ...headers, 'content-length': body.length }, agent: connection === 'own' ? ownAgent(url) : keptAgent(url) });
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

/**
 * Connections that nobody uses are let go of before the servers that are quickest to do so close them (uvicorn, and so vLLM: 5 s): a call
 * that is sent while its connection is being closed is lost, and nobody knows whether it was made. Milliseconds.
 */
const IDLE_MS = 4_000;

/** The proxy of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`), where this Node knows how to go by one. */
type Options = AgentOptions & { readonly proxyEnv?: NodeJS.ProcessEnv };

const KEPT: Options = { keepAlive: true, scheduling: 'lifo', timeout: IDLE_MS };
const PROXIED: Options = { ...KEPT, proxyEnv: process.env };

/** The pools of this process, as Node's own are. What is on this machine is never reached by way of another. */
export const POOLS = {
  near: { http: new HttpAgent(KEPT), https: new HttpsAgent(KEPT) },
  far: { http: new HttpAgent(PROXIED), https: new HttpsAgent(PROXIED) },
} as const;

function keptAgent(url: URL): HttpAgent {
  const { http, https } = isLoopback(url) ? POOLS.near : POOLS.far;
  return url.protocol === 'https:' ? https : http;
}

/** For one request; Node makes one of its own where there is no proxy to think of. */
function ownAgent(url: URL): HttpAgent | false {
  if (isLoopback(url)) return false;
  const options: Options = { proxyEnv: process.env };
  return url.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
}
