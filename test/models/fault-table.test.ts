import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import type { WireRecord } from '../../protocol/wire-record.ts';
import { startOllama } from './catalog-server.ts';
import { refuse, send, startFaultServer, type Behaviour } from './fault-server.ts';
import { bytesOf, callRecorded, KEY, onlyExchange, SPEECHES, type Recorded, type Speech } from './wire-kit.ts';
import { dagbook, makeWorkspace } from '../cli/kit.ts';

/** Every fault, of every provider: its name, what it says of the wait, and never a key. */

interface Row {
  readonly what: string;
  readonly behave: (speech: Speech) => Behaviour;
  readonly name: string;
  readonly says?: RegExp;
  /** What its data hold, among others. */
  readonly data?: JsonObject;
  readonly idle?: true;
}

const status = (code: number, name: string, headers: Readonly<Record<string, string>> = {}): Row => ({ what: String(code), behave: () => refuse(code, `no ${KEY}`, null, headers), name, says: new RegExp(`\\(${code}\\)`), data: { status: code } });
const waits = (what: string, code: number, headers: () => Readonly<Record<string, string>>, least: number, most: number): Row & { readonly least: number; readonly most: number } =>
  ({ what, behave: () => (response, seen) => refuse(code, 'later', null, headers())(response, seen), name: 'Tool.TemporaryFailure', least, most });

const half = ({ says, type }: Speech, then: (response: Parameters<Behaviour>[0]) => void): Behaviour => send([says('half')], { type, then });
const garbled = ({ type, says }: Speech): Buffer => Buffer.concat([says('half'), Buffer.from(type === 'text/event-stream' ? 'data: {"a\n\n' : '{"a\n')]);
const inside = (speech: Speech, error: JsonObject): Buffer => Buffer.concat([speech.says('half'), Buffer.from(speech.type === 'text/event-stream' ? `data: ${JSON.stringify(error)}\n\n` : `${JSON.stringify(error)}\n`)]);

