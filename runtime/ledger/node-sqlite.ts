import type * as NodeSqlite from 'node:sqlite';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { Sqlite } from './sqlite.ts';

/**
 * Node's own SQLite in the shape of the driver this room is written against, as far as it is used here: for hosts where
 * the native file cannot be loaded. Slower, and marked experimental by Node; the same file, byte for byte.
 */
export function openNodeSqlite(file: string, options: { readonly readonly: boolean; readonly timeout: number }): Sqlite {
  // Asked for by name at run time: an import of it would fail to load on a Node without it.
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof NodeSqlite | undefined;
  if (sqlite === undefined) throw new Error('this Node has no node:sqlite');
  const db = naming(() => new sqlite.DatabaseSync(file, { readOnly: options.readonly, timeout: options.timeout, enableForeignKeyConstraints: false }));
  return new NodeDatabase(db, options.readonly) as unknown as Sqlite;
}

class NodeDatabase {
  readonly #db: DatabaseSync;
  readonly #readonly: boolean;

  constructor(db: DatabaseSync, readonly: boolean) {
    this.#db = db;
    this.#readonly = readonly;
  }

  prepare(sql: string): NodeStatement {
    return naming(() => new NodeStatement(this.#db.prepare(sql), this.#readonly));
  }

  exec(sql: string): this {
    naming(() => this.#db.exec(sql));
    return this;
  }

  pragma(text: string, { simple = false }: { readonly simple?: boolean } = {}): unknown {
    const statement = this.prepare(`PRAGMA ${text}`);
    return simple ? statement.pluck().get() : statement.all();
  }

  /** SQLite says no when a transaction is open, and only then. */
  get inTransaction(): boolean {
    try {
      this.#db.exec('BEGIN');
    } catch {
      return true;
    }
    this.#db.exec('ROLLBACK');
    return false;
  }

  /** A function that runs `work` in a transaction, or within the one that is open. */
  transaction<T>(work: () => T): (() => T) & { readonly immediate: () => T } {
    const within = (begin: string) => (): T => {
      if (this.inTransaction) return work();
      this.exec(begin);
      try {
        const value = work();
        this.exec('COMMIT');
        return value;
      } catch (error) {
        // It may have been rolled back by what failed.
        if (isOpenNow(this)) this.exec('ROLLBACK');
        throw error;
      }
    };
    return Object.assign(within('BEGIN'), { immediate: within('BEGIN IMMEDIATE') });
  }

  close(): this {
    this.#db.close();
    return this;
  }
}

/** Asked as a function: what is true before the work may not be so after it, which flow analysis cannot see. */
function isOpenNow(db: NodeDatabase): boolean {
  return db.inTransaction;
}

type Shape = 'object' | 'first' | 'list';

class NodeStatement {
  readonly #statement: StatementSync;
  /** All that a connection which cannot write can be asked. */
  readonly readonly: boolean;
  #shape: Shape = 'object';

  constructor(statement: StatementSync, readonly: boolean) {
    this.#statement = statement;
    this.readonly = readonly;
  }

  get reader(): boolean {
    return this.#statement.columns().length > 0;
  }

  columns(): readonly { readonly name: string }[] {
    return this.#statement.columns().map(({ name }) => ({ name }));
  }

  pluck(): this {
    return this.#as('first');
  }

  raw(): this {
    return this.#as('list');
  }

  safeIntegers(): this {
    this.#statement.setReadBigInts(true);
    return this;
  }

  run(...values: readonly unknown[]): { readonly changes: number; readonly lastInsertRowid: number } {
    const { changes, lastInsertRowid } = naming(() => this.#statement.run(...bound(values)));
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
  }

  get(...values: readonly unknown[]): unknown {
    const row = naming(() => this.#statement.get(...bound(values)));
    return row === undefined ? undefined : this.#row(row);
  }

  all(...values: readonly unknown[]): unknown[] {
    return naming(() => this.#statement.all(...bound(values))).map((row) => this.#row(row));
  }

  *iterate(...values: readonly unknown[]): IterableIterator<unknown> {
    const rows = naming(() => this.#statement.iterate(...bound(values)))[Symbol.iterator]();
    for (;;) {
      const next = naming(() => rows.next());
      if (next.done === true) return;
      yield this.#row(next.value);
    }
  }

  #as(shape: Shape): this {
    this.#shape = shape;
    this.#statement.setReturnArrays(true);
    return this;
  }

  #row(row: unknown): unknown {
    switch (this.#shape) {
      case 'object':
        return Object.fromEntries(Object.entries(row as object).map(([name, value]) => [name, plain(value)]));
      case 'first':
        return plain((row as readonly unknown[])[0]);
      case 'list':
        return (row as readonly unknown[]).map(plain);
    }
  }
}

function bound(values: readonly unknown[]): SQLInputValue[] {
  return values as SQLInputValue[];
}

/** Bytes as the room knows them. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** SQLite's primary result codes that somebody may have to be told of. */
const NAMES: Readonly<Record<number, string>> = { 5: 'BUSY', 6: 'LOCKED', 8: 'READONLY', 10: 'IOERR', 11: 'CORRUPT', 13: 'FULL', 14: 'CANTOPEN', 19: 'CONSTRAINT', 26: 'NOTADB' };

/** Its errors carry numbers; what is told to people goes by the names. */
function naming<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : null;
    throw code === null ? error : Object.assign(new Error((error as Error).message), { name: 'SqliteError', code: `SQLITE_${NAMES[code & 0xff] ?? 'ERROR'}` });
  }
}
