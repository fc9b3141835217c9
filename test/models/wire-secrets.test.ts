import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireRecord } from '../../protocol/wire-record.ts';
import { createRedactor } from '../../runtime/models/redact-secret.ts';
import { createWireLog } from '../../runtime/models/wire-log.ts';
import { send, startFaultServer } from './fault-server.ts';
import { bytesOf, callRecorded, KEY, onlyExchange, SPEECHES, type Speech } from './wire-kit.ts';

/** A key is in no record, wherever it came from and however it was cut; pieces and times stay as they were. */

const byNumber = (spell: (hex: string) => string, which: (at: number) => boolean = () => true): string => Array.from(KEY, (character, at) => (which(at) ? spell(character.charCodeAt(0).toString(16)) : JSON.stringify(character).slice(1, -1))).join('');

const FORMS: readonly (readonly [name: string, form: string])[] = [
  ['as it is', KEY], ['in JSON', JSON.stringify(KEY).slice(1, -1)], ['in JSON within JSON', JSON.stringify(JSON.stringify(KEY)).slice(3, -3)], ['in an address', encodeURIComponent(KEY)],
  ['in hex', Buffer.from(KEY).toString('hex')], ['in base64', Buffer.from(KEY).toString('base64')], 
  // Nobody has to spell letters so, but whoever means to may.
  ['in JSON, by numbers alone', byNumber((hex) => `\\u00${hex}`)], ['in JSON within JSON, by numbers alone', byNumber((hex) => `\\\\u00${hex}`)], ['in JSON, every third by its number', byNumber((hex) => `\\u00${hex}`, (at) => at % 3 === 0)],
  ['in an address, by numbers alone', byNumber((hex) => `%${hex}`)], ['on a page, by numbers alone', byNumber((hex) => `&#x${hex};`)], ['on a page, by decimal numbers', byNumber((hex) => `&#${Number.parseInt(hex, 16)};`)],
  // What stands before and behind it has a share in its first and last characters.
  ['in base64 behind one byte', Buffer.from(`x${KEY}yz`).toString('base64').slice(2, Math.floor(((KEY.length + 1) * 8) / 6))],
];

/** So much of a key, one after the other, gives it away. */
const TELLING = 8;

function expectNoKey(text: string | null, what: string): void {
  expect(text, what).not.toContain('canary');
  for (const [, form] of FORMS) for (let at = 0; at + TELLING <= form.length; at++) expect(text, what).not.toContain(form.slice(at, at + TELLING));
}

function recordOf(chunks: readonly Uint8Array[]): { readonly text: string; readonly record: WireRecord } {
  const log = createWireLog();
  const exchange = log.begin({ method: 'POST', url: new URL('http://127.0.0.1/'), headers: {}, body: '' }, createRedactor(KEY));
  exchange.answered(200, {});
  for (const chunk of chunks) exchange.chunk(chunk);
  const text = log.seal() ?? '';
  return { text, record: JSON.parse(text) as WireRecord };
}

/** Pieces of a body, cut at some places. */
function cutAt(body: Buffer, ...places: readonly number[]): Buffer[] {
  const edges = [0, ...places.toSorted((a, b) => a - b), body.length];
  return edges.slice(1).map((end, i) => body.subarray(edges[i], end)).filter(({ length }) => length > 0);
}

describe.each(FORMS)('a key that comes back %s', (_name, form) => {
  test('is gone wherever the edge of two chunks falls, and all else is there', () => {
    const body = Buffer.from(`Grüße ${form} 😀 s`);
    for (let at = 0; at <= body.length; at++) {
      const chunks = cutAt(body, at);
      const { text, record } = recordOf(chunks);
      expectNoKey(text, `cut at ${at}`);
      const exchange = onlyExchange({ record });
      expect(bytesOf(exchange).toString(), `cut at ${at}`).toMatch(/^Grüße \[redacted\] 😀 s$/);
      expect(exchange.response?.chunks).toHaveLength(chunks.length);
    }
  });

  test('is gone in single bytes', () => {
    const { text, record } = recordOf(Array.from(Buffer.from(`a ${form} b`), (byte) => Uint8Array.of(byte)));
    expectNoKey(text, 'single bytes');
    expect(onlyExchange({ record }).response?.chunks).toHaveLength(Buffer.byteLength(form) + 4);
  });

  test('is gone where the body breaks off inside of it', () => {
    for (let length = TELLING; length <= form.length; length++) expectNoKey(recordOf([Buffer.from(`half: ${form.slice(0, length)}`)]).text.replace('half', ''), `the first ${length}`);
  });
});

