import type { PictureKind } from '../../protocol/picture.ts';
import type { AgentRunRecord, NodeStatus, RunDetailRecord } from '../../protocol/run-records.ts';
import type { RunState } from '../shared/run-state.ts';
import { isOpen } from '../shared/run-state.ts';
import type { Look } from '../shared/status.ts';
import type { Waits } from './waits.ts';

/** A stretch of a node's time: milliseconds since the run began. */
export interface Bar {
  readonly look: Look | 'wait';
  readonly from: number;
  readonly to: number;
  readonly agentRun: string;
}

/** One node in the timeline. */
export interface Row {
  readonly id: string;
  readonly kind: PictureKind;
  readonly look: Look;
  /** `3 of 5`, `attempt 2`; empty where there is nothing to count. */
  readonly counter: string;
  /** On the longest chain of waiting for one another. */
  readonly critical: boolean;
  /** Attempts, and whatever ran beside one another, below one another. */
  readonly lanes: readonly (readonly Bar[])[];
  /** Null where none were used. */
  readonly tokens: number | null;
  readonly micros: number | null;
  /** From its first beginning to its last end, or now; null before and where it was skipped. */
  readonly ms: number | null;
  /** Why it is as it is: its last error, or the cause of a skip. */
  readonly cause: string;
  readonly agentRuns: readonly AgentRunRecord[];
}

/** Beside one another in one lane from here on: a tournament of thirty must not push everything else away. */
const MOST_LANES = 6;

/** The nodes of a run in the order in which they began; those that have not, after them as they stand in the document. */
export function rowsOf(detail: RunDetailRecord, state: RunState, waits: Waits, now: number): readonly Row[] {
  const byNode = Map.groupBy(state.agentRuns.values(), ({ node_id: node }) => node);
  const start = Date.parse(state.run.started_at);
  const known = new Map(detail.nodes.map((node) => [node.id, node]));
  const ids = [...new Set([...byNode.keys(), ...known.keys()])];
  const critical = new Set(detail.critical_path);
  const rows = ids.map((id): Row => {
    const agentRuns = byNode.get(id) ?? [];
    const node = known.get(id);
    return {
      id, kind: node?.kind ?? 'spawn', look: lookOf(agentRuns, state, waits.before.has(id)), counter: counterOf(agentRuns, node?.count ?? null, node?.kind ?? 'spawn'), critical: critical.has(id),
      lanes: lanesOf(id, agentRuns, waits, { start, now: endOf(state, now), open: isOpen(state.run.status) }), ...figuresOf(agentRuns, endOf(state, now)), cause: causeOf(agentRuns), agentRuns,
    };
  });
  const begun = (row: Row): number => Math.min(...row.lanes.flat().map(({ from }) => from), row.agentRuns.length > 0 ? Date.parse(row.agentRuns[0]?.started_at ?? '') - start : Infinity);
  return rows.map((row) => ({ row, begun: begun(row) })).sort((a, b) => (a.begun === b.begun ? 0 : a.begun - b.begun)).map(({ row }) => row);
}

/** When the run ended, or now: milliseconds since the epoch. */
export function endOf({ run }: RunState, now: number): number {
  return run.ended_at === null ? Math.max(now, Date.parse(run.started_at)) : Date.parse(run.ended_at);
}

const GRAVEST: readonly NodeStatus[] = ['running', 'waiting', 'pending', 'halted', 'error', 'rejected', 'completed', 'skipped'];

/** Open as long as one is; else as bad as the worst of the last attempts. */
function lookOf(agentRuns: readonly AgentRunRecord[], { run }: RunState, held: boolean): Look {
  if (agentRuns.length === 0) return isOpen(run.status) ? (held ? 'waiting' : 'pending') : 'skipped';
  const lasts = [...new Map(agentRuns.map((one) => [`${one.path}\n${one.iteration}`, one])).values()];
  const status = GRAVEST.find((candidate) => lasts.some((one) => one.status === candidate)) ?? 'pending';
  return status === 'completed' && agentRuns.every((one) => one.replayed) ? 'replayed' : status;
}

