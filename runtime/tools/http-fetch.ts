import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js';
import { send } from '../models/http-post.ts';
import { ToolError } from './tool-error.ts';

/** How the body of an answer ended. */
export interface BodyEnd {
  /** JSON-RPC id of the request it answers. */
  readonly id: string | number;
  /** Its events have ids, so the rest of it may be asked for again. */
  readonly resumable: boolean;
  /** Why it broke off; null = it did not, or its connection just closed. */
  readonly fault: ToolError | null;
}

/** Most bytes of one answer. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/**
 * What the SDK calls `fetch`, over the project's one door to the network: an abort really closes the socket, no
 * redirection is followed, no connection stays open between calls, and the end of every answer is heard of.
 */
export function createFetch(server: string, onEnd: (end: BodyEnd) => void): FetchLike {
  return async (target, init = {}) => {
    const url = new URL(target);
    const method = init.method === 'POST' || init.method === 'DELETE' ? init.method : 'GET';
    const text = typeof init.body === 'string' ? init.body : null;
    const { status, headers, chunks } = await send(method, url, Object.fromEntries(new Headers(init.headers)), text, init.signal ?? new AbortController().signal, 'own').catch((error: unknown) => {
      throw refused(server, url, error);
    });
    const answered = new Headers(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]])));
    const id = text === null ? null : requestId(text);
    const body = status === 204 || status === 202 || status === 304 ? null : readable(server, chunks, (resumable, fault) => {
      if (id !== null) onEnd({ id, resumable, fault });
    });
    return new Response(body, { status, headers: answered });
  };
}

function refused(server: string, url: URL, error: unknown): ToolError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND') return new ToolError('Dagbook.ToolNotAvailable', `Tool server ${server}: there is no host ${url.host}.`);
  return new ToolError('Tool.TemporaryFailure', `Tool server ${server} cannot be reached at ${url.host}${code === '' ? '' : ` (${code})`}.`);
}

function requestId(text: string): string | number | null {
  try {
    const { id, method } = JSON.parse(text) as { readonly id?: unknown; readonly method?: unknown };
    return method !== undefined && (typeof id === 'string' || typeof id === 'number') ? id : null;
  } catch {
    return null;
  }
}

function readable(server: string, chunks: AsyncIterator<Uint8Array, unknown>, ended: (resumable: boolean, fault: ToolError | null) => void): ReadableStream<Uint8Array> {
  let size = 0;
  let resumable = false;
  let tail = '\n';
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done === true) {
          controller.close();
          ended(resumable, null);
          return;
        }
        size += value.length;
        if (size > LARGEST_ANSWER) throw new ToolError('Tool.TemporaryFailure', `Tool server ${server} sent an answer of more than ${LARGEST_ANSWER} bytes.`);
        if (!resumable) {
          const text = tail + Buffer.from(value).toString('latin1');
          resumable = /[\r\n]id:/.test(text);
          tail = text.slice(-3);
        }
        controller.enqueue(value);
      } catch (error) {
        controller.error(error);
        ended(resumable, error instanceof ToolError ? error : null);
        await chunks.return?.();
      }
    },
    async cancel() {
      await chunks.return?.();
    },
  });
}
