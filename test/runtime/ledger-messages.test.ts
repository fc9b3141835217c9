import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openSqlite, translating } from '../../runtime/ledger/sqlite.ts';
import { temporaryFolder } from './harness.ts';

/** What is wrong with a ledger file is told in a terminal and in an editor, by the same words. */

const BOTH = /--ledger or the setting dagbook\.ledger\.path/;

function made(make: (db: Database.Database) => void): (file: string) => void {
  return (file) => {
    const db = new Database(file);
    make(db);
    db.close();
  };
}

function failing(code: string, message = code): (file: string) => never {
  return (file) => translating(file, () => {
    throw Object.assign(new Error(message), { code });
  });
}

test.each<[string, (file: string) => void, boolean]>([
  ['there is none', () => undefined, true],
  ['it is empty', (file) => writeFileSync(file, ''), true],
  ['it is a database of others', made((db) => db.exec('CREATE TABLE t (x)')), false],
  ['it is no database', (file) => writeFileSync(file, 'hello\n'.repeat(400)), false],
  ['it is older than the first release', (file) => { openSqlite(file, { synchronous: 'NORMAL' }).close(); made((db) => db.pragma('user_version = 1'))(file); }, false],
  ['it is of a later release', (file) => { openSqlite(file, { synchronous: 'NORMAL' }).close(); made((db) => db.pragma('user_version = 99'))(file); }, false],
])('when %s, the message says how to name another in either place', (_what, make, readonly) => {
  const file = join(temporaryFolder(), 'ledger.db');
  make(file);
  expect(() => openSqlite(file, { synchronous: 'NORMAL', readonly })).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ledger-/) as unknown, message: expect.stringMatching(BOTH) as unknown }));
});

test.each<[string, (file: string) => never]>([
  ['a file that cannot be written', failing('SQLITE_READONLY')], ['a part that is missing', failing('SQLITE_ERROR', 'no such table: runs')], ['a damaged file', failing('SQLITE_CORRUPT')],
  ['a file that is no database', failing('SQLITE_NOTADB')], ['a file that cannot be opened', failing('SQLITE_CANTOPEN')], ['a failing disk', failing('SQLITE_IOERR_READ')], ['a folder that is gone', failing('ENOENT')],
])('so does the message about %s', (_what, fail) => {
  const file = join(temporaryFolder(), 'ledger.db');
  writeFileSync(file, '');
  expect(() => fail(file)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^ledger-/) as unknown, message: expect.stringMatching(BOTH) as unknown }));
});
