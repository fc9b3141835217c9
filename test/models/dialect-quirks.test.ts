import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { createProviders } from '../../runtime/models/create-providers.ts';
import type { ModelMessage, ModelRequest, ToolDefinition } from '../../runtime/models/provider.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import { chunk, send, sse, startFaultServer, usage, type FaultServer } from './fault-server.ts';

/** How servers say the same thing each in their own way: vLLM, LM Studio, llama.cpp, Azure, OpenRouter, Gemini, DeepSeek, Anthropic, Ollama, and what stands between. */

const KEY = 'canary-key-0123456789';
const router = createModelRouter(new Map(createProviders({ secret: () => KEY }).map((provider) => [provider.name, provider])));
const add: ToolDefinition = { name: 'add', description: 'Adds.', parameters: { type: 'object' }, readOnly: true };
const BASES = { openai: '/v1', anthropic: '', ollama: '' } as const;
type Provider = keyof typeof BASES;

function requestTo(server: FaultServer, provider: Provider, more: Partial<ModelRequest> = {}): ModelRequest {
  return { provider, model: 'm', messages: [{ role: 'user', content: 'Hello?' }], temperature: 0.2, maxTokens: null, outputSchema: null, extras: { api_key: { secret: 'K' } }, baseUrl: server.url + BASES[provider], tools: [add], ...more };
}

function call(request: ModelRequest, outputLimit = 1_000): Promise<ModelOutcome> {
  return router.call({ request, outputLimit, attempt: 1, signal: new AbortController().signal, onText: () => undefined });
}

interface Row {
  readonly what: string;
  readonly says: Buffer;
  readonly gives: JsonObject;
  readonly type?: string;
}

const lines = (...payloads: readonly Json[]): Buffer => Buffer.from(payloads.map((payload) => `${JSON.stringify(payload)}\n`).join(''));
const delta = (given: JsonObject, finish: string | null = null, more: JsonObject = {}): Json => ({ choices: [{ index: 0, delta: given, finish_reason: finish, ...more }] });
const tool = (piece: JsonObject, finish: string | null = null): Json => delta({ tool_calls: [piece] }, finish);
const hello = chunk('Hello.', 'stop');
const said = (text: string, more: JsonObject = {}): JsonObject => ({ status: 'ok', text, finish: 'stop', ...more });
const failed = (name: string, message: string): JsonObject => ({ status: 'error', error: { name, message: expect.stringContaining(message) as string } });
const uses = (...calls: readonly (readonly [id: string, given: Json])[]): JsonObject => ({ status: 'ok', toolCalls: calls.map(([id, given]) => ({ id, name: 'add', arguments: typeof given === 'string' ? given : JSON.stringify(given) })) });

const MEGABYTE = JSON.stringify({ text: 'é'.repeat(524_288) });

