import type { LockedSpec } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import { openLedger } from './ledger/ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { RunRow } from './ledger/run-store.ts';
import type { OpenOptions } from './ledger/sqlite.ts';
import type { FindSpec } from './run-plan.ts';

/** What looking back needs. A `Runtime` is one too, with a ledger that can be written. */
export interface Review {
  readonly ledger: Ledger;
  /** The one run an id, or the beginning of one, means. Throws run-not-found or run-ambiguous. */
  find(id: string): RunRow;
  close(): void;
}

/** Opens a ledger for looking only: no file is made, nothing is migrated, no write can succeed. */
export function openReader(file: string, options: Pick<OpenOptions, 'driver'> = {}): Review {
  const ledger = openLedger(file, { ...options, synchronous: 'NORMAL', readonly: true });
  return { ledger, find: (id) => findRun(ledger, id), close: () => ledger.close() };
}

/** The version, of an agent or a workflow, whose content has this hash. */
export function lockedSpecOf({ ledger }: Pick<Review, 'ledger'>, specHash: string): LockedSpec | null {
  return lockedSpecIn((kind, hash) => ledger.read(() => ledger.versions.byHash(kind, hash)), specHash);
}

/** The same among specs that may not be locked yet. */
export function lockedSpecIn(find: FindSpec, specHash: string): LockedSpec | null {
  for (const kind of ['agent', 'workflow'] as const) {
    const version = find(kind, specHash);
    if (version !== null) return { kind, name: version.name, content: version.content, sourcePath: version.source_path };
  }
  return null;
}

/** Characters of an id: fewer are a slip of the hand. */
const FEWEST = 4;

/** The one run an id, or the beginning of one, means. */
export function findRun(ledger: Ledger, id: string): RunRow {
  const exact = ledger.read(() => ledger.runs.byId(id));
  if (exact !== null) return exact;
  if (id.length < FEWEST) throw new DagbookError('run-not-found', (command) => `"${id}" is too little to tell a run by: give at least ${FEWEST} characters of its id. List the runs with: ${command('runs')}`);
  const matches = ledger.read(() => ledger.runs.byPrefix(id, 3));
  const [only, second] = matches;
  if (only === undefined) throw new DagbookError('run-not-found', (command) => `There is no run ${id} in ${ledger.file}. List them with: ${command('runs')}`);
  if (second !== undefined) throw new DagbookError('run-ambiguous', `Several runs begin with ${id}: ${matches.map((run) => run.id).join(', ')}. Give more of the id.`);
  return only;
}

/** Shorter than this, two runs of the same second would look alike: a UUIDv7 begins with its 48 bits of milliseconds. */
const SHORTEST = 13;

/** The beginning of a run's id that means it and no other run of this ledger. */
export function shortRunId(ledger: Ledger, id: string): string {
  for (let length = SHORTEST; length < id.length; length++) {
    const prefix = id.slice(0, length);
    if (!prefix.endsWith('-') && ledger.read(() => ledger.runs.byPrefix(prefix, 2)).length <= 1) return prefix;
  }
  return id;
}
