import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { WireRecord } from '../../protocol/wire-record.ts';
import { createSecrets, replayRun } from '../../runtime/index.ts';
import { createProviders } from '../../runtime/models/create-providers.ts';
import { imageTokens } from '../../runtime/models/image-tokens.ts';
import { MessageImage } from '../../runtime/models/message-image.ts';
import { withRecentImages } from '../../runtime/agents/recent-images.ts';
import { chunk, send, sse, startFaultServer, usage, type FaultServer } from '../models/fault-server.ts';
import { onlyExchange } from '../models/wire-kit.ts';
import { temporaryFolder } from '../runtime/harness.ts';
import { secondRuntime, workflow, type Workshop } from '../runtime/workshop.ts';
import { agentNode, everything, stage, toolShop } from './tool-kit.ts';

/** What a tool shows is shown to a model that can see, in the form of its API; it stands in the ledger once, and everybody else goes by its hash. */

const line = (json: Json): Buffer => Buffer.from(`${JSON.stringify(json)}\n`);
const USES = { name: 'get-tiny-image', arguments: '{}' };

interface Speech {
  readonly provider: 'openai' | 'anthropic' | 'ollama';
  readonly base: string;
  readonly type: string;
  readonly calls: Buffer;
  readonly ends: Buffer;
}

const SPEECHES: readonly Speech[] = [
  {
    provider: 'openai', base: '/v1', type: 'text/event-stream',
    calls: sse({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: USES }] }, finish_reason: 'tool_calls' }] }, usage(20, 5), '[DONE]'),
    ends: sse(chunk('seen', 'stop'), usage(900, 5), '[DONE]'),
  },
  {
    provider: 'anthropic', base: '', type: 'text/event-stream',
    calls: sse({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'c1', name: USES.name, input: {} } }, { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { input_tokens: 20, output_tokens: 5 } }, { type: 'message_stop' }),
    ends: sse({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'seen' } }, { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 900, output_tokens: 5 } }, { type: 'message_stop' }),
   
  },
  {
    provider: 'ollama', base: '', type: 'application/x-ndjson',
    calls: Buffer.concat([line({ message: { role: 'assistant', content: '', tool_calls: [{ function: { name: USES.name, arguments: {} } }] }, done: false }), line({ message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 20, eval_count: 5 })]),
    ends: Buffer.concat([line({ message: { content: 'seen' }, done: false }), line({ message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 900, eval_count: 5 })]),
  },
];

async function serverOf({ calls, ends, type }: Speech): Promise<FaultServer> {
  const server: FaultServer = await startFaultServer((response, seen) => send([server.seen.length === 1 ? calls : ends], { type })(response, seen));
  return server;
}

function agentOn({ provider, base }: Speech, server: FaultServer, extras: JsonObject = { images: true }): JsonObject {
  return { mcp_servers: [everything], tools: [USES.name], model: { provider, model: 'm', base_url: `${server.url}${base}`, extras } };
}

const textIn = (shop: Workshop, hash: string): string => {
  const stored = shop.runtime.ledger.wires.read(hash);
  return stored.kind === 'text' ? stored.text : '';
};

interface ToolImage { readonly mime: string; readonly sha256: string; readonly bytes: number; readonly width: number; readonly height: number; readonly data: string }

/** The images that the answer of a run's tool holds. */
function imagesOf(shop: Workshop, run: string): readonly ToolImage[] {
  const step = shop.steps(run).find(({ kind, name }) => kind === 'tool' && !name.endsWith('/tools'));
  const { value } = JSON.parse(step?.response ?? '{}') as { readonly value?: { readonly images?: readonly ToolImage[] } };
  return value?.images ?? [];
}

