import type { BlobStore } from './blob-store.ts';
import type { JournalEvent } from './event.ts';
import type { PackedEvent } from './packed-event.ts';
import type { Sqlite } from './sqlite.ts';
import { unpackRow } from './turn-row.ts';
import type { WireStore } from './wire-store.ts';
import type { PackedTurn, TurnRow } from './turn-row.ts';

export interface JournalStore {
  /** Stores a turn of an open run. The caller holds the transaction, and moves the run's row on. */
  append(run: number, turn: PackedTurn): void;
  /** Events of a run from `seq` on, in order, at most `limit`. */
  read(run: number, from?: number, limit?: number): JournalEvent[];
  /** The last event of a run, null when it has none. */
  last(run: number): JournalEvent | null;
  /** All events without their bodies: what the halt needs, quick. */
  skeleton(run: number): (PackedEvent & { readonly seq: number })[];
}

/** A row's key is its run's, 32 bits up, and the seq of its first event below. */
const OF_RUN = 'key BETWEEN :run << 32 AND (:run << 32) | 0xffffffff';
const SELECT = 'SELECT key & 0xffffffff AS seq, at, events, bodies FROM turns';

export function createJournalStore(db: Sqlite, blobs: BlobStore, wires: WireStore): JournalStore {
  const insert = db.prepare('INSERT INTO turns (key, at, hash, bodies_hash, events, bodies) VALUES ((? << 32) | ?, ?, unhex(?), unhex(?), ?, ?)');
  // The row that holds an event is the last one that begins at or before it.
  const read = db.prepare<{ run: number; from: number; limit: number }, TurnRow>(`${SELECT} WHERE ${OF_RUN} AND key >= COALESCE((SELECT MAX(key) FROM turns WHERE key BETWEEN :run << 32 AND (:run << 32) | :from), 0) ORDER BY key LIMIT :limit`);
  const last = db.prepare<{ run: number }, TurnRow>(`${SELECT} WHERE ${OF_RUN} ORDER BY key DESC LIMIT 1`);
  const textOf = (hash: string): string | null => blobs.find(hash);
  const skeleton = db.prepare<{ run: number }, Pick<TurnRow, 'seq' | 'events'>>(`SELECT key & 0xffffffff AS seq, events FROM turns WHERE ${OF_RUN} ORDER BY key`);
  return {
    append(run, { rows, apart, wires: fresh }) {
      for (const body of apart) blobs.keyOf(body);
      for (const wire of fresh) wires.keep(wire);
      for (const row of rows) insert.run(run, row.seq, row.at, row.hash, row.bodiesHash, row.events, row.bodies);
    },
    read(run, from = 0, limit = -1) {
      const events = read.all({ run, from, limit }).flatMap((row) => unpackRow(row, from, textOf));
      return limit < 0 ? events : events.slice(0, limit);
    },
    last(run) {
      const row = last.get({ run });
      return row === undefined ? null : (unpackRow(row, 0, textOf).at(-1) ?? null);
    },
    skeleton: (run) => skeleton.all({ run }).flatMap(({ seq, events }) => (JSON.parse(events) as PackedEvent[]).map((event, i) => ({ ...event, seq: seq + i }))),
  };
}
