import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { createOpenAiProvider } from '../../runtime/models/openai.ts';
import type { ModelProvider, ModelRequest } from '../../runtime/models/provider.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import { answerWith, chunk, send, sse, startFaultServer, usage, type FaultServer } from './fault-server.ts';

const KEY = 'sk-canary-0123456789abcdef';

function provider(idleMs = 20_000, secrets: Readonly<Record<string, string>> = { OPENAI_API_KEY: KEY, OTHER_KEY: 'other-key-123456' }, endpoint: string | null = null): ModelProvider {
  return createOpenAiProvider({ secret: (name) => secrets[name] ?? null, endpoint: () => endpoint, keyed: true, idleMs });
}

function requestTo(server: FaultServer, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    provider: 'openai', model: 'local-model', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Häuser?' }],
    temperature: 0.2, maxTokens: null, outputSchema: null, extras: { api_key: { secret: 'OPENAI_API_KEY' } }, baseUrl: `${server.url}/v1`, ...more,
  };
}

async function call(request: ModelRequest, options: { readonly limit?: number; readonly signal?: AbortSignal; readonly shown?: string[]; readonly over?: ModelProvider } = {}): Promise<ModelOutcome> {
  const router = createModelRouter(new Map([['openai', options.over ?? provider()]]));
  return router.call({ request, outputLimit: options.limit ?? 100, attempt: 1, signal: options.signal ?? new AbortController().signal, onText: (text) => options.shown?.push(text) });
}

const later = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('what is asked', () => {
  test('the messages, the limit, the temperature and the usage', async () => {
    const server = await startFaultServer();
    await call(requestTo(server), { limit: 77 });
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' } });
    expect(server.seen[0]!.body).toEqual({
      model: 'local-model', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Häuser?' }],
      stream: true, stream_options: { include_usage: true }, max_tokens: 77, temperature: 0.2,
    });
  });

  test('models that think first get their limit by its other name and no temperature', async () => {
    const server = await startFaultServer();
    for (const model of ['gpt-5-mini', 'o3', 'openai/gpt-5.1', 'gpt-5-chat-latest']) await call(requestTo(server, { model }));
    const bodies = server.seen.map(({ body }) => [body['max_completion_tokens'], body['max_tokens'], body['temperature']]);
    expect(bodies).toEqual([[100, undefined, undefined], [100, undefined, undefined], [100, undefined, undefined], [undefined, 100, 0.2]]);
  });

  test('a schema of an object is passed on; another is left to the prompt', async () => {
    const server = await startFaultServer();
    const schema: JsonObject = { type: 'object', properties: { symbol: { type: 'string' } } };
    await call(requestTo(server, { outputSchema: schema }));
    await call(requestTo(server, { outputSchema: { type: 'array' } }));
    expect(server.seen[0]!.body['response_format']).toEqual({ type: 'json_schema', json_schema: { name: 'output', schema } });
    expect(server.seen[1]!.body).not.toHaveProperty('response_format');
  });

  test('further fields of the agent, but none that decides the cost', async () => {
    const server = await startFaultServer();
    await call(requestTo(server, { extras: { request: { seed: 7, temperature: null } } }));
    expect(server.seen[0]!.body).toMatchObject({ seed: 7 });
    expect(server.seen[0]!.body).not.toHaveProperty('temperature');
    for (const field of ['n', 'max_tokens', 'model', 'tools']) {
      expect(provider().problem?.('m', { request: { [field]: 5 } }, `${server.url}/v1`)).toContain(`may not set ${field}`);
    }
    expect(await call(requestTo(server, { extras: { request: { n: 5 } } }))).toMatchObject({ status: 'error', error: { name: 'Dagbook.ModelNotAvailable' } });
    expect(server.seen).toHaveLength(1);
  });

  test('a base address keeps its own path and query', async () => {
    const server = await startFaultServer();
    await call(requestTo(server, { baseUrl: `${server.url}/deep/v1/?api-version=3` }));
    expect(server.seen[0]!.path).toBe('/deep/v1/chat/completions?api-version=3');
  });
});

