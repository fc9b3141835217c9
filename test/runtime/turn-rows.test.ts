import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agentRunsOf, stepsOf } from '../../runtime/index.ts';
import { GENESIS } from '../../runtime/ledger/head-store.ts';
import { bodiesOf, bodyOf } from '../../runtime/ledger/event.ts';
import type { Body, JournalEvent } from '../../runtime/ledger/event.ts';
import { openLedger } from '../../runtime/ledger/ledger.ts';
import { packTurn, unpackRow } from '../../runtime/ledger/turn-row.ts';
import { temporaryFolder } from './harness.ts';
import { chain, until, workflow, Workshop } from './workshop.ts';

/** A turn is one row, and what it holds is read out again: by us, and by any tool that knows SQL. */

const json = fc.jsonValue({ maxDepth: 4 });
const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('{}', '"', 'ü€😀', 'x'.repeat(2_000)));
const common = { seq: fc.constant(0), at: fc.nat(10_000_000) };
const body = fc.oneof(json, text).map((value) => bodyOf(value));
const seq = fc.nat(500);
const owner = fc.option(seq, { nil: null });
const amount = { tokens: fc.nat(1_000_000), micros: fc.nat(1_000_000) };

const events: fc.Arbitrary<JournalEvent> = fc.oneof(
  fc.record({ kind: fc.constant('started' as const), data: fc.record({ by: text }), ...common }),
  fc.record({ kind: fc.constant('status' as const), status: fc.constantFrom('running' as const, 'waiting' as const), ...common }),
  fc.record({
    kind: fc.constant('opened' as const), path: text, attempt: fc.integer({ min: 1, max: 3 }), id: text, node: text, agent: text, version: fc.option(text, { nil: null }), inputs: body,
    data: fc.record({ model: fc.option(text, { nil: null }), iteration: fc.integer({ min: 1, max: 3 }) }), ...common,
  }),
  fc.record({ kind: fc.constant('asked' as const), owner, path: text, attempt: fc.integer({ min: 1, max: 3 }), leaf: fc.constantFrom('llm' as const, 'sleep' as const), request: body, data: fc.constantFrom({}, { due: 7 }), ...common }),
  fc.record({ kind: fc.constant('reserved' as const), ref: seq, owner, ...amount, data: fc.constantFrom({}, { outputLimit: 16 }), ...common }),
  fc.record({ kind: fc.constant('done' as const), ref: seq, owner, response: body, ...amount, data: fc.constantFrom({}, { reserved: 3, estimated: true as const }), ...common }),
  fc.record({ kind: fc.constant('lost' as const), ref: seq, owner, ...amount, data: fc.constantFrom({}, { error: 'process.died' }), ...common }),
  fc.record({ kind: fc.constant('note' as const), owner: seq, path: text, step: fc.constant('guardrail' as const), request: fc.option(body, { nil: null }), response: fc.option(body, { nil: null }), data: fc.constantFrom({}, { error: 'x' }), ...common }),
  fc.record({ kind: fc.constant('closed' as const), ref: seq, status: fc.constantFrom('completed' as const, 'skipped' as const), response: fc.option(body, { nil: null }), ...amount, data: fc.constantFrom({}, { error: { name: 'x', message: 'y', data: [1] } }), ...common }),
  fc.record({ kind: fc.constant('ended' as const), status: fc.constantFrom('completed' as const, 'error' as const), response: fc.option(body, { nil: null }), error: fc.constantFrom(null, { name: 'x', message: 'y' }), ...common }),
);
const walks = fc.array(events, { minLength: 1, maxLength: 150 }).map((list) => list.map((event, i) => ({ ...event, seq: i })));

/** Bodies as text, so that two events can be compared. */
function plain(list: readonly JournalEvent[]): unknown {
  const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && 'text' in value && 'pruned' in value;
  return list.map((event) => Object.fromEntries(Object.entries(event).map(([name, value]: [string, unknown]) => [name, isBody(value) ? { text: value.text, hash: value.hash } : value])));
}

