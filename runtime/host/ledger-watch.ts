import type { HostEvent } from '../../protocol/host.ts';
import type { QuestionRecord, RunRecord } from '../../protocol/run-records.ts';
import type { RunListRow } from '../ledger/read-models.ts';
import { lastRunKey, listRunRows, newestRunKeys, runListRow, runRowsAfter } from '../ledger/read-models.ts';
import type { RunRow } from '../ledger/run-store.ts';
import type { Review } from '../review.ts';
import { RunRecords } from './run-records.ts';
import { RunTail } from './run-tail.ts';

interface OpenRun {
  row: RunRow;
  readonly tail: RunTail;
}

/** Of a ledger that has just appeared, so many runs are told of: it may be a large one that was copied here. */
const MOST_NEWS = 50;

type Tell = (event: HostEvent) => void;

/**
 * Sees what happens in a ledger, in whichever process: which runs begin, change and end, what they spend, what they ask.
 * A look costs one pragma while nobody commits; after a commit it reads the open runs, what their journals have grown
 * by, and the rows of new runs. It never looks at the others, however many there are.
 */
export class LedgerWatch {
  readonly records: RunRecords;
  readonly #review: Review;
  readonly #tell: Tell;
  readonly #open = new Map<number, OpenRun>();
  #version: number;
  #lastKey: number;
  #held: boolean;
  #newest: Map<string, number> | null = null;
  /** What was told last, as text: the same again is not told. */
  #toldOpen = '';
  #toldQuestions = '';

  /** `appeared`: the ledger was not there a moment ago, so that what is in it is news. */
  constructor(review: Review, tell: Tell, appeared: boolean) {
    this.#review = review;
    this.#tell = tell;
    this.records = new RunRecords(review, (run) => this.#open.get(run.key)?.tail.reserved ?? 0);
    const { ledger } = review;
    // The version is read first: what is committed after it is seen at the next look.
    this.#version = ledger.read(() => ledger.dataVersion());
    this.#lastKey = ledger.read(() => lastRunKey(ledger.db));
    this.#held = ledger.read(() => ledger.held());
    this.#followOpen();
    if (appeared) this.#tellChanged(ledger.read(() => listRunRows(ledger.db, { limit: MOST_NEWS, cursor: null, status: null, workflow: null })));
    this.#tellState();
  }

  /** True when anything was committed since the last look. */
  look(): boolean {
    const { ledger } = this.#review;
    const version = ledger.read(() => ledger.dataVersion());
    if (version === this.#version) return false;
    this.#version = version;
    const changed = [...this.#newRuns(), ...this.#followOpen()];
    this.#held = ledger.read(() => ledger.held());
    this.#tellChanged(changed);
    this.#tellState();
    return true;
  }

  get held(): boolean {
    return this.#held;
  }

  questions(): readonly QuestionRecord[] {
    const { ledger } = this.#review;
    return [...this.#open.values()].flatMap(({ row, tail }) => (tail.asks ? tail.questions(new Set(ledger.read(() => ledger.answersOf(row.key)).map(({ seq }) => seq))) : []));
  }

  /** Newest run of each of these workflows that has one. */
  newestOf(workflows: readonly string[]): readonly RunRecord[] {
    const { ledger } = this.#review;
    const newest = (this.#newest ??= new Map(ledger.read(() => newestRunKeys(ledger.db))));
    return [...new Set(workflows)].flatMap((name) => {
      const row = ledger.read(() => ledger.runs.byKey(newest.get(name) ?? -1));
      return row === null ? [] : [this.records.of(row)];
    });
  }

  /** Runs that came since the last look; those that have ended meanwhile are told of here only. */
  #newRuns(): readonly RunListRow[] {
    const { ledger } = this.#review;
    const rows = ledger.read(() => runRowsAfter(ledger.db, this.#lastKey));
    for (const { key, workflow_name: name } of rows) {
      this.#lastKey = key;
      this.#newest?.set(name, key);
    }
    return rows.filter(({ ended_at: ended }) => ended !== null);
  }

  /** Open runs as they are now, and what changed: a run that is new, has another status, or has ended. */
  #followOpen(): readonly RunListRow[] {
    const { ledger } = this.#review;
    const changed: RunListRow[] = [];
    const rows = new Map(ledger.read(() => ledger.runs.open()).map((row) => [row.key, row]));
    for (const [key, { row }] of this.#open) {
      if (rows.has(key)) continue;
      this.#open.delete(key);
      const ended = ledger.read(() => runListRow(ledger.db, row.id));
      if (ended !== null) changed.push(ended);
    }
    for (const [key, row] of rows) {
      const known = this.#open.get(key);
      const run = known ?? { row, tail: new RunTail(row) };
      if (known?.row.status !== row.status) changed.push(row);
      if (row.next_seq > run.tail.next) run.tail.feed(ledger.read(() => ledger.journal.read(key, run.tail.next)));
      run.row = row;
      this.#open.set(key, run);
    }
    return changed;
  }

  #tellChanged(rows: readonly RunListRow[]): void {
    if (rows.length > 0) this.#tell({ kind: 'runs-changed', runs: rows.map((row) => this.records.of(row)) });
  }

  #tellState(): void {
    const runs = [...this.#open.values()].map(({ row }) => this.records.of(row));
    const open = JSON.stringify([this.#held, runs]);
    if (open !== this.#toldOpen) this.#tell({ kind: 'open-runs', runs, held: this.#held });
    this.#toldOpen = open;
    const questions = this.questions();
    const asked = JSON.stringify(questions);
    if (asked !== this.#toldQuestions) this.#tell({ kind: 'questions-changed', questions });
    this.#toldQuestions = asked;
  }
}
