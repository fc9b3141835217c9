import { BLOB_REFERENCES } from './blob-store.ts';
import type { Sqlite, SqliteDriver } from './sqlite.ts';
import { hasHash } from './tampering.ts';
import type { Report, Tampering } from './tampering.ts';
import { checkChain } from './verify-chain.ts';
import type { Head } from './verify-chain.ts';
import { checkRuns } from './verify-runs.ts';
import { checkSchema } from './verify-schema.ts';
import type { SpecVersion } from './version-store.ts';
import { unpackWire, WIRE_REFERENCES } from './wire-store.ts';

export interface Verification {
  readonly problems: readonly Tampering[];
  readonly checked: { readonly versions: number; readonly runs: number; readonly events: number; readonly bodies: number; readonly pruned: number; readonly heads: number };
  /** Of the ledger's chain, as far as it holds; null = nothing was linked yet. */
  readonly head: Head | null;
}

export interface VerifyOptions {
  /** One run's part; absent = all. */
  readonly only?: string;
  /** A head this ledger once had: what was taken from the end of the chain since, with all it stood for, leaves no other trace. */
  readonly head?: Head;
  /** What opened the ledger; absent = better-sqlite3, from its package. */
  readonly driver?: SqliteDriver;
}

/**
 * Recomputes every hash of the ledger. What is checked: the schema, whose triggers guard the rows and whose views tell
 * them; each version's content against its spec hash; all bodies and records of what went over the network against their
 * hashes; each run's turns along its chain, to the head in the run row; each finished run's totals against its events;
 * and the ledger chain over versions, finished runs, holds and answers.
 */
export function verifyLedger(db: Sqlite, options: VerifyOptions = {}): Verification {
  // One snapshot for all of it: other processes write meanwhile.
  return db.transaction(() => verifySnapshot(db, options))();
}

function verifySnapshot(db: Sqlite, { only, head: known, driver }: VerifyOptions): Verification {
  const problems: Tampering[] = [];
  const report = (table: string, row: string, problem: string): void => {
    problems.push({ table, row, problem });
  };
  checkSchema(db, driver, report);
  const blobs = checkBlobs(db, report);
  const wires = checkWires(db, report);
  const versions = checkVersions(db, report);
  const { runs, events, bodies, pruned } = checkRuns(db, report, only ?? null);
  const { links, head } = checkChain(db, known ?? null, report);
  return { problems, head, checked: { versions, runs, events, bodies: blobs.bodies + wires.bodies + bodies, pruned: blobs.pruned + wires.pruned + pruned, heads: links } };
}

function checkBlobs(db: Sqlite, report: Report): { bodies: number; pruned: number } {
  let bodies = 0;
  let pruned = 0;
  for (const row of db.prepare<[], { hash: string; data: string | null }>('SELECT lower(hex(hash)) AS hash, data FROM blobs').iterate()) {
    bodies += 1;
    if (row.data === null) pruned += 1;
    else if (!hasHash(row.data, row.hash)) report('blobs', row.hash, 'the body does not have the hash it is stored under');
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
    return hasHash(unpackWire(data), hash);
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
      if (!hasHash(row.content, row.spec_hash)) report(table, row.id, `the content of ${row.name} version ${row.version} does not have its spec hash`);
      if (!linked.has(row.id)) report(table, row.id, `${row.name} version ${row.version} is not in the ledger chain`);
    }
  }
  return count;
}
