import { bodiesOf, chainHash, columnsOf, eventOf } from './event.ts';
import type { Body, EventColumns, JournalEvent, StoredRow } from './event.ts';
import type { Sqlite } from './sqlite.ts';

/** Events with their columns and chain hashes worked out, ready to be inserted. */
export interface LinkedEvents {
  readonly rows: readonly { readonly event: JournalEvent; readonly columns: EventColumns; readonly hash: string }[];
  /** Chain head after the last of them (hex). */
  readonly head: string;
}

/** Pure: hangs events onto a chain. */
export function link(head: string, events: readonly JournalEvent[]): LinkedEvents {
  let previous = head;
  const rows = events.map((event) => {
    const columns = columnsOf(event);
    previous = chainHash(previous, event.seq, event.kind, event.at, columns);
    return { event, columns, hash: previous };
  });
  return { rows, head: previous };
}

/** Keys of small bodies that a run has stored already. They stay valid while it is open: only bodies of ended runs are pruned. */
export type StoredBodies = Map<string, number>;

export interface JournalStore {
  /** Inserts linked events, before the run row's `next_seq` is moved on; the caller holds the transaction. */
  insert(run: number, linked: LinkedEvents, stored: StoredBodies): void;
  /** Events of a run from `seq` on, in order. */
  read(run: number, from?: number, limit?: number): JournalEvent[];
  /** The same without bodies: what the halt needs, quick. */
  skeleton(run: number): SkeletonRow[];
  rows(run: number): IterableIterator<StoredRow & { readonly chain: string }>;
}

export interface SkeletonRow {
  readonly seq: number;
  readonly kind: string;
  readonly owner: number | null;
  readonly ref: number | null;
  readonly name: string | null;
  readonly tokens: number | null;
  readonly micros: number | null;
  /** Id of the child run, on the row that asked for one. */
  readonly child: string | null;
}

/** Bodies from this size on are looked for by their hash before they are stored: UTF-16 units. */
const SHARED_FROM = 1_024;

export interface BlobStore {
  /** Key of a body in the table; stores it where needed. `shared`: look for it by its hash first, whatever its size. */
  keyOf(body: Body, shared?: boolean): number;
  textOf(key: number): string | null;
}

export function createBlobStore(db: Sqlite): BlobStore {
  const find = db.prepare<[Buffer], { key: number; pruned: 0 | 1 }>('SELECT key, data IS NULL AS pruned FROM blobs WHERE hash = ? AND shared = 1');
  const insert = db.prepare('INSERT INTO blobs (hash, shared, data) VALUES (?, ?, ?)');
  const restore = db.prepare('UPDATE blobs SET data = ? WHERE key = ?');
  const text = db.prepare<[number], string | null>('SELECT data FROM blobs WHERE key = ?').pluck();
  return {
    keyOf(body, shared = body.text.length >= SHARED_FROM) {
      const hash = Buffer.from(body.hash, 'hex');
      if (!shared) return Number(insert.run(hash, 0, body.text).lastInsertRowid);
      const found = find.get(hash);
      if (found === undefined) return Number(insert.run(hash, 1, body.text).lastInsertRowid);
      if (found.pruned === 1) restore.run(body.text, found.key);
      return found.key;
    },
    textOf: (key) => text.get(key) ?? null,
  };
}

/** Bodies remembered per run: a bound on memory, not on storage. */
const MOST_STORED = 4_096;

const SELECT = `SELECT j.seq, j.kind, j.at, j.owner, j.ref, j.path, j.attempt, j.name, j.node, j.id, j.version, j.tokens, j.micros, j.data,
  lower(hex(q.hash)) AS request_hash, q.data AS request_text, lower(hex(s.hash)) AS response_hash, s.data AS response_text, lower(hex(j.hash)) AS chain
  FROM journal j LEFT JOIN blobs q ON q.key = j.request LEFT JOIN blobs s ON s.key = j.response`;

interface SelectedRow extends Omit<StoredRow, 'request' | 'response'> {
  readonly request_hash: string;
  readonly request_text: string | null;
  readonly response_hash: string;
  readonly response_text: string | null;
  readonly chain: string;
}

function storedRow(row: SelectedRow): StoredRow & { readonly chain: string } {
  const { request_hash, request_text, response_hash, response_text, ...rest } = row;
  return {
    ...rest,
    request: request_hash === '' ? null : { hash: request_hash, text: request_text },
    response: response_hash === '' ? null : { hash: response_hash, text: response_text },
  };
}

export function createJournalStore(db: Sqlite): JournalStore {
  const blobs = createBlobStore(db);
  const insert = db.prepare(
    `INSERT INTO journal (run, seq, kind, at, owner, ref, path, attempt, name, node, id, version, request, response, tokens, micros, data, hash)
     VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
  );
  const read = db.prepare<[number, number, number], SelectedRow>(`${SELECT} WHERE j.run = ? AND j.seq >= ? ORDER BY j.seq LIMIT ?`);
  const skeleton = db.prepare<[number], SkeletonRow>("SELECT seq, kind, owner, ref, name, tokens, micros, CASE name WHEN 'child' THEN json_extract(data, '$.child') END AS child FROM journal WHERE run = ? ORDER BY seq");
  return {
    insert(run, linked, stored) {
      const keyOf = (body: Body | null): number | null => {
        if (body === null) return null;
        const known = stored.get(body.hash);
        if (known !== undefined) return known;
        const key = blobs.keyOf(body);
        if (stored.size < MOST_STORED) stored.set(body.hash, key);
        return key;
      };
      for (const { event, columns: c, hash } of linked.rows) {
        const [request, response] = bodiesOf(event);
        insert.run(run, event.seq, event.kind, event.at, c.owner, c.ref, c.path, c.attempt, c.name, c.node, c.id, c.version, keyOf(request), keyOf(response), c.tokens, c.micros, c.data, Buffer.from(hash, 'hex'));
      }
    },
    read: (run, from = 0, limit = -1) => read.all(run, from, limit).map((row) => eventOf(storedRow(row))),
    skeleton: (run) => skeleton.all(run),
    *rows(run) {
      for (const row of read.iterate(run, 0, -1)) yield storedRow(row);
    },
  };
}