describe('whose key goes where', () => {
  const loopback = 'http://127.0.0.1:9/v1';
  const problem = (baseUrl: string | null, extras: JsonObject = {}, secrets: Readonly<Record<string, string>> = {}, endpoint: string | null = null, model = 'm'): string | null =>
    provider(1, secrets, endpoint).problem?.(model, extras, baseUrl) ?? null;

  test("the provider's own address needs OPENAI_API_KEY, loopback needs none", () => {
    expect(problem(null)).toContain('OPENAI_API_KEY');
    expect(problem(null, {}, { OPENAI_API_KEY: '  ' })).toContain('OPENAI_API_KEY');
    expect(problem(null, {}, { OPENAI_API_KEY: KEY })).toBeNull();
    expect(problem(loopback)).toBeNull();
    expect(problem('http://[::1]:9/v1')).toBeNull();
  });

  test('a key that the agent names must be there, also on loopback', () => {
    expect(problem(loopback, { api_key: { secret: 'MY_KEY' } })).toContain('MY_KEY');
    expect(problem(loopback, { api_key: { secret: 'MY_KEY' } }, { MY_KEY: 'x' })).toBeNull();
    expect(problem(loopback, { api_key: 'sk-literal-0123456789' })).toBe('model.extras.api_key must name a secret: api_key: {secret: NAME}');
    expect(problem(null, {}, { OPENAI_API_KEY: 'two\nlines' })).toContain('characters that no key has');
  });

  test('a document that names another address does not get the key of OpenAI', async () => {
    const server = await startFaultServer();
    await call(requestTo(server, { extras: {} }));
    await call(requestTo(server, { extras: { api_key: { secret: 'OTHER_KEY' } } }));
    await call(requestTo(server, { extras: {} }), { over: provider(20_000, { OPENAI_API_KEY: KEY }, `${server.url}/v1`) });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer other-key-123456', `Bearer ${KEY}`]);
  });

  test('an address that is none is refused before the run, and a password in it is not repeated', () => {
    expect(problem('ftp://example.org')).toContain('ftp:');
    expect(problem('nonsense')).toContain('no address');
    const told = problem('https://me:hunter22@example.org/v1');
    expect(told).toContain('name or password');
    expect(told).not.toContain('hunter22');
    expect(problem(null, {}, { OPENAI_API_KEY: KEY }, null, '')).toContain('openai:MODEL');
  });
});

describe('what it costs', () => {
  const price = (model: string, baseUrl: string | null = null): unknown => provider().price(model, {}, baseUrl);

  test('the bundled table knows the well-known, and says nothing about the rest', () => {
    expect(price('gpt-4o')).toEqual({ input: 2_500_000, output: 10_000_000, cachedInput: 1_250_000 });
    expect(price('gpt-5-mini')).toEqual({ input: 250_000, output: 2_000_000, cachedInput: 25_000 });
    expect(price('gpt-5.4')).toEqual({ input: 2_500_000, output: 15_000_000, cachedInput: 250_000, tiers: [{ above: 271_999, input: 5_000_000, output: 22_500_000, cachedInput: 500_000 }] });
    expect(price('no-such-model')).toBeNull();
    expect(price('')).toBeNull();
  });

  test('loopback is free, a known gateway has its own list, another is unknown', () => {
    expect(price('gpt-4o', 'http://127.0.0.1:8000/v1')).toBe('free');
    expect(price('gpt-4o', 'http://localhost:8000/v1')).toBe('free');
    expect(price('llama-3.1-8b-instant', 'https://api.groq.com/openai/v1')).toEqual({ input: 50_000, output: 80_000 });
    expect(price('gpt-4o', 'https://gateway.example/v1')).toBeNull();
    expect(price('gpt-4o', 'http://127.0.0.1.example.org/v1')).toBeNull();
  });
});

