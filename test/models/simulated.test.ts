import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ModelRequest } from '../../runtime/models/provider.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import { createSimulatedProvider } from '../../runtime/models/simulated.ts';
import { countTokens } from '../../runtime/models/token-count.ts';

const router = createModelRouter(new Map([['simulated', createSimulatedProvider()]]));

const material = { inputs: { universe: ['SPY', 'QQQ'], lookback_days: 30 }, upstream: { research: { symbol: 'QQQ', summary: 'QQQ leads on momentum.' } }, run: { inputs: { lookback_days: 30 } } };

interface Options {
  readonly extras?: JsonObject;
  readonly schema?: JsonObject;
  readonly user?: string;
  readonly system?: string;
  readonly limit?: number;
  readonly attempt?: number;
  readonly signal?: AbortSignal;
  readonly shown?: string[];
}

function requestOf({ extras = {}, schema, user, system }: Options): ModelRequest {
  const content = user ?? `Task: Choose a fund.\nCriteria:\n- cheap\n- liquid\n\n\`\`\`json\n${JSON.stringify(material, null, 1)}\n\`\`\``;
  return {
    provider: 'simulated', model: '', messages: [{ role: 'system', content: system ?? 'You are a portfolio analyst. Be brief.\n\nRole: analyst' }, { role: 'user', content }],
    temperature: 0.2, maxTokens: null, outputSchema: schema ?? null, extras,
  };
}

function ask(options: Options = {}): Promise<ModelOutcome> {
  const { limit = 2000, attempt = 1, signal = new AbortController().signal, shown = [] } = options;
  return router.call({ request: requestOf(options), outputLimit: limit, attempt, signal, onText: (text) => shown.push(text) });
}

async function textOf(options: Options = {}): Promise<string> {
  const outcome = await ask(options);
  if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.text;
}

