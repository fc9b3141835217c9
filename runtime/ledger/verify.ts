import { BLOB_REFERENCES } from './blob-store.ts';
import { sha256 } from './event.ts';
import { answerDigest, GENESIS, headHash, holdDigest, runDigest, scheduleDigest, versionDigest } from './head-store.ts';
import type { RunRow } from './run-store.ts';
import type { PackedEvent } from './packed-event.ts';
import type { Sqlite } from './sqlite.ts';
import { turnHash, unpackRow } from './turn-row.ts';
import type { TurnRow } from './turn-row.ts';
import type { SpecVersion } from './version-store.ts';
import { unpackWire, WIRE_REFERENCES } from './wire-store.ts';

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
 * Recomputes every hash of the ledger. What is checked: each version's content against its spec hash; all bodies against
 * and records of what went over the network against their hashes; each run's turns along its chain, to the head in the run row; each finished run's totals against its
 * events; and the ledger chain over versions, finished runs, holds and answers. `only`: one run's part.
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
  const blobs = checkBlobs(db, report);
  const wires = checkWires(db, report);
  const versions = checkVersions(db, report);
  const { runs, events, bodies, pruned } = checkRuns(db, report, only);
  const heads = checkHeads(db, report);
  return { problems, checked: { versions, runs, events, bodies: blobs.bodies + wires.bodies + bodies, pruned: blobs.pruned + wires.pruned + pruned, heads } };
}

type Report = (table: string, row: string, problem: string) => void;

function checkBlobs(db: Sqlite, report: Report): { bodies: number; pruned: number } {
  let bodies = 0;
  let pruned = 0;
  for (const row of db.prepare<[], { hash: string; data: string | null }>('SELECT lower(hex(hash)) AS hash, data FROM blobs').iterate()) {
    bodies += 1;
    if (row.data === null) pruned += 1;
    else if (sha256(row.data) !== row.hash) report('blobs', row.hash, 'the body does not have the hash it is stored under');
  }
  const ofRuns = 'SELECT inputs AS key FROM runs UNION SELECT settings FROM runs';
  for (const { key } of db.prepare<[], { key: number }>(`SELECT key FROM (${ofRuns}) WHERE key NOT IN (SELECT key FROM blobs)`).iterate()) report('blobs', `key ${key}`, 'the body has been removed, but rows refer to it');
  for (const { hash } of db.prepare<[], { hash: string }>(`SELECT lower(hex(hash)) AS hash FROM (${BLOB_REFERENCES} EXCEPT SELECT hash FROM blobs)`).iterate()) report('blobs', hash, 'the body has been removed, but rows refer to it');
  for (const { hash } of db.prepare<[], { hash: string }>(`SELECT lower(hex(hash)) AS hash FROM blobs WHERE key NOT IN (${ofRuns}) AND hash NOT IN (${BLOB_REFERENCES})`).iterate()) report('blobs', hash, 'no row refers to this body: no run brought it');
  return { bodies, pruned };
}

function checkWires(db: Sqlite, report: Report): { bodies: number; pruned: number } {
  const referred = new Set(db.prepare<[], string>(`SELECT DISTINCT lower(hex(hash)) FROM (${WIRE_REFERENCES})`).pluck().all());
  const stored = new Set<string>();
  let pruned = 0;
  for (const { hash, data } of db.prepare<[], { hash: string; data: Buffer | null }>('SELECT lower(hex(hash)) AS hash, data FROM wire_records').iterate()) {
    stored.add(hash);
    if (data === null) pruned += 1;
    else if (!holdsText(data, hash)) report('wire_records', hash, `the record of what went over the network does not have the hash it is stored under${callsOf(db, hash)}`);
    if (!referred.has(hash)) report('wire_records', hash, 'no row refers to this record: no run brought it');
  }
  for (const hash of referred) if (!stored.has(hash)) report('wire_records', hash, `the record of what went over the network has been removed, but rows refer to it${callsOf(db, hash)}`);
  return { bodies: stored.size, pruned };
}

function holdsText(data: Buffer, hash: string): boolean {
  try {
    return sha256(unpackWire(data)) === hash;
  } catch {
    return false;
  }
}

