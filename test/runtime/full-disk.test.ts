import { describe, expect, test, vi } from 'vitest';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import { HEARTBEAT_MS } from '../../runtime/durable/lease.ts';
import { LEASE_STALE_MS, resumableRuns, verifyLedger } from '../../runtime/index.ts';
import { chain, gate, secondRuntime, until, workflow, Workshop } from './workshop.ts';

/** A full disk: one clear error, nothing half-written, and the run goes on once there is room. */

const long = Array.from({ length: 40 }, (_, i) => `n${i}`);

/** Not even a row that is there already can be changed. */
function refuseWrites(shop: Workshop): () => void {
  const { db } = shop.runtime.ledger;
  db.exec("CREATE TEMP TRIGGER full BEFORE UPDATE ON main.runs BEGIN SELECT RAISE(ABORT, 'full'); END");
  return () => db.exec('DROP TRIGGER temp.full');
}

/** The next write finds no room, and the one after it does. */
function fullOnce(shop: Workshop): void {
  vi.spyOn(shop.runtime.ledger, 'write').mockImplementationOnce(() => {
    throw new DagbookError('ledger-full', 'The disk is full.');
  });
}

/** Leaves so many bytes. */
function fill(shop: Workshop, room: number): () => void {
  const { db } = shop.runtime.ledger;
  const pages = db.pragma('page_count', { simple: true }) as number;
  db.pragma(`max_page_count = ${pages + Math.floor(room / (db.pragma('page_size', { simple: true }) as number))}`);
  return () => db.pragma('max_page_count = 1000000');
}

test('in the middle of a run: ledger-full, what was committed is sound, and the run goes on when there is room again', async () => {
  const clock = { at: Date.UTC(2026, 0, 1) };
  const shop = new Workshop({ now: () => clock.at });
  shop.provider.reply = (goal) => `${goal} ${'x'.repeat(2_000)}`;
  await shop.run(workflow(['warm'], { name: 'Warm' }));
  const makeRoom = fill(shop, 80_000);
  const handle = shop.launch(workflow(chain(...long)));
  await expect(handle.result).rejects.toMatchObject({ code: 'ledger-full', message: expect.stringContaining('dagbook resume') as unknown });
  const done = shop.events(handle.id).filter((event) => event.kind === 'done').length;
  const made = shop.provider.calls.length;
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(long.length);
  expect(['running', 'waiting']).toContain(shop.status(handle.id));
  expect(verifyLedger(shop.runtime.ledger.db).problems, 'nothing is half-written').toEqual([]);

  makeRoom();
  clock.at += LEASE_STALE_MS;
  const other = secondRuntime(shop, { now: () => clock.at });
  other.provider.reply = shop.provider.reply;
  expect(await other.runtime.resume(other.runtime.find(handle.id)).result).toMatchObject({ status: 'completed' });
  expect(other.provider.calls.length + made, 'the one call in flight was made again, no other').toBeLessThanOrEqual(long.length + 1 + 1);
  other.expectSound();
});

