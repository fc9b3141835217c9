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

/** Writes a command of ours, given as the words behind `dagbook`, as a person would have to type it. */
export type CommandWriter = (...words: readonly string[]) => string;

const bare: CommandWriter = (...words) => ['dagbook', ...words].join(' ');

/** A message that tells of commands is a function of how they are written: about which workspace and ledger depends on who asked. */
export type ErrorMessage = string | ((command: CommandWriter) => string);

export class DagbookError extends Error {
  override readonly name = 'DagbookError';
  readonly code: ErrorCode;
  readonly place: ErrorPlace | null;
  #withCommands: ((command: CommandWriter) => string) | null;
  constructor(code: ErrorCode, message: ErrorMessage, place: ErrorPlace | null = null) {
    super(typeof message === 'string' ? message : message(bare));
    this.#withCommands = typeof message === 'string' ? null : message;
    this.code = code;
    this.place = place;
  }

  /** Writes the commands in its message so that they work where they are read. The first who can, does: it knows best. */
  writeCommands(command: CommandWriter): void {
    if (this.#withCommands === null) return;
    this.message = this.#withCommands(command);
    this.#withCommands = null;
  }
}
