import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../language/canonical/canonical-content.ts';
import type { WireRecord } from '../../protocol/wire-record.ts';
import { postText } from '../../runtime/models/http-post.ts';
import { createRedactor } from '../../runtime/models/redact-secret.ts';
import { createWireLog, LARGEST_KEPT } from '../../runtime/models/wire-log.ts';
import { send, startFaultServer, type Behaviour, type FaultServer } from './fault-server.ts';
import { bytesOf, callRecorded, KEY, onlyExchange, SPEECHES, type Speech } from './wire-kit.ts';

/** Every request and every answer is kept as it went over the network, whatever became of it; keys are not. */

interface Fault {
  readonly what: string;
  readonly behave: Behaviour;
  /** What the server sends before it goes wrong. */
  readonly sent: Buffer;
  readonly status: number;
  readonly end: { readonly how: string; readonly why?: string };
  /** Milliseconds of silence that are waited for. */
  readonly idleSeconds?: number;
}

/** Not at once: what is written in the same breath would never leave. */
const destroy: Parameters<typeof send>[1] = { then: (response) => void setTimeout(() => response.socket?.destroy(), 20) };
const stall: Parameters<typeof send>[1] = { then: () => undefined };

function faultsOf({ type, says, ends }: Speech): readonly Fault[] {
  const half = says('half');
  const good = Buffer.concat([says('Grüße '), says('😀'), ends]);
  const refusal = Buffer.from('{"error":{"message":"no","type":"error"}}');
  const plain = (status: number, body: Buffer, headers: Readonly<Record<string, string>> = {}): Behaviour => send([body], { status, type: 'application/json', headers });
  const complete = { how: 'complete' };
  return [
    { what: 'a whole answer', behave: send([good], { type }), sent: good, status: 200, end: complete },
    ...[400, 401, 402, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529].map((status) => ({ what: String(status), behave: plain(status, refusal, { 'retry-after': '7' }), sent: refusal, status, end: complete })),
    { what: 'a redirection', behave: send([], { status: 301, headers: { location: 'http://127.0.0.1:1/' } }), sent: Buffer.alloc(0), status: 301, end: complete },
    { what: 'a refusal that breaks off', behave: send([refusal.subarray(0, 12)], { ...destroy, status: 500, type: 'application/json' }), sent: refusal.subarray(0, 12), status: 500, end: { how: 'broken', why: 'ECONNRESET' } },
    { what: 'a refusal that never ends', behave: send([refusal.subarray(0, 12)], { ...stall, status: 500, type: 'application/json' }), sent: refusal.subarray(0, 12), status: 500, end: { how: 'closed', why: 'Runner.Timeout' }, idleSeconds: 2 },
    { what: 'a cut stream', behave: send([half], { ...destroy, type }), sent: half, status: 200, end: { how: 'broken', why: 'ECONNRESET' } },
    { what: 'a stalled stream', behave: send([half], { ...stall, type }), sent: half, status: 200, end: { how: 'closed', why: 'Runner.Timeout' }, idleSeconds: 2 },
    { what: 'a stream that ends too early', behave: send([half], { type }), sent: half, status: 200, end: complete },
    { what: 'an empty stream', behave: send([], { type }), sent: Buffer.alloc(0), status: 200, end: complete },
    { what: 'half a character at the end', behave: send([half, Buffer.from('ü').subarray(0, 1)], { ...destroy, type }), sent: Buffer.concat([half, Buffer.from('ü').subarray(0, 1)]), status: 200, end: { how: 'broken', why: 'ECONNRESET' } },
    { what: 'malformed JSON', behave: send([half, Buffer.from(type.includes('event') ? 'data: {"x": [\n\n' : '{"x": [\n')], { ...stall, type }), sent: Buffer.concat([half, Buffer.from(type.includes('event') ? 'data: {"x": [\n\n' : '{"x": [\n')]), status: 200, end: { how: 'closed' } },
    { what: 'the wrong content type', behave: send([Buffer.from('<html>Log in</html>')], { type: 'text/html' }), sent: Buffer.from('<html>Log in</html>'), status: 200, end: complete },
    { what: 'bytes that are no text at all', behave: send([Buffer.from([0xff, 0xfe, 0, 1, 0x80])], { type: 'image/png' }), sent: Buffer.from([0xff, 0xfe, 0, 1, 0x80]), status: 200, end: complete },
  ];
}