const ROWS: readonly Row[] = [
  status(400, 'States.TaskFailed'), status(401, 'States.Permissions'), status(402, 'Dagbook.ModelNotAvailable'), status(403, 'States.Permissions'), status(404, 'Dagbook.ModelNotAvailable'), status(408, 'Tool.TemporaryFailure'),
  status(409, 'Tool.TemporaryFailure'), status(410, 'Dagbook.ModelNotAvailable'), status(413, 'States.DataLimitExceeded'), status(422, 'States.TaskFailed'), status(425, 'Tool.TemporaryFailure'), status(429, 'Tool.TemporaryFailure'),
  status(500, 'Tool.TemporaryFailure'), status(501, 'States.TaskFailed'), status(502, 'Tool.TemporaryFailure'), status(503, 'Tool.TemporaryFailure'), status(504, 'Tool.TemporaryFailure'), status(529, 'Tool.TemporaryFailure'),
  { what: 'overloaded, in the middle', behave: (speech) => send([inside(speech, { type: 'error', error: { type: 'overloaded_error', message: `busy ${KEY}` } })], { type: speech.type }), name: 'Tool.TemporaryFailure', says: /broke off with an error: busy \[redacted\]/ },
  { what: 'malformed JSON', behave: (speech) => send([garbled(speech)], { type: speech.type }), name: 'Tool.TemporaryFailure', says: /cannot be read: \{"a/ },
  { what: 'a cut stream', behave: (speech) => half(speech, (response) => setTimeout(() => response.socket?.destroy(), 20)), name: 'Tool.TemporaryFailure', says: /ECONNRESET|broke off/ },
  { what: 'an end too early', behave: (speech) => half(speech, (response) => response.end()), name: 'Tool.TemporaryFailure', says: /broke off before its end/ },
  { what: 'no answer at all', behave: () => (response) => void response.socket?.destroy(), name: 'Tool.TemporaryFailure', says: /ECONNRESET/ },
  { what: 'a stalled stream', behave: (speech) => half(speech, () => undefined), name: 'Runner.Timeout', says: /sent nothing for/, idle: true },
  { what: 'a server that says nothing', behave: () => () => undefined, name: 'Runner.Timeout', says: /sent nothing for/, idle: true },
  { what: 'the wrong content type', behave: () => send([Buffer.from(`<p>${KEY}</p>`)], { type: 'text/html' }), name: 'Dagbook.ModelNotAvailable', says: /answered with text\/html and not with a stream/, data: { content_type: 'text/html' } },
  { what: 'what is packed and broken', behave: ({ type }) => send([Buffer.from('no gzip')], { type, headers: { 'content-encoding': 'gzip' } }), name: 'Tool.TemporaryFailure', says: /cannot be unpacked \(Z_DATA_ERROR\)/ },
  { what: 'what is packed and breaks off', behave: (speech) => send([gzipSync(Buffer.concat([speech.says('half'), speech.ends])).subarray(0, -20)], { type: speech.type, headers: { 'content-encoding': 'gzip' }, then: (response) => setTimeout(() => response.socket?.destroy(), 20) }), name: 'Tool.TemporaryFailure' },
];

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1_000).toUTCString();
const WAITS = [
  waits('in seconds', 429, () => ({ 'retry-after': '7' }), 7_000, 7_000), waits('in parts of a second', 429, () => ({ 'retry-after': '0.5' }), 500, 500), waits('as a date', 429, () => ({ 'retry-after': inSeconds(40) }), 10_000, 40_000),
  waits('as a date that is over', 503, () => ({ 'retry-after': inSeconds(-40) }), 0, 0), waits('in milliseconds', 429, () => ({ 'retry-after-ms': '1500' }), 1_500, 1_500), waits('in milliseconds beside seconds', 529, () => ({ 'retry-after': '2', 'retry-after-ms': '1500' }), 1_500, 1_500),
  waits('of a year', 503, () => ({ 'retry-after': '31536000' }), 86_400_000, 86_400_000),
];

function errorOf({ outcome }: Recorded): { readonly name: string; readonly message: string; readonly data: JsonObject } {
  if (outcome.status !== 'error') throw new Error(`expected an error: ${JSON.stringify(outcome)}`);
  return { ...outcome.error, data: (outcome.error.data ?? {}) as JsonObject };
}

describe.each(SPEECHES)('$provider', (speech) => {
  test.each(ROWS)('$what', async ({ behave, name, says, data = {}, idle }) => {
    const server = await startFaultServer(behave(speech));
    const recorded = await callRecorded(speech, server.url, { idleSeconds: idle === undefined ? 30 : 0.15 });
    const error = errorOf(recorded);
    expect(error).toMatchObject({ name, data });
    if (says !== undefined) expect(error.message).toMatch(says);
    // Who refuses a request as it comes has read none of it; whoever has begun may have.
    const refused = typeof error.data['status'] === 'number' && error.data['status'] < 500;
    expect(recorded.outcome.usage).toEqual(refused ? { promptTokens: 0, outputTokens: 0, source: 'reported' } : { promptTokens: expect.any(Number) as number, outputTokens: expect.any(Number) as number, source: 'estimated' });
    if (!refused) expect(recorded.outcome.usage.promptTokens).toBeGreaterThan(0);
    expect(JSON.stringify(recorded)).not.toContain('canary');
    // A busy machine may not have read the request before the silence was over.
    expect(server.seen.length).toBeLessThanOrEqual(1);
    if (idle === undefined) expect(server.seen).toHaveLength(1);
  });

  test.each(WAITS)('how long to wait, $what', async ({ behave, least, most }) => {
    const { name, data } = errorOf(await callRecorded(speech, (await startFaultServer(behave(speech))).url));
    expect(name).toBe('Tool.TemporaryFailure');
    expect(data['retry_after_ms']).toBeGreaterThanOrEqual(least);
    expect(data['retry_after_ms']).toBeLessThanOrEqual(most);
  });

  test('nobody there, and nobody who is trusted', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const nobody = await callRecorded(speech, `http://127.0.0.1:${port}`);
    expect(nobody.outcome.usage).toEqual({ promptTokens: 0, outputTokens: 0, source: 'reported' });
    expect(errorOf(nobody)).toMatchObject({ name: 'Tool.TemporaryFailure', message: `Nothing listens at 127.0.0.1:${port} (ECONNREFUSED).` });
    const server = await startFaultServer();
    expect(errorOf(await callRecorded(speech, server.url.replace('http:', 'https:')))).toMatchObject({ name: 'Dagbook.ModelNotAvailable', message: expect.stringContaining('No trusted connection to') as string });
    expect(errorOf(await callRecorded(speech, 'http://nobody.invalid'))).toMatchObject({ name: expect.stringMatching(/^(Dagbook\.ModelNotAvailable|Tool\.TemporaryFailure)$/) as string, message: expect.stringContaining('nobody.invalid') as string });
  });

  test.each([301, 302, 303, 307, 308])('a redirection (%d) is not followed: nobody else gets the key', async (code) => {
    const other = await startFaultServer();
    const server = await startFaultServer(send([], { status: code, headers: { location: `${other.url}/v1/elsewhere` } }));
    const recorded = await callRecorded(speech, server.url);
    expect(errorOf(recorded)).toMatchObject({ name: 'Dagbook.ModelNotAvailable', message: `The provider answered with a redirection (${code}), which is not followed.`, data: { status: code } });
    expect(other.accepted).toBe(0);
    expect(onlyExchange(recorded).response?.headers).toMatchObject({ location: `${other.url}/v1/elsewhere` });
  });

  test.each([['gzip', gzipSync], ['x-gzip', gzipSync], ['deflate', deflateSync], ['br', brotliCompressSync]] as const)('an answer that comes packed (%s), though nobody asked for it, is unpacked, in whatever pieces, and its record holds no key', async (encoding, pack) => {
    const whole = Buffer.concat([speech.says('Grüße 😀'), speech.says(` ${KEY}`), speech.ends]);
    const packed = pack(whole);
    for (const pieces of [[packed], Array.from(packed, (byte) => Uint8Array.of(byte))]) {
      const server = await startFaultServer(send(pieces, { type: speech.type, headers: { 'content-encoding': encoding } }));
      const recorded = await callRecorded(speech, server.url);
      expect(recorded.outcome).toMatchObject({ status: 'ok', text: 'Grüße 😀 [redacted]' });
      expect(recorded.text).not.toContain('canary');
      expect(bytesOf(onlyExchange(recorded)).toString()).toContain('Grüße 😀');
    }
  });

  test('a packed answer is shown as it comes', async () => {
    const { gzip } = await flushed(speech.says('first'));
    const server = await startFaultServer(send([gzip], { type: speech.type, headers: { 'content-encoding': 'gzip' }, then: () => undefined }));
    const controller = new AbortController();
    const call = callRecorded(speech, server.url, { signal: controller.signal });
    await expect.poll(() => server.seen.length, { timeout: 30_000 }).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    controller.abort();
    expect(bytesOf(onlyExchange(await call))).toEqual(speech.says('first'));
  });

  test('a server that closes its idle connections costs no call', async () => {
    const server = await startFaultServer(send([Buffer.concat([speech.says('hi'), speech.ends])], { type: speech.type, then: (response) => { const { socket } = response; response.end(() => setTimeout(() => socket?.destroy(), 30)); } }));
    for (let n = 1; n <= 3; n++) {
      expect((await callRecorded(speech, server.url)).outcome.status).toBe('ok');
      await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
    }
    expect(server.seen).toHaveLength(3);
  });

  test('one that answers again and again is asked over one connection', async () => {
    const server = await startFaultServer(send([Buffer.concat([speech.says('hi'), speech.ends])], { type: speech.type }));
    for (let n = 1; n <= 3; n++) expect((await callRecorded(speech, server.url)).outcome.status).toBe('ok');
    expect(server.accepted).toBe(1);
  });
});