const OPENAI: readonly Row[] = [
  { what: 'lines that end with CR alone', says: Buffer.from(sse(hello, usage(50, 2), '[DONE]').toString().replaceAll('\n', '\r')), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 2, source: 'reported' } }) },
  { what: 'comments, names and keep-alives everywhere (OpenRouter)', says: Buffer.from(`: OPENROUTER PROCESSING\n\n:\nevent: message\nid: 1\nretry: 5\n: x\n${sse(hello).toString()}\n\n\n: OPENROUTER PROCESSING\n\ndata:\n\ndata: [DONE]\n\n`), gives: said('Hello.') },
  { what: 'data over many lines, in the middle of a value', says: Buffer.from(`${JSON.stringify(hello, null, 2).split('\n').map((line) => `data: ${line}`).join('\n')}\n\ndata: [DONE]\n\n`), gives: said('Hello.') },
  { what: 'no [DONE], and no line end after the last event', says: Buffer.from(sse(hello, usage(50, 2)).toString().trimEnd()), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 2, source: 'reported' } }) },
  { what: '[DONE] twice, and more behind it', says: sse(hello, '[DONE]', '[DONE]', chunk('ghost')), gives: said('Hello.') },
  { what: 'no reason, and [DONE]', says: sse(chunk('Hello.'), '[DONE]'), gives: said('Hello.') },
  { what: 'a usage in every event, growing (vLLM: continuous_usage_stats)', says: sse({ ...(chunk('Hel') as JsonObject), usage: { prompt_tokens: 50, completion_tokens: 1, total_tokens: 51 } }, { ...(chunk('lo.', 'stop') as JsonObject), usage: { prompt_tokens: 50, completion_tokens: 2, total_tokens: 52 } }, '[DONE]'), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 2, source: 'reported' } }) },
  { what: 'the usage in the middle, and of zeros at the end', says: sse(chunk('Hel'), usage(50, 2), chunk('lo.', 'stop'), usage(0, 0), '[DONE]'), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 2, source: 'reported' } }) },
  { what: 'the usage of a choice (Moonshot)', says: sse(delta({ content: 'Hello.' }, 'stop', { usage: { prompt_tokens: 50, completion_tokens: 2, total_tokens: 52 } }), '[DONE]'), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 2, source: 'reported' } }) },
  { what: 'no choices, and none but null (Azure: filters first)', says: sse({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }, { choices: null }, { choices: [null] }, delta({ role: 'assistant', content: null }), hello, delta({}, null, { content_filter_offsets: {} }), '[DONE]'), gives: said('Hello.') },
  { what: 'null for everything', says: sse({ id: null, error: null, usage: null, choices: [{ index: 0, delta: null, finish_reason: null, logprobs: null }] }, { choices: [{ index: null, delta: { role: null, content: null, tool_calls: null, refusal: null, reasoning_content: null }, finish_reason: null }] }, hello, '[DONE]'), gives: said('Hello.') },
  { what: 'other choices beside the first', says: sse({ choices: [{ index: 1, delta: { content: 'ghost' } }] }, hello, '[DONE]'), gives: said('Hello.') },
  { what: 'content in parts, thoughts among them (Mistral)', says: sse(delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }, { type: 'text', text: 'Hel' }] }), delta({ content: [{ type: 'text', text: 'lo.' }] }, 'stop'), '[DONE]'), gives: said('Hello.') },
  { what: 'a filter of the prompt (Azure)', says: sse(delta({}, 'content_filter')), gives: failed('States.TaskFailed', 'content filter') },
  { what: 'an error in a choice (OpenRouter)', says: sse(chunk('half'), delta({ content: '' }, 'error', { error: { code: 502, message: 'Provider disconnected' } }), '[DONE]'), gives: failed('Tool.TemporaryFailure', 'Provider disconnected') },
  { what: 'an error beside choices (OpenRouter)', says: sse(chunk('half'), { error: { code: 'server_error', message: 'Provider disconnected' }, choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }] }), gives: failed('Tool.TemporaryFailure', 'Provider disconnected') },
  { what: 'a reason "error" alone', says: sse(chunk('half'), delta({}, 'error'), '[DONE]'), gives: failed('Tool.TemporaryFailure', 'broke off with an error') },
  { what: 'an error as vLLM said it, and [DONE] behind it', says: sse(chunk('half'), { object: 'error', message: 'CUDA out of memory', type: 'InternalServerError', param: null, code: 500 }, '[DONE]'), gives: failed('Tool.TemporaryFailure', 'CUDA out of memory') },
  { what: 'an error as llama.cpp said it', says: Buffer.from('error: {"code":400,"message":"the request exceeds the available context size. try increasing it","type":"invalid_request_error"}\n\ndata: [DONE]\n\n'), gives: failed('States.DataLimitExceeded', 'exceeds the available context size') },
  { what: 'an error as llama.cpp says it', says: sse({ error: { code: 400, message: 'too long', type: 'exceed_context_size_error', n_prompt_tokens: 9000, n_ctx: 4096 } }), gives: failed('States.DataLimitExceeded', 'too long') },
  { what: 'an error under its own name (LM Studio)', says: Buffer.from(`event: error\n${sse({ error: { message: 'The model has crashed' } }).toString()}`), gives: failed('Tool.TemporaryFailure', 'The model has crashed') },
  { what: 'calls in order, their pieces not', says: sse(tool({ index: 1, id: 'b', function: { name: 'add', arguments: '{"b"' } }), tool({ index: 0, id: 'a', function: { name: 'add', arguments: '' } }), tool({ index: 1, function: { arguments: ':2}' } }), tool({ index: 0, function: { arguments: '{"a":1}' } }), delta({}, 'tool_calls'), '[DONE]'), gives: uses(['b', { b: 2 }], ['a', { a: 1 }]) },
  { what: 'several whole calls of one index (Gemini)', says: sse(tool({ index: 0, id: 'a', function: { name: 'add', arguments: '{"a":1}' } }), tool({ index: 0, id: 'b', function: { name: 'add', arguments: '{"b":2}' } }), delta({}, 'tool_calls'), '[DONE]'), gives: uses(['a', { a: 1 }], ['b', { b: 2 }]) },
  { what: 'several whole calls without index and without id', says: sse(tool({ function: { name: 'add', arguments: '{"a":1}' } }), tool({ id: '', function: { name: 'add', arguments: '{"b":2}' } }), delta({}, 'stop'), '[DONE]'), gives: uses(['call_1', { a: 1 }], ['call_2', { b: 2 }]) },
  { what: 'a new id in every piece of one call (older vLLM)', says: sse(tool({ index: 0, id: 'x1', function: { name: 'add', arguments: '' } }), tool({ index: 0, id: 'x2', function: { arguments: '{"a":' } }), tool({ index: 0, id: 'x3', function: { arguments: '1}' } }), delta({}, 'tool_calls'), '[DONE]'), gives: uses(['x1', { a: 1 }]) },
  { what: 'id and name in every piece of one call', says: sse(tool({ index: 0, id: 'a', function: { name: 'add', arguments: '{"a":' } }), tool({ index: 0, id: 'a', function: { name: 'add', arguments: '1}' } }), delta({}, 'tool_calls'), '[DONE]'), gives: uses(['a', { a: 1 }]) },
  { what: 'the name in every piece of one call, and no id', says: sse(tool({ index: 0, function: { name: 'add', arguments: '{"a":' } }), tool({ index: 0, function: { name: 'add', arguments: '1}' } }), delta({}, 'tool_calls'), '[DONE]'), gives: uses(['call_1', { a: 1 }]) },
  { what: 'arguments as an object, or none', says: sse(tool({ index: 0, id: 'a', function: { name: 'add', arguments: { a: 1 } } }), tool({ index: 1, id: 'b', function: { name: 'add', arguments: null } }), delta({}, 'tool_calls'), '[DONE]'), gives: uses(['a', { a: 1 }], ['b', '']) },
  { what: 'ids that are the same, and one that we would give', says: sse(...['call_2', 'call_2', 'call_2'].map((id, index) => tool({ index, id, function: { name: 'add', arguments: '{}' } })), delta({}, 'tool_calls'), '[DONE]'), gives: uses(['call_2', '{}'], ['call_3', '{}'], ['call_4', '{}']) },
  { what: 'calls, and the reason "stop"', says: sse(tool({ index: 0, id: 'a', function: { name: 'add', arguments: '{}' } }, 'stop'), '[DONE]'), gives: uses(['a', '{}']) },
  { what: 'a whole answer with calls', type: 'application/json', says: Buffer.from(JSON.stringify({ choices: [{ index: 0, message: { content: null, tool_calls: [{ id: 'a', function: { name: 'add', arguments: '{"a":1}' } }, { id: 'b', function: { name: 'add', arguments: '{"b":2}' } }] }, finish_reason: 'tool_calls' }] })), gives: uses(['a', { a: 1 }], ['b', { b: 2 }]) },
];

