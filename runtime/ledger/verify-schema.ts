import { openEmpty } from './sqlite.ts';
import type { Sqlite, SqliteDriver } from './sqlite.ts';
import type { Report } from './tampering.ts';

interface Part {
  readonly type: 'table' | 'index' | 'trigger' | 'view';
  readonly name: string;
  readonly sql: string;
}

/** What SQLite makes of itself has no text, or a name that begins with `sqlite_`. */
const PARTS = String.raw`SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`;

/**
 * Tables, indexes, triggers and views against those of a new ledger: without its triggers a row could have been changed,
 * and another view tells what the rows do not say. What others have added does no harm, but for a trigger, which writes.
 */
export function checkSchema(db: Sqlite, driver: SqliteDriver | undefined, report: Report): void {
  const empty = openEmpty(driver);
  const made = partsOf(empty);
  empty.close();
  const found = new Map(partsOf(db).map((part) => [`${part.type} ${part.name}`, part.sql]));
  for (const { type, name, sql } of made) {
    const part = `${type} ${name}`;
    const now = found.get(part);
    if (now === undefined) report('sqlite_schema', part, `the ${type} has been removed`);
    else if (now !== sql) report('sqlite_schema', part, `the ${type} is not the one that was made with the ledger`);
    found.delete(part);
  }
  for (const part of found.keys()) if (part.startsWith('trigger ')) report('sqlite_schema', part, 'the trigger was added: it may change what is written');
}

function partsOf(db: Sqlite): readonly Part[] {
  return db.prepare<[], Part>(PARTS).all();
}
