import type Database from 'better-sqlite3';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json } from '../../protocol/json.ts';
import { openSqlite } from './sqlite.ts';
import type { OpenOptions } from './sqlite.ts';

/** Rows a query may return before it is cut off: more belongs in a file, not on a screen. */
const MOST_ROWS = 100_000;

/** Runs one read-only statement over a connection of its own that cannot write. `values`: for its `?`, in order. */
export function queryLedger(file: string, sql: string, values: readonly Json[] = []): QueryPage {
  const page = queryPage(file, sql, values, MOST_ROWS, {});
  if (page.more) throw new DagbookError('sql-refused', `The query returns more than ${MOST_ROWS} rows. Add a LIMIT.`);
  return page;
}

export interface QueryPage {
  /** As the query names them; two may have the same name. */
  readonly columns: readonly string[];
  /** Bytes in hex. A number that JSON and JavaScript would round (an integer beyond 2^53) or have no word for is a text. */
  readonly rows: readonly (readonly Json[])[];
  /** True when the query had more rows than were asked for. */
  readonly more: boolean;
}

/** The same for a table on a screen: at most `limit` rows. */
export function queryPage(file: string, sql: string, values: readonly Json[], limit: number, options: Pick<OpenOptions, 'driver'>): QueryPage {
  return withStatement(file, sql, options, (statement) => {
    const columns = statement.columns().map(({ name }) => name);
    const rows: Json[][] = [];
    for (const row of statement.raw().safeIntegers().iterate(...values)) {
      if (rows.length >= limit) return { columns, rows, more: true };
      rows.push((row as readonly unknown[]).map(plain));
    }
    return { columns, rows, more: false };
  });
}

function withStatement<T>(file: string, sql: string, options: Pick<OpenOptions, 'driver'>, work: (statement: Database.Statement) => T): T {
  const db = openSqlite(file, { ...options, synchronous: 'NORMAL', readonly: true });
  try {
    const statement = db.prepare(sql);
    if (!statement.reader || !statement.readonly) throw new DagbookError('sql-refused', 'Only queries are allowed: the statement must return rows and change nothing.');
    return work(statement);
  } catch (error) {
    // The driver's own complaints (two statements, too few values) come as RangeError and TypeError.
    if ((error instanceof Error && error.name === 'SqliteError') || error instanceof RangeError || error instanceof TypeError) throw new DagbookError('sql-error', `${error.message}. The tables and views are described in docs/ledger.md.`);
    throw error;
  } finally {
    db.close();
  }
}

function plain(value: unknown): Json {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value as Json);
}
