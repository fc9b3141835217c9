import { chainHash, sha256 } from './event.ts';
import type { EventColumns } from './event.ts';
import { answerDigest, GENESIS, headHash, holdDigest, runDigest, scheduleDigest, versionDigest } from './head-store.ts';
import type { RunRow } from './run-store.ts';
import type { Sqlite } from './sqlite.ts';
import type { SpecVersion } from './version-store.ts';

/** A row that is not what it was when it was written. */
export interface Tampering {
  readonly table: string;
  /** The row, by what names it best: an id, `run/seq`, a hash. */
  readonly row: string;
  readonly problem: string;
}

export interface Verification {
  readonly problems: readonly Tampering[];
  readonly checked: { readonly versions: number; readonly runs: number; readonly events: number; readonly bodies: number; readonly pruned: number; readonly heads: number };
}

/**
 * Recomputes every hash of the ledger. What is checked: each version's content against its spec hash; each body against
 * its hash; each run's journal along its chain, to the head in the run row; each finished run's totals against its
 * rows; and the ledger chain over versions, finished runs, holds and answers. `only`: one run's part.
 */
export function verifyLedger(db: Sqlite, only: string | null = null): Verification {
  // One snapshot for all of it: other processes write meanwhile.
  return db.transaction(() => verifySnapshot(db, only))();
}

function verifySnapshot(db: Sqlite, only: string | null): Verification {
  const problems: Tampering[] = [];
  const report = (table: string, row: string, problem: string): void => {
    problems.push({ table, row, problem });
  };
  const bodies = checkBodies(db, report);
  const versions = checkVersions(db, report);
  const { runs, events } = checkRuns(db, report, only);
  const heads = checkHeads(db, report);
  return { problems, checked: { versions, runs, events, ...bodies, heads } };
}

type Report = (table: string, row: string, problem: string) => void;

const REFERENCES = `SELECT request AS key FROM journal WHERE request IS NOT NULL UNION SELECT response FROM journal WHERE response IS NOT NULL
  UNION SELECT inputs FROM runs UNION SELECT settings FROM runs UNION SELECT output FROM runs WHERE output IS NOT NULL`;

function checkBodies(db: Sqlite, report: Report): { bodies: number; pruned: number } {
  let bodies = 0;
  let pruned = 0;
  for (const row of db.prepare<[], { key: number; hash: string; data: string | null }>('SELECT key, lower(hex(hash)) AS hash, data FROM blobs').iterate()) {
    bodies += 1;
    if (row.data === null) pruned += 1;
    else if (sha256(row.data) !== row.hash) report('blobs', row.hash, 'the body does not have the hash it is stored under');
  }
  for (const { key } of db.prepare<[], { key: number }>(`SELECT key FROM (${REFERENCES}) WHERE key NOT IN (SELECT key FROM blobs)`).iterate()) report('blobs', `key ${key}`, 'the body has been removed, but rows refer to it');
  for (const { hash } of db.prepare<[], { hash: string }>(`SELECT lower(hex(hash)) AS hash FROM blobs WHERE key NOT IN (${REFERENCES})`).iterate()) report('blobs', hash, 'no row refers to this body: no run brought it');
  return { bodies, pruned };
}

function checkVersions(db: Sqlite, report: Report): number {
  let count = 0;
  for (const table of ['workflow_spec_versions', 'agent_spec_versions']) {
    const kind = table === 'workflow_spec_versions' ? 'workflow' : 'agent';
    const linked = new Set(db.prepare<[string], string>('SELECT ref FROM ledger_heads WHERE kind = ?').pluck().all(kind));
    for (const row of db.prepare<[], SpecVersion>(`SELECT * FROM ${table} ORDER BY key`).iterate()) {
      count += 1;
      if (sha256(row.content) !== row.spec_hash) report(table, row.id, `the content of ${row.name} version ${row.version} does not have its spec hash`);
      if (!linked.has(row.id)) report(table, row.id, `${row.name} version ${row.version} is not in the ledger chain`);
    }
  }
  return count;
}

type VerifiedRun = Omit<RunRow, 'chain_head'> & { readonly chain_head: string };