function expectRequest(exchange: ReturnType<typeof onlyExchange>, server: FaultServer, speech: Speech): void {
  expect(exchange.request).toMatchObject({ method: 'POST', url: `${server.url}${speech.path}`, headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' } });
  expect(JSON.parse(exchange.request.body)).toEqual(server.seen.at(-1)?.body);
  expect(Object.keys(exchange.request.headers).filter((name) => /auth|key|cookie/.test(name))).toEqual([]);
}

describe.each(SPEECHES)('$provider', (speech) => {
  test.each(faultsOf(speech))('$what: what was sent and what came until then is in the record', async ({ behave, sent, status, end, idleSeconds = 30 }) => {
    const server = await startFaultServer(behave);
    const recorded = await callRecorded(speech, server.url, { idleSeconds });
    const exchange = onlyExchange(recorded);
    expectRequest(exchange, server, speech);
    expect(exchange.response?.status).toBe(status);
    expect(bytesOf(exchange).toString('latin1')).toBe(sent.toString('latin1'));
    expect(exchange.end).toEqual({ at: expect.any(Number) as number, ...end });
    expect(recorded.text).not.toContain('canary');
    expect(canonicalJson(recorded.record as never), 'canonical').toBe(recorded.text);
  });

  test('nobody listens: the request is in the record, and why nothing came', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const exchange = onlyExchange(await callRecorded(speech, `http://127.0.0.1:${port}`));
    expect(exchange).toMatchObject({ request: { url: `http://127.0.0.1:${port}${speech.path}` }, response: null, end: { how: 'broken', why: 'ECONNREFUSED' } });
    expect(exchange.request.body).toContain('Hello?');
  });

  test('no trust: the same', async () => {
    const server = await startFaultServer();
    const { response, end } = onlyExchange(await callRecorded(speech, server.url.replace('http:', 'https:')));
    expect({ response, how: end.how }).toEqual({ response: null, how: 'broken' });
    expect(end.why).toMatch(/^(ERR_SSL|EPROTO|ECONNRESET)/);
  });

  test('a server that never answers, and one that hangs up: no answer, and why', async () => {
    const silent = await startFaultServer(() => undefined);
    expect(onlyExchange(await callRecorded(speech, silent.url, { idleSeconds: 0.15 }))).toMatchObject({ response: null, end: { how: 'closed', why: 'Runner.Timeout' } });
    const rude = await startFaultServer((response) => void response.socket?.destroy());
    expect(onlyExchange(await callRecorded(speech, rude.url))).toMatchObject({ response: null, end: { how: 'broken', why: 'ECONNRESET' } });
  });

  test('an abort: what came until then', async () => {
    const server = await startFaultServer(send([speech.says('half')], { type: speech.type, then: () => undefined }));
    const controller = new AbortController();
    const call = callRecorded(speech, server.url, { signal: controller.signal });
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort();
    const recorded = await call;
    expect(recorded.outcome.status).toBe('aborted');
    const exchange = onlyExchange(recorded);
    expectRequest(exchange, server, speech);
    expect(exchange.end.how).toBe('closed');
    if (exchange.response !== null) expect(speech.says('half').subarray(0, bytesOf(exchange).length)).toEqual(bytesOf(exchange));
  });

  test('a cut at the limit: what came until then, and that we let go', async () => {
    const server = await startFaultServer(send([speech.says('x'.repeat(400))], { type: speech.type, then: () => undefined }));
    const recorded = await callRecorded(speech, server.url, { outputLimit: 5 });
    expect(recorded.outcome).toMatchObject({ status: 'ok', finish: 'cut' });
    const exchange = onlyExchange(recorded);
    expect(bytesOf(exchange)).toEqual(speech.says('x'.repeat(400)));
    expect(exchange.end.how).toBe('closed');
  });

  test('chunks are kept in order, each with its time', async () => {
    const pieces = Array.from({ length: 8 }, (_, i) => speech.says(`word${i} `));
    const server = await startFaultServer(async (response) => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      response.writeHead(200, { 'content-type': speech.type });
      for (const piece of [...pieces, speech.ends]) {
        response.write(piece);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      response.end();
    });
    const { request, response, end } = onlyExchange(await callRecorded(speech, server.url));
    const times = [request.at, response?.at ?? -1, ...(response?.chunks.map(({ at }) => at) ?? []), end.at];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(response?.chunks.length).toBeGreaterThan(4);
    expect(response?.at).toBeGreaterThanOrEqual(35);
    // Timers are late, never early; pieces that arrive together are one chunk.
    expect((response?.chunks.at(-1)?.at ?? 0) - (response?.chunks[0]?.at ?? 0)).toBeGreaterThanOrEqual(100);
  });

  test('half characters at the edges of chunks give back the exact bytes, and the same answer', async () => {
    const whole = Buffer.concat([speech.says('Grüße 😀 👩‍👩‍👧 ẞ'), speech.ends]);
    const server = await startFaultServer(send(Array.from(whole, (byte) => Buffer.from([byte])), { type: speech.type }));
    const recorded = await callRecorded(speech, server.url);
    expect(recorded.outcome).toMatchObject({ status: 'ok', text: 'Grüße 😀 👩‍👩‍👧 ẞ' });
    expect(bytesOf(onlyExchange(recorded))).toEqual(whole);
  });

  test('of the headers those that matter are kept, and nothing that lets anybody in', async () => {
    const behave = send([Buffer.concat([speech.says('hi'), speech.ends])], {
      type: speech.type, headers: { 'x-request-id': 'req_1', 'request-id': 'req_2', 'x-ratelimit-remaining-tokens': '99', 'anthropic-ratelimit-requests-limit': '50', 'set-cookie': 'session=abc', 'x-api-key': 'abc', 'openai-organization': 'org', 'x-echo': KEY, server: `nginx ${KEY}` },
    });
    const { response } = onlyExchange(await callRecorded(speech, (await startFaultServer(behave)).url));
    expect(response?.headers).toMatchObject({ 'content-type': speech.type, 'x-request-id': 'req_1', 'request-id': 'req_2', 'x-ratelimit-remaining-tokens': '99', 'anthropic-ratelimit-requests-limit': '50', server: 'nginx [redacted]' });
    for (const name of ['set-cookie', 'x-api-key', 'openai-organization', 'x-echo']) expect(response?.headers).not.toHaveProperty(name);
  });
});

test('credentials in the query of an address are taken out, and the rest of it stays', () => {
  const log = createWireLog();
  const exchange = log.begin({ method: 'POST', url: new URL('https://gateway.example/v1?api-version=2026-01-01&api-key=hunter2hunter2'), headers: { Authorization: 'Bearer x', Cookie: 'a=b', Accept: '*/*' }, body: '' }, createRedactor(null));
  exchange.answered(302, { location: 'https://login.example/?token=hunter2hunter2&next=a', 'set-cookie': ['a=b'] });
  expect(onlyExchange({ record: JSON.parse(log.seal() ?? '') as WireRecord })).toMatchObject({
    request: { url: 'https://gateway.example/v1?api-version=2026-01-01&api-key=%5Bredacted%5D', headers: { accept: '*/*' } }, response: { headers: { location: 'https://login.example/?token=%5Bredacted%5D&next=a' } },
  });
  expect(log.seal()).not.toMatch(/Bearer|a=b|hunter2/);
});

test('what has come is read before the fault is told, however late somebody reads', async () => {
  const server = await startFaultServer(send([Buffer.from('half')], destroy));
  const { chunks } = await postText(new URL(server.url), {}, '', new AbortController().signal);
  await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(String((await chunks.next()).value)).toBe('half');
  await expect(chunks.next()).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a server is held up when nobody reads, and goes on when somebody does', async () => {
  const piece = Buffer.alloc(64 * 1024, 'x');
  let left = 512;
  const server = await startFaultServer((response) => {
    const more = (): void => {
      while (left-- > 0) if (!response.write(piece)) return void response.once('drain', more);
      response.end();
    };
    more();
  });
  const { chunks } = await postText(new URL(server.url), {}, '', new AbortController().signal);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(left, 'most of it is still to come').toBeGreaterThan(200);
  let size = 0;
  for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) size += step.value.length;
  expect(size).toBe(512 * piece.length);
});

