import { openQuestions } from './open-questions.ts';
import { LEASE_STALE_MS } from './durable/lease.ts';
import type { JournalEvent } from './ledger/event.ts';
import type { RunRow } from './ledger/run-store.ts';
import type { Runtime } from './runtime.ts';

type LedgerAndLeases = Pick<Runtime, 'ledger' | 'now' | 'isFree'>;

/**
 * The runs there is something to do about: interrupted or waiting, driven by nobody alive, and not merely waiting for a
 * person who has not answered. Oldest first. A child run is driven by its parent and not named.
 */
export function resumableRuns(runtime: LedgerAndLeases): readonly RunRow[] {
  const { ledger } = runtime;
  const now = runtime.now();
  return ledger.read(() => ledger.runs.open()).filter((run) => {
    if (run.relation === 'child' || !runtime.isFree(run)) return false;
    // Between its row and its first step a run belongs to whoever opened it.
    if (run.status === 'pending') return Math.abs(now - Date.parse(run.started_at)) >= LEASE_STALE_MS;
    return run.status === 'running' || canGoOn(runtime, run, now);
  });
}

/** True unless every open end of a waiting run is a question without an answer. */
function canGoOn(runtime: LedgerAndLeases, run: RunRow, now: number): boolean {
  const { ledger } = runtime;
  const events = ledger.read(() => ledger.journal.read(run.key));
  const questions = openQuestions(events);
  const given = new Set(ledger.read(() => ledger.answersOf(run.key)).map(({ seq }) => seq));
  if (questions.some(({ seq }) => given.has(seq))) return true;
  const due = dueTimes(events);
  if (due.some((at) => at <= now)) return true;
  const children = ledger.read(() => ledger.runs.children(run.id)).filter((child) => child.relation === 'child' && runtime.isFree(child));
  if (children.some((child) => child.status !== 'waiting' || canGoOn(runtime, child, now))) return true;
  return questions.length === 0 && children.length === 0;
}

/** When the open timers of a run are due: milliseconds since the epoch. */
function dueTimes(events: readonly JournalEvent[]): readonly number[] {
  const over = new Set(events.flatMap((event) => (event.kind === 'done' || event.kind === 'closed' ? [event.ref] : [])));
  return events.flatMap((event) =>
    event.kind === 'asked' && event.leaf === 'sleep' && !over.has(event.seq) && (event.owner === null || !over.has(event.owner)) ? [event.data.due ?? 0] : [],
  );
}
