import type { Sqlite } from './sqlite.ts';

/** What an agent was given and answered in an earlier run. Both are JSON texts. */
export interface Memory {
  /** The run it is from. */
  readonly run: string;
  readonly inputs: string;
  readonly output: string;
}

/** Inputs may have been pruned. */
type Row = Omit<Memory, 'inputs'> & { readonly inputs: string | null };

/** Runs that are looked through at most, the newest first: a role that is new must not cost a walk of the whole ledger. */
const MOST_RUNS = 1_000;

/** The latest completed answers of agents of a role, in runs other than `except`, newest first. Replays from record tell nothing new. */
export function memoriesOf(db: Sqlite, role: string, except: string, most: number): readonly Memory[] {
  const runs = db.prepare<[string, number], number>(`SELECT key FROM runs WHERE id <> ? AND relation IS NOT 'recorded' ORDER BY key DESC LIMIT ?`).pluck();
  const answers = db.prepare<[number, string], Row>(
    `SELECT a.workflow_run_id AS run, a.inputs, a.output FROM agent_runs_v2 a JOIN agent_spec_versions v ON v.id = a.spec_version_id
     WHERE a.workflow_run_id = (SELECT id FROM runs WHERE key = ?) AND a.status = 'completed' AND a.output IS NOT NULL AND json_extract(v.content, '$.role') = ? ORDER BY a.seq DESC`,
  );
  const found: Row[] = [];
  for (const run of runs.all(except, MOST_RUNS)) {
    found.push(...answers.all(run, role));
    if (found.length >= most) break;
  }
  return found.slice(0, most).map(({ run, inputs, output }) => ({ run, inputs: inputs ?? '{}', output }));
}