describe.each(SPEECHES)('$provider', (speech) => {
  test('is shown the image of a server that nobody here wrote, in its own form; the ledger has it once, by its hash', { timeout: 240_000 }, async () => {
    const server = await serverOf(speech);
    const { shop } = toolShop(agentOn(speech, server), [], { secrets: createSecrets(() => null) });
    const { run_id: run, status, output } = await shop.run(workflow([agentNode('look')]));
    expect({ status, output }).toEqual({ status: 'completed', output: { look: 'seen' } });
    const [image, ...others] = imagesOf(shop, run);
    expect(others).toEqual([]);
    expect(image).toMatchObject({ mime: 'image/png', width: 20, height: 20 });
    const data = image?.data ?? '';
    const last = (server.seen[1]?.body['messages'] as readonly JsonObject[]).at(-1);
    expect(last).toEqual({
      openai: { role: 'user', content: [{ type: 'text', text: 'Images of the answers above, in order: of get-tiny-image (c1).' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }] },
      anthropic: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: expect.stringMatching(/\[image image\/png, \d+ bytes, 20×20\]/) as string }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }] }] },
      ollama: { role: 'user', content: 'Images of the answers above, in order: of get-tiny-image (call_1).', images: [data] },
    }[speech.provider]);
    // What was asked names it; what went over the network has it; the answer of the tool is where it stands.
    const steps = shop.steps(run).filter(({ kind }) => kind === 'llm');
    expect(steps[1]?.request).toContain(`"sha256":"${image?.sha256 ?? ''}"`);
    expect(steps[1]?.request).not.toContain(data.slice(0, 40));
    expect(onlyExchange({ record: JSON.parse(textIn(shop, steps[1]?.wire_hash ?? '')) as WireRecord }).request.body).toContain(data);
    shop.expectSound();

    await server.close();
    const later = secondRuntime(shop, { folder: temporaryFolder() });
    const again = await replayRun(later.runtime, run, true).result;
    expect(again).toMatchObject({ status: 'completed', output });
    expect(imagesOf(later, again.run_id)).toEqual([image]);
    expect(shop.steps(again.run_id).map(({ request_hash: hash }) => hash)).toEqual(shop.steps(run).map(({ request_hash: hash }) => hash));
    later.expectSound();
  });

  test('that cannot see is told so, and it is in the step', { timeout: 240_000 }, async () => {
    const server = await serverOf(speech);
    const { shop } = toolShop(agentOn(speech, server, { images: false }), []);
    const { run_id: run, status } = await shop.run(workflow([agentNode('look')]));
    expect(status).toBe('completed');
    expect(JSON.stringify(server.seen[1]?.body)).not.toContain(imagesOf(shop, run)[0]?.data.slice(0, 40));
    expect(shop.steps(run).filter(({ kind }) => kind === 'llm')[1]?.request).toContain('[Not shown: the model takes no images.]');
  });
});

test('nothing is shown where nothing personal may be', { timeout: 240_000 }, async () => {
  const [speech] = SPEECHES;
  if (speech === undefined) throw new Error('unreachable');
  const server = await serverOf(speech);
  const { shop } = toolShop({ ...agentOn(speech, server), guardrails: { pii_redact: true } }, []);
  const { run_id: run } = await shop.run(workflow([agentNode('look')]));
  expect(JSON.stringify(server.seen[1]?.body)).not.toContain('image_url');
  expect(shop.steps(run).filter(({ kind }) => kind === 'llm')[1]?.request).toContain('pii_redact lets no images through');
});

/** A picture of one colour. */
function png(width: number, height: number, padding = 0, text = ''): Buffer {
  const piece = (type: string, data: Buffer): Buffer => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    return Buffer.concat([size, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), piece('IHDR', head), piece('tEXt', Buffer.from(`a\0${text}${'x'.repeat(padding)}`)), piece('IDAT', deflateSync(Buffer.alloc(8))), piece('IEND', Buffer.alloc(0))]);
}

const image = (bytes: Buffer, mimeType = 'image/png'): JsonObject => ({ type: 'image', mimeType, data: bytes.toString('base64') });

/** What a model hears, and what is kept, of a tool that answers so. */
async function shown(content: readonly JsonObject[], secret = ''): Promise<{ readonly text: string; readonly images: readonly ToolImage[] }> {
  const file = path.join(temporaryFolder(), 'content.json');
  writeFileSync(file, JSON.stringify(content));
  const secrets = createSecrets((name) => (name === 'CANARY' ? secret : null));
  secrets.value('CANARY');
  const { shop, provider } = toolShop({ mcp_servers: [stage('m')], tools: ['show'] }, [[{ name: 'show', arguments: { text: file } }], 'ok'], { secrets });
  const { run_id: run } = await shop.run(workflow([agentNode('look')]));
  return { text: provider.heard[1]?.messages.findLast(({ role }) => role === 'tool')?.content ?? '', images: imagesOf(shop, run) };
}

