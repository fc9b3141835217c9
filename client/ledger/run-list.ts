import type { RunRecord, RunStatus } from '../../protocol/run-records.ts';
import { dayKey } from '../words/time-words.ts';

/** What the ledger view shows of all runs. */
export interface RunFilter {
  readonly status: RunStatus | null;
  readonly workflow: string | null;
}

/** The part of the ledger that is loaded: latest first, without doubles. */
export interface RunList {
  readonly runs: readonly RunRecord[];
  /** Where the next page begins; null = all is here. */
  readonly next: string | null;
}

export const emptyRunList: RunList = { runs: [], next: null };

export function withPage(list: RunList, page: RunList): RunList {
  const known = new Set(list.runs.map(({ id }) => id));
  return { runs: [...list.runs, ...page.runs.filter(({ id }) => !known.has(id))], next: page.next };
}

/** News of runs: known ones change in place or leave the filter, new ones go where their start puts them. */
export function withChanges(list: RunList, changed: readonly RunRecord[], filter: RunFilter): RunList {
  const news = new Map(changed.map((run) => [run.id, run]));
  const kept = list.runs.flatMap((run) => {
    const now = news.get(run.id);
    if (now === undefined) return [run];
    news.delete(run.id);
    return fits(now, filter) ? [now] : [];
  });
  // What is older than the loaded part comes with its page.
  const oldest = list.next === null ? null : (list.runs.at(-1) ?? null);
  const added = [...news.values()].filter((run) => fits(run, filter) && (oldest === null || compare(run, oldest) < 0));
  return added.length === 0 ? { ...list, runs: kept } : { ...list, runs: [...added, ...kept].sort(compare) };
}

export function fits(run: RunRecord, filter: RunFilter): boolean {
  return (filter.status === null || run.status === filter.status) && (filter.workflow === null || run.workflow_name === filter.workflow);
}

export interface RunDay {
  /** `2026-11-21`. */
  readonly day: string;
  readonly runs: readonly RunRecord[];
}

/** By the reader's days, latest first. */
export function runsByDay(runs: readonly RunRecord[]): readonly RunDay[] {
  const days = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const day = dayKey(run.started_at);
    const there = days.get(day);
    if (there === undefined) days.set(day, [run]);
    else there.push(run);
  }
  return [...days].map(([day, of]) => ({ day, runs: of })).sort((a, b) => (a.day < b.day ? 1 : -1));
}

/** Latest first; ids are in the order of time. */
function compare(a: RunRecord, b: RunRecord): number {
  if (a.started_at !== b.started_at) return a.started_at < b.started_at ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
