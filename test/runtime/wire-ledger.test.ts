import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { WireRecord } from '../../protocol/wire-record.ts';
import { createSecrets, exportRun, forkRun, halt, importRun, pruneLedger, replayRun, sha256, verifyLedger } from '../../runtime/index.ts';
import { pathOf } from '../../runtime/durable/context.ts';
import type { RunDriver } from '../../runtime/durable/run-driver.ts';
import { Supervisor } from '../../runtime/durable/supervisor.ts';
import { WirePacker } from '../../runtime/durable/wire-packer.ts';
import type { Ledger } from '../../runtime/ledger/ledger.ts';
import { APPLICATION_ID, migrations } from '../../runtime/ledger/migrations.ts';
import { openSqlite } from '../../runtime/ledger/sqlite.ts';
import { createRedactor } from '../../runtime/models/redact-secret.ts';
import { createWireLog } from '../../runtime/models/wire-log.ts';
import { answerWith, chunk, refuse, send, sse, startFaultServer, usage, type FaultServer } from '../models/fault-server.ts';
import { bytesOf, KEY, onlyExchange } from '../models/wire-kit.ts';
import { adapterOf, freeBudget, simpleNode, temporaryFolder, World } from './harness.ts';
import { chain, secondRuntime, until, workflow, withoutTriggers, Workshop } from './workshop.ts';

/** What went over the network for a call is kept with its run: once, compressed, found by its hash, which the run's chain covers. */

const GOOD = [chunk('Grüße 😀', 'stop'), usage(20, 3)] as const;

function shopFor(server: FaultServer): Workshop {
  const agent = { name: 'a', role: 'a', system_prompt: 'Be brief.', model: { provider: 'openai', model: 'm', base_url: `${server.url}/v1`, extras: { api_key: { secret: 'K' } } } };
  return new Workshop({ files: { 'a.agent.yaml': JSON.stringify(agent) }, secrets: createSecrets((name) => (name === 'K' ? KEY : null)) });
}

const asks = (...ids: readonly string[]) => workflow(chain(...ids).map((node) => ({ ...node, agent_spec: './a.agent.yaml' })));

function wiresOf(shop: Workshop, run: string): { readonly seq: number; readonly hash: string }[] {
  return shop.steps(run).flatMap(({ seq, wire_hash: hash }) => (hash === null ? [] : [{ seq, hash }]));
}

function textOf({ wires }: Ledger, hash: string): string {
  const stored = wires.read(hash);
  if (stored.kind !== 'text') throw new Error(`the record ${hash} is ${stored.kind}`);
  return stored.text;
}

function tampered(shop: Workshop, sql: string, ...values: readonly unknown[]): void {
  const { db } = shop.runtime.ledger;
  withoutTriggers(db, () => void db.prepare(sql).run(...values));
}

