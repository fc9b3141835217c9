import type { Body, ErrorData, JournalEvent, RunStatus, TerminalStatus } from './event.ts';
import type { BlobStore } from './blob-store.ts';
import type { JournalStore } from './journal-store.ts';
import { GENESIS, runDigest } from './head-store.ts';
import type { HeadStore } from './head-store.ts';
import type { Sqlite } from './sqlite.ts';
import { packTurn } from './turn-row.ts';

export type Relation = 'replay' | 'recorded' | 'fork' | 'child' | 'schedule';

/** A run as the engine sees it. `chain_head` is hex; times are ISO 8601, except `lease_at`: milliseconds since the epoch. */
export interface RunRow {
  readonly key: number;
  readonly id: string;
  readonly workflow_name: string;
  readonly spec_version: number;
  readonly parent_run_id: string | null;
  readonly relation: Relation | null;
  readonly status: RunStatus;
  readonly inputs: number;
  readonly settings: number;
  readonly error: string | null;
  readonly models: string;
  readonly model_override: string | null;
  readonly total_tokens: number;
  readonly total_cost_micros: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly experiment_id: string;
  readonly test_id: string | null;
  readonly adapter_revision: string;
  readonly epoch: number;
  readonly lease_owner: string | null;
  readonly lease_at: number | null;
  readonly next_seq: number;
  readonly chain_head: string;
}

export interface NewRun {
  readonly id: string;
  readonly workflowName: string;
  readonly specVersion: number;
  readonly parentRunId: string | null;
  readonly relation: Relation | null;
  readonly inputs: Body;
  readonly settings: Body;
  /** What the agents run on, for people: `simulated`, `openai:gpt-5, simulated`. */
  readonly models: string;
  readonly modelOverride: string | null;
  readonly startedAt: string;
  readonly experimentId: string;
  readonly testId: string | null;
  readonly adapterRevision: string;
  /** Events copied from a parent (a fork's prefix). */
  readonly prefix: readonly JournalEvent[];
}

/** One turn of the pump: everything that happened, committed at once or not at all. */
export interface Turn {
  readonly run: number;
  readonly epoch: number;
  readonly head: string;
  readonly events: readonly JournalEvent[];
  readonly status: 'running' | 'waiting';
  readonly totalTokens: number;
  readonly totalMicros: number;
  /** Who drives the run; null releases the lease (a waiting run holds none). */
  readonly lease: { readonly owner: string; readonly at: number } | null;
  readonly end: RunEnd | null;
}

/** How a run ended; its output is in its last event. */
export interface RunEnd {
  readonly status: TerminalStatus;
  readonly error: ErrorData | null;
  readonly at: string;
}

export interface RunStore {
  insert(run: NewRun): RunRow;
  byId(id: string): RunRow | null;
  byKey(key: number): RunRow | null;
  /** Runs whose id begins so, at most `limit`. */
  byPrefix(prefix: string, limit: number): RunRow[];
  /** Every run that is pending, running or waiting, oldest first. */
  open(): RunRow[];
  children(id: string): RunRow[];
  inputs(run: RunRow): unknown;
  settings(run: RunRow): unknown;
  /** What a completed run gave; null where it gave nothing, or its bodies were pruned. */
  output(run: RunRow): unknown;
  /** The new chain head, or null when the fence refused: the run was halted, finished or taken by another process. The caller holds the transaction. */
  commit(turn: Turn): string | null;
  /** Compare-and-swap on the epoch: the run as taken, or null when somebody was quicker. The caller holds the transaction. */
  take(run: RunRow, lease: { readonly owner: string; readonly at: number }): RunRow | null;
  /** Renews leases; returns the keys of runs that are no longer ours. */
  heartbeat(runs: readonly { readonly key: number; readonly epoch: number }[], at: number): number[];
  /** Ends a run whatever its epoch, and raises it: the halt. The caller holds the transaction and has linked the events. */
  close(run: RunRow, head: string, events: number, totals: { readonly tokens: number; readonly micros: number }, end: RunEnd, epoch: number): void;
}

type SelectedRun = Omit<RunRow, 'chain_head'> & { readonly chain_head: Buffer };

const OPEN = `('pending','running','waiting')`;

function toRow(row: SelectedRun): RunRow {
  return { ...row, chain_head: row.chain_head.toString('hex') };
}