const block = (index: number, content: JsonObject): Json => ({ type: 'content_block_start', index, content_block: content });
const piece = (index: number, given: JsonObject): Json => ({ type: 'content_block_delta', index, delta: given });
const stop = (index: number): Json => ({ type: 'content_block_stop', index });
const began: Json = { type: 'message_start', message: { usage: { input_tokens: 50, output_tokens: 1 } } };
const over = (reason: string | null, output = 30): readonly Json[] => [{ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: output } }, { type: 'message_stop' }];
const text = (index: number, words: string): readonly Json[] => [block(index, { type: 'text', text: '' }), piece(index, { type: 'text_delta', text: words }), stop(index)];

const ANTHROPIC: readonly Row[] = [
  { what: 'pings anywhere, events of tomorrow, and blocks of its own tools', says: sse({ type: 'ping' }, began, { type: 'ping' }, block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }), piece(0, { type: 'input_json_delta', partial_json: '{}' }), stop(0), { type: 'not_known_yet', index: 3 }, piece(1, { type: 'citations_delta', citation: {} }), ...text(1, 'Hello.'), { type: 'ping' }, ...over('end_turn')), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 30, source: 'reported' } }) },
  { what: 'an overload in the middle', says: sse(began, ...text(0, 'half'), { type: 'error', error: { details: null, type: 'overloaded_error', message: 'Overloaded' } }), gives: failed('Tool.TemporaryFailure', 'Overloaded') },
  { what: 'a limit of calls in the middle', says: sse(began, { type: 'error', error: { type: 'rate_limit_error', message: 'slower' } }), gives: failed('Tool.TemporaryFailure', 'slower') },
  { what: 'a failure in the middle', says: sse(began, { type: 'error', error: { type: 'api_error', message: 'Internal' } }), gives: failed('Tool.TemporaryFailure', 'Internal') },
  { what: 'an error without a type (gateways)', says: sse(began, ...text(0, 'half'), { error: { message: 'upstream is gone', type: 'server_error' } }), gives: failed('Tool.TemporaryFailure', 'upstream is gone') },
  { what: 'an end without message_stop', says: sse(began, ...text(0, 'Hello.'), over('end_turn')[0] as Json), gives: said('Hello.') },
  { what: 'the reason before its usage', says: sse(began, ...text(0, 'Hello.'), { type: 'message_delta', delta: { stop_reason: 'end_turn' } }, ...over(null)), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 30, source: 'reported' } }) },
  { what: 'thoughts, hidden ones too, and calls after them', says: sse(began, block(0, { type: 'thinking', thinking: '', signature: '' }), piece(0, { type: 'thinking_delta', thinking: 'hm' }), piece(0, { type: 'signature_delta', signature: 'sig' }), stop(0), block(1, { type: 'redacted_thinking', data: 'xyz' }), stop(1), block(2, { type: 'tool_use', id: 'a', name: 'add', input: {} }), piece(2, { type: 'input_json_delta', partial_json: '' }), piece(2, { type: 'input_json_delta', partial_json: '{"a":1}' }), stop(2), ...over('tool_use')), gives: { ...uses(['a', { a: 1 }]), carry: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }, { type: 'redacted_thinking', data: 'xyz' }] } },
  { what: 'a call whose arguments come with its beginning (gateways)', says: sse(began, block(0, { type: 'tool_use', id: 'a', name: 'add', input: { a: 1 } }), stop(0), ...over('tool_use')), gives: uses(['a', { a: 1 }]) },
  { what: 'a call whose arguments come both ways', says: sse(began, block(0, { type: 'tool_use', id: 'a', name: 'add', input: { a: 1 } }), piece(0, { type: 'input_json_delta', partial_json: '{"a":1}' }), stop(0), ...over('tool_use')), gives: uses(['a', { a: 1 }]) },
  { what: 'blocks whose pieces are mixed', says: sse(began, block(0, { type: 'tool_use', id: 'a', name: 'add', input: {} }), block(1, { type: 'tool_use', id: 'b', name: 'add', input: {} }), piece(1, { type: 'input_json_delta', partial_json: '{"b"' }), piece(0, { type: 'input_json_delta', partial_json: '{"a":1}' }), piece(1, { type: 'input_json_delta', partial_json: ':2}' }), stop(1), stop(0), ...over('tool_use')), gives: uses(['a', { a: 1 }], ['b', { b: 2 }]) },
  { what: 'a whole message', type: 'application/json', says: Buffer.from(JSON.stringify({ type: 'message', content: [{ type: 'thinking', thinking: 'hm', signature: 's' }, { type: 'text', text: 'Hello.' }], stop_reason: 'end_turn', usage: { input_tokens: 50, output_tokens: 30 } })), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 30, source: 'reported' } }) },
  { what: 'a context that is full', says: sse(began, ...text(0, 'Hello.'), ...over('model_context_window_exceeded')), gives: { status: 'ok', text: 'Hello.', finish: 'length' } },
];