describe('a call over the network', () => {
  test('is kept with its step: compressed, under the hash of its text, in the chain of its run', async () => {
    const server = await startFaultServer(answerWith(...GOOD));
    const shop = shopFor(server);
    const result = await shop.run(asks('x', 'y'));
    expect(result.status).toBe('completed');
    const wires = wiresOf(shop, result.run_id);
    expect(wires).toHaveLength(2);
    for (const [i, { seq, hash }] of wires.entries()) {
      const text = textOf(shop.runtime.ledger, hash);
      expect(sha256(text)).toBe(hash);
      const exchange = onlyExchange({ record: JSON.parse(text) as WireRecord });
      expect(JSON.parse(exchange.request.body)).toEqual(server.seen[i]?.body);
      expect(bytesOf(exchange)).toEqual(sse(...GOOD, '[DONE]'));
      expect(shop.row('SELECT j.kind, j.wire_hash FROM journal j JOIN runs r ON r.key = j.run WHERE r.id = ? AND j.seq = ?', result.run_id, seq)).toEqual({ kind: 'done', wire_hash: hash });
      expect(shop.row('SELECT length(data) < ? AS small FROM wire_records WHERE hash = unhex(?)', text.length, hash)).toEqual({ small: 1 });
    }
    shop.expectSound();
  });

  test('that failed and was tried again has a record for each try', async () => {
    const server = await startFaultServer(async (response, seen) => (server.seen.length === 1 ? refuse(503, 'busy', null, { 'retry-after-ms': '1' }) : answerWith(...GOOD))(response, seen));
    const shop = shopFor(server);
    const result = await shop.run(asks('x'));
    expect(result.status).toBe('completed');
    expect(wiresOf(shop, result.run_id).map(({ hash }) => onlyExchange({ record: JSON.parse(textOf(shop.runtime.ledger, hash)) as WireRecord }).response?.status)).toEqual([503, 200]);
  });

  test('leaves no key anywhere in the file, nor in what is packed in it', async () => {
    const server = await startFaultServer(send([sse(...Array.from(KEY, (character) => chunk(character)), chunk(` or ${KEY}`), ...GOOD, '[DONE]')], { type: 'text/event-stream', headers: { server: KEY, 'x-request-id': Buffer.from(KEY).toString('base64') } }));
    const shop = shopFor(server);
    const result = await shop.run(asks('x', 'y'));
    expect(result.status).toBe('completed');
    expect(JSON.stringify(server.seen[0]?.headers)).toContain('canary');
    const texts = wiresOf(shop, result.run_id).map(({ hash }) => Buffer.from(textOf(shop.runtime.ledger, hash)));
    const files = ['', '-wal', '-shm'].map((end) => readFileSync(`${shop.file}${end}`));
    for (const bytes of [...texts, ...files]) for (const form of [KEY, 'canary', Buffer.from(KEY).toString('base64').slice(0, 20), Buffer.from(KEY).toString('hex')]) expect(bytes.includes(form), form).toBe(false);
  });

  test('is no part of what a simulated model does', async () => {
    const shop = new Workshop();
    const { run_id: run } = await shop.run(workflow(chain('a', 'b')));
    expect(wiresOf(shop, run)).toEqual([]);
    expect(shop.count('wire_records')).toBe(0);
    expect(shop.row('SELECT COUNT(*) AS n FROM turns WHERE events LIKE \'%"wire"%\'')).toEqual({ n: 0 });
  });
});

