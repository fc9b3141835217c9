import { LLMock } from '@copilotkit/aimock';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { createProviders, endpointsFrom } from '../../runtime/models/create-providers.ts';
import type { ModelRequest } from '../../runtime/models/provider.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import { chunk, refuse, send, sse, startFaultServer, usage, type Behaviour } from './fault-server.ts';

const KEY = 'canary-key-0123456789';
const KEYED = { api_key: { secret: 'K' } } as const;

interface Sibling {
  readonly provider: 'openai' | 'anthropic' | 'ollama';
  /** An address as an agent writes it, below a server. */
  readonly base: string;
  readonly type: string;
  readonly half: Buffer;
  readonly good: Buffer;
  readonly cut: Buffer;
  readonly inside: Buffer;
}

const lines = (...payloads: readonly Json[]): Buffer => Buffer.from(payloads.map((payload) => `${JSON.stringify(payload)}\n`).join(''));
const started = { type: 'message_start', message: { usage: { input_tokens: 12, cache_read_input_tokens: 8, output_tokens: 1 } } };
const delta = (text: string): Json => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
const ended = (reason: string): readonly Json[] => [{ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 30 } }, { type: 'message_stop' }];
const said = (content: string): Json => ({ message: { role: 'assistant', content }, done: false });
const finished = (reason: string): Json => ({ message: { content: '' }, done: true, done_reason: reason, prompt_eval_count: 20, eval_count: 30 });

