import { expect, test } from 'vitest';
import { queryPage } from '../../runtime/ledger/query.ts';
import { openSqlite } from '../../runtime/ledger/sqlite.ts';
import { temporaryFolder } from './harness.ts';

const LARGEST = '9223372036854775807';

test.each(['better-sqlite3', 'node:sqlite'] as const)('a query gives every digit of every number, as JSON can hold them, with %s', (kind) => {
  const file = `${temporaryFolder()}/ledger.db`;
  openSqlite(file, { synchronous: 'NORMAL' }).close();
  const ask = (query: string) => queryPage(file, query, [], 10, { driver: { kind } }).rows;
  expect(ask(`SELECT 9007199254740991, 9007199254740993, -${LARGEST}, ${LARGEST}, 1, 0.5, 'text', NULL, x'0aff'`)).toEqual([
    [9007199254740991, '9007199254740993', `-${LARGEST}`, LARGEST, 1, 0.5, 'text', null, '0aff'],
  ]);
  expect(ask('SELECT 9e999, -9e999'), 'which JSON has no word for').toEqual([['Infinity', '-Infinity']]);
  expect(ask('SELECT COUNT(*), typeof(COUNT(*)) FROM runs')).toEqual([[0, 'integer']]);
});