/** The beginning of a packed stream that goes on. */
async function flushed(bytes: Buffer): Promise<{ readonly gzip: Buffer }> {
  const { createGzip } = await import('node:zlib');
  const stream = createGzip();
  const pieces: Buffer[] = [];
  stream.on('data', (piece: Buffer) => pieces.push(piece));
  stream.write(bytes);
  await new Promise<void>((resolve) => stream.flush(() => resolve()));
  return { gzip: Buffer.concat(pieces) };
}

describe('a proxy that the environment names', () => {
  test('is asked for what is elsewhere, and gets nothing of what is on this machine', { timeout: 240_000 }, async () => {
    const proxy = await startFaultServer(send([Buffer.from('{"data":[{"id":"far"}]}')], { type: 'application/json' }));
    const near = await startOllama('near');
    const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '', no_proxy: '', OPENAI_API_KEY: 'canary-key-0123456789', OLLAMA_HOST: '127.0.0.1:1' };
    const list = async (base: string): Promise<string> => (await dagbook(['models', 'list', 'openai', '--json'], makeWorkspace({ 'configs/x': '' }), { ...env, OPENAI_BASE_URL: base })).stdout;
    expect(await list('http://models.example/v1')).toContain('"far"');
    expect(proxy.seen.map(({ path }) => path)).toEqual(['http://models.example/v1/models']);
    expect(await list(`${near.url}/v1`)).toContain('"near"');
    expect(proxy.seen).toHaveLength(1);
  });
});

test('no wire record is left open by any of them', async () => {
  const [speech] = SPEECHES;
  if (speech === undefined) throw new Error('unreachable');
  const ends: string[] = [];
  for (const { behave, idle } of ROWS) {
    const { text } = await callRecorded(speech, (await startFaultServer(behave(speech))).url, { idleSeconds: idle === undefined ? 30 : 0.15 });
    ends.push(...(JSON.parse(text ?? '{"exchanges":[]}') as WireRecord).exchanges.map(({ end }) => end.how));
  }
  expect(ends).toHaveLength(ROWS.length);
  expect(ends).not.toContain('open');
});
