import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import { createOpenAiProvider } from '../../runtime/models/openai.ts';
import { transportFault } from '../../runtime/models/model-fault.ts';
import type { ModelEvent, ModelProvider, ModelRequest } from '../../runtime/models/provider.ts';
import { createRedactor } from '../../runtime/models/redact-secret.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import { answerWith, chunk, refuse, send, sse, startFaultServer, usage, type Behaviour } from './fault-server.ts';

const KEY = 'sk-canary+/="q\\0123456789';
const IDLE = 120;

function provider(idleMs = 10_000): ModelProvider {
  return createOpenAiProvider({ secret: () => KEY, endpoint: () => null, keyed: true, idleMs });
}

function requestTo(baseUrl: string, extras: ModelRequest['extras'] = { api_key: { secret: 'CANARY' } }): ModelRequest {
  return { provider: 'openai', model: 'm', messages: [{ role: 'user', content: 'Hello?' }], temperature: 0, maxTokens: null, outputSchema: null, extras, baseUrl };
}

async function call(baseUrl: string, extras?: ModelRequest['extras'], over = provider()): Promise<ModelOutcome> {
  const router = createModelRouter(new Map([['openai', over]]));
  return router.call({ request: requestTo(baseUrl, extras), outputLimit: 100, attempt: 1, signal: new AbortController().signal, onText: () => undefined });
}

async function faultOf(behave: Behaviour, idleMs = 10_000): Promise<{ readonly name: string; readonly message: string; readonly data: Json }> {
  const server = await startFaultServer(behave);
  const outcome = await call(`${server.url}/v1`, undefined, provider(idleMs));
  if (outcome.status !== 'error') throw new Error(`expected an error, got ${JSON.stringify(outcome)}`);
  return outcome.error;
}

const dies: Behaviour = send([sse(chunk('half'))], { then: (response) => response.socket?.destroy() });
const json = (value: Json): Buffer => Buffer.from(JSON.stringify(value));
const text = (value: string, type: string, status = 200): Behaviour => send([Buffer.from(value)], { type, status });

type Fault = readonly [what: string, behave: Behaviour, name: string, says: string, data?: Json];

const STALLS: readonly Fault[] = [
  ['a server that never answers', () => undefined, 'Runner.Timeout', 'sent nothing for 0.12 s'],
  ['a stalled stream', send([sse(chunk('half'))], { then: () => undefined }), 'Runner.Timeout', 'sent nothing for 0.12 s'],
];

