import { sha256 } from './event.ts';
import { GENESIS } from './head-store.ts';
import type { PackedEvent } from './packed-event.ts';
import type { RunRow } from './run-store.ts';
import type { Sqlite } from './sqlite.ts';
import { hasHash } from './tampering.ts';
import type { Report } from './tampering.ts';
import { turnHash, unpackRow } from './turn-row.ts';
import type { TurnRow } from './turn-row.ts';

/** A run's row with its chain head in hex. */
export type VerifiedRun = Omit<RunRow, 'chain_head'> & { readonly chain_head: string };

/** All that a run's digest is made of, and its lease. */
export const VERIFIED_RUNS = `SELECT key, id, workflow_name, spec_version, parent_run_id, relation, status, inputs, settings, error, models, model_override,
  total_tokens, total_cost_micros, started_at, ended_at, experiment_id, test_id, adapter_revision, epoch, lease_owner, lease_at, next_seq, lower(hex(chain_head)) AS chain_head
  FROM runs`;

export interface Counts {
  events: number;
  bodies: number;
  pruned: number;
}

export function checkRuns(db: Sqlite, report: Report, only: string | null): Counts & { runs: number } {
  const linked = new Set(db.prepare<[], string>("SELECT ref FROM ledger_heads WHERE kind = 'run'").pluck().all());
  const counts: Counts = { events: 0, bodies: 0, pruned: 0 };
  let runs = 0;
  for (const run of db.prepare<unknown[], VerifiedRun>(only === null ? `${VERIFIED_RUNS} ORDER BY key` : `${VERIFIED_RUNS} WHERE id = ?`).all(...(only === null ? [] : [only]))) {
    runs += 1;
    checkTurns(db, run, counts, report);
    const open = run.status === 'pending' || run.status === 'running' || run.status === 'waiting';
    if (!open && !linked.has(run.id)) report('runs', run.id, 'the finished run is not in the ledger chain');
    if (!open && (run.lease_owner !== null || run.lease_at !== null)) report('runs', run.id, 'the finished run holds a lease');
  }
  if (only === null) {
    for (const stray of db.prepare<[], { run: number; seq: number }>('SELECT key >> 32 AS run, MIN(key & 0xffffffff) AS seq FROM turns WHERE key >> 32 NOT IN (SELECT key FROM runs) GROUP BY 1').all()) {
      report('turns', `run key ${stray.run}, seq ${stray.seq}`, 'the row belongs to no run');
    }
  }
  return { runs, ...counts };
}

/** What the events of a run add up to: its calls, and what its agent runs were closed with. */
interface Totals {
  tokens: number;
  micros: number;
  closedTokens: number;
  closedMicros: number;
}

const TURNS = `SELECT key & 0xffffffff AS seq, at, lower(hex(hash)) AS hash, iif(bodies_hash IS NULL, NULL, lower(hex(bodies_hash))) AS bodiesHash, events, bodies
  FROM turns WHERE key BETWEEN :run << 32 AND :run << 32 | 0xffffffff ORDER BY key`;

/** A run's rows along their chain. A row is named by run and seq of its first event; after the first that is wrong nothing can be said of the rest. */
function checkTurns(db: Sqlite, run: VerifiedRun, counts: Counts, report: Report): void {
  let head = GENESIS;
  let seq = 0;
  const totals: Totals = { tokens: 0, micros: 0, closedTokens: 0, closedMicros: 0 };
  for (const row of db.prepare<{ run: number }, TurnRow>(TURNS).iterate({ run: run.key })) {
    const name = `${run.id}/${row.seq}`;
    if (row.seq !== seq) return report('turns', `${run.id}/${seq}`, 'the row is missing');
    head = turnHash(head, row.seq, row.at, row.bodiesHash, row.events);
    if (head !== row.hash) return report('turns', name, 'the row was changed: its hash does not follow from the row before');
    if (row.bodies !== null && !hasHash(row.bodies, row.bodiesHash)) report('turns', name, `its bodies do not have the hash they are stored under${changedRequests(row)}`);
    const events = JSON.parse(row.events) as readonly PackedEvent[];
    for (const event of events) addUp(totals, event);
    const own = events.reduce((sum, { request, response }) => sum + Number(typeof request === 'object') + Number(typeof response === 'object'), 0);
    counts.bodies += own;
    if (row.bodies === null) counts.pruned += own;
    counts.events += events.length;
    seq += events.length;
  }
  if (seq < run.next_seq) report('turns', `${run.id}/${seq}`, `rows are missing at the end: the run row counts ${run.next_seq} events`);
  else if (seq > run.next_seq) report('turns', `${run.id}/${run.next_seq}`, `the row was added: the run row counts ${run.next_seq} events`);
  else if (head !== run.chain_head && seq > 0) report('runs', run.id, 'the chain head in the run row is not that of its turns');
  else checkTotals(run, totals, report);
}

/** Of changed bodies, those that have a hash of their own can be named. */
function changedRequests(row: TurnRow): string {
  if (typeof row.bodies !== 'string') return '';
  const changed = unpackRow(row, 0, () => null).filter((event) => event.kind === 'asked' && !event.request.pruned && sha256(event.request.text) !== event.request.hash);
  return changed.length === 0 ? '' : `; what was asked in event ${changed.map(({ seq }) => seq).join(', ')} was changed`;
}

function addUp(totals: Totals, { kind, tokens = 0, micros = 0 }: PackedEvent): void {
  if (kind === 'done' || kind === 'lost') {
    totals.tokens += tokens;
    totals.micros += micros;
  } else if (kind === 'closed') {
    totals.closedTokens += tokens;
    totals.closedMicros += micros;
  }
}

function checkTotals(run: VerifiedRun, totals: Totals, report: Report): void {
  if (run.total_tokens !== totals.tokens || run.total_cost_micros !== totals.micros) {
    report('runs', run.id, `its totals (${run.total_tokens} tokens, ${run.total_cost_micros} micro-dollars) are not the sum of its steps (${totals.tokens}, ${totals.micros})`);
  } else if (run.ended_at !== null && (totals.closedTokens !== totals.tokens || totals.closedMicros !== totals.micros)) {
    report('runs', run.id, `the totals of its agent runs (${totals.closedTokens}, ${totals.closedMicros}) are not the sum of its steps (${totals.tokens}, ${totals.micros})`);
  }
}
