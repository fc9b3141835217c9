import type { RunHead, RunStatus } from '../../protocol/run-records.ts';
import type { Sqlite } from './sqlite.ts';

/** A run as the command line lists it. */
export interface RunSummary extends RunHead {
  readonly experiment_id: string;
  readonly test_id: string | null;
}

export interface AgentRunRow {
  readonly id: string;
  readonly seq: number;
  readonly node_id: string;
  readonly path: string;
  readonly attempt: number;
  readonly iteration: number;
  readonly agent_name: string;
  readonly model: string | null;
  readonly spec_version_id: string | null;
  readonly status: string;
  readonly inputs: string | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly total_tokens: number;
  readonly total_cost_micros: number;
  readonly started_at: string;
  readonly ended_at: string | null;
}

export interface StepRow {
  readonly seq: number;
  readonly agent_run_id: string;
  readonly kind: string;
  readonly name: string;
  readonly attempt: number;
  readonly model: string | null;
  readonly request: string | null;
  readonly request_hash: string | null;
  readonly response: string | null;
  readonly tokens: number;
  readonly cost_micros: number;
  readonly duration_ms: number;
  readonly error: string | null;
  readonly details: string | null;
  /** SHA-256 (hex) of what went over the network for it; null where nothing did. */
  readonly wire_hash: string | null;
}

export interface RunsQuery {
  readonly limit: number;
  /** Id of the last run of the page before; null = the newest. */
  readonly cursor: string | null;
  readonly status: RunStatus | null;
  readonly workflow: string | null;
}

const SUMMARY = `SELECT r.id, r.workflow_name, r.status, r.started_at, r.ended_at, r.total_tokens, r.total_cost_micros, r.models, r.relation, r.parent_run_id,
  r.experiment_id, r.test_id, v.id AS spec_version_id, v.spec_hash, v.version
  FROM runs r JOIN workflow_spec_versions v ON v.key = r.spec_version`;

/** Newest first: one walk of the index over `started_at`, at any size. */
export function listRuns(db: Sqlite, query: RunsQuery): RunSummary[] {
  const { filter, values } = pageOf(query);
  return db.prepare<unknown[], RunSummary>(`${SUMMARY}${filter}`).all(...values);
}