const FAULTS: readonly Fault[] = [
  ['301', send([], { status: 301, headers: { location: 'http://127.0.0.1:1/' } }), 'Dagbook.ModelNotAvailable', 'redirection (301)', { status: 301 }],
  ['400', refuse(400, 'temperature is not supported', 'unsupported_value'), 'States.TaskFailed', 'refused the call (400): temperature is not supported.', { status: 400, code: 'unsupported_value' }],
  ['400 because the prompt is too long', refuse(400, 'maximum context length is 8192', 'context_length_exceeded'), 'States.DataLimitExceeded', 'maximum context length'],
  ['401', refuse(401, 'Incorrect API key provided', 'invalid_api_key'), 'States.Permissions', 'does not accept the key (401): Incorrect API key provided.'],
  ['402', refuse(402, 'out of credit'), 'Dagbook.ModelNotAvailable', 'out of credit'],
  ['403', refuse(403, 'not from here'), 'States.Permissions', 'does not permit this (403): not from here.'],
  ['404', refuse(404, 'The model m does not exist', 'model_not_found'), 'Dagbook.ModelNotAvailable', 'The model m does not exist'],
  ['404 of a server that is no model server', text('<html>nginx</html>', 'text/html', 404), 'Dagbook.ModelNotAvailable', 'no such model or address (404).'],
  ['408', refuse(408, 'too slow'), 'Tool.TemporaryFailure', 'too slow'],
  ['409', refuse(409, 'conflict'), 'Tool.TemporaryFailure', 'conflict'],
  ['413', refuse(413, 'too much'), 'States.DataLimitExceeded', 'too large for the provider (413): too much.'],
  ['422', text('{"detail": "wrong field"}', 'application/json', 422), 'States.TaskFailed', 'wrong field'],
  ['429', refuse(429, 'slow down', 'rate_limit_exceeded', { 'retry-after': '7' }), 'Tool.TemporaryFailure', 'fewer calls (429): slow down.', { status: 429, code: 'rate_limit_exceeded', retry_after_ms: 7_000 }],
  ['429 in milliseconds', refuse(429, 'slow down', null, { 'retry-after': '7', 'retry-after-ms': '1500' }), 'Tool.TemporaryFailure', 'slow down', { status: 429, code: 'error', retry_after_ms: 1_500 }],
  ['429 with nonsense', refuse(429, 'slow down', null, { 'retry-after': 'soon' }), 'Tool.TemporaryFailure', 'slow down', { status: 429, code: 'error' }],
  ['429 because the money is gone', refuse(429, 'You exceeded your quota', 'insufficient_quota'), 'Dagbook.ModelNotAvailable', 'You exceeded your quota'],
  ['500', refuse(500, 'oops'), 'Tool.TemporaryFailure', 'failed (500): oops.'],
  ['502 with a page', text('Bad gateway', 'text/plain', 502), 'Tool.TemporaryFailure', 'failed (502): Bad gateway.'],
  ['503', refuse(503, 'busy', null, { 'retry-after': '3' }), 'Tool.TemporaryFailure', 'overloaded (503): busy.', { status: 503, code: 'error', retry_after_ms: 3_000 }],
  ['529', refuse(529, 'Overloaded', 'overloaded_error'), 'Tool.TemporaryFailure', 'overloaded (529)'],
  ['a refusal that breaks off', send([Buffer.from('{"error": {"mess')], { status: 500, type: 'application/json', then: (response) => response.socket?.destroy() }), 'Tool.TemporaryFailure', 'failed (500).'],
  ['malformed JSON', answerWith(chunk('half'), '{"choices": [{"del'), 'Tool.TemporaryFailure', 'cannot be read: {"choices": [{"del.'],
  ['JSON that is no object', answerWith('[1, 2]'), 'Tool.TemporaryFailure', 'cannot be read: [1, 2].'],
  ['a cut stream', dies, 'Tool.TemporaryFailure', 'failed (ECONNRESET)'],
  ['a stream that ends too early', send([sse(chunk('half'))]), 'Tool.TemporaryFailure', 'broke off before its end'],
  ['a stream that ends within an event', send([sse(chunk('half')), Buffer.from('data: {"choices": [{"delta": {"con')]), 'Tool.TemporaryFailure', 'cannot be read'],
  ['an empty stream', send([]), 'Tool.TemporaryFailure', 'broke off before its end'],
  ['[DONE] and nothing else', answerWith(), 'Tool.TemporaryFailure', 'broke off before its end'],
  ['a connection that closes without an answer', (response) => void response.socket?.destroy(), 'Tool.TemporaryFailure', 'failed (ECONNRESET)'],
  ['the wrong content type', text('<html>Log in</html>', 'text/html'), 'Dagbook.ModelNotAvailable', 'answered with text/html and not with a stream; is its base_url right?: <html>Log in</html>.'],
  ['an error object in the stream', answerWith(chunk('half'), { error: { message: 'The server had an error', type: 'server_error' } }), 'Tool.TemporaryFailure', 'broke off with an error: The server had an error.'],
  ['an overload in the stream', answerWith({ error: { message: 'Overloaded', code: 529 } }), 'Tool.TemporaryFailure', 'Overloaded'],
  ['a wrong key in the stream', answerWith({ error: { message: 'No access', code: 401 } }), 'States.Permissions', 'No access'],
  ['an error as a text', answerWith({ error: 'CUDA out of memory' }), 'Tool.TemporaryFailure', 'CUDA out of memory'],
  ['an error instead of a stream', send([json({ error: { message: 'bad', type: 'invalid_request_error' } })], { type: 'application/json' }), 'States.TaskFailed', 'bad'],
  ['a filter', answerWith(chunk('half', 'content_filter')), 'States.TaskFailed', 'content filter'],
  ['a refusal of the model', answerWith({ choices: [{ delta: { refusal: 'I cannot ' } }] }, { choices: [{ delta: { refusal: 'help.' }, finish_reason: 'stop' }] }), 'States.TaskFailed', 'The model refused: I cannot help.'],
  ['a line without an end', send(Array.from({ length: 6 }, () => Buffer.from('x'.repeat(1_000_000)))), 'Tool.TemporaryFailure', 'a line of more than'],
];