const spoke = (content: string, more: JsonObject = {}): Json => ({ message: { role: 'assistant', content, ...more }, done: false });
const ended: Json = { message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 50, eval_count: 30 };

const OLLAMA: readonly Row[] = [
  { what: 'CRLF, empty lines, a byte order mark, and no line end after the last', says: Buffer.from(`\ufeff${lines(spoke('Hello.')).toString().replaceAll('\n', '\r\n\r\n')}\n${JSON.stringify(ended)}`), gives: said('Hello.', { usage: { promptTokens: 50, outputTokens: 30, source: 'reported' } }) },
  { what: 'no count of a prompt it had in its cache', says: lines(spoke('Hello.'), { ...(ended), prompt_eval_count: 0 }), gives: said('Hello.', { usage: { outputTokens: 30, source: 'counted' } }) },
  { what: 'the last words with its end', says: lines(spoke('Hel'), { ...(ended), message: { content: 'lo.' } }), gives: said('Hello.') },
  { what: 'calls with its end, as objects, with ids and without', says: lines(spoke('', { tool_calls: [{ id: 'call_x', function: { index: 0, name: 'add', arguments: { a: 1 } } }] }), { ...(ended), message: { content: '', tool_calls: [{ function: { index: 0, name: 'add', arguments: '{"b":2}' } }] } }), gives: uses(['call_x', { a: 1 }], ['call_2', { b: 2 }]) },
  { what: 'an error as a text, in the middle', says: lines(spoke('half'), { error: 'an error was encountered while running the model: CUDA error' }), gives: failed('Tool.TemporaryFailure', 'CUDA error') },
  { what: 'its whole answer in one', type: 'application/json; charset=utf-8', says: lines({ ...(ended), message: { content: 'Hello.' } }), gives: said('Hello.') },
];

