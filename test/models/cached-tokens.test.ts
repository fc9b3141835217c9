import { describe, expect, test } from 'vitest';
import { settleModel } from '../../runtime/durable/model-settlement.ts';
import { createProviders } from '../../runtime/models/create-providers.ts';
import { tablePrice } from '../../runtime/models/price-table.ts';
import { createModelRouter } from '../../runtime/models/router.ts';
import { chunk, send, sse, startFaultServer } from './fault-server.ts';

const ANTHROPIC = sse(
  { type: 'message_start', message: { usage: { input_tokens: 100, cache_read_input_tokens: 900, output_tokens: 1 } } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi.' } },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 30 } },
  { type: 'message_stop' },
);
const OPENAI = sse(chunk('Hi.', 'stop'), { choices: [], usage: { prompt_tokens: 1000, completion_tokens: 30, prompt_tokens_details: { cached_tokens: 900 } } }, '[DONE]');

describe.each([['openai', OPENAI, '/v1'], ['anthropic', ANTHROPIC, '']] as const)('%s', (provider, body, base) => {
  test('prompt tokens from the cache are charged at their price, and kept apart in the record', async () => {
    const server = await startFaultServer(send([body]));
    const router = createModelRouter(new Map(createProviders({ secret: () => 'a-key-0123456789' }).map((each) => [each.name, each])));
    const request = { provider, model: 'm', messages: [{ role: 'user' as const, content: 'Hello?' }], temperature: 0, maxTokens: null, outputSchema: null, extras: { api_key: { secret: 'K' } }, baseUrl: server.url + base };
    const outcome = await router.call({ request, outputLimit: 100, attempt: 1, signal: new AbortController().signal, onText: () => undefined });
    expect(outcome.usage).toEqual({ promptTokens: 1000, cachedTokens: 900, outputTokens: 30, source: 'reported' });
    const settled = settleModel(outcome, { input: 1_000_000, output: 2_000_000, cachedInput: 100_000 }, { tokens: 5_000, micros: 5_000 });
    expect(settled.used).toEqual({ tokens: 1_030, micros: 100 + 90 + 60 });
    expect(settled.data.usage).toEqual({ input: 1000, cached: 900, output: 30 });
  });
});

test('a provider that claims more from its cache than the prompt has is believed up to the prompt', () => {
  const outcome = { status: 'ok' as const, text: 'x', toolCalls: [], carry: [], finish: 'stop' as const, usage: { promptTokens: 10, outputTokens: 1, cachedTokens: 10, source: 'reported' as const }, claimed: null };
  expect(settleModel(outcome, { input: 1_000_000, output: 0, cachedInput: 0 }, { tokens: 100, micros: 100 }).used).toEqual({ tokens: 11, micros: 0 });
});

test('the table knows what a cache costs', () => {
  const price = tablePrice('gpt-5-mini', { provider: 'openai' });
  expect(price?.cachedInput).toBeGreaterThan(0);
  expect(price?.cachedInput).toBeLessThan(price?.input ?? 0);
});
