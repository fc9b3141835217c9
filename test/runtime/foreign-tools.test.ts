import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { migrations } from '../../runtime/ledger/migrations.ts';
import { chain, workflow, Workshop } from './workshop.ts';

/** What SQLite 3.38 (2022) has, of what a schema can call. */
const OF_3_38 = new Set(['cast', 'coalesce', 'hex', 'iif', 'instr', 'json_array', 'json_each', 'json_extract', 'json_group_array', 'json_type', 'json_valid', 'length', 'lower', 'max', 'min', 'raise', 'strftime', 'substr', 'sum']);

test('tables, triggers and views call nothing that SQLite has had only since 3.38: the tools of older systems read a ledger too', () => {
  const db = new Database(':memory:');
  for (const migration of migrations) db.exec(migration);
  const text = (db.prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').pluck().all() as string[]).join('\n');
  db.close();
  const called = new Set([...text.matchAll(/\b(\w+)\(/g)].map(([, name]) => (name ?? '').toLowerCase()));
  expect(called).toContain('json_each');
  expect([...called].filter((name) => !OF_3_38.has(name))).toEqual([]);
});

test('the views find bodies that are stored apart by their hash, whatever its bytes', async () => {
  const shop = new Workshop();
  const long = (seed: number): string => `${seed} ${'x'.repeat(2_000)}`;
  shop.provider.reply = (goal) => `${goal} ${long(goal.length)}`;
  const names = Array.from({ length: 40 }, (_, i) => 'n'.repeat(i + 1));
  const { run_id: run } = await shop.run(workflow(chain(...names)));
  const answers = shop.steps(run).filter(({ kind }) => kind === 'llm').map(({ response }) => response);
  expect(answers).toHaveLength(40);
  for (const answer of answers) expect(answer).toContain('x'.repeat(2_000));
  const firstBytes = new Set(shop.runtime.ledger.db.prepare('SELECT substr(hash, 1, 1) >= X\'80\' FROM blobs').pluck().all());
  expect([...firstBytes].sort()).toEqual([0, 1]);
});