const ROWS = [...OPENAI.map((row) => ({ provider: 'openai' as const, ...row })), ...ANTHROPIC.map((row) => ({ provider: 'anthropic' as const, ...row })), ...OLLAMA.map((row) => ({ provider: 'ollama' as const, ...row }))];

test.each(ROWS)('$provider: $what', async ({ provider, says, gives, type }) => {
  const server = await startFaultServer();
  // At once, and cut where it hurts: in every character and every line end.
  for (const pieces of [[says], [0, 1, 2].map((n) => says.subarray(Math.floor((n * says.length) / 3), Math.floor(((n + 1) * says.length) / 3))), [...Array.from(says.subarray(0, 240), (byte) => Uint8Array.of(byte)), says.subarray(240)]]) {
    server.behave = send(pieces, { type: type ?? (provider === 'ollama' ? 'application/x-ndjson' : 'text/event-stream') });
    expect(await call(requestTo(server, provider))).toMatchObject(gives);
  }
});

describe('a call with a megabyte of arguments', () => {
  const cut = (size: number): readonly string[] => Array.from({ length: Math.ceil(MEGABYTE.length / size) }, (_, i) => MEGABYTE.slice(i * size, (i + 1) * size));
  test.each([
    ['openai', 'text/event-stream', sse(tool({ index: 0, id: 'a', function: { name: 'add', arguments: '' } }), ...cut(200).map((given) => tool({ index: 0, function: { arguments: given } })), delta({}, 'tool_calls'), '[DONE]')],
    ['openai', 'text/event-stream', sse(tool({ index: 0, id: 'a', function: { name: 'add', arguments: MEGABYTE } }, 'tool_calls'), '[DONE]')],
    ['anthropic', 'text/event-stream', sse(began, block(0, { type: 'tool_use', id: 'a', name: 'add', input: {} }), ...cut(200).map((partial_json) => piece(0, { type: 'input_json_delta', partial_json })), stop(0), ...over('tool_use'))],
    ['ollama', 'application/x-ndjson', lines(spoke('', { tool_calls: [{ id: 'a', function: { name: 'add', arguments: JSON.parse(MEGABYTE) as Json } }] }), ended)],
  ] as const)('%s', { timeout: 240_000 }, async (provider, type, says) => {
    const server = await startFaultServer(send([says], { type }));
    expect(await call(requestTo(server, provider), 1_000_000)).toMatchObject(uses(['a', MEGABYTE]));
    // One that goes past its limit is cut there, and does not come back as a call that was meant.
    const short = await call(requestTo(server, provider), 1_000);
    expect(short).toMatchObject({ status: 'ok', finish: 'cut' });
    expect(short.usage.outputTokens).toBeLessThanOrEqual(Math.max(1_000, 30));
  });
});

