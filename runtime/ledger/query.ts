import Database from 'better-sqlite3';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json } from '../../protocol/json.ts';
import { openSqlite } from './sqlite.ts';

/** Rows a query may return before it is cut off: more belongs in a file, not on a screen. */
const MOST_ROWS = 100_000;

/** Runs one read-only statement over a connection of its own that cannot write. `values`: for its `?`, in order. */
export function queryLedger(file: string, sql: string, values: readonly Json[] = []): readonly Readonly<Record<string, Json>>[] {
  const db = openSqlite(file, { synchronous: 'NORMAL', readonly: true });
  try {
    const statement = db.prepare(sql);
    if (!statement.reader || !statement.readonly) throw new DagbookError('sql-refused', 'Only queries are allowed: the statement must return rows and change nothing.');
    const rows: Readonly<Record<string, Json>>[] = [];
    for (const row of statement.iterate(...values)) {
      if (rows.length >= MOST_ROWS) throw new DagbookError('sql-refused', `The query returns more than ${MOST_ROWS} rows. Add a LIMIT.`);
      rows.push(plain(row as Readonly<Record<string, unknown>>));
    }
    return rows;
  } catch (error) {
    // The driver's own complaints (two statements, too few values) come as RangeError and TypeError.
    if (error instanceof Database.SqliteError || error instanceof RangeError || error instanceof TypeError) throw new DagbookError('sql-error', `${error.message}. The tables and views are described in docs/ledger.md.`);
    throw error;
  } finally {
    db.close();
  }
}

function plain(row: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('hex') : (value as Json)]));
}
