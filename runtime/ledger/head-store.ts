import { sha256 } from './event.ts';
import type { RunRow } from './run-store.ts';
import type { SpecVersion } from './version-store.ts';
import type { Sqlite } from './sqlite.ts';

/**
 * The ledger chain: one row for every version that is locked, run that ends, hold that is set, answer that is given.
 * Each row's hash covers the one before it, so no such row can be changed, removed or slipped in unnoticed.
 */
export interface HeadStore {
  /** The caller holds the transaction. `digest`: SHA-256 (hex) of the row it stands for. */
  append(kind: HeadKind, ref: string, digest: string): void;
}

export type HeadKind = 'workflow' | 'agent' | 'run' | 'hold' | 'answer' | 'schedule';

export function headHash(previous: string, seq: number, kind: string, ref: string, digest: string): string {
  return sha256(previous + JSON.stringify([seq, kind, ref, digest]));
}

export const GENESIS = '0'.repeat(64);

export function createHeadStore(db: Sqlite): HeadStore {
  const last = db.prepare<[], { seq: number; hash: string }>('SELECT seq, lower(hex(hash)) AS hash FROM ledger_heads ORDER BY seq DESC LIMIT 1');
  const insert = db.prepare('INSERT INTO ledger_heads (seq, kind, ref, digest, hash) VALUES (?,?,?,unhex(?),unhex(?))');
  return {
    append(kind, ref, digest) {
      const previous = last.get();
      const seq = (previous?.seq ?? 0) + 1;
      const hash = headHash(previous?.hash ?? GENESIS, seq, kind, ref, digest);
      insert.run(seq, kind, ref, digest, hash);
    },
  };
}

// Keys are part of a digest: rows refer to each other by them, so two rows that swap theirs have changed.

export function versionDigest(v: SpecVersion): string {
  return sha256(JSON.stringify([v.key, v.id, v.spec_id, v.name, v.version, v.spec_hash, v.source_path, v.created_at]));
}

/** Everything a finished run row says; bodies by hash, so that they can be pruned. Its output is an event, which the chain head stands for. */
export function runDigest(r: RunRow, bodies: { readonly inputs: string; readonly settings: string }): string {
  return sha256(
    JSON.stringify([
      r.key, r.id, r.workflow_name, r.spec_version, r.parent_run_id, r.relation, r.status, bodies.inputs, bodies.settings, r.error, r.models, r.model_override,
      r.total_tokens, r.total_cost_micros, r.started_at, r.ended_at, r.experiment_id, r.test_id, r.adapter_revision, r.epoch, r.next_seq, r.chain_head,
    ]),
  );
}

export function holdDigest(h: { readonly key: number; readonly action: string; readonly made_by: string; readonly made_at: string }): string {
  return sha256(JSON.stringify([h.key, h.action, h.made_by, h.made_at]));
}

export function answerDigest(a: { readonly key: number; readonly run: number; readonly seq: number; readonly value: string; readonly answered_by: string; readonly answered_at: string }): string {
  return sha256(JSON.stringify([a.key, a.run, a.seq, a.value, a.answered_by, a.answered_at]));
}

export function scheduleDigest(s: { readonly schedule: string; readonly due_at: string; readonly run_id: string; readonly enqueued_at: string }): string {
  return sha256(JSON.stringify([s.schedule, s.due_at, s.run_id, s.enqueued_at]));
}
