import type { Sqlite } from './sqlite.ts';
import type { AgentRunRow, StepRow } from './read-models.ts';

/** What the panels of an editor show of one run: rows without their bodies, and bodies one at a time. */

export type AgentRunHead = Omit<AgentRunRow, 'inputs' | 'output' | 'seq'>;

/** In the order in which they were opened. */
export function agentRunHeads(db: Sqlite, run: string): AgentRunHead[] {
  return db
    .prepare<[string], AgentRunHead>(
      `SELECT id, node_id, path, attempt, iteration, agent_name, model, spec_version_id, status, error, total_tokens, total_cost_micros, started_at, ended_at
       FROM agent_runs_v2 WHERE workflow_run_id = ? ORDER BY seq`,
    )
    .all(run);
}

/** Agent runs of which some answer was served from another run's record, or given by hand. */
export function markedAgentRuns(db: Sqlite, run: string): { readonly replayed: ReadonlySet<string>; readonly pinned: ReadonlySet<string> } {
  const rows = db
    .prepare<[string], { agent_run_id: string; served: 0 | 1; pinned: 0 | 1 }>(
      `SELECT agent_run_id, MAX(json_type(details, '$.served') IS NOT NULL) AS served, MAX(json_type(details, '$.pinned') IS NOT NULL) AS pinned
       FROM agent_run_steps WHERE workflow_run_id = ? AND details IS NOT NULL GROUP BY agent_run_id`,
    )
    .all(run);
  return { replayed: new Set(rows.flatMap((row) => (row.served === 1 ? [row.agent_run_id] : []))), pinned: new Set(rows.flatMap((row) => (row.pinned === 1 ? [row.agent_run_id] : []))) };
}

export interface StepHead extends Omit<StepRow, 'request' | 'response' | 'wire_hash'> {
  /** What its answer says of its error; null where there is none, or its answer was pruned. */
  readonly error_message: string | null;
}

/** `agentRun`: of this one only. */
export function stepHeads(db: Sqlite, run: string, agentRun: string | null): StepHead[] {
  return db
    .prepare<[string, string | null, string | null], StepHead>(
      `SELECT seq, agent_run_id, kind, name, attempt, model, request_hash, tokens, cost_micros, duration_ms, error, details,
              CASE WHEN error IS NULL THEN NULL ELSE response ->> '$.error.message' END AS error_message
       FROM agent_run_steps WHERE workflow_run_id = ? AND (? IS NULL OR agent_run_id = ?) ORDER BY seq`,
    )
    .all(run, agentRun, agentRun);
}

export function stepAt(db: Sqlite, run: string, seq: number): StepRow | null {
  return (
    db
      .prepare<[string, number], StepRow>(
        'SELECT seq, agent_run_id, kind, name, attempt, model, request, request_hash, response, tokens, cost_micros, duration_ms, error, details, wire_hash FROM agent_run_steps WHERE workflow_run_id = ? AND seq = ?',
      )
      .get(run, seq) ?? null
  );
}

/** JSON texts; null where there is none or it was pruned. Null as a whole: that run has no such agent run. */
export function agentRunBodies(db: Sqlite, run: string, agentRun: string): { readonly inputs: string | null; readonly output: string | null } | null {
  return db.prepare<[string, string], { inputs: string | null; output: string | null }>('SELECT inputs, output FROM agent_runs_v2 WHERE workflow_run_id = ? AND id = ?').get(run, agentRun) ?? null;
}

export interface VersionHead {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  readonly spec_hash: string;
  readonly source_path: string | null;
  readonly created_at: string;
}

/** Without their content, by name, the newest version first. `name`: of this one only. */
export function versionHeads(db: Sqlite, kind: 'workflow' | 'agent', name: string | null): VersionHead[] {
  const table = kind === 'workflow' ? 'workflow_spec_versions' : 'agent_spec_versions';
  return db.prepare<[string | null, string | null], VersionHead>(`SELECT id, name, version, spec_hash, source_path, created_at FROM ${table} WHERE ? IS NULL OR name = ? ORDER BY name, version DESC`).all(name, name);
}

/** Tables and views with their columns, for whoever writes a query. */
export function ledgerSchema(db: Sqlite): { readonly name: string; readonly kind: 'table' | 'view'; readonly columns: readonly string[] }[] {
  const names = db.prepare<[], { name: string; kind: 'table' | 'view' }>("SELECT name, type AS kind FROM sqlite_schema WHERE type IN ('table','view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY kind DESC, name").all();
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck();
  return names.map(({ name, kind }) => ({ name, kind, columns: columns.all(name) }));
}