function pageOf(query: RunsQuery): { readonly filter: string; readonly values: readonly (string | number)[] } {
  const where: string[] = [];
  const values: (string | number)[] = [];
  // Few runs are open: they are found by that, and sorted. A `+` keeps SQLite from walking all runs in order instead.
  const started = isOpen(query.status) ? '+r.started_at' : 'r.started_at';
  if (query.cursor !== null) {
    where.push(`(${started}, r.key) < (SELECT c.started_at, c.key FROM runs c WHERE c.id = ?)`);
    values.push(query.cursor);
  }
  if (query.status !== null) {
    where.push(`r.status = ? AND ${indexOf(query.status)}`);
    values.push(query.status);
  }
  if (query.workflow !== null) {
    where.push('r.workflow_name = ?');
    values.push(query.workflow);
  }
  const conditions = where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`;
  return { filter: `${conditions} ORDER BY ${started} DESC, r.key DESC LIMIT ?`, values: [...values, query.limit] };
}

function isOpen(status: RunStatus | null): boolean {
  return status === 'pending' || status === 'running' || status === 'waiting';
}

/** What is true of every run of that status, in the words of the index that holds them. */
function indexOf(status: RunStatus): string {
  if (isOpen(status)) return 'r.ended_at IS NULL';
  return status === 'completed' ? 'r.ended_at IS NOT NULL' : "r.ended_at IS NOT NULL AND r.status <> 'completed'";
}

export function runSummary(db: Sqlite, id: string): RunSummary | null {
  return db.prepare<[string], RunSummary>(`${SUMMARY} WHERE r.id = ?`).get(id) ?? null;
}

export function agentRunsOf(db: Sqlite, run: string): AgentRunRow[] {
  return db
    .prepare<[string], AgentRunRow>(
      `SELECT id, seq, node_id, path, attempt, iteration, agent_name, model, spec_version_id, status, inputs, output, error, total_tokens, total_cost_micros, started_at, ended_at
       FROM agent_runs_v2 WHERE workflow_run_id = ? ORDER BY seq`,
    )
    .all(run);
}

export function stepsOf(db: Sqlite, run: string): StepRow[] {
  return db
    .prepare<[string], StepRow>(
      'SELECT seq, agent_run_id, kind, name, attempt, model, request, request_hash, response, tokens, cost_micros, duration_ms, error, details, wire_hash FROM agent_run_steps WHERE workflow_run_id = ? ORDER BY seq',
    )
    .all(run);
}

/** A run's row as lists need it: no bodies, and its version and settings by key. */
export interface RunListRow extends Omit<RunSummary, 'experiment_id' | 'test_id' | 'spec_version_id' | 'spec_hash' | 'version'> {
  readonly key: number;
  /** JSON `{name, message, path?}`. */
  readonly error: string | null;
  readonly spec_version: number;
  readonly settings: number;
}

const LIST_ROW = `SELECT r.key, r.id, r.workflow_name, r.status, r.started_at, r.ended_at, r.total_tokens, r.total_cost_micros, r.models, r.relation, r.parent_run_id,
  r.error, r.spec_version, r.settings FROM runs r`;

/** The same page as `listRuns`, of rows alone. */
export function listRunRows(db: Sqlite, query: RunsQuery): RunListRow[] {
  const { filter, values } = pageOf(query);
  return db.prepare<unknown[], RunListRow>(`${LIST_ROW}${filter}`).all(...values);
}

export function runListRow(db: Sqlite, id: string): RunListRow | null {
  return db.prepare<[string], RunListRow>(`${LIST_ROW} WHERE r.id = ?`).get(id) ?? null;
}

/** Runs that came after the one with this key, oldest first. */
export function runRowsAfter(db: Sqlite, key: number): RunListRow[] {
  return db.prepare<[number], RunListRow>(`${LIST_ROW} WHERE r.key > ? ORDER BY r.key`).all(key);
}

/** Key of the newest run of each workflow name, going from one name to the next: a look at the index for each. */
export function newestRunKeys(db: Sqlite): ReadonlyMap<string, number> {
  const newest = db.prepare<[], [string, number]>(`WITH RECURSIVE names (name) AS (SELECT MIN(workflow_name) FROM runs
    UNION ALL SELECT (SELECT MIN(workflow_name) FROM runs WHERE workflow_name > names.name) FROM names WHERE names.name IS NOT NULL)
    SELECT name, (SELECT key FROM runs WHERE workflow_name = name ORDER BY started_at DESC, key DESC LIMIT 1) FROM names WHERE name IS NOT NULL`);
  return new Map(newest.raw().all());
}

export function lastRunKey(db: Sqlite): number {
  return db.prepare<[], number | null>('SELECT MAX(key) FROM runs').pluck().get() ?? 0;
}

/** What never changes of a workflow version, without its content. */
export interface VersionFacts {
  readonly id: string;
  readonly spec_hash: string;
  readonly version: number;
  readonly source_path: string | null;
}

export function versionFacts(db: Sqlite, key: number): VersionFacts {
  const facts = db.prepare<[number], VersionFacts>('SELECT id, spec_hash, version, source_path FROM workflow_spec_versions WHERE key = ?').get(key);
  return facts ?? { id: '', spec_hash: '', version: 0, source_path: null };
}

/** The run's own cap, from what it was planned with: integer micro-dollars; null = none. */
export function capMicrosOf(db: Sqlite, settings: number): number | null {
  return db.prepare<[number], number | null>("SELECT json_extract(data, '$.caps.micros') FROM blobs WHERE key = ?").pluck().get(settings) ?? null;
}
