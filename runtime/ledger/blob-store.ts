import type { Body } from './event.ts';
import type { Sqlite } from './sqlite.ts';

/** Bodies that are stored apart: once each, found by their hash, whoever refers to them. */
export interface BlobStore {
  /** Key of a body; stores it where it is not, or was pruned. The caller holds the transaction. */
  keyOf(body: Body): number;
  textOf(key: number): string | null;
  /** The text of a body by its SHA-256 (hex); null = pruned. */
  find(hash: string): string | null;
}

export function createBlobStore(db: Sqlite): BlobStore {
  const find = db.prepare<[Buffer], { key: number; pruned: 0 | 1 }>('SELECT key, data IS NULL AS pruned FROM blobs WHERE hash = ?');
  const insert = db.prepare('INSERT INTO blobs (hash, data) VALUES (?, ?)');
  const restore = db.prepare('UPDATE blobs SET data = ? WHERE key = ?');
  const byKey = db.prepare<[number], string | null>('SELECT data FROM blobs WHERE key = ?').pluck();
  const byHash = db.prepare<[Buffer], string | null>('SELECT data FROM blobs WHERE hash = ?').pluck();
  return {
    keyOf(body) {
      const hash = Buffer.from(body.hash, 'hex');
      const found = find.get(hash);
      if (found === undefined) return Number(insert.run(hash, body.text).lastInsertRowid);
      if (found.pruned === 1) restore.run(body.text, found.key);
      return found.key;
    },
    textOf: (key) => byKey.get(key) ?? null,
    find: (hash) => byHash.get(Buffer.from(hash, 'hex')) ?? null,
  };
}

/** SQL: the hashes that events hold in some of their fields. Events that are no JSON any more (tampered with) refer to nothing. */
export function referencesIn(...fields: readonly string[]): string {
  return `SELECT unhex(p.value) AS hash FROM runs r CROSS JOIN turns t ON t.key BETWEEN r.key << 32 AND r.key << 32 | 0xffffffff
  CROSS JOIN json_each(iif(json_valid(t.events), t.events, '[]')) e CROSS JOIN json_each(e.value) p
  ON p.key IN (${fields.map((field) => `'${field}'`).join(', ')}) AND p.type = 'text' AND unhex(p.value) IS NOT NULL`;
}

/** SQL: the hashes of the bodies in `blobs` that events refer to. */
export const BLOB_REFERENCES = referencesIn('request', 'response');