describe('thoughts that can be seen count as output, and are not shown', () => {
  const forEver = (provider: Provider): Buffer => {
    const thought = 'é'.repeat(50);
    return { openai: sse(delta({ reasoning_content: thought })), anthropic: sse(piece(0, { type: 'thinking_delta', thinking: thought })), ollama: lines(spoke('', { thinking: thought })) }[provider];
  };

  test.each(['openai', 'anthropic', 'ollama'] as const)('%s that thinks for ever is cut at the limit', { timeout: 240_000 }, async (provider) => {
    const server = await startFaultServer(async (response) => {
      response.writeHead(200, { 'content-type': provider === 'ollama' ? 'application/x-ndjson' : 'text/event-stream' });
      if (provider === 'anthropic') response.write(sse(began, block(0, { type: 'thinking', thinking: '', signature: '' })));
      while (!response.destroyed) {
        response.write(forEver(provider));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    const shown: string[] = [];
    const outcome = await router.call({ request: requestTo(server, provider), outputLimit: 100, attempt: 1, signal: new AbortController().signal, onText: (given) => shown.push(given) });
    expect(outcome).toMatchObject({ status: 'ok', text: '', finish: 'cut', usage: { outputTokens: 100, reasoningTokens: 100, source: 'estimated' } });
    expect(shown.join('')).toBe('');
    // Whoever watches hears that it is at work.
    expect(shown.length).toBeGreaterThan(1);
    await expect.poll(() => server.open, { timeout: 20_000 }).toBe(0);
  });

  test('what a provider reports of them goes before', async () => {
    const server = await startFaultServer(send([sse(delta({ reasoning: 'hm, '.repeat(20) }), hello, { choices: [], usage: { prompt_tokens: 50, completion_tokens: 90, completion_tokens_details: { reasoning_tokens: 80 } } }, '[DONE]')]));
    expect(await call(requestTo(server, 'openai'))).toMatchObject({ text: 'Hello.', usage: { promptTokens: 50, outputTokens: 90, reasoningTokens: 80, source: 'reported' } });
  });

  test('events that say nothing do not hold a call open', { timeout: 240_000 }, async () => {
    const server = await startFaultServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write(sse({ choices: [] })), 5);
      response.on('close', () => clearInterval(timer));
    });
    const began = Date.now();
    expect(await call(requestTo(server, 'openai', { extras: { idle_timeout_seconds: 0.4 } }))).toMatchObject(failed('Runner.Timeout', 'sent nothing for'));
    expect(Date.now() - began).toBeGreaterThan(1_000);
  });
});

describe('what a server wants back with a call', () => {
  const user: ModelMessage = { role: 'user', content: 'Add.' };
  const second = async (provider: Provider, says: Buffer): Promise<readonly JsonObject[]> => {
    const server = await startFaultServer(send([says], { type: provider === 'ollama' ? 'application/x-ndjson' : 'text/event-stream' }));
    const first = await call(requestTo(server, provider, { messages: [user] }));
    if (first.status !== 'ok') throw new Error(JSON.stringify(first));
    const { toolCalls = [], carry } = first;
    await call(requestTo(server, provider, { messages: [user, { role: 'assistant', content: first.text, toolCalls, ...(carry === undefined ? {} : { carry }) }, ...toolCalls.map(({ id }): ModelMessage => ({ role: 'tool', toolCallId: id, content: '3' }))] }));
    return server.seen[1]?.body['messages'] as readonly JsonObject[];
  };

  test('DeepSeek: what was thought; others, that thought nothing, get no such field', async () => {
    const call = tool({ index: 0, id: 'a', function: { name: 'add', arguments: '{}' } }, 'tool_calls');
    expect((await second('openai', sse(delta({ reasoning_content: 'h' }), delta({ reasoning_content: 'm' }), call, '[DONE]')))[1]).toEqual({ role: 'assistant', content: null, reasoning_content: 'hm', tool_calls: [{ id: 'a', type: 'function', function: { name: 'add', arguments: '{}' } }] });
    expect((await second('openai', sse(call, '[DONE]')))[1]).toEqual({ role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'add', arguments: '{}' } }] });
  });

  test('Gemini: the signature of each call, with its call', async () => {
    const signed = { google: { thought_signature: 'sig' } };
    const messages = await second('openai', sse(tool({ index: 0, id: 'a', function: { name: 'add', arguments: '{}' } }), tool({ index: 0, id: 'b', function: { name: 'add', arguments: '{}' }, extra_content: signed }), delta({}, 'tool_calls'), '[DONE]'));
    expect(messages[1]?.['tool_calls']).toEqual([{ id: 'a', type: 'function', function: { name: 'add', arguments: '{}' } }, { id: 'b', type: 'function', function: { name: 'add', arguments: '{}' }, extra_content: signed }]);
  });

  test('Ollama: what was thought, and each answer under the name of its tool, though every turn has the same ids', async () => {
    expect((await second('ollama', lines(spoke('', { thinking: 'hm' }), spoke('', { tool_calls: [{ function: { name: 'add', arguments: {} } }] }), ended)))[1]).toMatchObject({ role: 'assistant', thinking: 'hm', tool_calls: [{ function: { name: 'add' } }] });
    const turn = (name: string): readonly ModelMessage[] => [{ role: 'assistant', content: '', toolCalls: [{ id: 'call_1', name, arguments: '{}' }] }, { role: 'tool', toolCallId: 'call_1', content: name }];
    const server = await startFaultServer(send([lines(ended)], { type: 'application/x-ndjson' }));
    await call(requestTo(server, 'ollama', { messages: [user, ...turn('add'), ...turn('take')] }));
    expect((server.seen[0]?.body['messages'] as readonly JsonObject[]).filter(({ role }) => role === 'tool').map((message) => message['tool_name'])).toEqual(['add', 'take']);
  });
});