describe('what comes back', () => {
  test('the text as it comes, and the usage as reported', async () => {
    const server = await startFaultServer(send([sse(chunk('Hello ')), sse(chunk('you.')), sse(chunk('', 'stop')), sse(usage(20, 30)), sse('[DONE]')]));
    const shown: string[] = [];
    expect(await call(requestTo(server), { shown })).toEqual({ status: 'ok', text: 'Hello you.', finish: 'stop', usage: { promptTokens: 20, outputTokens: 30, source: 'reported' }, claimed: null });
    expect(shown).toEqual(['Hello ', 'you.']);
  });

  test('tolerates CRLF, comments, keep-alives, data over several lines, other fields and a byte order mark', async () => {
    const text = '\ufeff: hi\r\n\r\nevent: message\r\nid: 7\r\nretry: 3\r\ndata: {"choices": [{"delta":\r\ndata: {"content": "a:b"}}]}\r\n\r\n:\n\ndata:{"choices":[{"delta":{"content":"c"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
    const server = await startFaultServer();
    // In single bytes as well: a line may be cut between its CR and its LF.
    for (const pieces of [[Buffer.from(text)], Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte))]) {
      server.behave = send(pieces);
      expect(await call(requestTo(server))).toMatchObject({ status: 'ok', text: 'a:bc', finish: 'stop' });
    }
  });

  test('is the same wherever the bytes are cut', async () => {
    const bytes = Buffer.concat([sse(chunk('Grüße 😀')), Buffer.from(': ping\r\n\r\n'), sse(chunk(' €', 'stop'), usage(20, 30), '[DONE]')]);
    const server = await startFaultServer();
    for (let at = 1; at < bytes.length; at += 3) {
      server.behave = send([bytes.subarray(0, at), bytes.subarray(at)]);
      expect(await call(requestTo(server)), `cut at ${at}`).toMatchObject({ status: 'ok', text: 'Grüße 😀 €', usage: { promptTokens: 20, outputTokens: 30 } });
    }
  });

  test('a gateway that does not stream is read all the same', async () => {
    const whole = { choices: [{ index: 0, message: { role: 'assistant', content: 'All at once.' }, finish_reason: 'length' }], usage: { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24 } };
    const server = await startFaultServer(send([Buffer.from(JSON.stringify(whole))], { type: 'application/json; charset=utf-8' }));
    expect(await call(requestTo(server))).toMatchObject({ status: 'ok', text: 'All at once.', finish: 'length', usage: { source: 'reported', outputTokens: 4 } });
  });

  test('thinking that is left out of the answer is counted from the total', async () => {
    const server = await startFaultServer(answerWith(chunk('4', 'stop'), { choices: [], usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 61 } }));
    expect(await call(requestTo(server))).toMatchObject({ usage: { promptTokens: 10, outputTokens: 51 } });
  });

  test('usage that is nonsense counts as none', async () => {
    const server = await startFaultServer(answerWith(chunk('four byt', 'stop'), { choices: [], usage: { prompt_tokens: -5, completion_tokens: 'many', total_tokens: null } }));
    expect(await call(requestTo(server))).toMatchObject({ status: 'ok', usage: { outputTokens: 2, source: 'counted' }, claimed: null });
  });

  test('usage that never comes does not hold a complete answer up', async () => {
    const server = await startFaultServer(send([sse(chunk('done', 'stop'))], { then: () => undefined }));
    const begun = Date.now();
    expect(await call(requestTo(server), { over: provider(60_000) })).toMatchObject({ status: 'ok', text: 'done', usage: { source: 'counted' } });
    expect(Date.now() - begun).toBeLessThan(30_000);
  });

  test('a provider that writes on past the limit is cut and let go', async () => {
    const server = await startFaultServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      while (!response.destroyed) {
        response.write(sse(chunk('more and more ')));
        await later(1);
      }
    });
    expect(await call(requestTo(server), { limit: 10 })).toMatchObject({ status: 'ok', finish: 'cut', usage: { outputTokens: 10 } });
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
  });
});

describe('an abort', () => {
  test('closes the socket, before the answer and within it, and keeps the usage that came', async () => {
    const server = await startFaultServer(() => undefined);
    for (const behaviour of [() => undefined, send([sse(chunk('half', null), usage(50, 1))], { then: () => undefined })]) {
      server.behave = behaviour;
      const controller = new AbortController();
      const shown: string[] = [];
      const outcome = call(requestTo(server), { signal: controller.signal, shown });
      await expect.poll(() => server.open, { timeout: 30_000 }).toBe(1);
      await later(60);
      controller.abort();
      const { status, usage: settled } = await outcome;
      expect(status).toBe('aborted');
      expect(settled.promptTokens).toBe(shown.length === 0 ? 5 : 50);
      await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
    }
  });

  test('lets a hundred calls go at once', async () => {
    const server = await startFaultServer(send([sse(chunk('half'))], { then: () => undefined }));
    const controller = new AbortController();
    const calls = Array.from({ length: 100 }, () => call(requestTo(server), { signal: controller.signal }));
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(100);
    controller.abort();
    expect((await Promise.all(calls)).every(({ status }) => status === 'aborted')).toBe(true);
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
  });

  test('and an answer that is complete leaves the connection for the next', async () => {
    const server = await startFaultServer();
    for (let n = 0; n < 5; n++) expect(await call(requestTo(server))).toMatchObject({ status: 'ok' });
    expect(server.accepted).toBe(1);
  });
});
