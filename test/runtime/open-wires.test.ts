import { describe, expect, test } from 'vitest';
import type { WireRecord } from '../../protocol/wire-record.ts';
import { createSecrets, halt, pruneLedger } from '../../runtime/index.ts';
import { unpackWire } from '../../runtime/ledger/wire-store.ts';
import { answerWith, chunk, send, sse, startFaultServer, usage, type FaultServer } from '../models/fault-server.ts';
import { bytesOf, KEY, onlyExchange } from '../models/wire-kit.ts';
import { idIn, launchProcess, secondRuntime, until, workflow, Workshop } from './workshop.ts';

/** What was heard of a call is not lost because somebody else has to close it: another process that halts, or one that goes on after a crash. */

const PATIENCE = 60_000;
const HALF = sse(chunk(`half ${KEY}`), chunk(' and more'));
const says = send([HALF], { type: 'text/event-stream', then: () => undefined });
const GOOD = answerWith(chunk('whole', 'stop'), usage(20, 3));

function shopFor(server: FaultServer): Workshop {
  return new Workshop({ models: { defaultModel: 'openai:m', tiers: {} }, endpoints: { openai: `${server.url}/v1` }, secrets: createSecrets((name) => (name === 'OPENAI_API_KEY' ? KEY : null)) });
}

/** Resolves when all that the server says is written down, of so many calls. */
async function heard({ runtime: { ledger } }: Workshop, calls: number): Promise<void> {
  const packed = ledger.db.prepare<[], Buffer>('SELECT data FROM open_wires').pluck();
  await until(() => packed.all().filter((data) => unpackWire(data).includes(' and more')).length === calls, `${calls} calls, written down on the way`, PATIENCE);
}

/** Of every lost call what is known of it. */
function lostWires(shop: Workshop, run: string): WireRecord[] {
  return shop.events(run).flatMap((event) => {
    if (event.kind !== 'lost') return [];
    const stored = event.wire === undefined ? null : shop.runtime.ledger.wires.read(event.wire.hash);
    return stored?.kind === 'text' ? [JSON.parse(stored.text) as WireRecord] : [{ version: 1 as const, exchanges: [] }];
  });
}

function expectHalf(record: WireRecord): void {
  const exchange = onlyExchange({ record });
  expect(exchange.end.how).toBe('open');
  expect(exchange.request.body).toContain('"role":"user"');
  expect(bytesOf(exchange).toString()).toBe(sse(chunk('half [redacted]'), chunk(' and more')).toString());
}

const two = workflow(['x', 'y']);

test('a halt by another process leaves what came until then, of every call in flight, under the chain of the run', { timeout: 2 * PATIENCE }, async () => {
  const shop = shopFor(await startFaultServer(says));
  const handle = shop.launch(two);
  await heard(shop, 2);
  const other = secondRuntime(shop);
  expect(halt(other.runtime, { run: handle.id, hold: false }).halted).toEqual([handle.id]);
  const wires = lostWires(other, handle.id);
  expect(wires).toHaveLength(2);
  wires.forEach(expectHalf);
  expect((await handle.result).status).toBe('halted');
  other.expectSound();
  expect(shop.count('open_wires')).toBe(0);
});

/** A ledger whose run has two calls under way, and nobody left who drives it. */
async function killedInMidCall(): Promise<{ server: FaultServer; shop: Workshop; run: string }> {
  const server = await startFaultServer(says);
  const shop = shopFor(server);
  const child = launchProcess({ verb: 'start', ledger: shop.file, workflow: two, openai: `${server.url}/v1` });
  const run = idIn(await child.message('driving'));
  await heard(shop, 2);
  child.child.kill('SIGKILL');
  await child.ended;
  return { server, shop, run };
}

