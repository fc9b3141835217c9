import { postText, type HttpAnswer } from './http-post.ts';
import { ModelError } from './provider.ts';
import type { Redactor } from './redact-secret.ts';
import type { WireExchange, WireLog } from './wire-log.ts';

/** `log: undefined` = nobody keeps what is said. */
interface Recording {
  readonly log: WireLog | undefined;
  readonly redactor: Redactor;
}

/** `postText`, with all that goes over the network for it written down. */
export function postRecorded(url: URL, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal, { log, redactor }: Recording): Promise<HttpAnswer> {
  if (log === undefined) return postText(url, headers, body, signal);
  const exchange = log.begin({ method: 'POST', url, headers, body }, redactor);
  return postText(url, headers, body, signal, {
    answered: (status, answered) => exchange.answered(status, answered),
    chunk: (bytes) => exchange.chunk(bytes),
    over: (error) => end(exchange, error, signal),
  });
}

/** A connection that we have given up fails as well: then it is we who ended it. */
function end(exchange: WireExchange, error: Error | null, { aborted, reason }: AbortSignal): void {
  if (error === null) exchange.end('complete');
  else if (aborted) exchange.end('closed', reason instanceof ModelError ? reason.name : undefined);
  else exchange.end('broken', 'code' in error ? String(error.code) : undefined);
}
