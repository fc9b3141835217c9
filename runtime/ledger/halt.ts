import type { TerminalStatus } from '../../protocol/run-records.ts';
import type { Body, ErrorData, JournalEvent, Wire } from './event.ts';
import type { JournalStore } from './journal-store.ts';
import type { OpenWireStore } from './open-wire-store.ts';
import type { PackedEvent } from './packed-event.ts';
import type { RunRow, RunStore } from './run-store.ts';
import { packTurn } from './turn-row.ts';

/** What of a run is still open, read from its journal alone: any process can close it. */
export interface OpenWork {
  /** Agent runs that were opened and not closed, with what their steps have cost so far. */
  readonly agentRuns: readonly { readonly seq: number; readonly tokens: number; readonly micros: number; readonly served?: { readonly tokens: number; readonly micros: number } }[];
  /** Calls that may be in flight; `reserved` holds what was set aside for them, `child` the id of a child run. */
  readonly calls: readonly { readonly seq: number; readonly owner: number | null; readonly child: string | null; readonly reserved: { readonly seq: number; readonly tokens: number; readonly micros: number } | null; readonly wire?: Wire | undefined }[];
}

/** Leaves that reach the world, so that one without an answer is a call that was lost. Model calls are in flight only once money is reserved. */
const EFFECTS: ReadonlySet<string> = new Set(['tool', 'memory', 'rag', 'step']);

export function openWork(rows: readonly (PackedEvent & { readonly seq: number })[]): OpenWork {
  const opened = new Map<number, { tokens: number; micros: number }>();
  const asked = new Map<number, { owner: number | null; effect: boolean; child: string | null; reserved: { seq: number; tokens: number; micros: number } | null }>();
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
        asked.set(row.seq, { owner: row.owner ?? null, effect: EFFECTS.has(row.name ?? ''), child: childOf(row), reserved: null });
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
      case 'started':
      case 'status':
      case 'note':
      case 'ended':
        break;
    }
  }
  return {
    agentRuns: [...opened].map(([seq, totals]) => ({ seq, ...totals })),
    calls: [...asked].filter(([, a]) => a.effect || a.reserved !== null).map(([seq, { owner, child, reserved }]) => ({ seq, owner, child, reserved })),
  };
}

function childOf({ name, data }: PackedEvent): string | null {
  return name === 'child' ? ((data as { readonly child?: string } | undefined)?.child ?? null) : null;
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
    events.push({ kind: 'lost', seq: seq++, at, ref: call.seq, owner: call.owner, tokens: held?.tokens ?? 0, micros: held?.micros ?? 0, data, wire: call.wire });
    tokens += held?.tokens ?? 0;
    micros += held?.micros ?? 0;
    if (call.owner !== null && held !== null) {
      const sum = extra.get(call.owner) ?? { tokens: 0, micros: 0 };
      extra.set(call.owner, { tokens: sum.tokens + held.tokens, micros: sum.micros + held.micros });
    }
  }
  for (const run of work.agentRuns) {
    const more = extra.get(run.seq) ?? { tokens: 0, micros: 0 };
    events.push({ kind: 'closed', seq: seq++, at, ref: run.seq, status: 'halted', response: null, tokens: run.tokens + more.tokens, micros: run.micros + more.micros, data: { ...(run.served === undefined ? {} : { served: run.served }), error: why, forced: true } });
  }
  events.push({ kind: 'ended', seq: seq++, at, ...end });
  return { events, tokens, micros };
}

/** What has gone over the network for a call that is open, where the process that halts makes that call itself; `seq` of its question. */
export type WireOf = (run: string, seq: number) => Wire | undefined;

interface Stores {
  readonly runs: RunStore;
  readonly journal: JournalStore;
  readonly openWires: OpenWireStore;
}

/**
 * Halts runs and their open children in the caller's transaction: rows closed, epoch raised. Whoever drives one finds
 * the next commit fenced off; noticing and aborting sockets only stops the spending. Returns the ids that were open.
 */
export function haltRuns(stores: Stores, targets: readonly { readonly id: string }[], at: number, error: ErrorData, wireOf: WireOf): string[] {
  const halted: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    // Children first: what they have cost is what their parent is charged.
    for (const child of stores.runs.children(id)) if (child.relation === 'child') visit(child.id);
    // Read inside the transaction: the row the caller saw may have moved on.
    const run = stores.runs.byId(id);
    if (run === null || (run.status !== 'pending' && run.status !== 'running' && run.status !== 'waiting')) return;
    haltRun(stores, run, at, error, wireOf);
    halted.push(id);
  };
  for (const target of targets) visit(target.id);
  return halted;
}

function haltRun({ runs, journal, openWires }: Stores, run: RunRow, at: number, error: ErrorData, wireOf: WireOf): void {
  const work = openWork(journal.skeleton(run.key));
  const calls = work.calls.map((call) => {
    const child = call.child === null ? null : runs.byId(call.child);
    // Of a call that another process makes there is what it wrote down on the way.
    const wire = wireOf(run.id, call.seq) ?? (call.reserved === null ? undefined : openWires.find(run.key, call.reserved.seq));
    return child === null || call.reserved === null ? { ...call, wire } : { ...call, wire, reserved: { seq: call.reserved.seq, tokens: child.total_tokens, micros: child.total_cost_micros } };
  });
  const { events, tokens, micros } = closingEvents({ ...work, calls }, run.next_seq, at, error, { status: 'halted', response: null, error });
  const turn = packTurn(run.chain_head, events);
  openWires.dropRun(run.key);
  journal.append(run.key, turn);
  const totals = { tokens: run.total_tokens + tokens, micros: run.total_cost_micros + micros };
  runs.close(run, turn.head, events.length, totals, { status: 'halted', error, at: new Date(at).toISOString() }, run.epoch + 1);
}