describe('an answer', () => {
  test('is the same for the same request, and another for another', async () => {
    expect(await textOf()).toBe(await textOf());
    expect(await textOf({ user: 'Task: Choose a bond.' })).not.toBe(await textOf());
    const verdicts = new Set(await Promise.all(Array.from({ length: 20 }, (_, index) => textOf({ user: `Case ${index}`, schema: { enum: ['a', 'b', 'c'] } }))));
    expect(verdicts).toEqual(new Set(['"a"', '"b"', '"c"']));
  });

  test('does not depend on the order of keys in the schema', async () => {
    const one: JsonObject = { type: 'object', properties: { a: { type: 'integer' }, b: { enum: [1, 2, 3, 4, 5] } } };
    const two: JsonObject = { properties: { a: { type: 'integer' }, b: { enum: [1, 2, 3, 4, 5] } }, type: 'object' };
    expect(JSON.parse(await textOf({ schema: one }))).toEqual(JSON.parse(await textOf({ schema: two })));
  });

  test('speaks to the role, the task, its criteria and what came before', async () => {
    const text = await textOf();
    expect(text).toContain('portfolio analyst');
    expect(text).toContain('choose a fund');
    expect(text).toContain('Cheap:');
    expect(text).toContain('QQQ leads on momentum');
    expect(text).not.toMatch(/lorem|undefined|null|\[object/i);
    expect(countTokens(text)).toBeLessThan(200);
  });

  test.each([
    ['nothing at all', '', ''],
    ['a question', '', 'What is a ledger?'],
    ['only inputs', 'Role: explore', '```json\n{"inputs": {"city": "Zürich"}, "upstream": {}, "run": {"inputs": {}}}\n```'],
    ['material that is not JSON', 'Role: plan', '```json\n{nope\n```'],
    ['a task to write', 'Role: plan', 'Task: Write a short note about the spring release for customers.'],
    ['a very long input', 'Role: plan', `\`\`\`json\n${JSON.stringify({ inputs: { text: 'word '.repeat(5000) } })}\n\`\`\``],
  ])('reads as prose for %s', async (_name, system, user) => {
    const text = await textOf({ system, user });
    expect(text).toMatch(/^[A-Z“].*[.!?…]$/s);
    expect(text).not.toMatch(/undefined|null|\[object|NaN/);
    expect(text.length).toBeLessThan(800);
  });

  test('streams in pieces and reports honest usage', async () => {
    const shown: string[] = [];
    const outcome = await ask({ shown });
    expect(shown.length).toBeGreaterThan(3);
    expect(outcome).toMatchObject({ status: 'ok', text: shown.join(''), finish: 'stop', usage: { source: 'reported', outputTokens: countTokens(shown.join('')) }, claimed: null });
  });

  test('needs no timer and no macrotask', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate').length;
    let settled = false;
    void ask({ schema: { type: 'object', properties: { a: { type: 'string' } } } }).then(() => (settled = true));
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout' || name === 'Immediate').length).toBe(before);
    await new Promise(setImmediate);
    expect(settled).toBe(true);
  });

  test('stops at the limit like an honest provider', async () => {
    const outcome = await ask({ limit: 5 });
    expect(outcome).toMatchObject({ status: 'ok', finish: 'length', usage: { outputTokens: 5, source: 'reported' } });
  });

  test('to a repair still knows the material', async () => {
    const schema: JsonObject = { type: 'object', required: ['symbol'], properties: { symbol: { type: 'string' } } };
    const first = requestOf({ schema });
    const request = { ...first, messages: [...first.messages, { role: 'assistant' as const, content: '{}' }, { role: 'user' as const, content: 'This does not satisfy the schema.' }] };
    const outcome = await router.call({ request, outputLimit: 100, attempt: 1, signal: new AbortController().signal, onText: () => undefined });
    expect(outcome).toMatchObject({ status: 'ok', text: '{"symbol":"QQQ"}' });
  });
});

describe('extras', () => {
  test('reply answers with a text or JSON, expressions filled in', async () => {
    expect(await textOf({ extras: { reply: 'Take {% upstream.research.symbol %}, over {% inputs.lookback_days %} days.' } })).toBe('Take QQQ, over 30 days.');
    expect(JSON.parse(await textOf({ extras: { reply: { pick: '{% upstream.research.symbol %}', days: '{% run.inputs.lookback_days * 2 %}', of: '{% inputs.universe %}' } } }))).toEqual({ pick: 'QQQ', days: 60, of: ['SPY', 'QQQ'] });
    expect(await textOf({ extras: { reply: '' } })).toBe('');
    expect(await textOf({ extras: { reply: '{% $random() %}' } })).toBe(await textOf({ extras: { reply: '{% $random() %}' } }));
  });

  test('a reply that cannot be evaluated fails the call by name', async () => {
    expect(await ask({ extras: { reply: '{% 1 + "a" %}' } })).toMatchObject({ status: 'error', error: { name: 'States.QueryEvaluationError' } });
  });

  test('fail fails the first calls of a request', async () => {
    const extras: JsonObject = { fail: { error: 'Runner.Timeout', times: 2 } };
    for (const attempt of [1, 2]) expect(await ask({ extras, attempt })).toMatchObject({ status: 'error', error: { name: 'Runner.Timeout' } });
    expect(await ask({ extras, attempt: 3 })).toMatchObject({ status: 'ok' });
    expect(await ask({ extras: { fail: { times: 0 } } }), 'never').toMatchObject({ status: 'ok' });
    expect(await ask({ extras: { fail: {} } })).toMatchObject({ status: 'error', error: { name: 'Tool.TemporaryFailure' } });
  });

  test('latency_ms and tokens_per_second take their time', async () => {
    const started = performance.now();
    const shown: string[] = [];
    await ask({ extras: { latency_ms: 30, tokens_per_second: 200, reply: 'one two three four five six' }, shown });
    expect(performance.now() - started).toBeGreaterThan(50);
    expect(shown).toHaveLength(6);
  });

  test.each([[{ stall: true }], [{ stall: true, ignore_abort: true }], [{ latency_ms: 60_000 }], [{ latency_ms: 60_000, ignore_abort: true }], [{ tokens_per_second: 0.001 }]])('%j is ended by an abort', async (extras) => {
    const controller = new AbortController();
    const outcome = ask({ extras, signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const started = performance.now();
    controller.abort();
    expect((await outcome).status).toBe('aborted');
    // Long before it would have ended by itself.
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  test('ignore_abort goes on behind the back of the router', async () => {
    const controller = new AbortController();
    const seen: string[] = [];
    const call = { request: requestOf({ extras: { ignore_abort: true, tokens_per_second: 2000, reply: 'a b c d' } }), outputLimit: 100, attempt: 1, signal: controller.signal };
    for await (const event of createSimulatedProvider().stream(call)) {
      seen.push(event.type);
      controller.abort();
    }
    expect(seen).toEqual(['text', 'text', 'text', 'text', 'usage', 'finish']);
  });

  test('overrun_tokens goes past the limit and is cut there', async () => {
    const shown: string[] = [];
    expect(await ask({ extras: { overrun_tokens: 50, reply: 'short' }, limit: 10, shown })).toMatchObject({ status: 'ok', finish: 'cut', usage: { outputTokens: 10 } });
    let sent = 0;
    for await (const event of createSimulatedProvider().stream({ request: requestOf({ extras: { overrun_tokens: 50, reply: 'short' } }), outputLimit: 10, attempt: 1, signal: new AbortController().signal })) {
      if (event.type === 'text') sent += Buffer.byteLength(event.text);
    }
    expect(sent).toBe(240);
  });

  test('usage omits or lies', async () => {
    expect(await ask({ extras: { usage: 'omit' } })).toMatchObject({ status: 'ok', usage: { source: 'counted' }, claimed: null });
    const lied = await ask({ extras: { usage: 'lie' }, limit: 500 });
    expect(lied.usage.outputTokens).toBeGreaterThan(500);
    expect(lied.claimed).toMatchObject({ promptTokens: 0 });
  });

  test('price makes it cost', () => {
    expect(router.price(requestOf({}))).toBe('free');
    expect(router.price(requestOf({ extras: { price: { input: 1, output: 2.5 } } }))).toEqual({ input: 1_000_000, output: 2_500_000 });
  });

  test('of the wrong type do nothing', async () => {
    const extras: JsonObject = { latency_ms: 'long', tokens_per_second: -3, fail: 'yes', stall: 'true', overrun_tokens: null, usage: 'sometimes', price: 'dear' };
    expect(await ask({ extras })).toMatchObject({ status: 'ok', finish: 'stop', usage: { source: 'reported' } });
    expect(router.price(requestOf({ extras }))).toBe('free');
  });
});

test('any request is answered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 200 }), fc.jsonValue(), fc.integer({ min: 1, max: 400 }), async (system, prose, data, limit) => {
      const outcome = await ask({ system, user: `${prose}\n\n\`\`\`json\n${JSON.stringify({ inputs: data as Json, upstream: { a: data as Json } })}\n\`\`\``, limit });
      expect(outcome.status).toBe('ok');
      if (outcome.status === 'ok') expect(countTokens(outcome.text)).toBeLessThanOrEqual(limit);
    }),
    { numRuns: 300 },
  );
});