describe('the record of a call', () => {
  test('stays with its answer in a recorded replay, which calls nobody, and in forks', async () => {
    const server = await startFaultServer(answerWith(...GOOD));
    const shop = shopFor(server);
    const first = await shop.run(asks('x', 'y', 'z'));
    const hashes = wiresOf(shop, first.run_id).map(({ hash }) => hash);
    await server.close();
    const later = secondRuntime(shop);
    const again = await replayRun(later.runtime, first.run_id, true).result;
    expect(again).toMatchObject({ status: 'completed', output: first.output });
    expect(wiresOf(later, again.run_id).map(({ hash }) => hash)).toEqual(hashes);
    const failing = await forkRun(shop.runtime, first.run_id, { point: { kind: 'from', path: 'z' }, set: {}, edited: false }).result;
    expect(wiresOf(shop, failing.run_id).slice(0, 2).map(({ hash }) => hash)).toEqual(hashes.slice(0, 2));
    const only = await forkRun(shop.runtime, first.run_id, { point: { kind: 'only', path: 'z' }, set: {}, edited: false }).result;
    expect(wiresOf(shop, only.run_id).map(({ hash }) => hash)).toEqual(expect.arrayContaining(hashes.slice(0, 2)));
    shop.expectSound();
  });

  test.each([
    ['other text', (data: Buffer) => brotliCompressSync(Buffer.concat([data, Buffer.from(' ')]))],
    ['what cannot be unpacked', () => Buffer.from('garbage')],
    ['nothing but a header', (data: Buffer) => data.subarray(0, 3)],
  ])('that was changed to %s is named by verify, with its step', async (_what, change) => {
    const shop = shopFor(await startFaultServer(answerWith(...GOOD)));
    const { run_id: run } = await shop.run(asks('x', 'y'));
    const { hash, seq } = wiresOf(shop, run)[1] ?? { hash: '', seq: 0 };
    shop.expectSound();
    const { data } = shop.row('SELECT data FROM wire_records WHERE hash = unhex(?)', hash) as { data: Buffer };
    tampered(shop, 'UPDATE wire_records SET data = ? WHERE hash = unhex(?)', change(data), hash);
    expect(verifyLedger(shop.runtime.ledger.db).problems).toEqual([{ table: 'wire_records', row: hash, problem: expect.stringContaining(`(step ${run}/${seq})`) as string }]);
  });

  test('that was removed, or brought by no run, is named by verify', async () => {
    const shop = shopFor(await startFaultServer(answerWith(...GOOD)));
    const { run_id: run } = await shop.run(asks('x'));
    const hash = wiresOf(shop, run)[0]?.hash ?? '';
    shop.runtime.ledger.db.prepare('INSERT INTO wire_records (hash, data) VALUES (unhex(?), ?)').run(sha256('{}'), brotliCompressSync('{}'));
    expect(verifyLedger(shop.runtime.ledger.db).problems).toEqual([{ table: 'wire_records', row: sha256('{}'), problem: expect.stringContaining('no run brought it') as string }]);
    tampered(shop, 'DELETE FROM wire_records');
    expect(verifyLedger(shop.runtime.ledger.db).problems).toEqual([{ table: 'wire_records', row: hash, problem: expect.stringContaining(`removed, but rows refer to it (step ${run}/`) as string }]);
  });

  test('cannot be changed, removed or written over, whoever opens the file', async () => {
    const shop = shopFor(await startFaultServer(answerWith(...GOOD)));
    const { run_id: run } = await shop.run(asks('x'));
    const hash = wiresOf(shop, run)[0]?.hash ?? '';
    const db = new Database(shop.file);
    for (const sql of ["UPDATE wire_records SET data = x'00'", "UPDATE wire_records SET hash = zeroblob(32)", 'UPDATE wire_records SET key = 9', 'DELETE FROM wire_records', 'INSERT OR REPLACE INTO wire_records SELECT * FROM wire_records', 'REPLACE INTO wire_records (hash, data) SELECT hash, NULL FROM wire_records']) {
      expect(() => db.exec(sql), sql).toThrow(/is history/);
    }
    db.exec('UPDATE wire_records SET data = NULL');
    db.close();
    expect(shop.runtime.ledger.wires.read(hash)).toEqual({ kind: 'pruned' });
    shop.expectSound();
  });

  test('is dropped by prune with the bodies of its run, and only when no younger run has it; its hash stays', async () => {
    const shop = shopFor(await startFaultServer(answerWith(...GOOD)));
    const first = await shop.run(asks('x'));
    const hash = wiresOf(shop, first.run_id)[0]?.hash ?? '';
    await new Promise((resolve) => setTimeout(resolve, 5));
    const between = new Date().toISOString();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await replayRun(shop.runtime, first.run_id, true).result;
    pruneLedger(shop.runtime.ledger, between);
    expect(shop.runtime.ledger.wires.read(hash).kind).toBe('text');
    const { bodies } = pruneLedger(shop.runtime.ledger, '9999-01-01T00:00:00Z');
    expect(bodies).toBeGreaterThan(1);
    expect(shop.runtime.ledger.wires.read(hash)).toEqual({ kind: 'pruned' });
    expect(wiresOf(shop, first.run_id).map((wire) => wire.hash)).toEqual([hash]);
    const { problems, checked } = verifyLedger(shop.runtime.ledger.db);
    expect(problems).toEqual([]);
    expect(checked.pruned).toBeGreaterThanOrEqual(3);
  });

  test('goes to another ledger with its run, where it verifies and the run is replayed with nobody there', async () => {
    const server = await startFaultServer(answerWith(...GOOD));
    const shop = shopFor(server);
    const first = await shop.run(asks('x', 'y'));
    await server.close();
    const { bytes } = exportRun(shop.runtime, first.run_id);
    const other = new Workshop();
    importRun(other.runtime.ledger, bytes);
    expect(wiresOf(other, first.run_id)).toEqual(wiresOf(shop, first.run_id));
    for (const { hash } of wiresOf(other, first.run_id)) expect(textOf(other.runtime.ledger, hash)).toBe(textOf(shop.runtime.ledger, hash));
    other.expectSound();
    expect(await replayRun(other.runtime, first.run_id, true).result).toMatchObject({ status: 'completed', output: first.output });
    other.expectSound();
  });
});