const RUNS = 'SELECT key, id, workflow_name, spec_version, parent_run_id, relation, status, inputs, settings, output, error, models, model_override, total_tokens, total_cost_micros, started_at, ended_at, experiment_id, test_id, adapter_revision, epoch, lease_owner, lease_at, next_seq, lower(hex(chain_head)) AS chain_head FROM runs';

function checkRuns(db: Sqlite, report: Report, only: string | null): { runs: number; events: number } {
  const linked = new Set(db.prepare<[], string>("SELECT ref FROM ledger_heads WHERE kind = 'run'").pluck().all());
  let runs = 0;
  let events = 0;
  for (const run of db.prepare<unknown[], VerifiedRun>(only === null ? `${RUNS} ORDER BY key` : `${RUNS} WHERE id = ?`).all(...(only === null ? [] : [only]))) {
    runs += 1;
    events += checkJournal(db, run, report);
    const open = run.status === 'pending' || run.status === 'running' || run.status === 'waiting';
    if (!open && !linked.has(run.id)) report('runs', run.id, 'the finished run is not in the ledger chain');
    if (!open && (run.lease_owner !== null || run.lease_at !== null)) report('runs', run.id, 'the finished run holds a lease');
  }
  if (only === null) {
    for (const stray of db.prepare<[], { run: number; seq: number }>('SELECT run, MIN(seq) AS seq FROM journal WHERE run NOT IN (SELECT key FROM runs) GROUP BY run').all()) {
      report('journal', `run key ${stray.run}, seq ${stray.seq}`, 'the row belongs to no run');
    }
  }
  return { runs, events };
}

interface ChainRow extends EventColumns {
  readonly seq: number;
  readonly kind: string;
  readonly at: number;
  readonly hash: string;
}

const CHAIN = `SELECT j.seq, j.kind, j.at, j.owner, j.ref, j.path, j.attempt, j.name, j.node, j.id, j.version, j.tokens, j.micros, j.data, lower(hex(j.hash)) AS hash,
  iif(j.request IS NULL, NULL, COALESCE((SELECT lower(hex(hash)) FROM blobs WHERE key = j.request), 'missing')) AS request,
  iif(j.response IS NULL, NULL, COALESCE((SELECT lower(hex(hash)) FROM blobs WHERE key = j.response), 'missing')) AS response
  FROM journal j WHERE j.run = ? ORDER BY j.seq`;

function checkJournal(db: Sqlite, run: VerifiedRun, report: Report): number {
  let head = GENESIS;
  let seq = 0;
  const totals = { tokens: 0, micros: 0, closedTokens: 0, closedMicros: 0 };
  for (const row of db.prepare<[number], ChainRow>(CHAIN).iterate(run.key)) {
    const name = `${run.id}/${row.seq}`;
    if (row.seq !== seq) {
      report('journal', `${run.id}/${seq}`, 'the row is missing');
      return seq;
    }
    head = chainHash(head, row.seq, row.kind, row.at, row);
    if (head !== row.hash) {
      report('journal', name, `the ${row.kind} row was changed: its hash does not follow from the row before`);
      return seq;
    }
    addUp(totals, row);
    seq += 1;
  }
  if (seq < run.next_seq) report('journal', `${run.id}/${seq}`, `rows are missing at the end: the run row counts ${run.next_seq}`);
  else if (seq > run.next_seq) report('journal', `${run.id}/${run.next_seq}`, `the row was added: the run row counts ${run.next_seq}`);
  else if (head !== run.chain_head && seq > 0) report('runs', run.id, 'the chain head in the run row is not that of its journal');
  else checkTotals(run, totals, report);
  return seq;
}

function addUp(totals: { tokens: number; micros: number; closedTokens: number; closedMicros: number }, row: ChainRow): void {
  if (row.kind === 'done' || row.kind === 'lost') {
    totals.tokens += row.tokens ?? 0;
    totals.micros += row.micros ?? 0;
  } else if (row.kind === 'closed') {
    totals.closedTokens += row.tokens ?? 0;
    totals.closedMicros += row.micros ?? 0;
  }
}

