import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerRun, halt, release } from '../../runtime/index.ts';
import { temporaryFolder } from './harness.ts';
import { until, workflow, Workshop } from './workshop.ts';

/** Rule 3 and invariant 8: history refuses change from any tool that opens the file. `db` is a plain connection that knows nothing of us. */

describe('history, through a second connection', () => {
  let db: Database.Database;
  let shop: Workshop;

  beforeEach(async () => {
    shop = new Workshop();
    shop.provider.reply = (goal) => `answer to ${goal} ${goal === 'b' ? 'at length '.repeat(200) : ''}`;
    await shop.run(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'] }]));
    const asked = shop.launch(workflow([{ id: 'ok', human: { form: { type: 'object' } } }], { name: 'Asks' }));
    await until(() => shop.status(asked.id) === 'waiting', 'the question');
    answerRun(shop.runtime, asked.id, 'ok', { yes: true });
    await asked.result;
    halt(shop.runtime, { run: null, hold: true });
    release(shop.runtime);
    const open = shop.launch(workflow([{ id: 'later', human: { form: { type: 'object' } } }], { name: 'Open' }));
    await until(() => shop.status(open.id) === 'waiting', 'the open run');
    db = new Database(shop.file);
    // Off by default in most tools, on in better-sqlite3: the triggers must not lean on it.
    db.pragma('foreign_keys = OFF');
    db.prepare('INSERT INTO schedules (schedule, due_at, run_id, enqueued_at) VALUES (?,?,?,?)').run('nightly', '2026-01-01T00:00:00Z', open.id, '2026-01-01T00:00:00Z');
  });
  afterEach(() => db.close());

  const tables = ['workflow_spec_versions', 'agent_spec_versions', 'runs', 'turns', 'blobs', 'answers', 'holds', 'ledger_heads', 'schedules'] as const;
  const views = ['journal', 'workflow_runs', 'agent_runs_v2', 'agent_run_steps', 'budget_entries'] as const;

  type Row = Record<string, unknown>;

  /** `runs` that are open change by design; of those only what is never changed is tried. */
  const history: Readonly<Record<string, string>> = { runs: "status NOT IN ('pending','running','waiting')" };

  function columnsOf(table: string): string[] {
    return (db.pragma(`table_info(${table})`) as { name: string }[]).map(({ name }) => name);
  }

  function dump(): Record<string, Row[]> {
    return Object.fromEntries(tables.map((table) => [table, db.prepare(`SELECT * FROM ${table}`).all() as Row[]]));
  }

  function first(table: string): Row {
    return db.prepare(`SELECT * FROM ${table} WHERE ${history[table] ?? '1'}`).get() as Row;
  }

  /** Something else of the same type. */
  function other(value: unknown): unknown {
    if (typeof value === 'number') return value + 1_000;
    if (Buffer.isBuffer(value)) return Buffer.from(value.map((byte) => byte ^ 0xff));
    return typeof value === 'string' ? `${value}x` : 7;
  }

  function refused(sql: string, ...values: readonly unknown[]): void {
    expect(() => db.prepare(sql).run(...values), sql).toThrow(/is history/);
  }

  function insertion(row: Row, how: string, upsert = ''): [string, ...unknown[]] {
    const names = Object.keys(row);
    return [`${how} INTO TABLE (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})${upsert}`, ...names.map((name) => row[name])];
  }

  describe.each(tables)('%s', (table) => {
    test('refuses UPDATE of each column, DELETE, and every way of writing over a row', () => {
      const before = dump();
      expect(before[table]?.length, 'the table has rows to protect').toBeGreaterThan(0);
      const where = history[table] ?? '1';
      const row = first(table);
      for (const column of columnsOf(table)) {
        // Dropping a body is what `ledger prune` does; its hash keeps what it was.
        for (const how of ['UPDATE', 'UPDATE OR REPLACE', 'UPDATE OR IGNORE']) {
          refused(`${how} ${table} SET ${column} = ? WHERE ${where}`, other(row[column]));
        }
      }
      refused(`DELETE FROM ${table} WHERE ${where}`);
      refused(`DELETE FROM ${table}`);
      const changed = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, ['status', 'kind', 'action', 'relation'].includes(name) || /^(key|id|hash|spec_hash|run|seq|schedule|due_at)$/.test(name) ? value : other(value)]));
      for (const how of ['INSERT', 'INSERT OR REPLACE', 'REPLACE', 'INSERT OR IGNORE']) {
        const [sql, ...values] = insertion(changed, how);
        refused(sql.replace('TABLE', table), ...values);
      }
      const key = { schedules: 'schedule, due_at', ledger_heads: 'seq' }[table as string] ?? 'key';
      const [sql, ...values] = insertion(changed, 'INSERT', ` ON CONFLICT (${key}) DO UPDATE SET ${columnsOf(table).at(-1) ?? ''} = excluded.${columnsOf(table).at(-1) ?? ''}`);
      refused(sql.replace('TABLE', table), ...values);
      expect(dump()).toEqual(before);
    });
  });

  test.each(['workflow_spec_versions', 'agent_spec_versions'])('%s refuses an INSERT on an existing id, hash, or name and version, whatever the rest says', (table) => {
    const before = dump();
    const row = first(table);
    const fresh: Row = { key: 9_999, id: 'new', spec_id: 'new', name: 'New', version: 1, spec_hash: 'f'.repeat(64), content: '{}', source_path: null, created_at: 'now' };
    for (const same of [{ id: row['id'] }, { spec_hash: row['spec_hash'] }, { name: row['name'], version: row['version'] }, { key: row['key'] }]) {
      for (const how of ['INSERT', 'INSERT OR REPLACE']) {
        const [sql, ...values] = insertion({ ...fresh, ...same }, how);
        refused(sql.replace('TABLE', table), ...values);
      }
    }
    expect(dump()).toEqual(before);
  });

  test('a row of history is not replaced through any other unique column either', () => {
    const before = dump();
    const run = first('runs');
    const openKey = db.prepare("SELECT key FROM runs WHERE status = 'waiting'").pluck().get() as number;
    const turn = first('turns');
    const attempts: [string, Row][] = [
      ['runs', { ...run, key: 9_999 }],
      ['runs', { ...run, id: 'new' }],
      ['blobs', { ...first('blobs'), key: 9_999 }],
      ['answers', { ...first('answers'), key: 9_999 }],
      // The first row of an open run, in place of what is there; and a row of a run that does not exist.
      ['turns', { ...turn, key: openKey * 2 ** 32 }],
      ['turns', { ...turn, key: 9_999 * 2 ** 32 }],
    ];
    for (const [table, row] of attempts) {
      const [sql, ...values] = insertion(row, 'INSERT OR REPLACE');
      refused(sql.replace('TABLE', table), ...values);
    }
    refused('UPDATE OR REPLACE runs SET id = ? WHERE key = ?', run['id'], openKey);
    refused('UPDATE OR REPLACE runs SET key = ? WHERE key = ?', run['key'], openKey);
    expect(dump()).toEqual(before);
  });

  test('a finished run takes no more rows, and a run that does not exist takes none', () => {
    const before = dump();
    const run = first('runs');
    const row = db.prepare('SELECT * FROM turns WHERE key >> 32 = ? ORDER BY key DESC').get(run['key']) as Row;
    for (const more of [{ key: Number(row['key']) + 100 }, { key: 9_999 * 2 ** 32 }]) {
      const [sql, ...values] = insertion({ ...row, ...more }, 'INSERT');
      refused(sql.replace('TABLE', 'turns'), ...values);
    }
    expect(dump()).toEqual(before);
  });

  test('of an open run, what was settled before its first step is never changed', () => {
    const before = dump();
    const open = db.prepare("SELECT * FROM runs WHERE status = 'waiting'").get() as Row;
    for (const column of ['key', 'id', 'workflow_name', 'spec_version', 'parent_run_id', 'relation', 'inputs', 'settings', 'models', 'model_override', 'started_at', 'experiment_id', 'test_id', 'adapter_revision']) {
      refused(`UPDATE runs SET ${column} = ? WHERE key = ?`, column === 'relation' ? 'fork' : other(open[column]), open['key']);
    }
    expect(dump()).toEqual(before);
  });

  test('a body that is stored apart may be pruned, and only ever comes back as what it was', () => {
    const { key, data } = db.prepare("SELECT key, data FROM blobs WHERE data LIKE '%answer to b%'").get() as { key: number; data: string };
    db.prepare('UPDATE blobs SET data = NULL WHERE key = ?').run(key);
    db.prepare('UPDATE blobs SET data = ? WHERE key = ?').run(data, key);
    expect(db.prepare('SELECT data FROM blobs WHERE key = ?').pluck().get(key)).toBe(data);
    refused('UPDATE blobs SET data = ? WHERE key = ?', `${data} `, key);
  });

  test('the bodies of a turn may be pruned, and nothing else comes in their place', () => {
    const { key, bodies } = db.prepare("SELECT key, bodies FROM turns WHERE bodies LIKE '%answer to a%'").get() as { key: number; bodies: string };
    refused('UPDATE turns SET bodies = ? WHERE key = ?', `${bodies} `, key);
    refused("UPDATE turns SET bodies = NULL, events = '[]' WHERE key = ?", key);
    db.prepare('UPDATE turns SET bodies = NULL WHERE key = ?').run(key);
    refused("UPDATE turns SET bodies = '{}' WHERE key = ?", key);
  });

  test.each(views)('the view %s refuses to be written', (view) => {
    const before = dump();
    const row = db.prepare(`SELECT * FROM ${view} LIMIT 1`).get() as Row;
    const [column = ''] = Object.keys(row);
    for (const sql of [`UPDATE ${view} SET ${column} = 1`, `DELETE FROM ${view}`, `INSERT INTO ${view} (${column}) VALUES (1)`, `INSERT OR REPLACE INTO ${view} (${column}) VALUES (1)`]) {
      expect(() => db.prepare(sql).run(), sql).toThrow(/because it is a view/);
    }
    expect(dump()).toEqual(before);
  });

  test('the file may be copied and opened elsewhere: the refusal travels with it', () => {
    db.pragma('wal_checkpoint(TRUNCATE)');
    const copy = join(temporaryFolder(), 'copy.db');
    copyFileSync(shop.file, copy);
    const elsewhere = new Database(copy);
    expect(() => elsewhere.prepare("UPDATE workflow_spec_versions SET content = '{}'").run()).toThrow(/is history/);
    elsewhere.close();
  });
});
