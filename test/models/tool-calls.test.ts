import { LLMock } from '@copilotkit/aimock';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { createProviders } from '../../runtime/models/create-providers.ts';
import type { ModelMessage, ModelRequest, ToolDefinition } from '../../runtime/models/provider.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import { send, sse, startFaultServer } from './fault-server.ts';

const KEY = 'canary-key-0123456789';
const providers = new Map(createProviders({ secret: () => KEY }).map((provider) => [provider.name, provider]));
const router = createModelRouter(providers);

const add: ToolDefinition = { name: 'add', description: 'Adds.', parameters: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } }, required: ['a', 'b'] }, readOnly: true };
const write: ToolDefinition = { name: 'write', description: 'Writes.', parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] }, readOnly: false };

const talk: readonly ModelMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Add 1 and 2.' },
  { role: 'assistant', content: 'So be it.', toolCalls: [{ id: 'c1', name: 'add', arguments: '{"a":1,"b":2}' }, { id: 'c2', name: 'write', arguments: 'broken' }] },
  { role: 'tool', toolCallId: 'c1', content: '3' },
  { role: 'tool', toolCallId: 'c2', content: 'error' },
];

function requestTo(provider: string, baseUrl: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return { provider, model: 'm', messages: [{ role: 'user', content: 'Add 1 and 2.' }], temperature: 0.2, maxTokens: null, outputSchema: null, extras: { api_key: { secret: 'K' } }, baseUrl, tools: [add, write], ...more };
}

function call(request: ModelRequest, outputLimit = 200): Promise<ModelOutcome> {
  return router.call({ request, outputLimit, attempt: 1, signal: new AbortController().signal, onText: () => undefined });
}

const lines = (...payloads: readonly Json[]): Buffer => Buffer.from(payloads.map((payload) => `${JSON.stringify(payload)}\n`).join(''));
const openai = (delta: JsonObject, finish: string | null = null): Json => ({ choices: [{ index: 0, delta, finish_reason: finish }] });
const block = (index: number, content: JsonObject): Json => ({ type: 'content_block_start', index, content_block: content });
const piece = (index: number, delta: JsonObject): Json => ({ type: 'content_block_delta', index, delta });

interface Dialect {
  readonly provider: string;
  readonly base: string;
  readonly type: string;
  /** Text, then two calls: one whole, one in pieces. */
  readonly stream: Buffer;
  readonly sent: JsonObject;
  readonly forbidden: JsonObject;
}