function counterOf(agentRuns: readonly AgentRunRecord[], count: number | null, kind: PictureKind): string {
  const iteration = Math.max(0, ...agentRuns.map((one) => one.iteration));
  if (kind === 'loop' && iteration > 0) return count === null ? `${iteration} turns` : `${iteration} of ${count}`;
  const attempt = Math.max(0, ...agentRuns.map((one) => one.attempt));
  return attempt > 1 ? `attempt ${attempt}` : '';
}

function figuresOf(agentRuns: readonly AgentRunRecord[], now: number): Pick<Row, 'tokens' | 'micros' | 'ms'> {
  const worked = agentRuns.filter((one) => one.status !== 'skipped');
  if (worked.length === 0) return { tokens: null, micros: null, ms: null };
  const tokens = worked.reduce((sum, one) => sum + one.total_tokens, 0);
  const micros = worked.reduce((sum, one) => sum + one.total_cost_micros, 0);
  const ends = worked.map((one) => (one.ended_at === null ? now : Date.parse(one.ended_at)));
  const ms = Math.max(0, Math.max(...ends) - Math.min(...worked.map((one) => Date.parse(one.started_at))));
  return { tokens: tokens === 0 ? null : tokens, micros: micros === 0 && tokens === 0 ? null : micros, ms };
}

function causeOf(agentRuns: readonly AgentRunRecord[]): string {
  const last = agentRuns.at(-1);
  if (last?.error == null) return '';
  return last.status === 'skipped' ? last.error.message : `${last.error.name}: ${last.error.message}`;
}

interface Clock {
  /** When the run began, and now or when it ended: milliseconds since the epoch. */
  readonly start: number;
  readonly now: number;
  readonly open: boolean;
}

function lanesOf(node: string, agentRuns: readonly AgentRunRecord[], waits: Waits, clock: Clock): readonly (readonly Bar[])[] {
  const lanes: Bar[][] = [];
  const place = (bars: readonly Bar[], least: number): void => {
    const from = bars[0]?.from ?? 0;
    let lane = Math.min(least, MOST_LANES - 1);
    // A millisecond of overlap is the clock's, not the workflow's.
    while (lane < MOST_LANES - 1 && (lanes[lane]?.at(-1)?.to ?? -Infinity) > from + 1) lane++;
    while (lanes.length <= lane) lanes.push([]);
    lanes[lane]?.push(...bars);
  };
  const held = waits.before.get(node);
  if (held !== undefined && (agentRuns.length > 0 || clock.open)) {
    const until = agentRuns[0] === undefined ? clock.now : Date.parse(agentRuns[0].started_at);
    if (until > held) place([{ look: 'wait', from: held - clock.start, to: until - clock.start, agentRun: '' }], 0);
  }
  for (const one of agentRuns) {
    if (one.status === 'skipped') continue;
    const before = agentRuns.find((other) => other.path === one.path && other.iteration === one.iteration && other.attempt === one.attempt - 1);
    place(barsOf(one, before, waits, clock), one.attempt - 1);
  }
  return lanes.filter((lane) => lane.length > 0);
}

/** The wait since the attempt before it, then its own time, hatched from where it waits. */
function barsOf(one: AgentRunRecord, before: AgentRunRecord | undefined, waits: Waits, { start, now }: Clock): readonly Bar[] {
  const from = Date.parse(one.started_at) - start;
  const to = (one.ended_at === null ? now : Date.parse(one.ended_at)) - start;
  const look: Look = one.replayed && one.status === 'completed' ? 'replayed' : one.status;
  const bar = (kind: Bar['look'], a: number, b: number): Bar => ({ look: kind, from: Math.max(0, a), to: Math.max(0, a, b), agentRun: one.id });
  const gap = before?.ended_at == null ? [] : [bar('wait', Date.parse(before.ended_at) - start, from)].filter((wait) => wait.to - wait.from > 1);
  const wait = waits.inside.get(one.id);
  if (wait === undefined) return [...gap, bar(look, from, to)];
  const worked = wait - start - from > 1 ? [bar(look, from, wait - start)] : [];
  return [...gap, ...worked, bar('wait', wait - start, to), ...(one.ended_at === null ? [] : [bar(look, to, to)])];
}
