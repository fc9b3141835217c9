import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { answerRun, halt, pruneLedger, release, replayRun, verifyLedger } from '../../runtime/index.ts';
import type { Tampering, Verification } from '../../runtime/index.ts';
import { createHeadStore, scheduleDigest } from '../../runtime/ledger/head-store.ts';
import type { VerifyOptions } from '../../runtime/ledger/verify.ts';
import { chain, until, withoutTriggers, workflow, Workshop } from './workshop.ts';

/** `ledger verify` names the first row that is not what it was, in every table and for every column. */

type Row = Record<string, string | number | Buffer | null>;

describe('verify', () => {
  let image: Buffer;
  let pruned: Buffer;

  /** A ledger as work leaves it: finished, replayed, answered, halted and open runs, holds, a schedule. */
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dagbook-verify-'));
    const shop = new Workshop({ ledgerFile: join(folder, 'ledger.db') });
    shop.provider.price_ = { input: 1_000_000, output: 3_000_000 };
    const first = await shop.run(workflow(chain('a', 'b', 'c')));
    await replayRun(shop.runtime, first.run_id, true).result;
    for (const name of ['Asks', 'Asks too']) {
      const asks = shop.launch(workflow([{ id: 'ok', human: { form: { type: 'object' } } }], { name }));
      await until(() => shop.status(asks.id) === 'waiting', 'the question');
      answerRun(shop.runtime, asks.id, 'ok', { from: name });
      await asks.result;
    }
    shop.provider.reply = () => new Promise(() => undefined);
    const stuck = shop.launch(workflow(['slow'], { name: 'Stuck' }));
    await until(() => shop.provider.callsOf('slow') === 1, 'the call');
    halt(shop.runtime, { run: stuck.id, hold: true });
    release(shop.runtime);
    const open = shop.launch(workflow([{ id: 'later', human: { form: { type: 'object' } } }], { name: 'Open' }));
    await until(() => shop.status(open.id) === 'waiting', 'the open run');
    shop.runtime.ledger.write(() => {
      const row = { schedule: 'nightly', due_at: '2026-01-01T00:00:00Z', run_id: first.run_id, enqueued_at: '2026-01-01T00:00:01Z' };
      shop.runtime.ledger.db.prepare('INSERT INTO schedules (schedule, due_at, run_id, enqueued_at) VALUES (:schedule, :due_at, :run_id, :enqueued_at)').run(row);
      createHeadStore(shop.runtime.ledger.db).append('schedule', `${row.schedule}@${row.due_at}`, scheduleDigest(row));
    });
    image = imageOf(shop, join(folder, 'copy.db'));
    pruneLedger(shop.runtime.ledger, '9999-01-01T00:00:00Z');
    pruned = imageOf(shop, join(folder, 'pruned.db'));
    shop.close();
    rmSync(folder, { recursive: true });
  });

  function imageOf(shop: Workshop, copy: string): Buffer {
    shop.runtime.ledger.db.pragma('wal_checkpoint(TRUNCATE)');
    copyFileSync(shop.file, copy);
    const db = new Database(copy);
    db.pragma('journal_mode = DELETE');
    const bytes = db.serialize();
    db.close();
    return bytes;
  }

  /** What verify says of a copy after somebody with a hex editor or a determined SQL shell. */
  function verifiedAfter(tamper: (db: Database.Database) => void, from: Buffer = image, options: VerifyOptions = {}): Verification {
    const db = new Database(from);
    try {
      db.pragma('foreign_keys = OFF');
      withoutTriggers(db, () => tamper(db));
      return verifyLedger(db, options);
    } finally {
      db.close();
    }
  }

  function problemsAfter(tamper: (db: Database.Database) => void, from: Buffer = image): readonly Tampering[] {
    return verifiedAfter(tamper, from).problems;
  }

  function expectNamed(problems: readonly Tampering[], table: string, row: string, what: string): void {
    expect(problems.map((problem) => `${problem.table} ${problem.row}`), what).toContain(`${table} ${row}`);
  }

  function select<T>(sql: string, ...values: readonly unknown[]): T[] {
    const db = new Database(image);
    try {
      return db.prepare(sql).all(...values) as T[];
    } finally {
      db.close();
    }
  }

  /** How verify calls a row. */
  function nameOf(table: string, row: Row): string {
    switch (table) {
      case 'turns':
        return `${String(select<{ id: string }>('SELECT id FROM runs WHERE key = ? >> 32', row['key'])[0]?.id)}/${Number(row['key']) % 2 ** 32}`;
      case 'blobs':
        return (row['hash'] as Buffer).toString('hex');
      case 'answers':
        return `${String(row['run'])}/${String(row['seq'])}`;
      case 'holds':
        return String(row['made_at']);
      case 'ledger_heads':
        return String(row['seq']);
      case 'schedules':
        return `${String(row['schedule'])}@${String(row['due_at'])}`;
      default:
        return String(row['id']);
    }
  }

  const keys: Readonly<Record<string, readonly string[]>> = {
    workflow_spec_versions: ['key'], agent_spec_versions: ['key'], runs: ['key'], turns: ['key'], blobs: ['key'], answers: ['key'], holds: ['key'], ledger_heads: ['seq'], schedules: ['schedule', 'due_at'],
  };
  const tables = Object.keys(keys);
  const finished: Readonly<Record<string, string>> = { runs: "WHERE status NOT IN ('pending','running','waiting')" };

  function rowsOf(table: string): Row[] {
    return select<Row>(`SELECT * FROM ${table} ${finished[table] ?? ''}`);
  }

  const where = (table: string): string => (keys[table] ?? []).map((key) => `${key} = ?`).join(' AND ');
  const keyOf = (table: string, row: Row): (string | number | Buffer | null)[] => (keys[table] ?? []).map((key) => row[key] ?? null);

  /** Another value the column can hold, or null where it can hold none. */
  function other(column: { name: string; type: string }, value: Row[string]): Row[string] {
    const choices: Readonly<Record<string, readonly string[]>> = { action: ['hold', 'release'], relation: ['fork', 'replay'], status: ['error', 'completed'] };
    const choice = choices[column.name];
    if (choice !== undefined) return choice.find((candidate) => candidate !== value) ?? null;
    if (column.type === 'INTEGER') return Number(value ?? 0) + 10_000;
    if (column.type === 'BLOB') return value === null ? Buffer.alloc(32, 7) : Buffer.from((value as Buffer).map((byte) => byte ^ 0xff));
    if (column.name === 'spec_hash') return `${String(value).slice(1)}0`;
    return `${String(value ?? '')}x`;
  }

  test('an untouched ledger verifies clean, and so does a pruned one', () => {
    for (const [from, isPruned] of [[image, false], [pruned, true]] as const) {
      const db = new Database(from);
      const { problems, checked } = verifyLedger(db);
      db.close();
      expect(problems).toEqual([]);
      expect(checked.runs).toBe(6);
      expect(checked.events).toBeGreaterThan(40);
      expect(checked.pruned > 0, 'bodies were pruned').toBe(isPruned);
    }
  });

  test('verifying says clean only after looking at every row', () => {
    const db = new Database(image);
    const count = (table: string): number => db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number;
    expect(verifyLedger(db).checked).toEqual({
      versions: count('workflow_spec_versions') + count('agent_spec_versions'), runs: count('runs'), events: count('journal'),
      bodies: count('blobs') + count("journal WHERE json_valid(request) AND length(request) < 1024") + count("journal WHERE length(response) < 1024"), pruned: 0, heads: count('ledger_heads'),
    });
    db.close();
  });

  describe.each(tables)('%s', (table) => {
    test('a changed column is named, each column in turn', () => {
      const db = new Database(image);
      const columns = db.pragma(`table_info(${table})`) as { name: string; type: string }[];
      db.close();
      const rows = rowsOf(table);
      expect(rows.length).toBeGreaterThan(0);
      for (const column of columns) {
        // One row where the column is filled, one where it is not, and the last.
        const candidates = [rows.find((row) => row[column.name] !== null), rows.find((row) => row[column.name] === null), rows.at(-1)].filter((row) => row !== undefined);
        for (const row of candidates) {
          const value = row[column.name] ?? null;
          const changed = column.name === 'kind' && table === 'ledger_heads' ? 'schedule' : other(column, value);
          if (changed === value) continue;
          const problems = problemsAfter((copy) => copy.prepare(`UPDATE ${table} SET ${column.name} = ? WHERE ${where(table)}`).run(changed, ...keyOf(table, row)));
          const names = [nameOf(table, row), nameOf(table, { ...row, [column.name]: changed }), ...(table === 'blobs' ? [`key ${String(row['key'])}`] : [])];
          expect(problems.filter((problem) => problem.table === table && names.includes(problem.row)), `${table}.${column.name}: ${String(value)} → ${String(changed)}; said ${JSON.stringify(problems)}`).not.toEqual([]);
        }
      }
    });

    test('a deleted row is named', () => {
      for (const row of rowsOf(table)) {
        const problems = problemsAfter((copy) => copy.prepare(`DELETE FROM ${table} WHERE ${where(table)}`).run(...keyOf(table, row)));
        // The last row of the ledger chain has no successor to miss it: what it stood for is named as no longer linked.
        if (table === 'ledger_heads' && row === rowsOf(table).at(-1)) expect(problems).not.toEqual([]);
        else if (table === 'ledger_heads' && Number(row['seq']) === rowsOf(table).length) expect(problems.map((problem) => problem.row)).toContain(String(row['ref']));
        // A body that is gone is named as those who miss it know it: events by its hash, runs by its key.
        else if (table === 'blobs') expect(problems.map((problem) => problem.row).some((name) => name === nameOf(table, row) || name === `key ${String(row['key'])}`), JSON.stringify(problems)).toBe(true);
        else expectNamed(problems, table, nameOf(table, row), `deleted ${table} ${nameOf(table, row)}`);
      }
    });

    test('two rows that change places are named', () => {
      const [a, b] = rowsOf(table).slice(-2);
      if (a === undefined || b === undefined) return; // One schedule only.
      const problems = problemsAfter((copy) => {
        const insert = (row: Row): void => {
          copy.prepare(`INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row).map(() => '?').join(', ')})`).run(...Object.values(row));
        };
        for (const row of [a, b]) copy.prepare(`DELETE FROM ${table} WHERE ${where(table)}`).run(...keyOf(table, row));
        const keyed = (row: Row, by: Row): Row => ({ ...row, ...Object.fromEntries((keys[table] ?? []).map((key) => [key, by[key] ?? null])) });
        insert(keyed(a, b));
        insert(keyed(b, a));
      });
      const names = [a, b].map((row) => nameOf(table, row));
      // Bodies are only reached through the rows that refer to them: those are named.
      if (table === 'blobs') expect(problems).not.toEqual([]);
      else expect(problems.filter((problem) => problem.table === table && names.includes(problem.row)), JSON.stringify(problems)).not.toEqual([]);
    });

    test('an added row is named', () => {
      const row = rowsOf(table).at(-1) as Row;
      const fresh: Readonly<Record<string, Row>> = {
        workflow_spec_versions: { key: 900, id: 'new', version: 900, spec_hash: 'ab'.repeat(32) },
        agent_spec_versions: { key: 900, id: 'new', version: 900, spec_hash: 'ab'.repeat(32) },
        runs: { key: 900, id: 'new' },
        turns: { key: Number(row['key']) + (table === 'turns' ? (JSON.parse(String(row['events'])) as unknown[]).length : 0) },
        blobs: { key: 900, hash: Buffer.from('5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9', 'hex'), data: '0' },
        answers: { key: 900, seq: 900 },
        holds: { key: 900, made_at: '2030-01-01T00:00:00Z' },
        ledger_heads: { seq: Number(row['seq']) + 1 },
        schedules: { due_at: '2030-01-01T00:00:00Z' },
      };
      const added: Row = { ...row, ...fresh[table] };
      const problems = problemsAfter((copy) => copy.prepare(`INSERT INTO ${table} (${Object.keys(added).join(', ')}) VALUES (${Object.keys(added).map(() => '?').join(', ')})`).run(...Object.values(added)));
      expectNamed(problems, table, nameOf(table, added), `added to ${table}`);
    });
  });

  test('a changed body is named by its hash, and a body pruned by hand is no tampering', () => {
    for (const { key, hash } of select<{ key: number; hash: Buffer }>('SELECT key, hash FROM blobs')) {
      expectNamed(problemsAfter((copy) => copy.prepare("UPDATE blobs SET data = data || ' ' WHERE key = ?").run(key)), 'blobs', hash.toString('hex'), 'a body');
      expect(problemsAfter((copy) => copy.prepare('UPDATE blobs SET data = NULL WHERE key = ?').run(key))).toEqual([]);
    }
  });

  test("changed bodies of a turn are named by the turn's row, and bodies pruned by hand are no tampering", () => {
    for (const row of select<Row>('SELECT * FROM turns WHERE bodies IS NOT NULL')) {
      expectNamed(problemsAfter((copy) => copy.prepare("UPDATE turns SET bodies = bodies || ' ' WHERE key = ?").run(row['key'])), 'turns', nameOf('turns', row), 'bodies');
      expect(problemsAfter((copy) => copy.prepare('UPDATE turns SET bodies = NULL WHERE key = ?').run(row['key']))).toEqual([]);
    }
  });

  test('of changed bodies, what was asked is named by its event', () => {
    const [asked] = select<{ run: string; seq: number }>("SELECT r.id AS run, j.seq FROM journal j JOIN runs r ON r.key = j.run WHERE j.path = 'nodes/b/model/1' AND r.parent_run_id IS NULL");
    const problems = problemsAfter((copy) => copy.prepare("UPDATE turns SET bodies = replace(bodies, 'Task: b', 'Task: x')").run());
    expect(problems.find((problem) => problem.problem.includes(`event ${asked!.seq} was changed`))?.row).toMatch(new RegExp(`^${asked!.run}/`));
  });

  test('a pruned body restored as something else is named', () => {
    const [apart] = select<{ key: number; hash: Buffer }>('SELECT b.key, b.hash FROM blobs b JOIN runs r ON r.inputs = b.key WHERE r.ended_at IS NOT NULL');
    expectNamed(problemsAfter((copy) => copy.prepare("UPDATE blobs SET data = '1' WHERE key = ?").run(apart!.key), pruned), 'blobs', apart!.hash.toString('hex'), 'a body');
    const [turn] = select<Row>("SELECT * FROM turns WHERE bodies LIKE '%answer to a%'");
    expectNamed(problemsAfter((copy) => copy.prepare("UPDATE turns SET bodies = '1' WHERE key = ?").run(turn!['key']), pruned), 'turns', nameOf('turns', turn!), 'bodies');
  });

  test('a changed sum is named even where the chain was hung anew', () => {
    const [run] = select<{ key: number; id: string }>("SELECT key, id FROM runs WHERE status = 'completed' AND total_tokens > 0");
    expectNamed(problemsAfter((copy) => copy.prepare('UPDATE runs SET total_cost_micros = total_cost_micros - 1 WHERE key = ?').run(run!.key)), 'runs', run!.id, 'a sum');
  });

  test('one run can be verified by itself', () => {
    const [a, b] = select<{ key: number; id: string }>("SELECT key, id FROM runs WHERE status = 'completed' ORDER BY key");
    const tamper = (db: Database.Database): void => void db.prepare("UPDATE turns SET events = replace(events, 'nodes', 'n') WHERE key = (SELECT MIN(key) FROM turns WHERE key >> 32 = ?)").run(b!.key);
    expect(verifiedAfter(tamper, image, { only: a!.id }).problems.filter((problem) => problem.table === 'turns')).toEqual([]);
    expectNamed(verifiedAfter(tamper, image, { only: b!.id }).problems, 'turns', `${b!.id}/0`, 'the other run');
  });

  test('whatever of the schema is taken away, changed or put to the triggers is named', () => {
    const parts = select<{ type: string; name: string; sql: string }>("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND type <> 'table'");
    expect(new Set(parts.map(({ type }) => type))).toEqual(new Set(['trigger', 'view', 'index']));
    for (const { type, name, sql } of parts) {
      const after = (work: string): readonly Tampering[] => {
        const db = new Database(image);
        db.exec(work);
        const { problems } = verifyLedger(db);
        db.close();
        return problems;
      };
      expect(after(`DROP ${type} ${name}`), name).toEqual([{ table: 'sqlite_schema', row: `${type} ${name}`, problem: `the ${type} has been removed` }]);
      const other = sql.replace(/^CREATE VIEW (\w+) AS/, 'CREATE VIEW $1 AS SELECT * FROM (').replace(/^CREATE TRIGGER (\w+) BEFORE/, 'CREATE TRIGGER $1 AFTER').replace(/^(CREATE INDEX .*)\(\w+/, '$1(models') + (type === 'view' ? ')' : '');
      expect(after(`DROP ${type} ${name}; ${other}`), name).toEqual([{ table: 'sqlite_schema', row: `${type} ${name}`, problem: `the ${type} is not the one that was made with the ledger` }]);
    }
  });

  test('a trigger that others have added is named; what else they have added is theirs', () => {
    const add = (work: string): readonly Tampering[] => problemsAfter((db) => void db.exec(work));
    expect(add('CREATE TABLE notes (text TEXT); CREATE VIEW mine AS SELECT id FROM runs; CREATE INDEX by_test ON runs (test_id); ANALYZE')).toEqual([]);
    expect(add("CREATE TRIGGER quiet AFTER INSERT ON holds BEGIN DELETE FROM answers; END")).toEqual([{ table: 'sqlite_schema', row: 'trigger quiet', problem: 'the trigger was added: it may change what is written' }]);
    expect(add('ALTER TABLE runs ADD COLUMN note TEXT')).toEqual([expect.objectContaining({ table: 'sqlite_schema', row: 'table runs' })]);
  });

  test('what was cut off at the end of the chain, with all it stood for, is told to who kept the head', () => {
    const before = verifiedAfter(() => undefined);
    const cut = (db: Database.Database): void => {
      db.exec("DELETE FROM ledger_heads WHERE seq = (SELECT MAX(seq) FROM ledger_heads WHERE kind = 'schedule'); DELETE FROM schedules");
    };
    const { problems, head } = verifiedAfter(cut);
    expect([problems, head?.seq]).toEqual([[], (before.head?.seq ?? 0) - 1]);
    expect(verifiedAfter(cut, image, { head: before.head! }).problems).toEqual([{ table: 'ledger_heads', row: String(before.head!.seq), problem: expect.stringContaining('does not lead through the head that was given') as string }]);
    for (const kept of [before.head!, head!]) expect(verifiedAfter(() => undefined, image, { head: kept }).problems, 'heads of then and now').toEqual([]);
    expect(verifiedAfter(() => undefined, image, { head: { ...head!, hash: before.head!.hash } }).problems).not.toEqual([]);
  });
});