const SIBLINGS: readonly Sibling[] = [
  {
    provider: 'openai', base: '/v1', type: 'text/event-stream', half: sse(chunk('half')), good: sse(chunk('Grüße '), chunk('😀', 'stop'), usage(20, 30), '[DONE]'), cut: sse(chunk('a', 'length'), '[DONE]'),
    inside: sse(chunk('half'), { error: { type: 'server_error', message: `busy ${KEY}` } }),
  },
  {
    provider: 'anthropic', base: '', type: 'text/event-stream', half: sse(started, delta('half')), good: sse(started, { type: 'ping' }, { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm' } }, delta('Grüße '), delta('😀'), ...ended('end_turn')),
    cut: sse(started, delta('a'), ...ended('max_tokens')), inside: sse(started, delta('half'), { type: 'error', error: { type: 'overloaded_error', message: `busy ${KEY}` } }),
  },
  {
    provider: 'ollama', base: '', type: 'application/x-ndjson', half: lines(said('half')), good: lines({ message: { content: '', thinking: 'hm' }, done: false }, said('Grüße '), said('😀'), finished('stop')), cut: lines(said('a'), finished('length')),
    inside: lines(said('half'), { error: `busy ${KEY}` }),
  },
];

function requestTo(provider: string, baseUrl: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { provider, model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello?' }], temperature: 0.2, maxTokens: null, outputSchema: null, extras: KEYED, baseUrl, ...more };
}

async function call(request: ModelRequest, signal = new AbortController().signal): Promise<ModelOutcome> {
  const router = createModelRouter(new Map(createProviders({ secret: () => KEY }).map((provider) => [provider.name, provider])));
  return router.call({ request, outputLimit: 100, attempt: 1, signal, onText: () => undefined });
}

describe.each(SIBLINGS)('$provider', ({ provider, base, type, half, good, cut, inside }) => {
  const faults: readonly { readonly what: string; readonly behave: Behaviour; readonly name: string }[] = [
    { what: '401', behave: refuse(401, 'bad key'), name: 'States.Permissions' },
    { what: '403', behave: refuse(403, 'no'), name: 'States.Permissions' },
    { what: '404', behave: refuse(404, 'no such model'), name: 'Dagbook.ModelNotAvailable' },
    { what: '408', behave: refuse(408, 'slow'), name: 'Tool.TemporaryFailure' },
    { what: '409', behave: refuse(409, 'conflict'), name: 'Tool.TemporaryFailure' },
    { what: '413', behave: refuse(413, 'large'), name: 'States.DataLimitExceeded' },
    { what: '429', behave: refuse(429, 'busy', null, { 'retry-after': '2' }), name: 'Tool.TemporaryFailure' },
    { what: '500', behave: refuse(500, 'oops'), name: 'Tool.TemporaryFailure' },
    { what: '529', behave: refuse(529, 'Overloaded', 'overloaded_error'), name: 'Tool.TemporaryFailure' },
    { what: 'a page', behave: send([Buffer.from('<p>')], { type: 'text/html' }), name: 'Dagbook.ModelNotAvailable' },
    { what: 'malformed JSON', behave: send([half, type === 'text/event-stream' ? sse('{"a') : Buffer.from('{"a\n')], { type }), name: 'Tool.TemporaryFailure' },
    { what: 'an end too early', behave: send([half], { type }), name: 'Tool.TemporaryFailure' },
    { what: 'a cut', behave: send([half], { type, then: (response) => setTimeout(() => response.socket?.destroy(), 10) }), name: 'Tool.TemporaryFailure' },
    { what: 'a stall', behave: send([half], { type, then: () => undefined }), name: 'Runner.Timeout' },
    { what: 'silence', behave: () => undefined, name: 'Runner.Timeout' },
    { what: 'an error inside', behave: send([inside], { type }), name: 'Tool.TemporaryFailure' },
  ];

  test.each(faults)('$what is $name', async ({ behave, name }) => {
    const server = await startFaultServer(behave);
    const outcome = await call(requestTo(provider, server.url + base, name === 'Runner.Timeout' ? { extras: { ...KEYED, idle_timeout_seconds: 0.12 } } : {}));
    expect(outcome).toMatchObject({ status: 'error', error: { name } });
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  test('an answer and its usage, in single bytes and at once', async () => {
    const server = await startFaultServer();
    for (const pieces of [[good], Array.from(good, (byte) => Uint8Array.of(byte))]) {
      server.behave = send(pieces, { type });
      expect(await call(requestTo(provider, server.url + base))).toMatchObject({ status: 'ok', text: 'Grüße 😀', finish: 'stop', usage: { promptTokens: 20, outputTokens: 30, source: 'reported' } });
    }
    server.behave = send([cut], { type });
    expect(await call(requestTo(provider, server.url + base))).toMatchObject({ status: 'ok', finish: 'length' });
  });

  test('an abort closes the socket', async () => {
    const server = await startFaultServer(send([half], { type, then: () => undefined }));
    const controller = new AbortController();
    const outcome = call(requestTo(provider, server.url + base, { extras: {} }), controller.signal);
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(1);
    controller.abort();
    expect(await outcome).toMatchObject({ status: 'aborted' });
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
  });
});

describe('what Anthropic is asked', () => {
  test('the system apart, the turns in turn, the limit', async () => {
    const server = await startFaultServer(send([SIBLINGS[1]!.good]));
    const messages: ModelRequest['messages'] = [{ role: 'system', content: 'A' }, { role: 'user', content: '1' }, { role: 'assistant', content: '2' }, { role: 'user', content: '3' }, { role: 'user', content: '4' }];
    await call(requestTo('anthropic', server.url, { messages, temperature: 1.7, extras: { ...KEYED, request: { top_k: 5 } } }));
    expect(server.seen[0]).toMatchObject({ path: '/v1/messages', headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' } });
    expect(server.seen[0]!.body).toEqual({
      model: 'm', system: 'A', messages: [{ role: 'user', content: '1' }, { role: 'assistant', content: '2' }, { role: 'user', content: '3\n\n4' }], stream: true, max_tokens: 100, temperature: 1, top_k: 5,
    });
  });

  test('a refusal is one', async () => {
    const server = await startFaultServer(send([sse(started, ...ended('refusal'))]));
    expect(await call(requestTo('anthropic', server.url))).toMatchObject({ status: 'error', error: { name: 'States.TaskFailed' } });
  });
});

test('what Ollama is asked: no option goes past the limit', async () => {
  const server = await startFaultServer(send([SIBLINGS[2]!.good], { type: 'application/x-ndjson' }));
  const schema: JsonObject = { type: 'array' };
  await call(requestTo('ollama', server.url, { outputSchema: schema, extras: { request: { options: { num_ctx: 8192, num_predict: 1e9 }, keep_alive: '5m' } } }));
  expect(server.seen[0]!.path).toBe('/api/chat');
  expect(server.seen[0]!.body).toEqual({
    model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello?' }], stream: true, format: schema, options: { temperature: 0.2, num_ctx: 8192, num_predict: 100 }, keep_alive: '5m',
  });
});

test('prices and keys of the three', () => {
  const [, openai, anthropic, ollama] = createProviders({});
  expect(anthropic?.price('claude-sonnet-4-5', {}, null)).toEqual({ input: 3_000_000, output: 15_000_000, cachedInput: 300_000, cacheWrite: 3_750_000, tiers: [{ above: 200_000, input: 6_000_000, output: 22_500_000, cachedInput: 600_000, cacheWrite: 7_500_000 }] });
  expect(ollama?.price('llama3.2', {}, 'http://big-machine.lan:11434')).toBe('free');
  expect(openai?.problem?.('m', {}, null)).toContain('OPENAI_API_KEY');
  expect(anthropic?.problem?.('m', {}, null)).toContain('ANTHROPIC_API_KEY');
  expect(ollama?.problem?.('m', {}, null)).toBeNull();
  expect(endpointsFrom({ OPENAI_BASE_URL: ' ', OLLAMA_HOST: '0.0.0.0' })).toEqual({ ollama: 'http://127.0.0.1:11434' });
  expect(endpointsFrom({ ANTHROPIC_BASE_URL: 'http://x', OLLAMA_HOST: 'https://y' })).toEqual({ anthropic: 'http://x', ollama: 'https://y' });
});

test.each([['openai', '/v1'], ['anthropic', ''], ['ollama', '']])('%s against a server that nobody here wrote', async (provider, base) => {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' });
  mock.onMessage(/Hello/, { content: 'Hi from the mock: Grüße 😀' });
  await mock.start();
  onTestFinished(() => mock.stop());
  expect(await call(requestTo(provider, mock.url + base, { extras: {} }))).toMatchObject({ status: 'ok', text: 'Hi from the mock: Grüße 😀', finish: 'stop' });
});
