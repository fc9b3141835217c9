import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { createSecrets, halt } from '../../runtime/index.ts';
import { until, workflow } from '../runtime/workshop.ts';
import { startHttpToolServer } from './http-server.ts';
import type { HttpToolServer } from './http-server.ts';
import { agentNode, toolShop, toolSteps } from './tool-kit.ts';
import type { Turn } from './tool-kit.ts';

/** Servers over streamable HTTP: an own loopback server on the SDK, and everything that can go wrong on the way. */

function agentOf(server: HttpToolServer, more: JsonObject = {}): JsonObject {
  return { mcp_servers: [{ name: 'web', url: server.url, ...more }], tools: ['echo', 'slow', 'ask'] };
}

const echo: readonly Turn[] = [[{ name: 'echo', arguments: { text: 'Grüße' } }]];

describe('a server over HTTP', () => {
  test.each([true, false])('answers (at once: %s), and its session and sockets end with the run', async (json) => {
    const server = await startHttpToolServer({ json });
    const { shop } = toolShop(agentOf(server), echo);
    const result = await shop.run(workflow([agentNode('one'), agentNode('two')]));
    expect(result).toMatchObject({ status: 'completed', output: { one: 'heard: echo Grüße', two: 'heard: echo Grüße' } });
    await until(() => server.sessions.size === 0 && server.open === 0, 'the session and the sockets to end');
    expect(server.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
    shop.expectSound();
  });

  test('is sent its headers, with a secret that is stored nowhere', async () => {
    const server = await startHttpToolServer();
    const { shop } = toolShop(agentOf(server, { headers: { Authorization: { secret: 'TOKEN', prefix: 'Bearer ' }, 'X-Plain': 'yes' } }), echo, { secrets: createSecrets(() => 'canary-token-0123456789') });
    expect((await shop.run(workflow([agentNode('work')]))).status).toBe('completed');
    expect(server.requests.every(({ headers }) => headers.authorization === 'Bearer canary-token-0123456789' && headers['x-plain'] === 'yes')).toBe(true);
    expect(shop.runtime.ledger.db.prepare('SELECT data FROM blobs').pluck().all().join('\n')).not.toContain('canary');
  });

  test('may ask the agent’s model in the middle of a call', async () => {
    const server = await startHttpToolServer();
    const { shop } = toolShop(agentOf(server), [[{ name: 'ask', arguments: { text: 'spring' } }]]);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'completed', output: { work: 'heard: model: a verse on spring' } });
  });

  test('is let go at a halt, in the middle of a call', async () => {
    const server = await startHttpToolServer();
    const { shop } = toolShop(agentOf(server), [[{ name: 'slow' }]]);
    const handle = shop.launch(workflow([agentNode('work')]));
    await until(() => server.calls.includes('slow'), 'the call to be under way');
    halt(shop.runtime, { run: handle.id, hold: false });
    expect((await handle.result).status).toBe('halted');
    await until(() => server.open === 0 && server.sessions.size === 0, 'the sockets to close');
  });
});

interface Fault {
  readonly what: string;
  readonly name: string;
  readonly answer: (response: ServerResponse, nth: number) => void;
  readonly timeout?: number;
}

const FAULTS: readonly Fault[] = [
  { what: '401', name: 'States.Permissions', answer: (response) => void response.writeHead(401).end('who are you?') },
  { what: '403', name: 'States.Permissions', answer: (response) => void response.writeHead(403).end('no') },
  { what: '404', name: 'Dagbook.ToolNotAvailable', answer: (response) => void response.writeHead(404).end('nothing here') },
  { what: 'a redirection', name: 'Dagbook.ToolNotAvailable', answer: (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end() },
  { what: '500', name: 'Tool.TemporaryFailure', answer: (response) => void response.writeHead(500).end('oops') },
  { what: 'a page', name: 'Tool.TemporaryFailure', answer: (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>') },
  { what: 'malformed JSON', name: 'Tool.TemporaryFailure', answer: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc') },
  { what: 'JSON that is no message', name: 'Tool.TemporaryFailure', answer: (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"a": 1}') },
  { what: 'a closed socket', name: 'Tool.TemporaryFailure', answer: (response) => void response.socket?.destroy() },
  { what: 'a stream that breaks off', name: 'Tool.TemporaryFailure', answer: (response) => { response.writeHead(200, { 'content-type': 'text/event-stream' }); response.write(': hello\n\n'); setTimeout(() => response.socket?.destroy(), 20); } },
  { what: 'a stream that ends without an answer', name: 'Tool.TemporaryFailure', answer: (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': hello\n\n') },
  { what: 'silence', name: 'Runner.Timeout', answer: () => undefined, timeout: 1 },
  { what: 'a stream that stalls', name: 'Runner.Timeout', answer: (response) => { response.writeHead(200, { 'content-type': 'text/event-stream' }); response.write(': hello\n\n'); }, timeout: 1 },
  { what: 'a flood', name: 'Tool.TemporaryFailure', answer: (response) => { response.writeHead(200, { 'content-type': 'text/event-stream' }); const flood = (): void => { if (!response.destroyed) response.write(`: ${'x'.repeat(1024 * 1024)}\n\n`, () => setImmediate(flood)); }; flood(); } },
];

describe.each(['initialize', 'tools/call'])('at %s', (method) => {
  test.each(FAULTS)('$what is $name', { timeout: 240_000 }, async ({ name, answer, timeout }) => {
    const server = await startHttpToolServer();
    server.intercept = (request, response, body) => {
      if (request.method !== 'POST' || !body.includes(`"method":"${method}"`)) return false;
      answer(response, 1);
      return true;
    };
    const { shop } = toolShop(agentOf(server, timeout === undefined ? {} : { timeout_seconds: timeout }), echo);
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result).toMatchObject({ status: 'error', error: { name } });
    expect(toolSteps(shop, result.run_id).at(-1)).toMatchObject({ error: name });
    await until(() => server.open === 0, 'every socket to close');
    shop.expectSound();
  });
});

test('a server that is not there is Tool.TemporaryFailure', { timeout: 240_000 }, async () => {
  const server = await startHttpToolServer();
  await server.close();
  const { shop } = toolShop(agentOf(server), echo);
  expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'error', error: { name: 'Tool.TemporaryFailure', message: expect.stringContaining('ECONNREFUSED') as string } });
});

test('a server that comes back serves the next attempt', { timeout: 240_000 }, async () => {
  const server = await startHttpToolServer();
  let failed = 0;
  server.intercept = (request, response, body) => {
    if (request.method !== 'POST' || !body.includes('"method":"tools/call"') || failed++ > 0) return false;
    response.socket?.destroy();
    return true;
  };
  const { shop } = toolShop(agentOf(server), echo);
  const result = await shop.run(workflow([agentNode('work')]));
  expect(result).toMatchObject({ status: 'completed', output: { work: 'heard: echo Grüße' } });
  expect(shop.nodes(result.run_id)).toHaveLength(2);
});
