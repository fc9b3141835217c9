import { expect, test } from 'vitest';
import { LEASE_STALE_MS, verifyLedger } from '../../runtime/index.ts';
import { chain, secondRuntime, workflow, Workshop } from './workshop.ts';

/** A full disk: one clear error, nothing half-written, and the run goes on once there is room. */

const long = Array.from({ length: 40 }, (_, i) => `n${i}`);

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
