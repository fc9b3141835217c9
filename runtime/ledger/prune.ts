import type { Ledger } from './ledger.ts';

/** Drops the bodies that only runs which ended before `before` (ISO 8601) refer to. Hashes, totals and chains stay. */
export function pruneLedger(ledger: Ledger, before: string): { readonly bodies: number; readonly bytes: number } {
  const { db } = ledger;
  return ledger.write(() => {
    db.exec('CREATE TEMP TABLE IF NOT EXISTS kept_bodies (key INTEGER PRIMARY KEY); DELETE FROM kept_bodies');
    db.prepare(
      `INSERT OR IGNORE INTO kept_bodies
       SELECT j.request FROM journal j JOIN runs r ON r.key = j.run WHERE j.request IS NOT NULL AND (r.ended_at IS NULL OR r.ended_at >= ?)
       UNION SELECT j.response FROM journal j JOIN runs r ON r.key = j.run WHERE j.response IS NOT NULL AND (r.ended_at IS NULL OR r.ended_at >= ?)
       UNION SELECT inputs FROM runs WHERE ended_at IS NULL OR ended_at >= ?
       UNION SELECT output FROM runs WHERE output IS NOT NULL AND (ended_at IS NULL OR ended_at >= ?)
       UNION SELECT settings FROM runs`,
    ).run(before, before, before, before);
    const { bodies, bytes } = db.prepare<[], { bodies: number; bytes: number | null }>('SELECT COUNT(*) AS bodies, SUM(length(data)) AS bytes FROM blobs WHERE data IS NOT NULL AND key NOT IN (SELECT key FROM kept_bodies)').get() ?? { bodies: 0, bytes: 0 };
    db.exec('UPDATE blobs SET data = NULL WHERE data IS NOT NULL AND key NOT IN (SELECT key FROM kept_bodies)');
    return { bodies, bytes: bytes ?? 0 };
  });
}