describe('the rows of a turn', () => {
  test('hold every event as it was, whatever its bodies say', () => {
    fc.assert(fc.property(walks, fc.nat(160), (walk, from) => {
      const { rows, apart } = packTurn(GENESIS, walk);
      const stored = new Map(apart.map((shared) => [shared.hash, shared.text]));
      const read = rows.flatMap((row) => unpackRow(row, from, (hash) => stored.get(hash) ?? null));
      expect(plain(read)).toEqual(plain(walk.slice(from)));
    }));
  });

  test('give SQL the very same events and bodies', () => {
    const ledger = openLedger(`${temporaryFolder()}/ledger.db`, { synchronous: 'NORMAL' });
    // It is made by what is written first: only from then on its parts stay the same.
    ledger.write(() => undefined);
    const open = ledger.db.prepare("INSERT INTO runs (key, id, status, chain_head, workflow_name, spec_version, inputs, settings, models, started_at, experiment_id, adapter_revision) VALUES (?, ?, 'running', x'', '', 1, 1, 1, '', '', '', '')");
    const select = ledger.db.prepare('SELECT seq, kind, at, request, response FROM journal WHERE run = ?');
    const bodies = (event: JournalEvent): unknown => {
      const [request, response] = bodiesOf(event);
      return { seq: event.seq, kind: event.kind, at: event.at, request: request?.text ?? null, response: response?.text ?? null };
    };
    // So many runs that a row's key is beyond what a double holds exactly.
    let run = 2 ** 30;
    fc.assert(fc.property(walks, (walk) => {
      run += 1;
      open.run(run, String(run));
      ledger.write(() => ledger.journal.append(run, packTurn(GENESIS, walk)));
      expect(select.all(run)).toEqual(walk.map(bodies));
      expect(plain(ledger.journal.read(run, 70))).toEqual(plain(walk.slice(70)));
    }), { numRuns: 30 });
    ledger.close();
  });

  test('an output that stands in the answer it was read from is stored once', async () => {
    const shop = new Workshop();
    shop.provider.reply = () => 'a sentence that nobody else says';
    await shop.run(workflow(['a']));
    const row = shop.row("SELECT bodies FROM turns WHERE bodies LIKE '%\"status\":\"ok\"%'") as { bodies: string };
    // In the answer, and in the output of the whole run.
    expect(row.bodies.split('a sentence that nobody else says')).toHaveLength(3);
  });

  test('a turn of hundreds of events takes several rows, and the views find each of them', async () => {
    const shop = new Workshop();
    const names = Array.from({ length: 150 }, (_, i) => `n${i}`);
    const { run_id: run } = await shop.run(workflow(['first', ...names.map((id) => ({ id, depends_on: ['first'] }))], { max_concurrency: 200 }));
    const rows = shop.runtime.ledger.db.prepare('SELECT json_array_length(events) FROM turns').pluck().all() as number[];
    expect(Math.max(...rows)).toBe(64);
    const db = shop.runtime.ledger.db;
    expect(agentRunsOf(db, run).map((row) => [row.node_id, row.status, row.output])).toEqual(['first', ...names].map((id) => [id, 'completed', JSON.stringify(`answer to ${id}`)]));
    expect(stepsOf(db, run).filter((step) => step.kind === 'llm').map((step) => step.name).sort()).toEqual(['first', ...names].map((id) => `nodes/${id}/model/1`).sort());
    shop.expectSound();
  });

  test('an error whose data nests deeper than SQLite reads hides nothing', async () => {
    const shop = new Workshop();
    let deep: unknown = 'bottom';
    for (let i = 0; i < 3_000; i++) deep = [deep];
    const ledger = shop.runtime.ledger;
    const { run_id: run } = await shop.run(workflow(chain('a')));
    const events: JournalEvent[] = [{ kind: 'closed', seq: 0, at: 0, ref: 0, status: 'error', response: null, tokens: 0, micros: 0, data: { error: { name: 'x', message: 'y', data: deep } } }];
    const { rows } = packTurn(GENESIS, events);
    expect(ledger.db.prepare("SELECT json_extract(?, '$[0].data.error.message')").pluck().get(rows[0]?.events)).toBe('y');
    expect(agentRunsOf(ledger.db, run)).toHaveLength(1);
  });

  test('of an open run, what is open is told from what waits for a person', async () => {
    const shop = new Workshop();
    shop.provider.reply = (goal) => (goal === 'slow' ? new Promise(() => undefined) : goal);
    const handle = shop.launch(workflow([{ id: 'quick' }, { id: 'slow' }, { id: 'ok', human: { form: { type: 'object' } } }]));
    await until(() => shop.nodes(handle.id).some((row) => row.node_id === 'quick' && row.status === 'completed'), 'the quick one');
    expect(Object.fromEntries(shop.nodes(handle.id).map((row) => [row.node_id, row.status]))).toEqual({ quick: 'completed', slow: 'running', ok: 'waiting' });
  });
});

test('a ledger of a schema that was never released is refused, and left as it is', () => {
  const file = `${temporaryFolder()}/old.db`;
  const db = new Database(file);
  db.exec('CREATE TABLE journal (run INTEGER); PRAGMA application_id = 0x6467626b; PRAGMA user_version = 1');
  db.close();
  for (const readonly of [false, true]) expect(() => openLedger(file, { synchronous: 'NORMAL', readonly })).toThrow(expect.objectContaining({ code: 'ledger-unreadable', message: expect.stringContaining('schema 1') as unknown }));
  const after = new Database(file);
  expect(after.prepare('SELECT name FROM sqlite_master').pluck().all()).toEqual(['journal']);
  after.close();
});