/** In words: the steps whose record that is. */
function callsOf(db: Sqlite, hash: string): string {
  const calls = db.prepare<[string], string>(`SELECT r.id || '/' || ((t.key & 0xffffffff) + e.key) FROM runs r CROSS JOIN turns t ON t.key BETWEEN r.key << 32 AND r.key << 32 | 0xffffffff
    CROSS JOIN json_each(iif(json_valid(t.events), t.events, '[]')) e ON e.type = 'object' AND e.value ->> 'wire' = ?`).pluck().all(hash);
  return calls.length === 0 ? '' : ` (step ${calls.join(', ')})`;
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

const RUNS = 'SELECT key, id, workflow_name, spec_version, parent_run_id, relation, status, inputs, settings, error, models, model_override, total_tokens, total_cost_micros, started_at, ended_at, experiment_id, test_id, adapter_revision, epoch, lease_owner, lease_at, next_seq, lower(hex(chain_head)) AS chain_head FROM runs';

interface Counts {
  events: number;
  bodies: number;
  pruned: number;
}

function checkRuns(db: Sqlite, report: Report, only: string | null): Counts & { runs: number } {
  const linked = new Set(db.prepare<[], string>("SELECT ref FROM ledger_heads WHERE kind = 'run'").pluck().all());
  const counts: Counts = { events: 0, bodies: 0, pruned: 0 };
  let runs = 0;
  for (const run of db.prepare<unknown[], VerifiedRun>(only === null ? `${RUNS} ORDER BY key` : `${RUNS} WHERE id = ?`).all(...(only === null ? [] : [only]))) {
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

const TURNS = `SELECT key & 0xffffffff AS seq, at, lower(hex(hash)) AS hash, iif(bodies_hash IS NULL, NULL, lower(hex(bodies_hash))) AS bodiesHash, events, bodies
  FROM turns WHERE key BETWEEN :run << 32 AND :run << 32 | 0xffffffff ORDER BY key`;

/** A run's rows along their chain. A row is named by run and seq of its first event; after the first that is wrong nothing can be said of the rest. */
function checkTurns(db: Sqlite, run: VerifiedRun, counts: Counts, report: Report): void {
  let head = GENESIS;
  let seq = 0;
  const totals = { tokens: 0, micros: 0, closedTokens: 0, closedMicros: 0 };
  for (const row of db.prepare<{ run: number }, TurnRow>(TURNS).iterate({ run: run.key })) {
    const name = `${run.id}/${row.seq}`;
    if (row.seq !== seq) return report('turns', `${run.id}/${seq}`, 'the row is missing');
    head = turnHash(head, row.seq, row.at, row.bodiesHash, row.events);
    if (head !== row.hash) return report('turns', name, 'the row was changed: its hash does not follow from the row before');
    if (row.bodies !== null && sha256(row.bodies) !== row.bodiesHash) report('turns', name, `its bodies do not have the hash they are stored under${changedRequests(row)}`);
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
  const changed = unpackRow(row, 0, () => null).filter((event) => event.kind === 'asked' && !event.request.pruned && sha256(event.request.text) !== event.request.hash);
  return changed.length === 0 ? '' : `; what was asked in event ${changed.map(({ seq }) => seq).join(', ')} was changed`;
}

function addUp(totals: { tokens: number; micros: number; closedTokens: number; closedMicros: number }, { kind, tokens = 0, micros = 0 }: PackedEvent): void {
  if (kind === 'done' || kind === 'lost') {
    totals.tokens += tokens;
    totals.micros += micros;
  } else if (kind === 'closed') {
    totals.closedTokens += tokens;
    totals.closedMicros += micros;
  }
}

function checkTotals(run: VerifiedRun, totals: { tokens: number; micros: number; closedTokens: number; closedMicros: number }, report: Report): void {
  if (run.total_tokens !== totals.tokens || run.total_cost_micros !== totals.micros) {
    report('runs', run.id, `its totals (${run.total_tokens} tokens, ${run.total_cost_micros} micro-dollars) are not the sum of its steps (${totals.tokens}, ${totals.micros})`);
  } else if (run.ended_at !== null && (totals.closedTokens !== totals.tokens || totals.closedMicros !== totals.micros)) {
    report('runs', run.id, `the totals of its agent runs (${totals.closedTokens}, ${totals.closedMicros}) are not the sum of its steps (${totals.tokens}, ${totals.micros})`);
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
  const hashOf = (key: number): string => hash.get(key) ?? 'missing';
  for (const run of db.prepare<[], VerifiedRun>(RUNS).all()) add(`run:${run.id}`, runDigest(run, { inputs: hashOf(run.inputs), settings: hashOf(run.settings) }));
  for (const row of db.prepare<[], { key: number; action: string; made_by: string; made_at: string }>('SELECT * FROM holds').iterate()) add(`hold:${row.made_at}`, holdDigest(row));
  for (const row of db.prepare<[], { key: number; run: number; seq: number; value: string; answered_by: string; answered_at: string }>('SELECT * FROM answers').iterate()) add(`answer:${row.run}/${row.seq}`, answerDigest(row));
  for (const row of db.prepare<[], { schedule: string; due_at: string; run_id: string; enqueued_at: string }>('SELECT * FROM schedules').iterate()) add(`schedule:${row.schedule}@${row.due_at}`, scheduleDigest(row));
  return digests;
}