describe('each fault has a name that retry rules know', () => {
  test.each(FAULTS.map(([what, behave, name, says, data]) => ({ what, behave, name, says, data })))('$what', async ({ behave, name, says, data }) => {
    const error = await faultOf(behave);
    expect(error.name).toBe(name);
    expect(error.message).toContain(says);
    if (data !== undefined) expect(error.data).toEqual(data);
  });

  test.each(STALLS.map(([what, behave, name, says]) => ({ what, behave, name, says })))('$what', async ({ behave, name, says }) => {
    const error = await faultOf(behave, IDLE);
    expect(error.name).toBe(name);
    expect(error.message).toContain(says);
  });

  test('a refusal that never ends', async () => {
    // Its beginning must come in time, also on a machine that is busy.
    const error = await faultOf(send([Buffer.from('{"error": ')], { status: 500, type: 'application/json', then: () => undefined }), 2_000);
    expect(error).toMatchObject({ name: 'Tool.TemporaryFailure', message: expect.stringContaining('failed (500).') as string });
  });

  test('nobody listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await call(`http://127.0.0.1:${port}/v1`)).toMatchObject({ status: 'error', error: { name: 'Tool.TemporaryFailure', message: `Nothing listens at 127.0.0.1:${port} (ECONNREFUSED).` } });
  });

  test('TLS', async () => {
    const server = await startFaultServer();
    const outcome = await call(`${server.url.replace('http:', 'https:')}/v1`);
    expect(outcome).toMatchObject({ status: 'error', error: { name: 'Dagbook.ModelNotAvailable', message: expect.stringContaining('No trusted connection to 127.0.0.1') as string } });
    for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']) {
      expect(transportFault(Object.assign(new Error('x'), { code }), 'h')).toMatchObject({ name: 'Dagbook.ModelNotAvailable' });
    }
    expect(transportFault(Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'h')).toMatchObject({ name: 'Dagbook.ModelNotAvailable' });
  });

  test('a date in Retry-After', async () => {
    const { data } = await faultOf(refuse(503, 'busy', null, { 'retry-after': new Date(Date.now() + 30_000).toUTCString() }));
    const { retry_after_ms: wait } = data as { readonly retry_after_ms: number };
    expect(wait).toBeGreaterThan(27_000);
    expect(wait).toBeLessThanOrEqual(30_000);
  });

  test('keep-alives hold a call open for a while, not for ever', async () => {
    const server = await startFaultServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => response.write(': still thinking\n\n'), 20);
      response.on('close', () => clearInterval(timer));
    });
    // Many keep-alives fit into one idle limit, also on a machine that is busy.
    const idle = IDLE * 5;
    const begun = Date.now();
    expect(await call(`${server.url}/v1`, undefined, provider(idle))).toMatchObject({ status: 'error', error: { name: 'Runner.Timeout' } });
    expect(Date.now() - begun).toBeGreaterThan(idle * 3);
    expect(Date.now() - begun).toBeLessThan(idle * 5 + 10_000);
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
  });

  test('a long answer that goes on is not given up', async () => {
    const pieces = Array.from({ length: 26 }, () => sse(chunk('x')));
    const server = await startFaultServer(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const piece of [...pieces, sse(chunk('', 'stop'), '[DONE]')]) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      response.end();
    });
    expect(await call(`${server.url}/v1`, undefined, provider(400))).toMatchObject({ status: 'ok', text: 'x'.repeat(26) });
  });

  test('an agent may set how long silence lasts', async () => {
    const server = await startFaultServer(() => undefined);
    expect(await call(`${server.url}/v1`, { idle_timeout_seconds: 0.05 }, provider(60_000))).toMatchObject({ error: { name: 'Runner.Timeout', data: { idle_ms: 50 } } });
    expect(provider().problem?.('m', { idle_timeout_seconds: -1 }, server.url)).toContain('idle_timeout_seconds');
  });

  test('what the server says is kept short, and on one line', async () => {
    const error = await faultOf(refuse(400, `line\none ${'x'.repeat(5_000)}`));
    expect(error.message.length).toBeLessThan(400);
    expect(error.message).toContain('line one xxx');
    // A key at the edge of what is kept is not found any more once it is cut.
    for (let n = 240; n < 310; n++) expect((await faultOf(refuse(400, `${'x'.repeat(n)}${KEY}`))).message).not.toContain('canary');
  });
});

