/**
 * Every failure a person can cause or cure, by its stable code. A bug is any other error; it is caught once, at the
 * process boundary.
 */
export type ErrorCode =
  | 'usage'
  | 'workspace-not-found'
  | 'file-not-found'
  | 'document-invalid'
  | 'not-runnable-yet'
  | 'workflow-not-found'
  | 'workflow-ambiguous'
  | 'inputs-invalid'
  | 'price-unknown'
  | 'model-not-available'
  | 'tool-not-available'
  | 'settings-invalid'
  | 'run-not-found'
  | 'run-ambiguous'
  | 'run-finished'
  | 'run-open'
  | 'run-taken'
  | 'run-held'
  | 'path-not-found'
  | 'answer-invalid'
  | 'version-missing'
  | 'body-pruned'
  | 'bundle-invalid'
  | 'ledger-newer'
  | 'ledger-not-ours'
  | 'ledger-read-only'
  | 'ledger-full'
  | 'ledger-busy'
  | 'ledger-corrupt'
  | 'ledger-unreadable'
  | 'sql-refused'
  | 'sql-error'
  | 'output-lost'
  | 'node-too-old'
  | 'driver-unavailable'
  | 'host-unavailable';

/** Where a failure stands in a file; 1-based. */
export interface ErrorPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export class DagbookError extends Error {
  override readonly name = 'DagbookError';
  readonly code: ErrorCode;
  readonly place: ErrorPlace | null;
  constructor(code: ErrorCode, message: string, place: ErrorPlace | null = null) {
    super(message);
    this.code = code;
    this.place = place;
  }
}
