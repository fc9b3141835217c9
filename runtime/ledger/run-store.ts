import type { RunRelation, RunStatus, TerminalStatus } from '../../protocol/run-records.ts';
import type { Body, ErrorData, JournalEvent } from './event.ts';
import type { BlobStore } from './blob-store.ts';
import type { JournalStore } from './journal-store.ts';
import { GENESIS, runDigest } from './head-store.ts';
import type { HeadStore } from './head-store.ts';
import type { Sqlite } from './sqlite.ts';
import { packTurn } from './turn-row.ts';

/** A run as the engine sees it. `chain_head` is hex; times are ISO 8601, except `lease_at`: milliseconds since the epoch. */
export interface RunRow {
  readonly key: number;
  readonly id: string;
  readonly workflow_name: string;
  readonly spec_version: number;
  readonly parent_run_id: string | null;
  readonly relation: RunRelation | null;
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
  readonly relation: RunRelation | null;
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
  /** As its driver opened or took it. */
  readonly run: RunRow;
  /** Status and driver as the row has them by now, as far as this driver knows. */
  readonly known: { readonly status: RunStatus; readonly owner: string | null };
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
  close(run: RunRow, head: string, events: number, totals: Totals, end: RunEnd, epoch: number): void;
}

interface Totals {
  readonly tokens: number;
  readonly micros: number;
}

type SelectedRun = Omit<RunRow, 'chain_head'> & { readonly chain_head: Buffer };


function toRow(row: SelectedRun): RunRow {
  return { ...row, chain_head: row.chain_head.toString('hex') };
}

export function createRunStore(db: Sqlite, blobs: BlobStore, journal: JournalStore, heads: HeadStore): RunStore {
  const sql = prepare(db);
  const parse = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));
  const hashOf = (key: number): string => sql.bodyHash.get(key)?.toString('hex') ?? '';
  const rowOf = (key: number): RunRow => known(sql.byKey.get(key));
  /** The fence, and the run's row moved on. It holds for the whole transaction: nobody else can write while it is open. */
  const move = ({ run, known, status, totalTokens, totalMicros, lease }: Turn, seq: number, head: string): boolean => {
    const owner = lease?.owner ?? null;
    const at = lease?.at ?? null;
    if (known.status === status && known.owner === owner && sql.proceed.run(seq, head, totalTokens, totalMicros, at, run.key, run.epoch, status, owner).changes > 0) return true;
    return sql.change.run(seq, head, status, totalTokens, totalMicros, owner, at, run.key, run.epoch).changes > 0;
  };
  /** What a run was opened with never changes, so the row as its driver knows it and how it ended are the row as it is now. */
  const end = (run: RunRow, seq: number, head: string, { tokens, micros }: Totals, how: RunEnd, epoch: number): void => {
    const error = how.error === null ? null : JSON.stringify(how.error);
    sql.end.run(seq, head, tokens, micros, how.status, error, how.at, epoch, run.key);
    const ended: RunRow = { ...run, next_seq: seq, chain_head: head, total_tokens: tokens, total_cost_micros: micros, status: how.status, error, ended_at: how.at, epoch, lease_owner: null, lease_at: null };
    heads.append('run', run.id, runDigest(ended, { inputs: hashOf(run.inputs), settings: hashOf(run.settings) }));
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
        if (!move(turn, seq, packed.head)) return null;
        journal.append(turn.run.key, packed);
      } else {
        if (sql.ours.get(turn.run.key, turn.run.epoch) === undefined) return null;
        journal.append(turn.run.key, packed);
        end(turn.run, seq, packed.head, { tokens: turn.totalTokens, micros: turn.totalMicros }, turn.end, turn.run.epoch);
      }
      return packed.head;
    },
    take(run, lease) {
      const { changes } = sql.take.run(lease.owner, lease.at, run.key, run.epoch);
      return changes === 0 ? null : rowOf(run.key);
    },
    heartbeat: (runs, at) => runs.filter(({ key, epoch }) => sql.beat.run(at, key, epoch).changes === 0).map(({ key }) => key),
    close: (run, head, events, totals, how, epoch) => end(run, run.next_seq + events, head, totals, how, epoch),
  };
}

