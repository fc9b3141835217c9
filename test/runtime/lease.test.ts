import { existsSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { isGone, processName } from '../../runtime/durable/lease.ts';
import { halt, LEASE_STALE_MS, resumableRuns } from '../../runtime/index.ts';
import type { RuntimeOptions } from '../../runtime/index.ts';
import { gate, secondRuntime, sleep, until, withoutTriggers, workflow, Workshop } from './workshop.ts';

/** Rule 20: heartbeat every 2 s, stale after 10 s, taken by compare-and-swap on the epoch. Here with a clock of our own; with real processes in two-processes-one-run. */

class Clock {
  at = Date.UTC(2026, 0, 1);
  readonly now: RuntimeOptions['now'] = () => this.at;
}

function stuck(clock: Clock): Workshop {
  const shop = new Workshop({ now: clock.now! });
  shop.provider.reply = () => new Promise(() => undefined);
  return shop;
}

function leaseOf(shop: Workshop, run: string): { owner: string | null; at: number | null; epoch: number } {
  const { lease_owner, lease_at, epoch } = shop.runtime.find(run);
  return { owner: lease_owner, at: lease_at, epoch };
}

describe('a lease', () => {
  test('younger than 10 s is not taken; one of 10 s is, by whoever comes first', async () => {
    const clock = new Clock();
    const shop = stuck(clock);
    const handle = shop.launch(workflow(['n']));
    await until(() => shop.provider.calls.length === 1, 'the call');
    const before = leaseOf(shop, handle.id);
    expect(before).toEqual({ owner: shop.runtime.owner, at: clock.at, epoch: 0 });
    shop.close(); // Its process is gone; the lease stays.

    const second = secondRuntime(shop, { now: clock.now! });
    const third = secondRuntime(shop, { now: clock.now! });
    clock.at += LEASE_STALE_MS - 1;
    expect(() => second.runtime.resume(second.runtime.find(handle.id))).toThrow(expect.objectContaining({ code: 'run-taken' }));
    expect(leaseOf(second, handle.id)).toEqual(before);
    clock.at += 1;
    const seen = [second, third].map((shop) => shop.runtime.find(handle.id));
    const taken = second.runtime.resume(seen[0]!);
    expect(() => third.runtime.resume(seen[1]!)).toThrow(expect.objectContaining({ code: 'run-taken' }));
    expect(await taken.result).toMatchObject({ status: 'completed' });
    expect(second.runtime.find(handle.id).epoch).toBe(1);
    expect(third.provider.calls).toEqual([]);
    expect(() => third.runtime.resume(third.runtime.find(handle.id))).toThrow(expect.objectContaining({ code: 'run-finished' }));
    second.expectSound();
  });

  test('far ahead of a clock that was set back is nobody\'s: the run goes on at once, not after years', async () => {
    const clock = new Clock();
    const shop = stuck(clock);
    const handle = shop.launch(workflow(['n']));
    await until(() => shop.provider.calls.length === 1, 'the call');
    shop.close();
    const second = secondRuntime(shop, { now: clock.now! });
    clock.at -= LEASE_STALE_MS - 1;
    expect(() => second.runtime.resume(second.runtime.find(handle.id))).toThrow(expect.objectContaining({ code: 'run-taken' }));
    clock.at -= 10 * 365 * 86_400_000;
    expect(resumableRuns(second.runtime).map(({ id }) => id)).toEqual([handle.id]);
    expect(await second.runtime.resume(second.runtime.find(handle.id)).result).toMatchObject({ status: 'completed' });
    second.expectSound();
  });

  test('is renewed while its process lives, however long a call takes', async () => {
    const clock = new Clock();
    const shop = stuck(clock);
    const handle = shop.launch(workflow(['n']));
    await until(() => shop.provider.calls.length === 1, 'the call');
    for (let i = 0; i < 5; i++) {
      clock.at += 3_000;
      await until(() => leaseOf(shop, handle.id).at === clock.at, 'a heartbeat');
    }
    const other = secondRuntime(shop, { now: clock.now! });
    expect(() => other.runtime.resume(other.runtime.find(handle.id))).toThrow(expect.objectContaining({ code: 'run-taken' }));
  });

  test('is renewed at once when the clock is set back, so that nobody takes it for one of a dead process', async () => {
    const clock = new Clock();
    const shop = stuck(clock);
    const handle = shop.launch(workflow(['n']));
    await until(() => shop.provider.calls.length === 1, 'the call');
    clock.at += 3_000;
    await until(() => leaseOf(shop, handle.id).at === clock.at, 'a first heartbeat');
    clock.at -= 3_600_000;
    await until(() => leaseOf(shop, handle.id).at === clock.at, 'a heartbeat');
  });

  test('is not held by a waiting run: anybody may take it up, and the first driver lets go', async () => {
    const shop = new Workshop();
    const handle = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
    await until(() => shop.status(handle.id) === 'waiting', 'the question');
    expect(leaseOf(shop, handle.id)).toEqual({ owner: null, at: null, epoch: 0 });
    const other = secondRuntime(shop);
    const taken = other.runtime.resume(other.runtime.find(handle.id));
    expect(await handle.result).toMatchObject({ status: 'waiting' });
    expect(leaseOf(other, handle.id).epoch).toBe(1);
    halt(other.runtime, { run: null, hold: false });
    await taken.result;
  });

  test('is not taken on a run that cannot be gone on with: whoever can may take it up at once', async () => {
    const shop = new Workshop({ leaveWaiting: true });
    const { run_id: run } = await shop.run(workflow(['before', { id: 'ok', human: { form: {} }, depends_on: ['before'] }]));
    const before = leaseOf(shop, run);
    withoutTriggers(shop.runtime.ledger.db, () => shop.runtime.ledger.db.exec('DELETE FROM agent_spec_versions'));
    const other = secondRuntime(shop);
    expect(() => other.runtime.resume(other.runtime.find(run))).toThrow(expect.objectContaining({ code: 'version-missing' }));
    expect(leaseOf(other, run)).toEqual(before);
  });

  test('is given back when a run ends', async () => {
    const shop = new Workshop();
    const { run_id } = await shop.run(workflow(['n']));
    expect(leaseOf(shop, run_id)).toEqual({ owner: null, at: null, epoch: 0 });
  });
});

test('an owner is named user@host:pid, with its process namespace where that is not the first of the machine', () => {
  const [, host, namespace] = /^[^@]+@([^/:]+)(?:\/(\d+))?:(\d+)$/.exec(processName()) ?? [];
  expect(host).toBe(hostname());
  expect(processName()).toMatch(new RegExp(`:${process.pid}$`));
  const own = existsSync('/proc/self/ns/pid') ? readlinkSync('/proc/self/ns/pid') : null;
  expect(namespace).toBe(own === null || own === 'pid:[4026531836]' ? undefined : /\d+/.exec(own)?.[0]);
  expect(isGone(processName())).toBe(false);
});

test('a runtime that is closed lets go of its runs without a word: nothing fails, nothing is written', async () => {
  const shop = new Workshop();
  const late = gate();
  shop.provider.reply = async (goal) => {
    await late.passed;
    return goal;
  };
  const handle = shop.launch(workflow(['n']));
  await until(() => shop.provider.calls.length === 1, 'the call');
  const other = secondRuntime(shop);
  const before = other.events(handle.id);
  let settled = false;
  handle.result.then(() => { settled = true; }, () => { settled = true; });
  shop.close();
  late.open();
  await sleep(150);
  expect(settled).toBe(false);
  expect(other.events(handle.id)).toEqual(before);
  expect(other.status(handle.id)).toBe('running');
});

test('a driver that was fast asleep while its run was taken finds its commit fenced off, and calls nothing more', async () => {
  const clock = new Clock();
  const shop = new Workshop({ now: clock.now! });
  const late = gate();
  shop.provider.reply = async (goal) => {
    await late.passed;
    return `late ${goal}`;
  };
  const handle = shop.launch(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'] }]));
  await until(() => shop.provider.calls.length === 1, 'the call');
  clock.at += LEASE_STALE_MS;
  const other = secondRuntime(shop, { now: clock.now! });
  const taken = other.runtime.resume(other.runtime.find(handle.id));
  late.open();
  expect(await taken.result).toMatchObject({ status: 'completed', output: { b: 'answer to b' } });
  await handle.result;
  await sleep(10);
  expect(shop.provider.calls).toEqual(['a']);
  expect(other.provider.calls).toEqual(['a', 'b']);
  expect(shop.steps(handle.id).filter((step) => step.error === 'process.died')).toHaveLength(1);
  shop.expectSound();
});

test('a run that is taken up twice in one process is driven by the second driver alone, and that one still hears of a halt', async () => {
  const shop = new Workshop();
  const first = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
  await until(() => shop.status(first.id) === 'waiting', 'the question');
  const second = shop.runtime.resume(shop.runtime.find(first.id));
  expect(await first.result).toMatchObject({ status: 'waiting' });
  await until(() => leaseOf(shop, first.id).owner === null, 'the second driver waits');
  halt(secondRuntime(shop).runtime, { run: first.id, hold: false });
  expect(await second.result).toMatchObject({ status: 'halted' });
});

test('whoever takes a parent over takes its children too, though their own leases are still young', async () => {
  const clock = new Clock();
  const shop = stuck(clock);
  shop.files.set('child.workflow.yaml', workflow(['c'], { name: 'Child' }));
  const handle = shop.launch(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }], { name: 'Parent' }));
  await until(() => shop.provider.calls.length === 1, 'the call');
  // The child committed something just before the process died; its parent's last heartbeat is two seconds older.
  shop.runtime.ledger.db.prepare("UPDATE runs SET lease_at = lease_at + 2000 WHERE relation = 'child'").run();
  shop.close();
  clock.at += LEASE_STALE_MS;
  const other = secondRuntime(shop, { now: clock.now! });
  expect(await other.runtime.resume(other.runtime.find(handle.id)).result).toMatchObject({ status: 'completed', error: null });
  expect(other.provider.calls).toEqual(['c']);
  expect(other.row("SELECT status FROM runs WHERE relation = 'child'")).toEqual({ status: 'completed' });
  other.expectSound();
});