const DIALECTS: readonly Dialect[] = [
  {
    provider: 'openai', base: '/v1', type: 'text/event-stream',
    stream: sse(
      openai({ content: 'Well: ' }),
      openai({ tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'add', arguments: '' } }] }),
      openai({ tool_calls: [{ index: 0, function: { arguments: '{"a":1,' } }] }),
      openai({ tool_calls: [{ index: 1, id: 'c2', type: 'function', function: { name: 'write', arguments: '{"text":"Grüße"}' } }] }),
      openai({ tool_calls: [{ index: 0, function: { arguments: '"b":2}' } }] }),
      openai({}, 'tool_calls'), { choices: [], usage: { prompt_tokens: 20, completion_tokens: 30 } }, '[DONE]',
    ),
    sent: {
      tools: [{ type: 'function', function: { name: 'add' } }, { type: 'function', function: { name: 'write' } }],
      messages: [
        {}, {},
        { role: 'assistant', content: 'So be it.', tool_calls: [{ id: 'c1', type: 'function', function: { name: 'add', arguments: '{"a":1,"b":2}' } }, { id: 'c2' }] },
        { role: 'tool', tool_call_id: 'c1', content: '3' }, { role: 'tool', tool_call_id: 'c2', content: 'error' },
      ],
    },
    forbidden: { tool_choice: 'none' },
  },
  {
    provider: 'anthropic', base: '', type: 'text/event-stream',
    stream: sse(
      { type: 'message_start', message: { usage: { input_tokens: 20, output_tokens: 1 } } },
      block(0, { type: 'thinking', thinking: '', signature: '' }), piece(0, { type: 'thinking_delta', thinking: 'h' }), piece(0, { type: 'thinking_delta', thinking: 'm' }), piece(0, { type: 'signature_delta', signature: 'sig' }), { type: 'content_block_stop', index: 0 },
      block(1, { type: 'text', text: '' }), piece(1, { type: 'text_delta', text: 'Well: ' }), { type: 'content_block_stop', index: 1 },
      block(2, { type: 'tool_use', id: 'c1', name: 'add', input: {} }), piece(2, { type: 'input_json_delta', partial_json: '{"a":1,' }), piece(2, { type: 'input_json_delta', partial_json: '"b":2}' }), { type: 'content_block_stop', index: 2 },
      block(3, { type: 'tool_use', id: 'c2', name: 'write', input: {} }), piece(3, { type: 'input_json_delta', partial_json: '{"text":"Grüße"}' }), { type: 'content_block_stop', index: 3 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 30 } }, { type: 'message_stop' },
    ),
    sent: {
      system: 'Be brief.',
      tools: [{ name: 'add', input_schema: add.parameters }, { name: 'write' }],
      messages: [
        { role: 'user', content: 'Add 1 and 2.' },
        { role: 'assistant', content: [{ type: 'text', text: 'So be it.' }, { type: 'tool_use', id: 'c1', name: 'add', input: { a: 1, b: 2 } }, { type: 'tool_use', id: 'c2', name: 'write', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: '3' }, { type: 'tool_result', tool_use_id: 'c2', content: 'error' }] },
      ],
    },
    forbidden: { tool_choice: { type: 'none' } },
  },
  {
    provider: 'ollama', base: '', type: 'application/x-ndjson',
    stream: lines(
      { message: { content: 'Well: ' }, done: false },
      { message: { content: '', tool_calls: [{ function: { name: 'add', arguments: { a: 1, b: 2 } } }] }, done: false },
      { message: { content: '', tool_calls: [{ function: { name: 'write', arguments: { text: 'Grüße' } } }] }, done: false },
      { message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 20, eval_count: 30 },
    ),
    sent: {
      tools: [{ type: 'function', function: { name: 'add' } }, { function: { name: 'write' } }],
      messages: [{}, {}, { role: 'assistant', tool_calls: [{ function: { name: 'add', arguments: { a: 1, b: 2 } } }, { function: { name: 'write', arguments: {} } }] }, { role: 'tool', tool_name: 'add', content: '3' }, { role: 'tool', tool_name: 'write' }],
    },
    forbidden: {},
  },
];