describe('an image is held back', { timeout: 240_000 }, () => {
  test.each([
    ['too large', [image(png(10, 10, 3_600_000))], 'not shown, it is too large'],
    ['no image', [image(Buffer.from('hello'))], 'not shown, it is no PNG, JPEG, GIF or WebP image'],
    ['a drawing', [image(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="5" height="5"/>'), 'image/svg+xml')], 'image image/svg+xml, 62 bytes: not shown'],
    ['a secret in what it says of itself', [image(png(10, 10, 0, 'a canary-key-0123456789'))], 'not shown, there is a secret in it'],
    ['in base64 as well', [image(png(10, 10, 0, Buffer.from('canary-key-0123456789').toString('base64')))], 'not shown, there is a secret in it'],
  ])('because it is %s', async (_what, content, says) => {
    const { text, images } = await shown(content, 'canary-key-0123456789');
    expect(text).toContain(says);
    expect(images).toEqual([]);
  });

  test('beyond eight, or seven megabytes, in one answer', async () => {
    const many = await shown(Array.from({ length: 10 }, () => image(png(4, 4))));
    expect(many.images).toHaveLength(8);
    expect(many.text.match(/at most 8 images/g)).toHaveLength(2);
    const large = await shown(Array.from({ length: 3 }, () => image(png(4, 4, 3_000_000))));
    expect(large.images).toHaveLength(2);
    expect(large.text).toContain('it is too large');
  });
});

test('an image is what its bytes say, not what its server calls it; in a resource, too', { timeout: 240_000 }, async () => {
  const { text, images } = await shown([
    image(png(3, 7), 'image/webp'),
    { type: 'resource', resource: { uri: 'file:///a.png', mimeType: 'image/png', blob: png(5, 6).toString('base64') } },
    { type: 'resource', resource: { uri: 'file:///a.zip', mimeType: 'application/zip', blob: 'AAAA' } },
  ]);
  expect(images.map(({ mime, width, height }) => [mime, width, height])).toEqual([['image/png', 3, 7], ['image/png', 5, 6]]);
  expect(text).toContain('[resource file:///a.zip, 3 bytes]');
  expect(text).toContain('[Not shown: the model takes no images.]');
});

describe('an image that a server asks a model about', { timeout: 240_000 }, () => {
  const calls = (data: string): Buffer => sse({ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'ask-model-to-look', arguments: JSON.stringify({ text: data }) } }] }, finish_reason: 'tool_calls' }] }, usage(20, 5), '[DONE]');

  async function looked(bytes: Buffer): Promise<{ readonly asked: JsonObject; readonly request: string; readonly output: Json; readonly shop: Workshop }> {
    const [speech] = SPEECHES;
    if (speech === undefined) throw new Error('unreachable');
    const server = await serverOf({ ...speech, calls: calls(bytes.toString('base64')) });
    const { shop } = toolShop({ ...agentOn(speech, server), mcp_servers: [stage('m')], tools: ['ask-model-to-look'], model: { provider: 'openai', model: 'm', base_url: `${server.url}/v1`, max_tokens: 4_000, extras: { images: true } } }, []);
    const { run_id: run, output } = await shop.run(workflow([agentNode('look')]));
    const lent = shop.steps(run).find(({ kind, name }) => kind === 'llm' && name.includes('/asks/'));
    return { asked: (server.seen[1]?.body['messages'] as readonly JsonObject[])[0] ?? {}, request: lent?.request ?? '', output, shop };
  }

  test('is shown to it, and named by its hash in what was asked', async () => {
    const bytes = png(6, 7);
    const { asked, request, output, shop } = await looked(bytes);
    expect(asked).toEqual({ role: 'user', content: [{ type: 'text', text: expect.stringMatching(/^What is this\?\n\[image image\/png, \d+ bytes, 6×7\]$/) as string }, { type: 'image_url', image_url: { url: `data:image/png;base64,${bytes.toString('base64')}` } }] });
    expect(request).toContain('"width":6');
    expect(request).not.toContain(bytes.toString('base64').slice(0, 40));
    expect(output).toEqual({ look: 'seen' });
    shop.expectSound();
  });

  test('is told of where it is none', async () => {
    expect((await looked(Buffer.from('no image'))).asked).toEqual({ role: 'user', content: 'What is this?\n[image image/png, 8 bytes: not shown, it is no PNG, JPEG, GIF or WebP image]' });
  });
});

const picture = (width: number, height: number, bytes = 1): MessageImage => new MessageImage({ mime: 'image/png', sha256: 'ab', bytes, width, height, data: 'AAAA' });

test('a talk goes on with the images that came last', () => {
  const messages = Array.from({ length: 4 }, (_, i) => ({ role: 'tool' as const, toolCallId: String(i), content: `answer ${i}`, images: [picture(1, 1, 5_000_000)] }));
  const kept = withRecentImages([{ role: 'user', content: 'Hi' }, ...messages]);
  expect(kept.map(({ images = [] }) => images.length)).toEqual([0, 0, 0, 1, 1]);
  expect(kept[2]?.content).toBe('answer 1\n[No longer shown: too many images came after.]');
  expect(kept[3]).toBe(messages[2]);
});