export function createRunStore(db: Sqlite, blobs: BlobStore, journal: JournalStore, heads: HeadStore): RunStore {
  const sql = prepare(db);
  const parse = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));
  const hashOf = (key: number): string => sql.bodyHash.get(key)?.toString('hex') ?? '';
  const rowOf = (key: number): RunRow => known(sql.byKey.get(key));
  const finish = (row: RunRow): void => heads.append('run', row.id, runDigest(row, { inputs: hashOf(row.inputs), settings: hashOf(row.settings) }));
  /** The fence, and the run's row moved on. It holds for the whole transaction: nobody else can write while it is open. */
  const move = (turn: Turn, seq: number, head: Buffer): boolean => {
    const owner = turn.lease?.owner ?? null;
    const at = turn.lease?.at ?? null;
    const same = sql.proceed.run(seq, head, turn.totalTokens, turn.totalMicros, at, turn.run, turn.epoch, turn.status, owner);
    return same.changes > 0 || sql.change.run(seq, head, turn.status, turn.totalTokens, turn.totalMicros, owner, at, turn.run, turn.epoch).changes > 0;
  };
  const end = (key: number, seq: number, head: string, totals: { readonly tokens: number; readonly micros: number }, how: RunEnd, epoch: number): void => {
    finish(known(sql.end.get(seq, Buffer.from(head, 'hex'), totals.tokens, totals.micros, how.status, how.error === null ? null : JSON.stringify(how.error), how.at, epoch, key)));
  };

  return {
    insert: (run) => insertRun({ sql, blobs, journal }, run),
    byId: (id) => nullable(sql.byId.get(id)),
    byKey: (key) => nullable(sql.byKey.get(key)),
    byPrefix: (prefix, limit) => sql.byPrefix.all(prefix, `${prefix}\uffff`, limit).map(toRow),
    open: () => sql.open.all().map(toRow),
    children: (id) => sql.children.all(id).map(toRow),
    inputs: (run) => parse(blobs.textOf(run.inputs)),
    settings: (run) => parse(blobs.textOf(run.settings)),
    output(run) {
      const last = run.status === 'completed' ? journal.last(run.key) : null;
      return last?.kind === 'ended' && last.response !== null ? parse(last.response.text) : null;
    },
    commit(turn) {
      const last = turn.events.at(-1);
      if (last === undefined) return turn.head;
      const packed = packTurn(turn.head, turn.events);
      const seq = last.seq + 1;
      // A finished run takes no rows, so the last ones go in before it is finished, and the others after the fence.
      if (turn.end === null) {
        if (!move(turn, seq, Buffer.from(packed.head, 'hex'))) return null;
        journal.append(turn.run, packed);
      } else {
        if (sql.ours.get(turn.run, turn.epoch) === undefined) return null;
        journal.append(turn.run, packed);
        end(turn.run, seq, packed.head, { tokens: turn.totalTokens, micros: turn.totalMicros }, turn.end, turn.epoch);
      }
      return packed.head;
    },
    take(run, lease) {
      const { changes } = sql.take.run(lease.owner, lease.at, run.key, run.epoch);
      return changes === 0 ? null : rowOf(run.key);
    },
    heartbeat: (runs, at) => runs.filter(({ key, epoch }) => sql.beat.run(at, key, epoch).changes === 0).map(({ key }) => key),
    close: (run, head, events, totals, how, epoch) => end(run.key, run.next_seq + events, head, totals, how, epoch),
  };
}

/** Inserts a pending run with what it takes over of another. */
function insertRun({ sql, blobs, journal }: { readonly sql: ReturnType<typeof prepare>; readonly blobs: BlobStore; readonly journal: JournalStore }, run: NewRun): RunRow {
  const prefix = packTurn(GENESIS, run.prefix);
  const row = known(sql.insert.get(
    run.id, run.workflowName, run.specVersion, run.parentRunId, run.relation, blobs.keyOf(run.inputs), blobs.keyOf(run.settings),
    run.models, run.modelOverride, run.startedAt, run.experimentId, run.testId, run.adapterRevision, run.prefix.length, Buffer.from(prefix.head, 'hex'),
  ));
  journal.append(row.key, prefix);
  return row;
}

function prepare(db: Sqlite) {
  const select = (where: string): string => `SELECT * FROM runs WHERE ${where}`;
  return {
    byId: db.prepare<[string], SelectedRun>(select('id = ?')),
    byKey: db.prepare<[number], SelectedRun>(select('key = ?')),
    byPrefix: db.prepare<[string, string, number], SelectedRun>(select('id >= ? AND id < ? ORDER BY id LIMIT ?')),
    open: db.prepare<[], SelectedRun>(select('ended_at IS NULL ORDER BY key')),
    children: db.prepare<[string], SelectedRun>(select('parent_run_id = ? ORDER BY key')),
    insert: db.prepare<unknown[], SelectedRun>(
      `INSERT INTO runs (id, workflow_name, spec_version, parent_run_id, relation, status, inputs, settings, models, model_override, started_at, experiment_id, test_id, adapter_revision, next_seq, chain_head)
       VALUES (?,?,?,?,?,'pending',?,?,?,?,?,?,?,?,?,?) RETURNING *`,
    ),
    ours: db.prepare<[number, number], 1>(`SELECT 1 FROM runs WHERE key = ? AND epoch = ? AND status IN ${OPEN}`).pluck(),
    /** Most turns change neither status nor driver: an index entry that is not touched need not be written. */
    proceed: db.prepare('UPDATE runs SET next_seq = ?, chain_head = ?, total_tokens = ?, total_cost_micros = ?, lease_at = ? WHERE key = ? AND epoch = ? AND status = ? AND lease_owner IS ?'),
    change: db.prepare(
      `UPDATE runs SET next_seq = ?, chain_head = ?, status = ?, total_tokens = ?, total_cost_micros = ?, lease_owner = ?, lease_at = ? WHERE key = ? AND epoch = ? AND status IN ${OPEN}`,
    ),
    end: db.prepare<unknown[], SelectedRun>(
      'UPDATE runs SET next_seq = ?, chain_head = ?, total_tokens = ?, total_cost_micros = ?, status = ?, error = ?, ended_at = ?, epoch = ?, lease_owner = NULL, lease_at = NULL WHERE key = ? RETURNING *',
    ),
    take: db.prepare(`UPDATE runs SET epoch = epoch + 1, lease_owner = ?, lease_at = ? WHERE key = ? AND epoch = ? AND status IN ${OPEN}`),
    beat: db.prepare(`UPDATE runs SET lease_at = ? WHERE key = ? AND epoch = ? AND status IN ${OPEN}`),
    bodyHash: db.prepare<[number], Buffer>('SELECT hash FROM blobs WHERE key = ?').pluck(),
  };
}

function known(row: SelectedRun | undefined): RunRow {
  if (row === undefined) throw new Error('unreachable: a run that is written has a row');
  return toRow(row);
}

function nullable(row: SelectedRun | undefined): RunRow | null {
  return row === undefined ? null : toRow(row);
}