describe('what Anthropic takes', () => {
  const bodyFor = async (more: Partial<ModelRequest>, limit = 4_000): Promise<JsonObject> => {
    const server = await startFaultServer(send([sse(began, ...text(0, 'x'), ...over('end_turn'))]));
    await call(requestTo(server, 'anthropic', more), limit);
    return server.seen[0]?.body ?? {};
  };
  const thinking = (budget: number): Partial<ModelRequest> => ({ maxTokens: 4_000, extras: { request: { thinking: { type: 'enabled', budget_tokens: budget } } } });

  test.each([
    ['claude-3-5-sonnet-20241022', 0.2], ['claude-sonnet-4-20250514', 0.2], ['claude-opus-4-1-20250805', 0.2], ['claude-sonnet-4-6', 0.2], ['claude-haiku-4-5-20251001', 0.2], ['anthropic/claude-opus-4.6', 0.2], ['house-model', 0.2],
    ['claude-opus-4-7', undefined], ['anthropic.claude-opus-4-8-v1:0', undefined], ['anthropic/claude-opus-4.7', undefined], ['claude-sonnet-5', undefined], ['claude-opus-10-20300101', undefined],
  ])('%s is sent the temperature %s', async (model, temperature) => {
    expect((await bodyFor({ model }))['temperature']).toBe(temperature);
  });

  test('no temperature beside thinking, unless thinking is off', async () => {
    expect(await bodyFor(thinking(2_000))).not.toHaveProperty('temperature');
    expect(await bodyFor({ extras: { request: { thinking: { type: 'adaptive' } } } })).not.toHaveProperty('temperature');
    expect(await bodyFor({ extras: { request: { thinking: { type: 'disabled' } } } })).toHaveProperty('temperature', 0.2);
  });

  test('where caps leave less than was to be thought, less is thought, or nothing; a budget that never fitted stays as it was written', async () => {
    const thought = async (budget: number, limit: number): Promise<unknown> => (await bodyFor(thinking(budget), limit))['thinking'];
    expect(await thought(2_000, 4_000)).toMatchObject({ budget_tokens: 2_000 });
    expect(await thought(2_000, 1_500)).toMatchObject({ type: 'enabled', budget_tokens: 1_499 });
    expect(await thought(2_000, 1_000)).toBeUndefined();
    expect(await thought(5_000, 4_000)).toMatchObject({ budget_tokens: 5_000 });
  });

  test('a prompt that is too long says so, whoever words it', async () => {
    for (const [provider, message] of [['anthropic', 'prompt is too long: 210000 tokens > 200000 maximum'], ['openai', "This model's maximum context length is 4096 tokens."], ['openai', 'the request exceeds the available context size (4096 tokens)']] as const) {
      const server = await startFaultServer(send([Buffer.from(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }))], { status: 400, type: 'application/json' }));
      expect(await call(requestTo(server, provider))).toMatchObject(failed('States.DataLimitExceeded', message));
    }
  });
});