describe('the key stays behind', () => {
  const forms: readonly (readonly [string, string])[] = [
    ['as it is', KEY], ['in JSON', JSON.stringify(KEY).slice(1, -1)], ['in an address', encodeURIComponent(KEY)],
    ['in base64', Buffer.from(KEY).toString('base64')], ['in base64url', Buffer.from(KEY).toString('base64url')],
    ['in base64 behind a name', Buffer.from(`user:${KEY}`).toString('base64')], ['in base64 between others', Buffer.from(`ab${KEY}cd`).toString('base64')], ['in hex', Buffer.from(KEY).toString('hex')],
  ];
  const leaks = (value: unknown): boolean => {
    const all = JSON.stringify(value);
    return forms.some(([, form]) => all.includes(form) || all.includes(JSON.stringify(form).slice(1, -1))) || all.includes('0123456789') || all.includes(Buffer.from('0123456789').toString('hex'));
  };

  test.each(forms)('%s: in answers, errors, pages and codes', async (_how, form) => {
    const behaviours: readonly Behaviour[] = [
      answerWith(chunk(`You sent ${form}, didn't you?`, 'stop')),
      refuse(401, `Incorrect API key: ${form}`, form),
      send([Buffer.from(`wrong: ${form}`)], { status: 500, type: 'text/plain' }),
      text(`<p>${form}</p>`, 'text/html'),
      answerWith({ error: { message: form, code: form } }),
      answerWith(`not json ${form}`),
      send([], { type: `text/${form.replaceAll(/[^\x21-\x7e]/g, '')}` }),
      answerWith({ choices: [{ delta: { refusal: form }, finish_reason: 'stop' }] }),
    ];
    const server = await startFaultServer();
    for (const behave of behaviours) {
      server.behave = behave;
      const outcome = await call(`${server.url}/v1`);
      expect(leaks(outcome), JSON.stringify(outcome)).toBe(false);
    }
    expect(server.seen.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
  });

  test('across the edges of chunks, and where the answer breaks off inside it', async () => {
    const server = await startFaultServer();
    const halves = (at: number): readonly Json[] => [chunk(`a ${KEY.slice(0, at)}`), chunk(KEY.slice(at)), chunk(' b', 'stop')];
    for (let at = 1; at < KEY.length; at++) {
      server.behave = answerWith(...halves(at));
      expect(await call(`${server.url}/v1`)).toMatchObject({ status: 'ok', text: 'a [redacted] b' });
    }
    server.behave = answerWith(JSON.stringify(chunk(`a ${KEY}`, 'stop')).replaceAll('+', '\\u002b').replaceAll('/', '\\/'));
    expect(await call(`${server.url}/v1`)).toMatchObject({ text: 'a [redacted]' });
    server.behave = answerWith(chunk(`a ${KEY.slice(0, -1)}`, 'stop'));
    expect(await call(`${server.url}/v1`)).toMatchObject({ text: 'a [redacted]' });
  });

  test('what is no key is left as it is, in however many pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom('s', 'k', '-', 'c', 'a', 'n') })), (pieces) => {
        const stream = createRedactor('sk-canary-secret').stream();
        expect(pieces.map((piece) => stream.push(piece)).join('') + stream.end()).toBe(createRedactor(null).text(pieces.join('')));
      }),
      { examples: [[['sk-', 'sk-c']]] },
    );
    expect(createRedactor('none').text('There is none.')).toBe('There is none.');
  });
});

