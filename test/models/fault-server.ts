import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** A model server on loopback that does what a test says, however badly, and counts who is still connected. */
export interface FaultServer {
  /** Without a path: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Sockets that are open now. */
  readonly open: number;
  /** Sockets that were ever opened. */
  readonly accepted: number;
  behave: Behaviour;
  close(): Promise<void>;
}

export interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: JsonObject;
}

export type Behaviour = (response: ServerResponse, seen: Seen) => void | Promise<void>;

export async function startFaultServer(behave: Behaviour = answerWith(chunk('Hello you.', 'stop'), usage(20, 3))): Promise<FaultServer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      const one = { path: request.url ?? '', headers: request.headers, body };
      seen.push(one);
      response.on('error', () => undefined);
      await faults.behave(response, one);
    });
  });
  let accepted = 0;
  server.on('connection', (socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const faults: FaultServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    get open() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    behave,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  onTestFinished(() => faults.close());
  return faults;
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  try {
    return JSON.parse(Buffer.concat(pieces).toString()) as JsonObject;
  } catch {
    return {};
  }
}

/** One event of OpenAI's stream. */
export function chunk(content: string, finish: string | null = null): Json {
  return { id: 'c1', object: 'chat.completion.chunk', choices: [{ index: 0, delta: content === '' ? {} : { content }, finish_reason: finish }] };
}

export function usage(prompt: number, completion: number): Json {
  return { id: 'c1', choices: [], usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion } };
}

/** A stream of events as its bytes. */
export function sse(...payloads: readonly (Json | string)[]): Buffer {
  return Buffer.from(payloads.map((payload) => `data: ${typeof payload === 'string' ? payload : JSON.stringify(payload)}\n\n`).join(''));
}

/** A whole and honest answer. */
export function answerWith(...payloads: readonly (Json | string)[]): Behaviour {
  return send([sse(...payloads, '[DONE]')]);
}

/** Bytes in pieces that arrive one by one, then the end, or whatever `then` does. */
export function send(pieces: readonly Uint8Array[], options: { readonly type?: string; readonly status?: number; readonly headers?: Readonly<Record<string, string>>; readonly then?: (response: ServerResponse) => void } = {}): Behaviour {
  return async (response) => {
    response.writeHead(options.status ?? 200, { 'content-type': options.type ?? 'text/event-stream', ...options.headers });
    response.flushHeaders();
    for (const piece of pieces) {
      if (response.destroyed) return;
      response.write(piece);
      if (pieces.length > 1) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    if (options.then === undefined) response.end();
    else options.then(response);
  };
}

/** A refusal as OpenAI words it. */
export function refuse(status: number, message: string, code: string | null = null, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return send([Buffer.from(JSON.stringify({ error: { message, type: code ?? 'error', code } }))], { status, type: 'application/json', headers });
}
