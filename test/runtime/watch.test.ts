import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HEARTBEAT_MS } from '../../runtime/durable/lease.ts';
import { answerRun, halt } from '../../runtime/index.ts';
import { secondRuntime, until, workflow, Workshop } from './workshop.ts';
import type { Document } from './workshop.ts';

/**
 * What a process does, look by look, about the runs it drives: how often it shows that it lives, and when it notices what
 * others have done. Clock and looks are a test's own, so that nothing happens between them.
 */

class Clock {
  at = Date.UTC(2026, 0, 1);
  readonly now = (): number => this.at;
}

/** One look of the watch. */
function look(): void {
  vi.advanceTimersByTime(100);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A run whose one call never ends, with a process that watches over it and has looked once. */
async function watched(clock: Clock, more: Document = {}): Promise<{ shop: Workshop; run: string; ended: () => boolean; result: ReturnType<Workshop['run']> }> {
  const shop = new Workshop({ now: clock.now, awake: clock.now });
  shop.provider.reply = () => new Promise(() => undefined);
  const { id: run, result } = shop.launch(workflow(['n'], more));
  let ended = false;
  void result.then(() => { ended = true; });
  await until(() => shop.provider.calls.length === 1, 'the call');
  look();
  return { shop, run, ended: () => ended, result };
}

/** A turn of the loop: whoever was told to stop has stopped. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the sign of life of a running run', () => {
  test('is given every 2 s: neither sooner, which would be a write for nothing, nor later', async () => {
    const clock = new Clock();
    const { shop, run } = await watched(clock);
    const beaten = (): number | null => shop.runtime.find(run).lease_at;
    for (let beat = 0; beat < 3; beat++) {
      const last = clock.at;
      expect(beaten()).toBe(last);
      clock.at += HEARTBEAT_MS - 1;
      look();
      expect(beaten()).toBe(last);
      clock.at += 1;
      look();
    }
    expect(HEARTBEAT_MS).toBe(2_000);
  });

  test('is given by no run that waits: it holds no lease, and must not get one', async () => {
    const clock = new Clock();
    const shop = new Workshop({ now: clock.now, awake: clock.now });
    const handle = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
    await until(() => shop.status(handle.id) === 'waiting', 'the question');
    for (let i = 0; i < 3; i++) {
      clock.at += HEARTBEAT_MS;
      look();
    }
    expect(shop.runtime.find(handle.id)).toMatchObject({ status: 'waiting', lease_owner: null, lease_at: null });
  });

  test('tells a process that its run was taken: it lets go, and renews nothing', async () => {
    const clock = new Clock();
    const { shop, run, result } = await watched(clock, { halt_check_seconds: 3_600 });
    const { ledger } = shop.runtime;
    // By this very connection, so that no look sees a commit of somebody else.
    ledger.write(() => ledger.runs.take(shop.runtime.find(run), { owner: 'somebody@elsewhere:1', at: clock.at }));
    const taken = clock.at;
    clock.at += HEARTBEAT_MS;
    look();
    expect(await result).toMatchObject({ status: 'running' });
    expect(shop.runtime.find(run)).toMatchObject({ lease_owner: 'somebody@elsewhere:1', lease_at: taken, epoch: 1 });
  });
});

describe('the next look sees what another process has committed, whatever halt_check_seconds says:', () => {
  test('a halt', async () => {
    const { shop, run, ended, result } = await watched(new Clock(), { halt_check_seconds: 3_600 });
    halt(secondRuntime(shop).runtime, { run, hold: false });
    await turn();
    expect(ended(), 'nobody has looked yet').toBe(false);
    look();
    expect(await result).toMatchObject({ status: 'halted' });
  });

  test('an answer, and the run goes on here', async () => {
    const clock = new Clock();
    const shop = new Workshop({ now: clock.now, awake: clock.now });
    const handle = shop.launch(workflow([{ id: 'ok', human: { form: {} } }, { id: 'next', depends_on: ['ok'] }], { halt_check_seconds: 3_600 }));
    await until(() => shop.status(handle.id) === 'waiting', 'the question');
    look();
    const other = secondRuntime(shop);
    const { ledger } = other.runtime;
    const { key } = other.runtime.find(handle.id);
    const asked = other.events(handle.id).find((event) => event.kind === 'asked')!;
    ledger.write(() => ledger.answer({ run: key, seq: asked.seq, value: '{"yes":true}', answered_by: 'ana@elsewhere:1', answered_at: new Date(clock.at).toISOString() }));
    look();
    expect(await handle.result).toMatchObject({ status: 'completed', output: { next: 'answer to next' } });
    expect(shop.provider.calls).toEqual(['next']);
    expect(other.provider.calls).toEqual([]);
  });

  test('an answer that was given here is seen at once', async () => {
    const clock = new Clock();
    const shop = new Workshop({ now: clock.now, awake: clock.now });
    const handle = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
    await until(() => shop.status(handle.id) === 'waiting', 'the question');
    expect(answerRun(shop.runtime, handle.id, 'ok', {}), 'it is driven here already').toBeNull();
    expect(await handle.result).toMatchObject({ status: 'completed' });
  });
});

test('halt_check_seconds is the longest time between two looks at a run, also where nobody seems to have committed', async () => {
  const clock = new Clock();
  const { shop, run, ended, result } = await watched(clock, { halt_check_seconds: 1.5 });
  // By this very connection, past the runtime: SQLite tells it of commits of others only.
  shop.runtime.ledger.halt([shop.runtime.find(run)], clock.at, { name: 'Dagbook.Halted', message: 'By hand.' });
  clock.at += 1_499;
  look();
  await turn();
  expect(ended()).toBe(false);
  clock.at += 1;
  look();
  expect(await result).toMatchObject({ status: 'halted' });
});

test('the watch rests when there is nothing to watch, and begins anew with the next run', async () => {
  const clock = new Clock();
  const shop = new Workshop({ now: clock.now, awake: clock.now });
  await shop.run(workflow(['a']));
  look();
  expect(vi.getTimerCount()).toBe(0);
  shop.provider.reply = () => new Promise(() => undefined);
  const { id, result } = shop.launch(workflow(['b']));
  await until(() => shop.provider.calls.length === 2, 'the call');
  expect(vi.getTimerCount()).toBe(1);
  halt(secondRuntime(shop).runtime, { run: id, hold: false });
  look();
  expect(await result).toMatchObject({ status: 'halted' });
});
