import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
// The low-level server: the other wants its schemas in the words of one library.
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { onTestFinished } from 'vitest';

/** A streamable HTTP server on loopback, built on the SDK, that a test can make misbehave. */
export interface HttpToolServer {
  readonly url: string;
  readonly requests: readonly { readonly method: string; readonly headers: IncomingMessage['headers'] }[];
  /** Sessions that were opened and not ended. */
  readonly sessions: ReadonlySet<string>;
  /** Sockets that are open now. */
  readonly open: number;
  /** Calls that have begun. */
  readonly calls: string[];
  /** Answers a request itself; false = let the SDK. */
  intercept: (request: IncomingMessage, response: ServerResponse, body: string) => boolean;
  close(): Promise<void>;
}

const object = { type: 'object' as const, properties: { text: { type: 'string' } } };
const tools = [
  { name: 'echo', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'slow', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'ask', inputSchema: object, annotations: { readOnlyHint: true } },
];

export async function startHttpToolServer(how: { readonly json?: boolean } = {}): Promise<HttpToolServer> {
  const requests: { method: string; headers: IncomingMessage['headers'] }[] = [];
  const sockets = new Set<Socket>();
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const calls: string[] = [];

  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(), enableJsonResponse: how.json === true,
      onsessioninitialized: (id) => void sessions.set(id, transport), onsessionclosed: (id) => void sessions.delete(id),
    });
    // The lower of its two levels, as the names and schemas of these tools are given by each test.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const server = new Server({ name: 'loopback', version: '1' }, { capabilities: { tools: {} } });
    server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }));
    server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
      calls.push(params.name);
      const given = params.arguments?.['text'];
      const text = typeof given === 'string' ? given : '';
      if (params.name === 'slow') await new Promise(() => undefined);
      if (params.name === 'ask') {
        const answer = await server.createMessage({ maxTokens: 20, messages: [{ role: 'user', content: { type: 'text', text } }] });
        return { content: [{ type: 'text', text: `model: ${answer.content.type === 'text' ? answer.content.text : ''}` }] };
      }
      return { content: [{ type: 'text', text: `echo ${text}` }] };
    });
    await server.connect(transport);
    return transport;
  };

  const http = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      requests.push({ method: request.method ?? '', headers: request.headers });
      response.on('error', () => undefined);
      if (loopback.intercept(request, response, body)) return;
      const known = sessions.get(String(request.headers['mcp-session-id'] ?? ''));
      const transport = known ?? (await open());
      await transport.handleRequest(request, response, body === '' ? undefined : (JSON.parse(body) as unknown));
    });
  });
  http.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const loopback: HttpToolServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`,
    requests,
    get sessions() {
      return new Set(sessions.keys());
    },
    get open() {
      return sockets.size;
    },
    calls,
    intercept: () => false,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        http.close(() => resolve());
      }),
  };
  onTestFinished(() => loopback.close());
  return loopback;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}
