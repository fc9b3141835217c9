import type { Json } from '../../protocol/json.ts';
import type { WireExchangeRecord, WireRecord } from '../../protocol/wire-record.ts';
import { createProviders } from '../../runtime/models/create-providers.ts';
import type { ModelRequest } from '../../runtime/models/provider.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import type { WireSlot } from '../../runtime/models/wire-log.ts';
import { sse } from './fault-server.ts';

/** Calls over the network, and the records that are left of them. */

export const KEY = 'sk-canary+/="q\\0123456789';

export interface Speech {
  readonly provider: 'openai' | 'anthropic' | 'ollama';
  /** An address as an agent writes it, below a server. */
  readonly base: string;
  readonly path: string;
  readonly type: string;
  /** One event that says so much of an answer. */
  readonly says: (text: string) => Buffer;
  readonly ends: Buffer;
}

const line = (json: Json): Buffer => Buffer.from(`${JSON.stringify(json)}\n`);

export const SPEECHES: readonly Speech[] = [
  {
    provider: 'openai', base: '/v1', path: '/v1/chat/completions', type: 'text/event-stream', says: (content) => sse({ choices: [{ index: 0, delta: { content }, finish_reason: null }] }),
    ends: sse({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }, '[DONE]'),
  },
  {
    provider: 'anthropic', base: '', path: '/v1/messages', type: 'text/event-stream', says: (text) => sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
    ends: sse({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 30 } }, { type: 'message_stop' }),
  },
  {
    provider: 'ollama', base: '', path: '/api/chat', type: 'application/x-ndjson', says: (content) => line({ message: { role: 'assistant', content }, done: false }),
    ends: line({ message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 20, eval_count: 30 }),
  },
];

export interface Recorded {
  readonly outcome: ModelOutcome;
  readonly text: string | null;
  readonly record: WireRecord;
}

export interface CallOptions {
  readonly content?: string;
  readonly signal?: AbortSignal;
  readonly outputLimit?: number;
  readonly extras?: ModelRequest['extras'];
  readonly idleSeconds?: number;
}

export async function callRecorded({ provider, base }: Speech, url: string, { content = 'Hello?', signal = new AbortController().signal, outputLimit = 1_000, extras = {}, idleSeconds = 30 }: CallOptions = {}): Promise<Recorded> {
  const router = createModelRouter(new Map(createProviders({ secret: () => KEY }).map((each) => [each.name, each])));
  const request: ModelRequest = {
    provider, model: 'm', messages: [{ role: 'user', content }], temperature: 0, maxTokens: null, outputSchema: null, extras: { api_key: { secret: 'K' }, idle_timeout_seconds: idleSeconds, ...extras }, baseUrl: url.includes('?') ? url : `${url}${base}`,
  };
  const slot: WireSlot = { wire: null };
  const outcome = await router.call({ request, outputLimit, attempt: 1, signal, slot, onText: () => undefined });
  const text = slot.wire?.seal() ?? null;
  return { outcome, text, record: text === null ? { version: 1, exchanges: [] } : (JSON.parse(text) as WireRecord) };
}

export function onlyExchange({ record }: Pick<Recorded, 'record'>): WireExchangeRecord {
  const [exchange, ...more] = record.exchanges;
  if (exchange === undefined || more.length > 0) throw new Error(`expected one exchange: ${JSON.stringify(record)}`);
  return exchange;
}

/** The body of an answer as it came, byte for byte. */
export function bytesOf({ response }: WireExchangeRecord): Buffer {
  return Buffer.concat((response?.chunks ?? []).map((chunk) => ('text' in chunk ? Buffer.from(chunk.text) : Buffer.from(chunk.base64, 'base64'))));
}
