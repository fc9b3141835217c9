import { BLOB_REFERENCES } from './blob-store.ts';
import type { Ledger } from './ledger.ts';
import { WIRE_REFERENCES } from './wire-store.ts';

interface Dropped {
  readonly bodies: number;
  readonly bytes: number;
}

/** Drops the bodies that only runs which ended before `before` (ISO 8601) refer to. Hashes, totals and chains stay. */
export function pruneLedger(ledger: Ledger, before: string): Dropped {
  const { db } = ledger;
  const drop = (count: string, table: string, column: string, where: string, ...values: readonly string[]): Dropped => {
    const found = `WHERE ${column} IS NOT NULL AND ${where}`;
    const dropped = db.prepare<unknown[], Dropped>(`SELECT COALESCE(SUM(${count}), 0) AS bodies, COALESCE(SUM(length(CAST(${column} AS BLOB))), 0) AS bytes FROM ${table} ${found}`).get(...values);
    db.prepare(`UPDATE ${table} SET ${column} = NULL ${found}`).run(...values);
    return dropped ?? { bodies: 0, bytes: 0 };
  };
  return ledger.write(() => {
    ledger.openWires.sweep();
    const own = drop(OWN_BODIES, 'turns', 'bodies', 'key >> 32 IN (SELECT key FROM runs WHERE ended_at < ?)', before);
    const shared = drop('1', 'blobs', 'data', `key NOT IN (SELECT settings FROM runs) AND key NOT IN (SELECT inputs FROM runs WHERE ended_at IS NULL OR ended_at >= ?)
      AND hash NOT IN (${BLOB_REFERENCES} WHERE r.ended_at IS NULL OR r.ended_at >= ?)`, before, before);
    const wires = drop('1', 'wire_records', 'data', `hash NOT IN (${WIRE_REFERENCES} WHERE r.ended_at IS NULL OR r.ended_at >= ?)`, before);
    return { bodies: own.bodies + shared.bodies + wires.bodies, bytes: own.bytes + shared.bytes + wires.bytes };
  });
}

/** SQL: how many bodies stand in a row of `turns`. */
const OWN_BODIES = "(SELECT COUNT(*) FROM json_each(events) e CROSS JOIN json_each(e.value) p ON p.key IN ('request', 'response') AND p.type = 'array')";