test('only the first end counts: what a closed connection says afterwards changes nothing', () => {
  const log = createWireLog();
  const exchange = log.begin({ method: 'POST', url: new URL('http://127.0.0.1/'), headers: {}, body: '' }, createRedactor(null));
  exchange.end('closed', 'Runner.Timeout');
  exchange.end('broken', 'ECONNRESET');
  expect(onlyExchange({ record: JSON.parse(log.seal() ?? '') as WireRecord }).end).toEqual({ at: expect.any(Number) as number, how: 'closed', why: 'Runner.Timeout' });
});

test('what is very long is cut, and the record says by how much', () => {
  const log = createWireLog();
  const url = new URL('http://127.0.0.1/');
  const body = `${'ü'.repeat(LARGEST_KEPT / 2)}üx`;
  const exchange = log.begin({ method: 'POST', url, headers: {}, body }, createRedactor(null));
  exchange.answered(200, {});
  for (let i = 0; i < 5; i++) exchange.chunk(Buffer.alloc(1024 * 1024, 'y'));
  exchange.end('complete');
  const { request, response } = onlyExchange({ record: JSON.parse(log.seal() ?? '') as WireRecord });
  expect([Buffer.byteLength(request.body), request.omitted]).toEqual([LARGEST_KEPT, 3]);
  const kept = response?.chunks.reduce((sum, chunk) => sum + ('text' in chunk ? chunk.text.length : 0), 0) ?? 0;
  expect(kept).toBeLessThanOrEqual(LARGEST_KEPT);
  expect(kept + (response?.omitted ?? 0)).toBe(5 * 1024 * 1024);
});

test('any bytes in any pieces come back as they were', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 12 }), { maxLength: 12 }), fc.array(fc.string({ unit: 'binary', maxLength: 6 }), { maxLength: 8 }), (raw, texts) => {
    const pieces = [...raw, ...texts.flatMap((text) => Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte)))];
    const log = createWireLog();
    const exchange = log.begin({ method: 'POST', url: new URL('http://127.0.0.1/'), headers: {}, body: '' }, createRedactor(KEY));
    exchange.answered(200, {});
    for (const piece of pieces) exchange.chunk(piece);
    const record = onlyExchange({ record: JSON.parse(log.seal() ?? '') as WireRecord });
    expect(bytesOf(record)).toEqual(Buffer.concat(pieces));
    expect(record.response?.chunks).toHaveLength(pieces.filter(({ length }) => length > 0).length);
  }));
});
