import path from 'node:path';
import Database from 'better-sqlite3';
import type { Desk } from './kit.ts';

type Value = string | number | null;
export type LedgerRow = Readonly<Record<string, Value>>;

/** What stands in the ledger of a desk's workspace: the file itself, read as any other tool reads it. */
export function ledgerRows({ workspace }: Desk, query: string, ...values: readonly Value[]): readonly LedgerRow[] {
  return rowsOf(path.join(workspace, '.dagbook/ledger.db'), query, ...values);
}

/** The same of any ledger. */
export function rowsOf(file: string, query: string, ...values: readonly Value[]): readonly LedgerRow[] {
  const ledger = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return ledger.prepare(query).all(...values) as LedgerRow[];
  } finally {
    ledger.close();
  }
}

/** Of the run that was begun last. */
export function lastRun(desk: Desk): LedgerRow {
  const [row] = ledgerRows(desk, 'SELECT * FROM workflow_runs ORDER BY id DESC LIMIT 1');
  if (row === undefined) throw new Error('There is no run in the ledger.');
  return row;
}