describe('a bundle', () => {
  /** Its lines changed, and sealed again. */
  function forged(bytes: Uint8Array, change: (line: string) => string): Buffer {
    const lines = gunzipSync(bytes).toString().trimEnd().split('\n').slice(0, -1).map(change).filter((line) => line !== '');
    const text = `${lines.join('\n')}\n`;
    return gzipSync(`${text}${JSON.stringify({ sha256: sha256(text) })}\n`);
  }

  test('whose records of the network were changed is refused; one without them, as the release before wrote it, is taken, and they count as pruned', async () => {
    const shop = shopFor(await startFaultServer(answerWith(...GOOD)));
    const { run_id: run } = await shop.run(asks('x', 'y'));
    const { bytes } = exportRun(shop.runtime, run);
    const other = new Workshop();
    const isWire = (line: string): boolean => line.startsWith('{"kind":"wire"');
    expect(gunzipSync(bytes).toString().split('\n').filter(isWire)).toHaveLength(2);
    expect(() => importRun(other.runtime.ledger, forged(bytes, (line) => (isWire(line) ? line.replace('Grüße', 'Grusse') : line)))).toThrow(expect.objectContaining({ code: 'bundle-invalid' }));
    expect(() => importRun(other.runtime.ledger, forged(bytes, (line) => line.replace(/\\"wire\\":\\"[0-9a-f]{4}/, '\\"wire\\":\\"0000')))).toThrow(expect.objectContaining({ code: 'bundle-invalid' }));
    expect([other.count('runs'), other.count('wire_records')]).toEqual([0, 0]);
    importRun(other.runtime.ledger, forged(bytes, (line) => (isWire(line) ? '' : line.replace('"version":2,"run"', '"version":1,"run"'))));
    for (const { hash } of wiresOf(shop, run)) expect(other.runtime.ledger.wires.read(hash)).toEqual({ kind: 'pruned' });
    other.expectSound();
    expect((await replayRun(other.runtime, run, true).result).status).toBe('completed');
  });
});

describe('a call whose answer is never heard', () => {
  function expectHalf({ ledger }: World, run: { readonly key: number }): void {
    const lost = ledger.journal.read(run.key).filter((event) => event.kind === 'lost');
    expect(lost).toHaveLength(1);
    const { exchanges } = JSON.parse(textOf(ledger, lost[0]?.wire?.hash ?? '')) as WireRecord;
    expect(exchanges).toMatchObject([{ end: { how: 'closed' }, response: { chunks: [{ text: 'half' }] } }]);
    expect(verifyLedger(ledger.db).problems).toEqual([]);
  }

  test('because the workflow gave it up leaves what came until then', async () => {
    const world = stuck();
    const { run } = await world.run(adapterOf(async (ctx) => {
      void simpleNode(ctx, 'a', 'hello');
      await ctx.sleep('pause', 0);
      ctx.scope(pathOf('nodes', 'a')).cancel();
      await ctx.sleep('then', 0);
      return null;
    }));
    expectHalf(world, run);
  });

  test('because the run ended leaves it too', async () => {
    const world = stuck();
    const { run } = await world.run(adapterOf(async (ctx) => {
      void simpleNode(ctx, 'a', 'hello', freeBudget('a'));
      await ctx.sleep('pause', 0);
      return null;
    }));
    expectHalf(world, run);
  });
});

describe('a halt by the process that makes the calls', () => {
  test('leaves what came until then, of every call in flight', async () => {
    const server = await startFaultServer(send([sse(chunk('half'))], { type: 'text/event-stream', then: () => undefined }));
    const shop = shopFor(server);
    const handle = shop.launch(workflow(['x', 'y'].map((id) => ({ id, agent_spec: './a.agent.yaml' }))));
    let heard = 0;
    handle.subscribe(({ stage }) => { if (stage === 'agent.token') heard++; });
    await until(() => heard === 2, 'both halves');
    halt(shop.runtime, { run: handle.id, hold: false });
    expect((await handle.result).status).toBe('halted');
    const wires = wiresOf(shop, handle.id);
    expect(wires).toHaveLength(2);
    for (const { hash } of wires) expect(bytesOf(onlyExchange({ record: JSON.parse(textOf(shop.runtime.ledger, hash)) as WireRecord }))).toEqual(sse(chunk('half')));
    shop.expectSound();
  });

  test('does not fail because of a record that cannot be made', async () => {
    const world = stuck();
    const bugs: unknown[] = [];
    const supervisor = new Supervisor({ ledger: world.ledger, packer: new WirePacker(), now: () => world.engine.now(), awake: () => performance.now(), stallMs: () => 300_000, onBug: (error) => bugs.push(error) });
    const { run, driver, end } = world.drive(world.open(), adapterOf(async (ctx) => (await simpleNode(ctx, 'a', 'hello')).text));
    await until(() => world.engine.calls.length === 1, 'the call');
    const broken = { run, waiting: false, drive: () => new Promise<never>(() => undefined), abandon: () => driver.abandon(), liveCalls: () => [], openWire: () => { throw new Error('broken'); } };
    void supervisor.drive(broken as unknown as RunDriver, 1_000);
    expect(world.ledger.halt([world.row(run.id)], world.engine.now(), { name: 'Dagbook.Halted', message: '' }, supervisor.openWires())).toEqual([run.id]);
    expect(bugs).toHaveLength(1);
    supervisor.stop();
    expect((await end).kind).not.toBe('ended');
    expect(world.row(run.id).status).toBe('halted');
  });
});

/** A model that says half an answer and then nothing. */
function stuck(): World {
  const world = new World();
  world.engine.onModel = ({ slot, request }) => {
    slot.wire = createWireLog();
    const exchange = slot.wire.begin({ method: 'POST', url: new URL('http://127.0.0.1/'), headers: {}, body: JSON.stringify(request) }, createRedactor(null));
    exchange.answered(200, {});
    exchange.chunk(Buffer.from('half'));
    return new Promise(() => undefined);
  };
  return world;
}

describe('a ledger of schema 2', () => {
  /** The same rows as the release before kept them: in tables made by the first migration alone. */
  function asBefore(shop: Workshop): string {
    const file = join(temporaryFolder(), 'before.db');
    const copy = `${file}.copy`;
    shop.runtime.ledger.db.prepare('VACUUM INTO ?').run(copy);
    const db = new Database(file);
    db.exec(migrations[0] ?? '');
    const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string; sql: string }[];
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.prepare('ATTACH ? AS now').run(copy);
    for (const table of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[]) {
      const columns = (db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(table) as string[]).join(', ');
      db.exec(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM now.${table}`);
    }
    for (const { sql } of triggers) db.exec(sql);
    db.exec(`DETACH now; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 2; PRAGMA journal_mode = WAL`);
    db.close();
    return file;
  }

  test('is brought up to date when it is opened: everything is there, verifies, and goes on', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow(chain('a', 'b')));
    const steps = shop.steps(first.run_id);
    const file = asBefore(shop);
    expect(() => openSqlite(file, { synchronous: 'NORMAL', readonly: true })).toThrow(expect.objectContaining({ code: 'ledger-unreadable' }));
    const later = new Workshop({ ledgerFile: file });
    expect(later.row('PRAGMA user_version')).toEqual({ user_version: 1 + migrations.length });
    later.expectSound();
    expect(later.steps(first.run_id)).toEqual(steps);
    expect(await replayRun(later.runtime, first.run_id, true).result).toMatchObject({ status: 'completed', output: first.output });
    const server = await startFaultServer(answerWith(...GOOD));
    later.files.set('a.agent.yaml', JSON.stringify({ name: 'a', role: 'a', system_prompt: 'Be brief.', model: { provider: 'openai', model: 'm', base_url: `${server.url}/v1` } }));
    const next = await later.run(asks('x'));
    expect(wiresOf(later, next.run_id)).toHaveLength(1);
    later.expectSound();
  });
});
