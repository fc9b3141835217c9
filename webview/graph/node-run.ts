import type { Picture, PictureNode } from '../../protocol/picture.ts';
import type { AgentRunRecord, NodeStatus } from '../../protocol/run-records.ts';
import { tournamentPlace } from '../../protocol/tournament.ts';
import type { Look } from '../shared/status.ts';
import { isOpen } from '../shared/run-state.ts';
import type { RunState, Wait } from '../shared/run-state.ts';

/** What one run did with one node. Times in milliseconds since the epoch. */
export interface NodeRun {
  readonly look: Look;
  readonly status: NodeStatus;
  /** Its agent runs, the oldest first: iterations, attempts, items of a map. */
  readonly agentRuns: readonly AgentRunRecord[];
  /** `2/5` of a loop, `3/3` judged or ended; empty where there is nothing to count. */
  readonly counter: string;
  readonly tokens: number;
  readonly costMicros: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Why it was skipped or failed, in a sentence; empty = nothing to say. */
  readonly cause: string;
  readonly waitsFor: Wait | null;
  readonly pinned: boolean;
}

export function nodeRunsOf(picture: Picture, state: RunState): ReadonlyMap<string, NodeRun> {
  const records = Map.groupBy(state.agentRuns.values(), (record) => record.node_id);
  const inside = Map.groupBy(picture.nodes, (node) => node.parent);
  const into = Map.groupBy(picture.edges, (edge) => edge.to);
  const runs = new Map<string, NodeRun>();
  const visit = (node: PictureNode, above: ReadonlySet<string>): NodeRun => {
    const before = runs.get(node.id);
    if (before !== undefined) return before;
    const children = above.has(node.id) ? [] : (inside.get(node.id) ?? []).map((child) => visit(child, new Set([...above, node.id])));
    const own = records.get(node.id) ?? [];
    const run = children.length > 0 ? containerRun(own, children, state) : leafRun(node, own, state);
    runs.set(node.id, run);
    return run;
  };
  for (const node of picture.nodes) visit(node, new Set());
  for (const node of picture.nodes) {
    const run = runs.get(node.id);
    if (run?.status === 'pending') runs.set(node.id, { ...run, cause: pendingCause((into.get(node.id) ?? []).map((edge) => edge.from), runs) });
  }
  return runs;
}

function pendingCause(before: readonly string[], runs: ReadonlyMap<string, NodeRun>): string {
  const waits = before.filter((id) => isOpen(runs.get(id)?.status ?? 'pending'));
  const first = waits.find((id) => runs.get(id)?.status !== 'pending') ?? waits[0];
  if (first === undefined) return '';
  return waits.length > 1 ? `after ${first} and ${waits.length - 1} more` : `after ${first}`;
}

function leafRun(node: PictureNode, records: readonly AgentRunRecord[], state: RunState): NodeRun {
  const held = state.held.get(node.id);
  if (records.length === 0) return notBegun(held ?? null, state);
  const lasts = lastOfEach(records, node.kind === 'loop');
  const status = held !== undefined ? 'waiting' : together(lasts.map((record) => record.status));
  const deciding = lasts.findLast((record) => record.status === status) ?? lasts[lasts.length - 1];
  const replayed = records.every((record) => record.replayed) && !isOpen(status) && status !== 'skipped';
  return {
    look: replayed && status === 'completed' ? 'replayed' : status, status, agentRuns: records, counter: counterOf(node, records, lasts),
    ...sums(records), cause: causeOf(status, deciding), pinned: records.some((record) => record.pinned),
    waitsFor: status !== 'waiting' ? null : (held ?? (deciding === undefined ? undefined : state.waitsFor.get(deciding.id)) ?? { kind: node.kind === 'wait' ? 'timer' : 'person', until: null }),
  };
}

function notBegun(held: Wait | null, state: RunState): NodeRun {
  const over = !isOpen(state.run.status);
  const status: NodeStatus = held !== null ? 'waiting' : over ? 'skipped' : 'pending';
  return { look: status, status, agentRuns: [], counter: '', tokens: 0, costMicros: 0, startedAt: null, endedAt: null, cause: over ? 'not reached' : '', waitsFor: held, pinned: false };
}

function sums(records: readonly AgentRunRecord[]): Pick<NodeRun, 'tokens' | 'costMicros' | 'startedAt' | 'endedAt'> {
  const ends = records.map((record) => (record.ended_at === null ? null : Date.parse(record.ended_at)));
  return {
    tokens: records.reduce((sum, record) => sum + record.total_tokens, 0),
    costMicros: records.reduce((sum, record) => sum + record.total_cost_micros, 0),
    startedAt: records.length === 0 ? null : Math.min(...records.map((record) => Date.parse(record.started_at))),
    endedAt: ends.length === 0 || ends.includes(null) ? null : Math.max(...ends.map(Number)),
  };
}

/** The last attempt of each iteration or item; of a loop, only the last iteration counts. */
function lastOfEach(records: readonly AgentRunRecord[], loop: boolean): readonly AgentRunRecord[] {
  if (loop) return records.slice(-1);
  return [...new Map(records.map((record) => [`${record.path}\n${record.iteration}`, record])).values()];
}

const GRAVEST: readonly NodeStatus[] = ['running', 'waiting', 'pending', 'halted', 'error', 'rejected', 'completed', 'skipped'];

/** What several are together: open as long as one is, then as bad as the worst. */
function together(statuses: readonly NodeStatus[]): NodeStatus {
  return GRAVEST.find((status) => statuses.includes(status)) ?? 'pending';
}

function counterOf(node: PictureNode, records: readonly AgentRunRecord[], lasts: readonly AgentRunRecord[]): string {
  if (node.kind === 'loop') {
    const iteration = Math.max(...records.map((record) => record.iteration));
    return node.count === null ? String(iteration) : `${iteration}/${node.count}`;
  }
  if (node.kind === 'tournament' && node.count !== null) {
    const judged = records.filter((record) => tournamentPlace(node.path, record.path)?.kind === 'judgement' && !isOpen(record.status)).length;
    return `${judged}/${Math.max(0, node.count - 1)}`;
  }
  if (lasts.length > 1) return `${lasts.filter((record) => !isOpen(record.status)).length}/${lasts.length}`;
  const attempt = Math.max(...records.map((record) => record.attempt));
  return attempt > 1 ? `attempt ${attempt}` : '';
}

function causeOf(status: NodeStatus, record: AgentRunRecord | undefined): string {
  if (record?.error == null) return '';
  return status === 'skipped' ? record.error.message.replace(/^Skipped: /, '').replace(/\.$/, '') : record.error.message;
}

function containerRun(records: readonly AgentRunRecord[], children: readonly NodeRun[], state: RunState): NodeRun {
  const all = [...records, ...children.flatMap((child) => child.agentRuns)];
  const over = !isOpen(state.run.status);
  const own = records.at(-1);
  const begun = all.length > 0;
  const inner = together(children.map((child) => child.status));
  const status: NodeStatus = own !== undefined ? own.status : !begun ? (over ? 'skipped' : 'pending') : inner === 'pending' ? 'running' : inner;
  const ended = children.filter((child) => !isOpen(child.status)).length;
  const replayed = begun && all.every((record) => record.replayed) && status === 'completed';
  return {
    look: replayed ? 'replayed' : status, status, agentRuns: records, counter: begun ? `${ended} of ${children.length} ended` : '', ...sums(all),
    cause: !begun && over ? 'not reached' : causeOf(status, own), waitsFor: status === 'waiting' ? (children.find((child) => child.waitsFor !== null)?.waitsFor ?? null) : null, pinned: false,
  };
}