describe.each(DIALECTS)('$provider', ({ provider, base, type, stream, sent, forbidden }) => {
  test('streams text and calls, however the bytes are cut', { timeout: 240_000 }, async () => {
    const server = await startFaultServer();
    for (const size of [1, 7, 64, 100_000]) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) pieces.push(stream.subarray(at, at + size));
      server.behave = send(pieces, { type });
      const outcome = await call(requestTo(provider, server.url + base));
      expect(outcome).toMatchObject({ status: 'ok', text: 'Well: ', finish: 'stop', usage: { promptTokens: expect.any(Number) as number, outputTokens: 30 } });
      if (outcome.status !== 'ok') return;
      expect(outcome.toolCalls?.map(({ name, arguments: given }) => [name, JSON.parse(given) as Json])).toEqual([['add', { a: 1, b: 2 }], ['write', { text: 'Grüße' }]]);
      expect(new Set(outcome.toolCalls?.map(({ id }) => id)).size).toBe(2);
      expect(outcome.carry).toEqual(provider === 'anthropic' ? [{ type: 'thinking', thinking: 'hm', signature: 'sig' }] : undefined);
    }
  });

  test('is told the tools, the calls made and their answers', async () => {
    const server = await startFaultServer(send([stream], { type }));
    await call(requestTo(provider, server.url + base, { messages: talk }));
    expect(server.seen[0]?.body).toMatchObject(sent);
    await call(requestTo(provider, server.url + base, { messages: talk, toolChoice: 'none' }));
    const body = server.seen[1]?.body ?? {};
    expect(body).toMatchObject(forbidden);
    if (provider === 'ollama') expect(body).not.toHaveProperty('tools');
  });

  test('is not held to a schema while it may call tools, and is when it may not', async () => {
    const server = await startFaultServer(send([stream], { type }));
    const outputSchema: JsonObject = { type: 'object', properties: { n: { type: 'integer' } } };
    const held = (body: JsonObject | undefined): unknown => body?.['response_format'] ?? body?.['format'];
    await call(requestTo(provider, server.url + base, { outputSchema }));
    expect(held(server.seen[0]?.body)).toBeUndefined();
    await call(requestTo(provider, server.url + base, { outputSchema, toolChoice: 'none' }));
    expect(held(server.seen[1]?.body) !== undefined).toBe(provider !== 'anthropic');
  });

  test('is cut within a call that goes past the limit, and the call is counted', async () => {
    const server = await startFaultServer(send([stream], { type }));
    const outcome = await call(requestTo(provider, server.url + base), 4);
    expect(outcome).toMatchObject({ status: 'ok', finish: 'cut' });
    expect(outcome.usage.outputTokens).toBeLessThanOrEqual(4);
  });

  test('gives its key away in no call', async () => {
    const server = await startFaultServer(send([Buffer.from(stream.toString().replace('Grüße', `${KEY} and ${Buffer.from(KEY).toString('base64')}`))], { type }));
    const outcome = await call(requestTo(provider, server.url + base));
    expect(JSON.stringify(outcome)).toContain('[redacted]');
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });
});

test('a key is found across the pieces of a call', async () => {
  const cut = sse(
    openai({ tool_calls: [{ index: 0, id: 'c', function: { name: 'write', arguments: `{"text":"${KEY.slice(0, 9)}` } }] }),
    openai({ tool_calls: [{ index: 0, function: { arguments: `${KEY.slice(9)} and more"}` } }] }, 'tool_calls'), '[DONE]',
  );
  const server = await startFaultServer(send([cut], { type: 'text/event-stream' }));
  const outcome = await call(requestTo('openai', `${server.url}/v1`));
  expect(outcome).toMatchObject({ status: 'ok', toolCalls: [{ arguments: '{"text":"[redacted] and more"}' }] });
});

test('thoughts go back to where they came from, before the calls that came of them', async () => {
  const server = await startFaultServer(send([DIALECTS[1]?.stream ?? Buffer.alloc(0)], { type: 'text/event-stream' }));
  const carry = [{ type: 'thinking', thinking: 'hm', signature: 'sig' }];
  await call(requestTo('anthropic', server.url, { messages: talk.map((message) => (message.role === 'assistant' ? { ...message, carry } : message)) }));
  expect(server.seen[0]?.body).toMatchObject({ messages: [{}, { content: [{ type: 'thinking', signature: 'sig' }, { type: 'text' }, { type: 'tool_use' }, { type: 'tool_use' }] }, {}] });
});

test('servers that give no ids, or one twice, are told apart', async () => {
  const twice = sse(openai({ tool_calls: [{ id: 'same', function: { name: 'add', arguments: '{}' } }, { id: 'same', function: { name: 'add', arguments: '{}' } }, { function: { name: '', arguments: '{}' } }] }, 'tool_calls'), '[DONE]');
  const server = await startFaultServer(send([twice], { type: 'text/event-stream' }));
  expect(await call(requestTo('openai', `${server.url}/v1`))).toMatchObject({ toolCalls: [{ id: 'same' }, { id: 'call_2' }] });
});