describe('whatever a server sends', () => {
  const good = Buffer.concat([sse(chunk('Grüße 😀'), chunk(' and more', 'stop'), usage(20, 30), '[DONE]')]);

  async function collect(baseUrl: string, idleMs = 15_000): Promise<{ readonly events: readonly ModelEvent[]; readonly milliseconds: number; readonly outcome: ModelOutcome }> {
    const events: ModelEvent[] = [];
    const over = provider(idleMs);
    const spy: ModelProvider = { ...over, async *stream(made) {
      for await (const event of over.stream(made)) {
        events.push(event);
        yield event;
      }
    } };
    const begun = Date.now();
    return { outcome: await call(baseUrl, undefined, spy), events, milliseconds: Date.now() - begun };
  }

  function expectSound({ outcome, events, milliseconds }: Awaited<ReturnType<typeof collect>>): void {
    expect(['ok', 'error']).toContain(outcome.status);
    if (outcome.status === 'error') expect(outcome.error.name).toMatch(/^(Tool\.TemporaryFailure|Runner\.Timeout|States\.(TaskFailed|Permissions|DataLimitExceeded)|Dagbook\.ModelNotAvailable)$/);
    expect(milliseconds).toBeLessThan(20_000);
    for (const event of events) {
      if (event.type !== 'usage') continue;
      for (const tokens of Object.values(event.usage)) expect(Number.isSafeInteger(tokens) && tokens >= 0, String(tokens)).toBe(true);
    }
    for (const tokens of [outcome.usage.promptTokens, outcome.usage.outputTokens]) expect(Number.isSafeInteger(tokens) && tokens >= 0).toBe(true);
  }

  test('cut, reset or stalled at every byte', { timeout: 240_000 }, async () => {
    const ways: readonly { readonly then: (response: Parameters<Behaviour>[0]) => unknown; readonly idleMs: number }[] = [
      { then: (response) => response.end(), idleMs: 15_000 }, { then: (response) => setTimeout(() => response.socket?.destroy(), 50), idleMs: 15_000 }, { then: () => undefined, idleMs: 2_000 },
    ];
    for (const { then, idleMs } of ways) {
      const places = Array.from({ length: good.length + 1 }, (_, at) => at);
      const answers = await Promise.all(places.map(async (at) => collect(`${(await startFaultServer(send([good.subarray(0, at)], { then }))).url}/v1`, idleMs)));
      answers.forEach(expectSound);
      expect(answers[0]?.outcome.status).toBe('error');
      expect(answers.some(({ outcome }) => outcome.status === 'ok')).toBe(true);
    }
  });

  test('changed at random, and cut anywhere', { timeout: 240_000 }, async () => {
    const server = await startFaultServer();
    const numbers = fc.oneof(fc.integer(), fc.double(), fc.constant('NaN'), fc.constant(null), fc.constant(-1), fc.constant(1e400));
    const payload = fc.oneof(
      fc.json(), fc.string(), fc.constant('[DONE]'), fc.constant(JSON.stringify(chunk('x'))), fc.constant(JSON.stringify(chunk('', 'stop'))),
      fc.record({ prompt_tokens: numbers, completion_tokens: numbers, total_tokens: numbers }).map((counts) => JSON.stringify({ choices: [], usage: counts })),
      fc.constant('{"choices":[null,1,{"delta":null},{"delta":{"content":[1,{"text":2}]}}],"usage":{"prompt_tokens":1e999,"completion_tokens":-3}}'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(payload, { maxLength: 6 }), fc.array(fc.nat(200), { maxLength: 3 }), fc.uint8Array({ maxLength: 4 }), fc.boolean(), async (payloads, cuts, noise, reset) => {
        const bytes = Buffer.concat([sse(...payloads), noise]);
        const edges = [0, ...cuts.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = edges.slice(1).map((end, i) => bytes.subarray(edges[i], end));
        server.behave = send(pieces, reset ? { then: (response) => response.socket?.destroy() } : {});
        expectSound(await collect(`${server.url}/v1`));
      }),
      { numRuns: 300 },
    );
  });
});

test('no fault leaves a timer or a listener behind', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const warnings: Error[] = [];
  const listen = (warning: Error): void => void warnings.push(warning);
  process.on('warning', listen);
  onTestFinished(() => void process.off('warning', listen));
  const server = await startFaultServer();
  const before = timers();
  for (const [, behave] of FAULTS.slice(0, 12)) {
    server.behave = behave;
    await call(`${server.url}/v1`);
  }
  // Those of the sockets that wait for the next call, at most; two of each call would be left otherwise.
  expect(timers() - before).toBeLessThan(8);
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings).toEqual([]);
});
