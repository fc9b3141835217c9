import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createProviders } from '../../runtime/models/create-providers.ts';
import { createCatalogs } from '../../runtime/models/model-catalog.ts';
import { createModelRouter } from '../../runtime/models/router.ts';

/** An address may have a path, slashes at its end and a query of its own: all of it stays, in whatever is asked below it. */

const never = new AbortController().signal;

/** A server that writes down what it is asked, and refuses it. `null` = this machine has no such address. */
async function listener(host: string): Promise<{ readonly origin: string; readonly asked: string[] } | null> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  });
  const listens = await new Promise<boolean>((resolve) => server.once('error', () => resolve(false)).listen(0, host, () => resolve(true)));
  if (!listens) return null;
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { origin: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, asked };
}

async function askAll(provider: string, address: string): Promise<void> {
  const endpoints = { [provider]: address };
  const router = createModelRouter(new Map(createProviders({ secret: () => 'key-0123456789', endpoints }).map((each) => [each.name, each])));
  const request = { provider, model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }], temperature: 0, maxTokens: null, outputSchema: null, extras: {}, baseUrl: address };
  expect(await router.call({ request, outputLimit: 10, attempt: 1, signal: never, onText: () => undefined })).toMatchObject({ error: { name: 'Dagbook.ModelNotAvailable', data: { status: 404 } } });
  await expect(createCatalogs({ secret: () => 'key-0123456789', endpoints }).find((each) => each.provider === provider)?.list(never)).rejects.toMatchObject({ name: 'Dagbook.ModelNotAvailable' });
}

const CALLS = { openai: ['/chat/completions', '/models'], anthropic: ['/v1/messages', '/v1/models'], ollama: ['/api/chat', '/api/tags'] } as const;

describe.each(Object.entries(CALLS))('%s', (provider, [call, list]) => {
  const more = provider === 'anthropic' ? 'limit=1000' : '';
  test.each([
    ['', '', ''],
    ['/', '', ''],
    ['/deep/below', '/deep/below', ''],
    ['/deep//', '/deep', ''],
    ['/gate%2Fway/?api-version=2026-01-01&limit=5', '/gate%2Fway', 'api-version=2026-01-01&limit=5'],
  ])('below %s', async (given, path, query) => {
    const server = await listener('127.0.0.1');
    await askAll(provider, `${server?.origin}${given}`);
    const listed = more === '' ? query : query === '' ? more : query.replace('limit=5', more);
    const shown = (text: string): string => (text === '' ? '' : `?${text}`);
    expect(server?.asked).toEqual(expect.arrayContaining([`POST ${path}${call}${shown(query)}`, `GET ${path}${list}${shown(listed)}`]));
  });

  test('at an IPv6 address', async () => {
    const server = await listener('::1');
    if (server === null) {
      // A machine without IPv6 can only show that it was that address which could not be reached.
      await expect(createCatalogs({ secret: () => 'key-0123456789', endpoints: { [provider]: 'http://[::1]:9/x' } }).find((each) => each.provider === provider)?.list(never)).rejects.toThrow('[::1]:9');
      return;
    }
    await askAll(provider, `${server.origin}/x`);
    expect(server.asked).toEqual(expect.arrayContaining([`POST /x${call}`, `GET /x${list}${more === '' ? '' : `?${more}`}`]));
  });
});

test.each([
  ['anthropic', '/v1', 'POST /v1/messages', 'GET /v1/models?limit=1000'],
  ['anthropic', '/gate/v1/', 'POST /gate/v1/messages', 'GET /gate/v1/models?limit=1000'],
  ['ollama', '/api', 'POST /api/chat', 'GET /api/tags'],
  ['openai', '/v1', 'POST /v1/chat/completions', 'GET /v1/models'],
])('%s below %s: what the address has already is not written twice', async (provider, given, call, list) => {
  const server = await listener('127.0.0.1');
  await askAll(provider, `${server?.origin}${given}`);
  expect(server?.asked).toEqual(expect.arrayContaining([call, list]));
});