describe.each(SPEECHES)('$provider', (speech: Speech) => {
  test('a key that the model says in pieces, however small, is in no event', async () => {
    for (const size of [1, 2, 3, 5, 9, 14]) {
      const pieces = KEY.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
      const before = [speech.says('Your key is '), speech.says('this: ')];
      const after = [speech.says(' and that is all.'), speech.ends];
      const sent = [...before, ...pieces.map((piece) => speech.says(piece)), ...after];
      const server = await startFaultServer(send([Buffer.concat(sent)], { type: speech.type }));
      const recorded = await callRecorded(speech, server.url);
      expect(recorded.outcome).toMatchObject({ status: 'ok', text: 'Your key is this: [redacted] and that is all.' });
      expectNoKey(recorded.text, `pieces of ${size}`);
      const bytes = bytesOf(onlyExchange(recorded)).toString();
      expect(bytes.startsWith(Buffer.concat(before).toString())).toBe(true);
      expect(bytes.endsWith(Buffer.concat(after).toString())).toBe(true);
      // One mask in the place of all pieces, and as many events as there were.
      expect(bytes.split('[redacted]')).toHaveLength(2);
      expect(bytes.split('\n')).toHaveLength(Buffer.concat(sent).toString().split('\n').length);
      await server.close();
    }
  });

  test('a key in what was asked, in an error, in headers and in an address is gone as well', async () => {
    const server = await startFaultServer(send([Buffer.from(JSON.stringify({ error: { message: `Wrong key ${KEY}` } }))], { status: 401, type: 'application/json', headers: { server: KEY, location: `https://x.example/?token=${encodeURIComponent(KEY)}&a=${encodeURIComponent(KEY)}` } }));
    const recorded = await callRecorded(speech, server.url, { content: `My key is ${KEY}.` });
    expect(JSON.stringify(server.seen.at(-1)?.headers)).toContain('canary');
    expectNoKey(recorded.text, 'everywhere');
    expect(onlyExchange(recorded).request.body).toContain('My key is [redacted].');
    expect(bytesOf(onlyExchange(recorded)).toString()).toBe('{"error":{"message":"Wrong key [redacted]"}}');
  });
});

test('keys amid anything, cut anywhere, also amid what is no text: no key, as many pieces, and every other byte', () => {
  const clean = fc.uint8Array({ maxLength: 10 }).map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0x5b ? 0x20 : byte))));
  const part = fc.oneof({ weight: 3, arbitrary: clean.map((bytes) => ({ bytes, key: false })) }, { weight: 1, arbitrary: fc.constant({ bytes: Buffer.from(` ${KEY} `), key: true }) });
  fc.assert(fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(400), { maxLength: 12 }), (parts, places) => {
    const body = Buffer.concat(parts.map(({ bytes }) => bytes));
    const chunks = cutAt(body, ...new Set(places.filter((place) => place < body.length)));
    const { text, record } = recordOf(chunks);
    expectNoKey(text, body.toString('latin1'));
    const exchange = onlyExchange({ record });
    expect(exchange.response?.chunks).toHaveLength(chunks.length);
    expect(bytesOf(exchange).toString('latin1')).toBe(parts.map(({ bytes, key }) => (key ? ' [redacted] ' : bytes.toString('latin1'))).join(''));
  }), { numRuns: 500 });
});

test('spread over the arguments of a tool call and over thoughts, it is gone too', () => {
  const events = [
    ...Array.from(KEY, (character) => ({ choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: JSON.stringify(character).slice(1, -1) } }] } }] })),
    ...Array.from(KEY, (character) => ({ type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: character } })),
    { choices: [{ message: { content: [{ type: 'text', text: KEY.slice(0, 10) }, { type: 'text', text: KEY.slice(10) }] } }] },
  ];
  const { text } = recordOf([Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\r\n\r\n`).join(''))]);
  expectNoKey(text, 'spread');
  expect((JSON.parse(text) as WireRecord).exchanges[0]?.response?.chunks).toHaveLength(1);
  expect(text.split('thinking_delta')).toHaveLength(KEY.length + 1);
});

describe('a body that breaks off inside of an event', () => {
  const piece = (text: string): Buffer => Buffer.from(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] })}\n\n`);

  test('holds nothing of a key that began in an event before', () => {
    for (const head of [1, 3, 6]) {
      const last = piece(KEY.slice(head));
      for (let end = 0; end <= last.length; end++) {
        const chunks = [piece('so: '), piece(KEY.slice(0, head)), last.subarray(0, end)];
        const { text, record } = recordOf(chunks);
        expectNoKey(text, `after ${head}, at ${end}`);
        expect(bytesOf(onlyExchange({ record })).subarray(0, chunks[0]?.length)).toEqual(chunks[0]);
      }
    }
  });
});

test.each([['\n'], ['\r\n'], ['\r']])('events whose data takes several lines (%j) are read as one', (end) => {
  const event = (text: string): string => `${JSON.stringify({ delta: { text } }, null, 1).split('\n').map((line) => `data: ${line}`).join(end)}${end}${end}`;
  const { text, record } = recordOf([Buffer.from(event('before') + Array.from(KEY, event).join('') + event('after'))]);
  expectNoKey(text, 'several lines');
  const bytes = bytesOf(onlyExchange({ record })).toString();
  expect(bytes.startsWith(event('before')) && bytes.endsWith(event('after'))).toBe(true);
  expect(bytes.split('[redacted]'), 'single characters are found by what they make').toHaveLength(2);
});

test('a text that its server has cut within a key holds no part of it, though its event goes on', () => {
  for (const [, form] of FORMS) {
    for (let kept = TELLING + 4; kept < form.length; kept += 5) {
      const error = JSON.stringify({ error: { message: `You sent ${form.slice(0, kept)}`, code: 400 } });
      expectNoKey(recordOf([Buffer.from(error)]).text, `${kept} of ${form}`);
      expectNoKey(recordOf([Buffer.from(`data: ${error}\n\ndata: [DONE]\n\n`)]).text, `${kept} of ${form}, in an event`);
    }
  }
});

test('parts of a whole answer, written over many lines, are put together', () => {
  const body = JSON.stringify({ choices: [{ message: { content: [{ type: 'text', text: KEY.slice(0, 10) }, { type: 'text', text: KEY.slice(10) }] } }] }, null, 2);
  const { text } = recordOf(cutAt(Buffer.from(body), 20, 60));
  expectNoKey(text, 'parts');
});
