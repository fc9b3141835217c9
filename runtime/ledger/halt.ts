import type { Body, ErrorData, JournalEvent, TerminalStatus } from './event.ts';
import { link } from './journal-store.ts';
import type { JournalStore, SkeletonRow } from './journal-store.ts';
import type { RunRow, RunStore } from './run-store.ts';

/** What of a run is still open, read from its journal alone: any process can close it. */
export interface OpenWork {
  /** Agent runs that were opened and not closed, with what their steps have cost so far. */
  readonly agentRuns: readonly { readonly seq: number; readonly tokens: number; readonly micros: number }[];
  /** Calls that may be in flight; `reserved` holds what was set aside for them. */
  readonly calls: readonly { readonly seq: number; readonly owner: number | null; readonly reserved: { readonly seq: number; readonly tokens: number; readonly micros: number } | null }[];
}

/** Leaves that reach the world, so that one without an answer is a call that was lost. Model calls are in flight only once money is reserved. */
const EFFECTS: ReadonlySet<string> = new Set(['tool', 'memory', 'rag', 'step']);

export function openWork(rows: readonly SkeletonRow[]): OpenWork {
  const opened = new Map<number, { tokens: number; micros: number }>();
  const asked = new Map<number, { owner: number | null; effect: boolean; reserved: { seq: number; tokens: number; micros: number } | null }>();
  for (const row of rows) {
    const ref = row.ref ?? -1;
    switch (row.kind) {
      case 'opened':
        opened.set(row.seq, { tokens: 0, micros: 0 });
        break;
      case 'closed':
        opened.delete(ref);
        break;
      case 'asked':
        asked.set(row.seq, { owner: row.owner, effect: EFFECTS.has(row.name ?? ''), reserved: null });
        break;
      case 'reserved': {
        const ask = asked.get(ref);
        if (ask !== undefined) ask.reserved = { seq: row.seq, tokens: row.tokens ?? 0, micros: row.micros ?? 0 };
        break;
      }
      case 'lost':
      case 'done': {
        const ask = asked.get(ref);
        if (ask !== undefined && row.kind === 'lost') ask.reserved = null;
        if (row.kind === 'done') asked.delete(ref);
        const owner = opened.get(row.owner ?? -1);
        if (owner !== undefined) {
          owner.tokens += row.tokens ?? 0;
          owner.micros += row.micros ?? 0;
        }
        break;
      }
    }
  }
  return {
    agentRuns: [...opened].map(([seq, totals]) => ({ seq, ...totals })),
    calls: [...asked].filter(([, a]) => a.effect || a.reserved !== null).map(([seq, a]) => ({ seq, owner: a.owner, reserved: a.reserved })),
  };
}

/** Events that end a run and close everything open: lost calls settled at their reservation, agent runs halted. */
export function closingEvents(work: OpenWork, from: number, at: number, why: ErrorData, end: { readonly status: TerminalStatus; readonly response: Body | null; readonly error: ErrorData | null }): { readonly events: JournalEvent[]; readonly tokens: number; readonly micros: number } {
  const events: JournalEvent[] = [];
  let seq = from;
  let tokens = 0;
  let micros = 0;
  const extra = new Map<number, { tokens: number; micros: number }>();
  for (const call of work.calls) {
    const held = call.reserved;
    const data = held === null ? { error: why.name } : { reserved: held.seq, estimated: true as const, error: why.name };
    events.push({ kind: 'lost', seq: seq++, at, ref: call.seq, owner: call.owner, tokens: held?.tokens ?? 0, micros: held?.micros ?? 0, data });
    tokens += held?.tokens ?? 0;
    micros += held?.micros ?? 0;
    if (call.owner !== null && held !== null) {
      const sum = extra.get(call.owner) ?? { tokens: 0, micros: 0 };
      extra.set(call.owner, { tokens: sum.tokens + held.tokens, micros: sum.micros + held.micros });
    }
  }
  for (const run of work.agentRuns) {
    const more = extra.get(run.seq) ?? { tokens: 0, micros: 0 };
    events.push({ kind: 'closed', seq: seq++, at, ref: run.seq, status: 'halted', response: null, tokens: run.tokens + more.tokens, micros: run.micros + more.micros, data: { error: why, forced: true } });
  }
  events.push({ kind: 'ended', seq: seq++, at, ...end });
  return { events, tokens, micros };
}

/**
 * Halts one run in the caller's transaction: rows closed, epoch raised. Whoever drives it finds its next commit
 * fenced off; noticing and aborting sockets only stops the spending.
 */
export function haltRun(stores: { readonly runs: RunStore; readonly journal: JournalStore }, run: RunRow, at: number, error: ErrorData): void {
  const { events, tokens, micros } = closingEvents(openWork(stores.journal.skeleton(run.key)), run.next_seq, at, error, { status: 'halted', response: null, error });
  const linked = link(run.chain_head, events);
  stores.journal.insert(run.key, linked, new Map());
  const totals = { tokens: run.total_tokens + tokens, micros: run.total_cost_micros + micros };
  stores.runs.close(run, linked.head, events.length, totals, { status: 'halted', output: null, error, at: new Date(at).toISOString() }, run.epoch + 1);
}

