import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openSqlite } from '../../runtime/ledger/sqlite.ts';
import { temporaryFolder } from './harness.ts';

const opener = join(import.meta.dirname, 'processes/opener.ts');
const LEDGERS = 100;

test.each(['better-sqlite3', 'node:sqlite'])('three processes that make a ledger at the same moment all have it, with %s', async (driver) => {
  const folder = temporaryFolder();
  const start = String(Date.now() + 2_000);
  const open = () => promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', opener, folder, driver, start, String(LEDGERS)]);
  const processes = await Promise.all([open(), open(), open()]);
  expect(processes.map(({ stdout }) => JSON.parse(stdout) as unknown)).toEqual([[], [], []]);
  for (let i = 0; i < LEDGERS; i++) {
    const db = openSqlite(`${folder}/${String(i)}.db`, { synchronous: 'NORMAL' });
    expect([db.pragma('journal_mode', { simple: true }), db.pragma('integrity_check', { simple: true })]).toEqual(['wal', 'ok']);
    db.close();
  }
});
