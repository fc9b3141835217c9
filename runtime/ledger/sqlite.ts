import { accessSync, constants, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import { openNodeSqlite } from './node-sqlite.ts';
import { APPLICATION_ID, migrations, OLDEST_SCHEMA } from './migrations.ts';

/** What this room uses of its driver, and no more: `node-sqlite.ts` stands in for it with the same. */
export type Sqlite = Pick<Database.Database, 'prepare' | 'exec' | 'pragma' | 'transaction' | 'inTransaction' | 'close'>;

export type SqliteDriver =
  /** `nativeBinding`: absolute path of its native file; absent = where its package keeps it. */
  | { readonly kind: 'better-sqlite3'; readonly nativeBinding?: string }
  | { readonly kind: 'node:sqlite' };
export type Synchronous = 'FULL' | 'NORMAL';

export interface OpenOptions {
  readonly synchronous: Synchronous;
  /** No writing at all: no file is made, no migration is run. */
  readonly readonly?: boolean;
  /** Absent = better-sqlite3, from its package. */
  readonly driver?: SqliteDriver | undefined;
}

/** Loads a driver and asks it for one value. Returns its name and that of its SQLite; throws whatever loading throws. */
export function tryDriver(driver: SqliteDriver): string {
  const db = connect(':memory:', false, driver);
  try {
    return `${driver.kind}, SQLite ${db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? ''}`;
  } finally {
    db.close();
  }
}

function connect(file: string, readonly: boolean, driver: SqliteDriver = { kind: 'better-sqlite3' }): Sqlite {
  switch (driver.kind) {
    case 'better-sqlite3':
      return new Database(file, { readonly, timeout: BUSY_TIMEOUT, ...(driver.nativeBinding === undefined ? {} : { nativeBinding: driver.nativeBinding }) });
    case 'node:sqlite':
      return openNodeSqlite(file, { readonly, timeout: BUSY_TIMEOUT });
  }
}

/** A ledger in memory that nothing was written to: what its schema must be, and where a write can be rehearsed. */
export function openEmpty(driver?: SqliteDriver): Sqlite {
  const db = connect(':memory:', false, driver);
  setRules(db);
  for (const step of migrations) db.exec(step);
  return db;
}

/** Where a ledger is named: whoever reads it types a command, or sits in an editor. */
const OPTION_OR_SETTING = '--ledger or the setting dagbook.ledger.path';

export function noLedger(file: string): DagbookError {
  return new DagbookError('ledger-unreadable', `There is no ledger at ${file} yet. Run a workflow first, or name another with ${OPTION_OR_SETTING}.`);
}

/** How long a writer waits for another process's transaction: milliseconds. Turns take one or two. */
const BUSY_TIMEOUT = 5_000;

/** The schema this version writes: what `PRAGMA user_version` says once every migration has run. */
const SCHEMA = OLDEST_SCHEMA - 1 + migrations.length;

/** A turn writes a row of a kilobyte or two and a little of another page: small pages make its commit cheaper. Bytes. */
const PAGE_SIZE = 1_024;
/** The same few pages are written again and again, and a checkpoint holds the run up while the disk syncs: rarely. 32 MiB. */
const CHECKPOINT_PAGES = 32_000;

/** Opens (and where needed creates or migrates) a ledger file. Every failure is a DagbookError that says what to do. */
export function openSqlite(file: string, options: OpenOptions): Sqlite {
  return translating(file, () => {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
      throw new DagbookError('ledger-unreadable', `${file} is a folder, and a ledger is a file. Name a file in it, such as ${join(file, 'ledger.db')}.`);
    }
    if (options.readonly === true && !existsSync(file)) {
      throw noLedger(file);
    }
    if (options.readonly !== true) makeFolder(file);
    const db = connect(file, options.readonly === true, options.driver);
    try {
      prepare(db, file, options);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  });
}

/** The default ledger lies in `.dagbook`, which ignores itself so that nobody's .gitignore is edited. */
function makeFolder(file: string): void {
  const folder = dirname(file);
  makeFolders(folder);
  const ignore = join(folder, '.gitignore');
  if (folder.endsWith('.dagbook') && !existsSync(ignore)) writeFileSync(ignore, '*\n');
}

/** Node's own recursive making never returns where a folder that exists takes none: /proc. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(folder)) throw error;
  }
}

function prepare(db: Sqlite, file: string, options: OpenOptions): void {
  const { version, owner, tables } = headOf(db);
  if (owner !== APPLICATION_ID && (tables > 0 || version > 0)) {
    throw new DagbookError('ledger-not-ours', `${file} is a SQLite database, but not a Dagbook ledger. Name another file with ${OPTION_OR_SETTING}.`);
  }
  if (version > 0 && version < OLDEST_SCHEMA) {
    throw new DagbookError('ledger-unreadable', `${file} was written before the first release (schema ${version}), and nothing reads such ledgers any more. Move it away, or name another with ${OPTION_OR_SETTING}.`);
  }
  if (version > SCHEMA) {
    throw new DagbookError('ledger-newer', `${file} was written by a newer Dagbook (schema ${version}; this one knows ${SCHEMA}). Update Dagbook, or name another ledger with ${OPTION_OR_SETTING}.`);
  }
  setRules(db);
  if (options.readonly === true) {
    if (version < SCHEMA) throw new DagbookError('ledger-unreadable', (command) => `${file} ${version === 0 ? 'is empty' : `has the schema of an older Dagbook (${version}; this one knows ${SCHEMA})`}. Name another ledger with ${OPTION_OR_SETTING}, or bring this one up to date, by any run or with: ${command('resume')}`);
    return;
  }
  if (tables === 0) db.pragma(`page_size = ${PAGE_SIZE}`);
  if (patiently(() => db.pragma('journal_mode = WAL', { simple: true }) as string) !== 'wal') {
    throw new DagbookError('ledger-unreadable', `${file} cannot use write-ahead logging here (a network file system?). Put the ledger on a local disk with ${OPTION_OR_SETTING}.`);
  }
  db.pragma(`synchronous = ${options.synchronous}`);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  if (version < SCHEMA) migrate(db);
}

function setRules(db: Sqlite): void {
  db.pragma('foreign_keys = OFF'); // References are guarded by the one writer and by verify; checking each insert costs a third of a turn.
  db.pragma('trusted_schema = OFF');
}

/** What a file says it is: read at one moment, because another process may be making it. */
function headOf(db: Sqlite): { readonly version: number; readonly owner: number; readonly tables: number } {
  return db.transaction(() => ({
    version: db.pragma('user_version', { simple: true }) as number,
    owner: db.pragma('application_id', { simple: true }) as number,
    tables: db.prepare<[], number>('SELECT COUNT(*) FROM sqlite_master').pluck().get() ?? 0,
  }))();
}

/** Of two that switch a new file to write-ahead logging at once SQLite refuses one without waiting, whatever the timeout: it waits here. */
function patiently<T>(work: () => T): T {
  for (const until = performance.now() + BUSY_TIMEOUT; ;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function isBusy(error: unknown): boolean {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' && (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'));
}

function migrate(db: Sqlite): void {
  db.transaction(() => {
    // Read again inside the transaction: another process may have migrated while this one waited.
    const from = db.pragma('user_version', { simple: true }) as number;
    for (const step of migrations.slice(Math.max(0, from - OLDEST_SCHEMA + 1))) db.exec(step);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${SCHEMA}`);
  }).immediate();
}

/** Runs `work` and turns SQLite's failures into errors a person can act on. */
export function translating<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translate(file, error);
  }
}

function translate(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as { code?: unknown }).code;
  if (typeof code !== 'string') return error;
  // The file that readers and writers share beside the ledger cannot grow: there too the disk is full.
  if (code.startsWith('SQLITE_FULL') || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC') {
    return new DagbookError('ledger-full', (command) => `The disk that holds ${file} is full. Nothing was half-written. Make room, then go on with: ${command('resume')}`);
  }
  if (code.startsWith('SQLITE_READONLY') || (code.startsWith('SQLITE_CANTOPEN') && !existsSync(file) && isReadOnly(dirname(file))) || code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
    return new DagbookError('ledger-read-only', `${file} cannot be written (read-only file, folder or disk). Change its permissions, or name another ledger with ${OPTION_OR_SETTING}.`);
  }
  if (isBusy(error)) {
    return new DagbookError('ledger-busy', (command) => `Another process has held ${file} locked for ${BUSY_TIMEOUT / 1000} s. Close what holds it, then try again. A run that was under way goes on with: ${command('resume')}`);
  }
  if (code === 'SQLITE_ERROR' && /^no such (table|column|view): /.test(error.message)) {
    return new DagbookError('ledger-corrupt', `${file} is damaged: ${error.message}. Somebody has taken a part of it away. Keep it for inspection and name another ledger with ${OPTION_OR_SETTING}.`);
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new DagbookError(code === 'SQLITE_NOTADB' ? 'ledger-not-ours' : 'ledger-corrupt', `${file} is ${code === 'SQLITE_NOTADB' ? 'not a SQLite database' : 'damaged'}. Keep it for inspection and name another ledger with ${OPTION_OR_SETTING}.`);
  }
  if (code.startsWith('SQLITE_CANTOPEN') && isReadOnly(dirname(file))) {
    return new DagbookError('ledger-read-only', `${file} lies in a folder that cannot be written, and SQLite writes beside a ledger even to read it. Copy it (with ${basename(file)}-wal, where there is one) and name the copy with ${OPTION_OR_SETTING}.`);
  }
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_IOERR') || code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR' || code === 'EEXIST') {
    return new DagbookError('ledger-unreadable', `${file} cannot be opened or read (${code}). Check the path and the disk, or name another ledger with ${OPTION_OR_SETTING}.`);
  }
  return error;
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch {
    return true;
  }
}
