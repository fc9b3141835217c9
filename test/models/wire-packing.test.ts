import { describe, expect, test } from 'vitest';
import { packNow, WirePacker } from '../../runtime/durable/wire-packer.ts';
import { packWire, unpackWire } from '../../runtime/ledger/wire-store.ts';
import { createRedactorOf } from '../../runtime/models/redact-secret.ts';
import { atOnce } from '../../runtime/models/steps.ts';
import { createWireLog, type WireLog } from '../../runtime/models/wire-log.ts';
import { chunk, sse } from './fault-server.ts';
import { KEY } from './wire-kit.ts';

/** A long record is made beside other work, and is the same as one that is made at once. */

const SECRETS = [KEY, 'another-secret-0123456789'];

/** A stream of so many bytes; every so many words the key comes, whole and in halves. */
function logOf(size: number, every = 50): WireLog {
  const log = createWireLog();
  const exchange = log.begin({ method: 'POST', url: new URL('http://127.0.0.1/'), headers: {}, body: JSON.stringify({ messages: ['x'.repeat(size / 4), KEY] }) }, createRedactorOf(() => SECRETS));
  exchange.answered(200, {});
  for (let bytes = 0, word = 1; bytes < size; word++) {
    const texts = word % every !== 0 ? [`word${word} `] : word % (2 * every) === 0 ? [KEY] : [KEY.slice(0, 9), KEY.slice(9)];
    for (const text of texts) {
      const piece = sse(chunk(text));
      exchange.chunk(piece);
      bytes += piece.length;
    }
  }
  exchange.end('complete');
  return log;
}

test.each([1_000, 100_000, 1_000_000])('a record of %d bytes is the same, whether it is made at once or in steps', async (size) => {
  const log = logOf(size);
  const wire = await new WirePacker().pack(log);
  expect(wire).toEqual(packNow(log));
  expect(wire).toEqual(packWire(log.seal() ?? ''));
  const text = unpackWire(wire?.packed ?? new Uint8Array());
  expect(text).toContain('[redacted]');
  expect(text).not.toContain('canary');
});

test('a short record is packed at once, a long one makes room for others', () => {
  const packer = new WirePacker();
  expect(packer.pack(logOf(1_000))).not.toBeInstanceOf(Promise);
  expect(packer.pack(createWireLog())).toBeUndefined();
  expect(packer.pack(logOf(100_000))).toBeInstanceOf(Promise);
});

describe('a record of four megabytes', () => {
  test('is made in many small steps, however often a key is in it', () => {
    for (const every of [1_000_000, 2]) {
      const steps = logOf(4_000_000, every).sealing();
      let count = 0;
      for (let step = steps.next(); step.done !== true; step = steps.next()) count++;
      expect(count).toBeGreaterThan(1_000);
    }
  });

  test('lets timers have their turn while it is made, and others that wait are made after it', async () => {
    const packer = new WirePacker();
    const order: string[] = [];
    const done = (['first', 'second'] as const).map(async (name) => {
      await packer.pack(logOf(4_000_000));
      order.push(name);
    });
    let turns = 0;
    const timer = setInterval(() => { turns++; }, 1);
    await Promise.all(done);
    clearInterval(timer);
    expect(order).toEqual(['first', 'second']);
    expect(turns).toBeGreaterThan(10);
  });
});

test('what is heard while a record is made is not in it', () => {
  const log = createWireLog();
  const exchange = log.begin({ method: 'POST', url: new URL('http://127.0.0.1/'), headers: {}, body: '{}' }, createRedactorOf(() => SECRETS));
  exchange.answered(200, {});
  exchange.chunk(Buffer.from('one'));
  const size = log.size;
  const steps = log.sealing('open');
  steps.next();
  exchange.chunk(Buffer.from('two'));
  exchange.end('complete');
  const text = atOnce(steps) ?? '';
  expect(text).toContain('one');
  expect(text).not.toContain('two');
  expect(text).toContain('"how":"open"');
  expect(log.size).toBeGreaterThan(size);
  expect(log.seal()).toContain('"how":"complete"');
});
