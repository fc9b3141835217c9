import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { ErrorData } from '../ledger/event.ts';

/** What makes a run impossible to go on with: a bug of its adapter or of ours, or a record that cannot be followed. */
export function runFault(name: string, message: string, path = ''): Error {
  return Object.assign(new Error(message), { name, path });
}

/** True for what a person can mend and a run can then go on from: a full disk, a file that is locked or gone. */
export function isOfLedger(error: Error): boolean {
  return error instanceof DagbookError && error.code.startsWith('ledger-');
}

/** The same as the ledger has it. Errors that nobody foresaw are `internal-error`. */
export function faultData(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { name: 'internal-error', message: String(error) };
  const path = (error as { path?: unknown }).path;
  const known = error.name.startsWith('Dagbook.');
  return { name: known ? error.name : 'internal-error', message: error.message, ...(typeof path === 'string' && path !== '' ? { path } : {}) };
}
