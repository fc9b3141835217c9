import type { Wire } from './event.ts';
import type { Sqlite } from './sqlite.ts';

/**
 * What has gone over the network for calls that go on, as far as it was written down on the way: for whoever has to close
 * such a call without having made it. By run, and by the seq of the money that is set aside for the call: one that is made
 * again has another. No history: what becomes of it stands in `wire_records`. The caller of what writes holds the transaction.
 */
export interface OpenWireStore {
  /** Keeps nothing of a run that has ended: its calls are closed already. */
  keep(run: number, reservation: number, wire: Wire): void;
  find(run: number, reservation: number): Wire | undefined;
  drop(run: number, reservation: number): void;
  dropRun(run: number): void;
  /** Drops those of runs that have ended: their processes left them behind. */
  sweep(): void;
}

export function createOpenWireStore(db: Sqlite): OpenWireStore {
  const keep = db.prepare('INSERT OR REPLACE INTO open_wires (run, reservation, hash, data) SELECT key, ?, ?, ? FROM runs WHERE key = ? AND ended_at IS NULL');
  const find = db.prepare<[number, number], { hash: Buffer; data: Buffer }>('SELECT hash, data FROM open_wires WHERE run = ? AND reservation = ?');
  const drop = db.prepare('DELETE FROM open_wires WHERE run = ? AND reservation = ?');
  const dropRun = db.prepare('DELETE FROM open_wires WHERE run = ?');
  const sweep = db.prepare('DELETE FROM open_wires WHERE run NOT IN (SELECT key FROM runs WHERE ended_at IS NULL)');
  return {
    keep: (run, reservation, { hash, packed }) => void keep.run(reservation, Buffer.from(hash, 'hex'), packed, run),
    find(run, reservation) {
      const row = find.get(run, reservation);
      return row === undefined ? undefined : { hash: row.hash.toString('hex'), packed: row.data };
    },
    drop: (run, reservation) => void drop.run(run, reservation),
    dropRun: (run) => void dropRun.run(run),
    sweep: () => void sweep.run(),
  };
}