describe('a server that no one here wrote', () => {
  test.each([['openai', '/v1'], ['anthropic', ''], ['ollama', '']])('%s calls tools and hears their answers', async (provider, base) => {
    const mock = new LLMock({ port: 0, host: '127.0.0.1' });
    mock.on({ userMessage: 'Add 1 and 2.', hasToolResult: false }, { toolCalls: [{ name: 'add', arguments: '{"a":1,"b":2}' }] });
    mock.on({ userMessage: 'Add 1 and 2.', hasToolResult: true }, { content: 'It is 3.' });
    await mock.start();
    onTestFinished(async () => { await mock.stop(); });
    const first = await call(requestTo(provider, mock.url + base));
    expect(first).toMatchObject({ status: 'ok', toolCalls: [{ name: 'add' }] });
    if (first.status !== 'ok') return;
    const use = first.toolCalls?.[0] ?? { id: '', name: '', arguments: '' };
    expect(JSON.parse(use.arguments)).toEqual({ a: 1, b: 2 });
    const messages: readonly ModelMessage[] = [{ role: 'user', content: 'Add 1 and 2.' }, { role: 'assistant', content: first.text, toolCalls: [use] }, { role: 'tool', toolCallId: use.id, content: '3' }];
    expect(await call(requestTo(provider, mock.url + base, { messages }))).toMatchObject({ status: 'ok', text: 'It is 3.' });
  });
});

describe('the simulated model', () => {
  const simulated = (more: Partial<ModelRequest> = {}): Promise<ModelOutcome> => call({ ...requestTo('simulated', ''), extras: {}, ...more });
  const given = '```json\n{"inputs": {"a": 41, "text": "hello"}, "upstream": {}, "run": {"inputs": {}}}\n```';

  test('calls each tool that changes nothing once, with what the node knows, and then answers', async () => {
    const user: ModelMessage = { role: 'user', content: given };
    const first = await simulated({ messages: [user] });
    expect(first).toMatchObject({ status: 'ok', text: '', toolCalls: [{ name: 'add' }] });
    if (first.status !== 'ok') return;
    expect(first.toolCalls).toHaveLength(1);
    expect(JSON.parse(first.toolCalls?.[0]?.arguments ?? '')).toMatchObject({ a: 41, b: expect.any(Number) as number });
    expect(await simulated({ messages: [user] })).toEqual(first);
    const toolCalls = first.toolCalls ?? [];
    const then = await simulated({ messages: [user, { role: 'assistant', content: '', toolCalls }, { role: 'tool', toolCallId: toolCalls[0]?.id ?? '', content: 'The sum is 42.' }] });
    expect(then).toMatchObject({ status: 'ok', text: expect.stringContaining('The sum is 42') as string });
    expect(then.status === 'ok' && then.toolCalls).toBe(undefined);
  });

  test('calls what it is told to, turn by turn, tools that write too', async () => {
    const extras = { tool_calls: [[{ name: 'add', arguments: { a: 1, b: 2 } }, { name: 'write', arguments: { text: '{% inputs.text %}' } }], { name: 'add', arguments: { a: 3, b: 4 } }], reply: 'done' };
    const messages: ModelMessage[] = [{ role: 'user', content: given }];
    const turns: unknown[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const outcome = await simulated({ extras, messages });
      if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
      turns.push(outcome.toolCalls?.map((use) => [use.name, JSON.parse(use.arguments) as Json]) ?? outcome.text);
      messages.push({ role: 'assistant', content: outcome.text, ...(outcome.toolCalls === undefined ? {} : { toolCalls: outcome.toolCalls }) });
    }
    expect(turns).toEqual([[['add', { a: 1, b: 2 }], ['write', { text: 'hello' }]], [['add', { a: 3, b: 4 }]], 'done']);
  });

  test('calls nothing where no tool may be called', async () => {
    const outcome = await simulated({ toolChoice: 'none' });
    expect(outcome.status === 'ok' && outcome.toolCalls).toBe(undefined);
  });
});