/** Inserts a pending run with what it takes over of another. The row is put together here: to have it read back costs as much as writing it. */
function insertRun({ sql, blobs, journal }: { readonly sql: ReturnType<typeof prepare>; readonly blobs: BlobStore; readonly journal: JournalStore }, run: NewRun): RunRow {
  const prefix = packTurn(GENESIS, run.prefix);
  const row = {
    id: run.id, workflow_name: run.workflowName, spec_version: run.specVersion, parent_run_id: run.parentRunId, relation: run.relation, status: 'pending' as const,
    inputs: blobs.keyOf(run.inputs), settings: blobs.keyOf(run.settings), error: null, models: run.models, model_override: run.modelOverride, total_tokens: 0, total_cost_micros: 0,
    started_at: run.startedAt, ended_at: null, experiment_id: run.experimentId, test_id: run.testId, adapter_revision: run.adapterRevision,
    epoch: 0, lease_owner: null, lease_at: null, next_seq: run.prefix.length, chain_head: prefix.head,
  };
  const { lastInsertRowid } = sql.insert.run(
    row.id, row.workflow_name, row.spec_version, row.parent_run_id, row.relation, row.inputs, row.settings,
    row.models, row.model_override, row.started_at, row.experiment_id, row.test_id, row.adapter_revision, row.next_seq, row.chain_head,
  );
  const key = Number(lastInsertRowid);
  journal.append(key, prefix);
  return { key, ...row };
}

function prepare(db: Sqlite) {
  const select = (where: string): string => `SELECT * FROM runs WHERE ${where}`;
  return {
    byId: db.prepare<[string], SelectedRun>(select('id = ?')),
    byKey: db.prepare<[number], SelectedRun>(select('key = ?')),
    byPrefix: db.prepare<[string, string, number], SelectedRun>(select('id >= ? AND id < ? ORDER BY id LIMIT ?')),
    open: db.prepare<[], SelectedRun>(select('ended_at IS NULL ORDER BY key')),
    children: db.prepare<[string], SelectedRun>(select('parent_run_id = ? ORDER BY key')),
    insert: db.prepare(
      `INSERT INTO runs (id, workflow_name, spec_version, parent_run_id, relation, status, inputs, settings, models, model_override, started_at, experiment_id, test_id, adapter_revision, next_seq, chain_head)
       VALUES (?,?,?,?,?,'pending',?,?,?,?,?,?,?,?,?,unhex(?))`,
    ),
    ours: db.prepare<[number, number], 1>(`SELECT 1 FROM runs WHERE key = ? AND epoch = ? AND ended_at IS NULL`).pluck(),
    /** Most turns change neither status nor driver: an index entry that is not touched need not be written. */
    proceed: db.prepare('UPDATE runs SET next_seq = ?, chain_head = unhex(?), total_tokens = ?, total_cost_micros = ?, lease_at = ? WHERE key = ? AND epoch = ? AND status = ? AND lease_owner IS ?'),
    change: db.prepare(
      `UPDATE runs SET next_seq = ?, chain_head = unhex(?), status = ?, total_tokens = ?, total_cost_micros = ?, lease_owner = ?, lease_at = ? WHERE key = ? AND epoch = ? AND ended_at IS NULL`,
    ),
    end: db.prepare(
      'UPDATE runs SET next_seq = ?, chain_head = unhex(?), total_tokens = ?, total_cost_micros = ?, status = ?, error = ?, ended_at = ?, epoch = ?, lease_owner = NULL, lease_at = NULL WHERE key = ?',
    ),
    take: db.prepare(`UPDATE runs SET epoch = epoch + 1, lease_owner = ?, lease_at = ? WHERE key = ? AND epoch = ? AND ended_at IS NULL`),
    beat: db.prepare(`UPDATE runs SET lease_at = ? WHERE key = ? AND epoch = ? AND ended_at IS NULL`),
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
