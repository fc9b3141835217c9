import { answerDigest, GENESIS, headHash, holdDigest, runDigest, scheduleDigest, versionDigest } from './head-store.ts';
import type { Sqlite } from './sqlite.ts';
import type { Report } from './tampering.ts';
import { VERIFIED_RUNS } from './verify-runs.ts';
import type { VerifiedRun } from './verify-runs.ts';
import type { SpecVersion } from './version-store.ts';

/** The end of the ledger's own chain: whoever knows one can tell whether everything up to it is still there. */
export interface Head {
  readonly seq: number;
  /** SHA-256, 64 hex digits. */
  readonly hash: string;
}

interface Link extends Head {
  readonly kind: string;
  readonly ref: string;
  readonly digest: string;
}

/** The chain itself, every row it stands for, and that it still holds `known`. Returns how many links hold, and the last. */
export function checkChain(db: Sqlite, known: Head | null, report: Report): { readonly links: number; readonly head: Head | null } {
  const links = db.prepare<[], Link>('SELECT seq, kind, ref, lower(hex(digest)) AS digest, lower(hex(hash)) AS hash FROM ledger_heads ORDER BY seq').all();
  if (known !== null && links.find(({ seq }) => seq === known.seq)?.hash !== known.hash) {
    report('ledger_heads', String(known.seq), 'the chain does not lead through the head that was given: rows were taken from its end, or it was made anew');
  }
  let head: Head | null = null;
  for (const [at, link] of links.entries()) {
    const seq = at + 1;
    if (link.seq !== seq) {
      report('ledger_heads', String(seq), 'the row is missing');
      return { links: seq, head };
    }
    if (headHash(head?.hash ?? GENESIS, link.seq, link.kind, link.ref, link.digest) !== link.hash) {
      report('ledger_heads', String(seq), `the row for ${link.kind} ${link.ref} was changed`);
      return { links: seq, head };
    }
    head = { seq, hash: link.hash };
  }
  checkDigests(db, links, report);
  return { links: links.length, head };
}

/** Every row the ledger chain stands for still has the digest it was linked with. */
function checkDigests(db: Sqlite, links: readonly Link[], report: Report): void {
  const digests = currentDigests(db);
  const seen = new Set<string>();
  for (const { kind, ref, digest } of links) {
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
  for (const run of db.prepare<[], VerifiedRun>(VERIFIED_RUNS).all()) add(`run:${run.id}`, runDigest(run, { inputs: hashOf(run.inputs), settings: hashOf(run.settings) }));
  for (const row of db.prepare<[], { key: number; action: string; made_by: string; made_at: string }>('SELECT * FROM holds').iterate()) add(`hold:${row.made_at}`, holdDigest(row));
  for (const row of db.prepare<[], { key: number; run: number; seq: number; value: string; answered_by: string; answered_at: string }>('SELECT * FROM answers').iterate()) add(`answer:${row.run}/${row.seq}`, answerDigest(row));
  for (const row of db.prepare<[], { schedule: string; due_at: string; run_id: string; enqueued_at: string }>('SELECT * FROM schedules').iterate()) add(`schedule:${row.schedule}@${row.due_at}`, scheduleDigest(row));
  return digests;
}
