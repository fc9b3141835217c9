import { existsSync, statSync } from 'node:fs';
import { createBlobStore } from './blob-store.ts';
import type { ErrorData } from './event.ts';
import { createHeadStore } from './head-store.ts';
import { answerDigest, holdDigest } from './head-store.ts';
import { haltRuns } from './halt.ts';
import type { WireOf } from './halt.ts';
import { createJournalStore } from './journal-store.ts';
import type { JournalStore } from './journal-store.ts';
import { createRunStore } from './run-store.ts';
import type { RunRow, RunStore } from './run-store.ts';
import { createOpenWireStore } from './open-wire-store.ts';
import type { OpenWireStore } from './open-wire-store.ts';
import { openEmpty, openSqlite, translating } from './sqlite.ts';
import type { OpenOptions, Sqlite } from './sqlite.ts';
import { createVersionStore } from './version-store.ts';
import type { VersionStore } from './version-store.ts';
import { createWireStore } from './wire-store.ts';
import type { WireStore } from './wire-store.ts';

export interface Answer {
  readonly run: number;
  /** Seq of the `asked` event it answers. */
  readonly seq: number;
  /** JSON text. */
  readonly value: string;
  readonly answered_by: string;
  /** ISO 8601. */
  readonly answered_at: string;
}

/** An open ledger file. Everything that writes does so inside `write`. */
export interface Ledger {
  readonly file: string;
  readonly runs: RunStore;
  readonly journal: JournalStore;
  readonly versions: VersionStore;
  readonly wires: WireStore;
  readonly openWires: OpenWireStore;
  /** One immediate transaction; rolled back when `work` throws. SQLite failures come out as DagbookErrors. */
  write<T>(work: () => T): T;
  /**
   * Before a `write` that may be refused: where there is no file yet, does the same in memory and forgets it, so that what
   * throws makes none. A file that is there needs no rehearsal.
   */
  rehearse(work: () => unknown): void;
  read<T>(work: () => T): T;
  /** Changes when another connection has committed. */
  dataVersion(): number;
  /** True while new runs are refused. */
  held(): boolean;
  setHold(action: 'hold' | 'release', by: string, at: string): void;
  /** False when that question already has an answer. */
  answer(answer: Answer): boolean;
  answersOf(run: number): Answer[];
  /** Closes the run and its open children; returns the ids that were open. One transaction. */
  halt(runs: readonly Pick<RunRow, 'id'>[], at: number, error: ErrorData, wireOf?: WireOf): string[];
  /** False when the file was deleted, or another put in its place, since it was opened: what is written then is lost. */
  isCurrent(): boolean;
  /** For the read models of this room. */
  readonly db: Sqlite;
  close(): void;
}

/**
 * Opens a ledger file. Where there is none, it is made by the first thing that is written, so that work which is refused
 * leaves nothing behind; until then there is nothing to read.
 */
export function openLedger(file: string, options: OpenOptions): Ledger {
  return options.readonly === true || existsSync(file) ? openNow(file, options) : openLate(file, options);
}

function openLate(file: string, options: OpenOptions): Ledger {
  let ledger = ledgerOver(openEmpty(options.driver), file, null);
  let made = false;
  const make = (): Ledger => {
    if (made) return ledger;
    const empty = ledger;
    ledger = openNow(file, options);
    made = true;
    empty.close();
    return ledger;
  };
  let rehearsing = false;
  // Somebody else may make it meanwhile.
  const current = (): Ledger => (made || rehearsing || !existsSync(file) ? ledger : make());
  return {
    file,
    get runs() { return current().runs; },
    get journal() { return current().journal; },
    get versions() { return current().versions; },
    get wires() { return current().wires; },
    get openWires() { return current().openWires; },
    get db() { return current().db; },
    write: (work) => make().write(work),
    rehearse(work) {
      const then = current();
      rehearsing = true;
      try {
        then.rehearse(work);
      } finally {
        rehearsing = false;
      }
    },
    read: (work) => current().read(work),
    dataVersion: () => current().dataVersion(),
    held: () => current().held(),
    setHold: (...hold) => make().setHold(...hold),
    answer: (answer) => make().answer(answer),
    answersOf: (run) => current().answersOf(run),
    halt: (...halt) => make().halt(...halt),
    isCurrent: () => ledger.isCurrent(),
    close: () => ledger.close(),
  };
}

function openNow(file: string, options: OpenOptions): Ledger {
  const db = openSqlite(file, options);
  try {
    return translating(file, () => ledgerOver(db, file, identityOf(file)));
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Device and inode; null where there is no file. */
export function identityOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev}/${stat.ino}`;
}

/** `identity`: of the file; null = there is none. */
function ledgerOver(db: Sqlite, file: string, identity: string | null): Ledger {
  const heads = createHeadStore(db);
  const blobs = createBlobStore(db);
  const wires = createWireStore(db);
  const openWires = createOpenWireStore(db);
  const journal = createJournalStore(db, blobs, wires);
  const runs = createRunStore(db, blobs, journal, heads);
  const versions = createVersionStore(db, heads);
  const dataVersion = db.prepare('PRAGMA data_version').pluck();
  const lastHold = db.prepare<[], string>('SELECT action FROM holds ORDER BY key DESC LIMIT 1').pluck();
  const addHold = db.prepare('INSERT INTO holds (action, made_by, made_at) VALUES (?,?,?)');
  const findAnswer = db.prepare<[number, number], 1>('SELECT 1 FROM answers WHERE run = ? AND seq = ?').pluck();
  const addAnswer = db.prepare('INSERT INTO answers (run, seq, value, answered_by, answered_at) VALUES (?,?,?,?,?)');
  const answersOf = db.prepare<[number], Answer>('SELECT run, seq, value, answered_by, answered_at FROM answers WHERE run = ? ORDER BY key');
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');

  const write = <T>(work: () => T): T =>
    translating(file, () => {
      begin.run();
      try {
        const value = work();
        commit.run();
        return value;
      } catch (error) {
        // A full disk may have rolled the transaction back already.
        if (db.inTransaction) rollback.run();
        throw error;
      }
    });

  const rehearse = (work: () => unknown): void => {
    if (identity !== null) return;
    begin.run();
    try {
      work();
    } finally {
      rollback.run();
    }
  };

  return {
    file, runs, journal, versions, wires, openWires, write, rehearse, db,
    read: (work) => translating(file, work),
    dataVersion: () => dataVersion.get() as number,
    held: () => lastHold.get() === 'hold',
    setHold(action, by, at) {
      const { lastInsertRowid } = addHold.run(action, by, at);
      heads.append('hold', at, holdDigest({ key: Number(lastInsertRowid), action, made_by: by, made_at: at }));
    },
    answer(answer) {
      if (findAnswer.get(answer.run, answer.seq) !== undefined) return false;
      const { lastInsertRowid } = addAnswer.run(answer.run, answer.seq, answer.value, answer.answered_by, answer.answered_at);
      heads.append('answer', `${answer.run}/${answer.seq}`, answerDigest({ key: Number(lastInsertRowid), ...answer }));
      return true;
    },
    answersOf: (run) => answersOf.all(run),
    halt: (targets, at, error, wireOf = () => undefined) => write(() => haltRuns({ runs, journal, openWires }, targets, at, error, wireOf)),
    isCurrent: () => identity === null || identityOf(file) === identity,
    close: () => db.close(),
  };
}