function checkTotals(run: VerifiedRun, totals: { tokens: number; micros: number; closedTokens: number; closedMicros: number }, report: Report): void {
  if (run.total_tokens !== totals.tokens || run.total_cost_micros !== totals.micros) {
    report('runs', run.id, `its totals (${run.total_tokens} tokens, ${run.total_cost_micros} micro-dollars) are not the sum of its steps (${totals.tokens}, ${totals.micros})`);
  } else if (run.ended_at !== null && (totals.closedTokens !== totals.tokens || totals.closedMicros !== totals.micros)) {
    report('journal', run.id, `the totals of its agent runs (${totals.closedTokens}, ${totals.closedMicros}) are not the sum of its steps (${totals.tokens}, ${totals.micros})`);
  }
}

function checkHeads(db: Sqlite, report: Report): number {
  let previous = GENESIS;
  let seq = 0;
  for (const row of db.prepare<[], { seq: number; kind: string; ref: string; digest: string; hash: string }>('SELECT seq, kind, ref, lower(hex(digest)) AS digest, lower(hex(hash)) AS hash FROM ledger_heads ORDER BY seq').iterate()) {
    seq += 1;
    if (row.seq !== seq) {
      report('ledger_heads', String(seq), 'the row is missing');
      return seq;
    }
    previous = headHash(previous, row.seq, row.kind, row.ref, row.digest);
    if (previous !== row.hash) {
      report('ledger_heads', String(seq), `the row for ${row.kind} ${row.ref} was changed`);
      return seq;
    }
  }
  checkDigests(db, report);
  return seq;
}

/** Every row the ledger chain stands for still has the digest it was linked with. */
function checkDigests(db: Sqlite, report: Report): void {
  const heads = db.prepare<[], { kind: string; ref: string; digest: string }>('SELECT kind, ref, lower(hex(digest)) AS digest FROM ledger_heads ORDER BY seq').all();
  const digests = currentDigests(db);
  const seen = new Set<string>();
  for (const { kind, ref, digest } of heads) {
    const id = `${kind}:${ref}`;
    seen.add(id);
    const now = digests.get(id);
    if (now === undefined) report(tableOf(kind), ref, 'the row has been removed');
    else if (!now.includes(digest)) report(tableOf(kind), ref, 'the row was changed after it was linked into the ledger chain');
  }
  for (const [id] of digests) if (!seen.has(id) && /^(hold|answer|schedule):/.test(id)) report(tableOf(id.split(':')[0] ?? ''), id.slice(id.indexOf(':') + 1), 'the row is not in the ledger chain');
}

function tableOf(kind: string): string {
  switch (kind) {
    case 'workflow':
      return 'workflow_spec_versions';
    case 'agent':
      return 'agent_spec_versions';
    case 'run':
      return 'runs';
    case 'hold':
      return 'holds';
    case 'answer':
      return 'answers';
    default:
      return 'schedules';
  }
}

function currentDigests(db: Sqlite): ReadonlyMap<string, readonly string[]> {
  const digests = new Map<string, string[]>();
  const add = (id: string, digest: string): void => {
    digests.set(id, [...(digests.get(id) ?? []), digest]);
  };
  for (const kind of ['workflow', 'agent']) for (const row of db.prepare<[], SpecVersion>(`SELECT * FROM ${tableOf(kind)}`).iterate()) add(`${kind}:${row.id}`, versionDigest(row));
  const hash = db.prepare<[number], string>('SELECT lower(hex(hash)) FROM blobs WHERE key = ?').pluck();
  const hashOf = (key: number | null): string | null => (key === null ? null : ((hash.get(key)) ?? 'missing'));
  for (const run of db.prepare<[], VerifiedRun>(RUNS).all()) add(`run:${run.id}`, runDigest(run, { inputs: hashOf(run.inputs) ?? '', settings: hashOf(run.settings) ?? '', output: hashOf(run.output) }));
  for (const row of db.prepare<[], { key: number; action: string; made_by: string; made_at: string }>('SELECT * FROM holds').iterate()) add(`hold:${row.made_at}`, holdDigest(row));
  for (const row of db.prepare<[], { key: number; run: number; seq: number; value: string; answered_by: string; answered_at: string }>('SELECT * FROM answers').iterate()) add(`answer:${row.run}/${row.seq}`, answerDigest(row));
  for (const row of db.prepare<[], { schedule: string; due_at: string; run_id: string; enqueued_at: string }>('SELECT * FROM schedules').iterate()) add(`schedule:${row.schedule}@${row.due_at}`, scheduleDigest(row));
  return digests;
}