describe('what images cost', () => {
  const of = (provider: string, model: string, width: number, height: number): number => imageTokens({ provider, model, messages: [{ role: 'tool', content: '', images: [picture(width, height)] }] });

  // What makers say, or people were charged, for pictures of these sizes.
  test.each([
    ['openai', 'gpt-4o', 1024, 1024, 765], ['openai', 'gpt-4o', 2048, 4096, 1105], ['openai', 'gpt-4o-mini', 128, 64, 8500], ['openai', 'gpt-4.1', 1800, 2400, 1452], ['openai', 'gpt-4.1-mini', 4000, 1474, 2488], ['openai', 'o3', 128, 64, 230],
    ['anthropic', 'claude-sonnet-4-5', 1092, 1092, 1590], ['anthropic', 'claude-sonnet-4-5', 200, 200, 54], ['anthropic', 'claude-sonnet-4-5', 9000, 9000, 4784],
    ['ollama', 'llava', 100, 100, 2880], ['ollama', 'gemma3', 100, 100, 256], ['openai', 'gemini-2.5-flash', 1536, 1536, 1032],
  ])('%s:%s, %d by %d: no fewer tokens are set aside than its %d', (provider, model, width, height, real) => {
    expect(of(provider, model, width, height)).toBeGreaterThanOrEqual(real);
    expect(of(provider, model, width, height)).toBeLessThan(real * 4 + 9_000);
  });

  test('is set aside before the call, charged at its price where the provider says how many there were, and else as set aside', { timeout: 120_000 }, async () => {
    const [speech] = SPEECHES;
    if (speech === undefined) throw new Error('unreachable');
    const run = async (ends: Buffer): Promise<{ readonly shop: Workshop; readonly id: string }> => {
      const server = await serverOf({ ...speech, ends });
      const agent = agentOn(speech, server);
      const { shop } = toolShop({ ...agent, model: { ...(agent['model'] as JsonObject), price: { input: 1, output: 2, image_input: 4 }, max_tokens: 100 } }, []);
      return { shop, id: (await shop.run(workflow([agentNode('look')]))).run_id };
    };
    const told = await run(sse(chunk('seen', 'stop'), { choices: [], usage: { prompt_tokens: 1000, completion_tokens: 5, prompt_tokens_details: { image_tokens: 600 } } }, '[DONE]'));
    const step = told.shop.steps(told.id).filter(({ kind }) => kind === 'llm')[1];
    expect(step).toMatchObject({ tokens: 1005, cost_micros: 400 + 2400 + 10 });
    expect(JSON.parse(step?.details ?? '{}')).toMatchObject({ usage: { input: 1000, output: 5, images: 600 } });
    const entries = told.shop.runtime.ledger.db.prepare("SELECT tokens, cost_micros FROM budget_entries WHERE workflow_run_id = ? AND kind = 'reservation' ORDER BY seq").all(told.id) as { tokens: number; cost_micros: number }[];
    const asked = Buffer.byteLength(step?.request ?? '') + of('openai', 'm', 20, 20);
    expect(entries[1]).toEqual({ tokens: asked + 100, cost_micros: asked * 4 + 200 });
    const silent = await run(sse(chunk('seen', 'stop'), '[DONE]'));
    const other = silent.shop.steps(silent.id).filter(({ kind }) => kind === 'llm')[1];
    expect(other?.tokens).toBeGreaterThan(of('openai', 'm', 20, 20));
    expect(JSON.parse(other?.details ?? '{}')).toMatchObject({ estimated: true });
    silent.shop.expectSound();
  });
});

test('which models can see is known by their names, and an agent may say otherwise', () => {
  const providers = new Map(createProviders({}).map((each) => [each.name, each]));
  const sees = (name: string, baseUrl: string | null = null, extras: JsonObject = {}): boolean => {
    const [provider = '', ...model] = name.split(':');
    return providers.get(provider)?.seesImages?.(model.join(':'), extras, baseUrl) ?? false;
  };
  for (const name of ['openai:gpt-5-mini', 'openai:gpt-4o', 'openai:gpt-4.1-nano', 'openai:o3', 'openai:o4-mini', 'anthropic:claude-haiku-4-5', 'anthropic:claude-3-5-sonnet-latest', 'ollama:llava:13b', 'ollama:gemma3', 'ollama:llama3.2-vision', 'ollama:qwen2.5vl:7b', 'ollama:mistral-small3.1']) expect(sees(name), name).toBe(true);
  for (const name of ['simulated:', 'openai:gpt-3.5-turbo', 'openai:o3-mini', 'openai:o1-mini', 'openai:gpt-4o-audio-preview', 'anthropic:claude-2.1', 'ollama:llama3.2', 'ollama:qwen3:8b', 'ollama:phi3']) expect(sees(name), name).toBe(false);
  expect(sees('openai:Qwen/Qwen2.5-VL-7B-Instruct', 'http://127.0.0.1:8000/v1')).toBe(true);
  expect(sees('openai:qwen3-8b', 'http://127.0.0.1:8000/v1')).toBe(false);
  expect(sees('openai:qwen3-8b', 'http://127.0.0.1:8000/v1', { images: true })).toBe(true);
  expect(sees('openai:gpt-5', null, { images: false })).toBe(false);
  expect(providers.get('openai')?.problem?.('m', { images: 'yes' }, 'http://127.0.0.1:1')).toContain('model.extras.images');
});