describe('what a full disk has stopped goes on in the same process, at once when there is room', () => {
  /** Stopped in its second call, whose answer waits for the gate. */
  async function stopped(clock: { readonly at: number }): Promise<{ shop: Workshop; run: string; makeRoom: () => void }> {
    const shop = new Workshop({ now: () => clock.at });
    const late = gate();
    shop.provider.reply = async (goal) => {
      if (goal === 'b') await late.passed;
      return `${goal} ${'x'.repeat(4_000)}`;
    };
    const handle = shop.launch(workflow(chain('a', 'b', 'c')));
    await until(() => shop.provider.calls.length === 2, 'the second call');
    const makeRoom = fill(shop, 0);
    late.open();
    await expect(handle.result).rejects.toMatchObject({ code: 'ledger-full' });
    return { shop, run: handle.id, makeRoom };
  }

  test('though its own lease is young; others still find it taken, and so does whoever takes it up twice', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const { shop, run, makeRoom } = await stopped(clock);
    makeRoom();
    const other = secondRuntime(shop, { now: () => clock.at });
    expect(resumableRuns(other.runtime)).toEqual([]);
    expect(() => other.runtime.resume(other.runtime.find(run))).toThrow(expect.objectContaining({ code: 'run-taken' }));
    expect(resumableRuns(shop.runtime).map(({ id }) => id)).toEqual([run]);
    const again = gate();
    shop.provider.reply = async (goal) => {
      await again.passed;
      return goal;
    };
    const seen = shop.runtime.find(run);
    const taken = shop.runtime.resume(seen);
    expect(resumableRuns(shop.runtime)).toEqual([]);
    expect(() => shop.runtime.resume(seen)).toThrow(expect.objectContaining({ code: 'run-taken' }));
    again.open();
    expect(await taken.result).toMatchObject({ status: 'completed' });
    expect(shop.provider.calls, 'only the call whose answer found no room was made again').toEqual(['a', 'b', 'b', 'c']);
    expect(shop.runtime.find(run).epoch).toBe(1);
    shop.expectSound();
  });

  test('also where it was a sign of life that could not be written', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const bugs: unknown[] = [];
    const shop = new Workshop({ now: () => clock.at, onBug: (error) => bugs.push(error) });
    shop.provider.reply = () => new Promise(() => undefined);
    const handle = shop.launch(workflow(['n']));
    await until(() => shop.provider.calls.length === 1, 'the call');
    const makeRoom = refuseWrites(shop);
    clock.at += HEARTBEAT_MS;
    expect(await handle.result, 'the run is left as it is').toMatchObject({ status: 'running' });
    expect(bugs).not.toEqual([]);
    makeRoom();
    shop.provider.reply = (goal) => goal;
    expect(await shop.runtime.resume(shop.runtime.find(handle.id)).result).toMatchObject({ status: 'completed' });
    shop.expectSound();
  });

  test('unless another process has taken it meanwhile: then that one drives it, and nobody else', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const { shop, run, makeRoom } = await stopped(clock);
    makeRoom();
    const before = shop.runtime.find(run);
    clock.at += LEASE_STALE_MS;
    const other = secondRuntime(shop, { now: () => clock.at });
    other.provider.reply = () => new Promise(() => undefined);
    other.runtime.resume(other.runtime.find(run));
    await until(() => other.provider.calls.length === 1, 'its call');
    for (const row of [before, shop.runtime.find(run)]) expect(() => shop.runtime.resume(row)).toThrow(expect.objectContaining({ code: 'run-taken' }));
    expect(resumableRuns(shop.runtime)).toEqual([]);
    shop.expectSound();
  });

  test('when that process lets go of everything it lets go of this run too: another one need not wait', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const { shop, run, makeRoom } = await stopped(clock);
    makeRoom();
    shop.runtime.supervisor.release();
    const other = secondRuntime(shop, { now: () => clock.at });
    expect(await other.runtime.resume(other.runtime.find(run)).result).toMatchObject({ status: 'completed' });
    other.expectSound();
  });

  test('a parent whose child found no room, though there was room again the moment after: it does not end by that', async () => {
    const shop = new Workshop();
    const late = gate();
    shop.provider.reply = async (goal) => {
      await late.passed;
      return goal;
    };
    shop.files.set('child.workflow.yaml', workflow(['c'], { name: 'Child' }));
    const handle = shop.launch(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }], { name: 'Parent' }));
    await until(() => shop.provider.calls.length === 1, 'the call');
    fullOnce(shop);
    late.open();
    await expect(handle.result).rejects.toMatchObject({ code: 'ledger-full' });
    expect(shop.row('SELECT COUNT(*) AS n FROM runs WHERE ended_at IS NULL')).toEqual({ n: 2 });
    expect(await shop.runtime.resume(shop.runtime.find(handle.id)).result).toMatchObject({ status: 'completed', error: null });
    expect(shop.provider.calls).toEqual(['c', 'c']);
    expect(shop.row('SELECT COUNT(*) AS n FROM runs WHERE ended_at IS NULL')).toEqual({ n: 0 });
    shop.expectSound();
  });

  test('a child run with its parent', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const shop = new Workshop({ now: () => clock.at });
    const late = gate();
    shop.provider.reply = async (goal) => {
      await late.passed;
      return `${goal} ${'x'.repeat(4_000)}`;
    };
    shop.files.set('child.workflow.yaml', workflow(['c'], { name: 'Child' }));
    const handle = shop.launch(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }], { name: 'Parent' }));
    await until(() => shop.provider.calls.length === 1, 'the call');
    const makeRoom = fill(shop, 0);
    late.open();
    await expect(handle.result).rejects.toMatchObject({ code: 'ledger-full' });
    makeRoom();
    expect(await shop.runtime.resume(shop.runtime.find(handle.id)).result).toMatchObject({ status: 'completed', error: null });
    expect(shop.row("SELECT status FROM runs WHERE relation = 'child'")).toEqual({ status: 'completed' });
    shop.expectSound();
  });
});

test('before a run: no row of it, and the error says so', async () => {
  const shop = new Workshop();
  await shop.run(workflow(['warm'], { name: 'Warm' }));
  const runs = shop.count('runs');
  const versions = shop.count('workflow_spec_versions');
  const makeRoom = fill(shop, 0);
  const big = workflow(['a'], { name: 'Big', description: 'y'.repeat(100_000) });
  expect(() => shop.launch(big)).toThrow(expect.objectContaining({ code: 'ledger-full' }));
  expect([shop.count('runs'), shop.count('workflow_spec_versions')]).toEqual([runs, versions]);
  shop.expectSound();
  makeRoom();
  expect(await shop.run(big)).toMatchObject({ status: 'completed' });
});

test('while a halt is written: it says so, and succeeds once there is room', async () => {
  const { halt } = await import('../../runtime/index.ts');
  const shop = new Workshop();
  shop.provider.reply = () => new Promise(() => undefined);
  const handle = shop.launch(workflow(Array.from({ length: 200 }, (_, i) => `n${i}`), { max_concurrency: 200 }));
  while (shop.provider.calls.length < 200) await new Promise((resolve) => setTimeout(resolve, 2));
  const makeRoom = fill(shop, 0);
  expect(() => halt(shop.runtime, { run: handle.id, hold: false })).toThrow(expect.objectContaining({ code: 'ledger-full' }));
  expect(shop.status(handle.id)).toBe('running');
  expect(verifyLedger(shop.runtime.ledger.db).problems).toEqual([]);
  makeRoom();
  expect(halt(shop.runtime, { run: handle.id, hold: false }).halted).toEqual([handle.id]);
  expect(await handle.result).toMatchObject({ status: 'halted' });
});