describe('a process that is killed', () => {
  test('leaves what it had heard, for whoever goes on: in the step of the lost call, and the new one has its own', { timeout: 5 * PATIENCE }, async () => {
    const { server, shop, run } = await killedInMidCall();
    expect(lostWires(shop, run)).toEqual([]);
    server.behave = GOOD;
    shop.runtime.ledger.db.prepare('UPDATE runs SET lease_at = lease_at - 10000 WHERE lease_at IS NOT NULL').run();
    expect((await shop.runtime.resume(shop.runtime.find(run)).result).status).toBe('completed');
    const lost = lostWires(shop, run);
    expect(lost.map((record) => onlyExchange({ record }).end.how)).toEqual(['open', 'open']);
    const steps = shop.steps(run).filter(({ kind }) => kind === 'llm');
    expect(steps.map(({ error, wire_hash: hash }) => [error, hash !== null])).toEqual(expect.arrayContaining([['process.died', true], ['process.died', true], [null, true], [null, true]]));
    expect(new Set(steps.map(({ wire_hash: hash }) => hash)).size).toBeGreaterThan(2);
    shop.expectSound();
  });

  test('leaves it for a halt too', { timeout: 4 * PATIENCE }, async () => {
    const { shop, run } = await killedInMidCall();
    halt(shop.runtime, { run, hold: false });
    expect(lostWires(shop, run).map((record) => bytesOf(onlyExchange({ record })).includes(' and more'))).toEqual([true, true]);
    shop.expectSound();
  });
});

test('a window that closes leaves what was heard to the last', { timeout: 2 * PATIENCE }, async () => {
  const server = await startFaultServer(says);
  const shop = shopFor(server);
  // One call: of the first there is always time to write it down.
  const handle = shop.launch(workflow(['x']));
  let words = '';
  handle.subscribe(({ stage, message }) => { if (stage === 'agent.token') words += message; });
  await until(() => words.includes(' and more'), 'the answer', PATIENCE);
  shop.runtime.release();
  const later = secondRuntime(shop);
  halt(later.runtime, { run: handle.id, hold: false });
  const wires = lostWires(later, handle.id);
  expect(wires).toHaveLength(1);
  wires.forEach(expectHalf);
});

describe('what is written down on the way', () => {
  test('goes when the call is over, and holds no key', { timeout: 2 * PATIENCE }, async () => {
    let open = (): void => undefined;
    const server = await startFaultServer(send([HALF], { type: 'text/event-stream', then: (response) => { open = () => void response.end(sse(chunk('', 'stop'), usage(20, 3), '[DONE]')); } }));
    const shop = shopFor(server);
    // The second node keeps the run going, so that there is somebody to tidy up.
    const handle = shop.launch(workflow([{ id: 'x' }, { id: 'y', depends_on: ['x'] }]));
    await heard(shop, 1);
    expect(shop.runtime.ledger.db.prepare<[], Buffer>('SELECT data FROM open_wires').pluck().all().map(unpackWire).join()).not.toContain('canary');
    server.behave = says;
    const first = shop.row('SELECT reservation FROM open_wires');
    open();
    await until(() => server.seen.length === 2, 'the second call', PATIENCE);
    await until(() => shop.row('SELECT COUNT(*) AS n FROM open_wires WHERE reservation = ?', first['reservation'] as number)['n'] === 0, 'the first one gone', PATIENCE);
    halt(shop.runtime, { run: handle.id, hold: false });
    await handle.result;
  });

  test('is not kept of a run that has ended, and what a process left behind goes with a prune', async () => {
    const shop = new Workshop();
    const { run_id: run } = await shop.run(workflow(['x']));
    const { ledger } = shop.runtime;
    const wire = { hash: '0'.repeat(64), packed: Buffer.from('x') };
    const { key } = shop.runtime.find(run);
    ledger.write(() => ledger.openWires.keep(key, 1, wire));
    expect(shop.count('open_wires')).toBe(0);
    ledger.db.prepare('INSERT INTO open_wires (run, reservation, hash, data) VALUES (?, 1, zeroblob(32), ?)').run(key, wire.packed);
    pruneLedger(ledger, '2000-01-01T00:00:00Z');
    expect(shop.count('open_wires')).toBe(0);
  });
});
