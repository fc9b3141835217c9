import type { Frame } from '../../protocol/frame.ts';
import type { RunOverlay } from '../../protocol/graph-panel.ts';
import type { AgentRunRecord, ErrorRecord, NodeStatus, RunRecord, RunStatus } from '../../protocol/run-records.ts';

/** `until`: when a timer ends, or a person's time to answer; milliseconds since the epoch, null = not said. */
export interface Wait {
  readonly kind: 'person' | 'timer';
  readonly until: number | null;
}

/** A run as far as it is known: what the overlay brought, and every frame since. A value: each fold gives a new one. */
export interface RunState {
  readonly run: RunRecord;
  /** In the order they began. */
  readonly agentRuns: ReadonlyMap<string, AgentRunRecord>;
  /** What each waiting agent run waits for, by its id. */
  readonly waitsFor: ReadonlyMap<string, Wait>;
  /** Node ids a pause or a timer before the node holds up, without an agent run of their own yet. */
  readonly held: ReadonlyMap<string, Wait>;
  /** Text a model has written so far, by agent run. */
  readonly streams: ReadonlyMap<string, string>;
  /** When its first word came, where that was watched: milliseconds since the epoch. */
  readonly firstTokens: ReadonlyMap<string, number>;
  readonly stale: boolean;
  readonly criticalPath: readonly string[];
}

/** Text beyond this is cut from the front: nobody reads it here, and the ledger has it. */
const STREAM_LIMIT = 60_000;

export function stateOfOverlay(overlay: RunOverlay): RunState {
  return {
    run: overlay.run, agentRuns: new Map(overlay.agentRuns.map((record) => [record.id, record])), waitsFor: new Map(), held: new Map(),
    streams: new Map(), firstTokens: new Map(), stale: overlay.stale, criticalPath: overlay.criticalPath,
  };
}

/** A newer overlay of the same run keeps the texts that only frames bring. */
export function renewed(before: RunState | null, overlay: RunOverlay): RunState {
  const state = stateOfOverlay(overlay);
  return before?.run.id === overlay.run.id ? { ...state, streams: before.streams, firstTokens: before.firstTokens, waitsFor: before.waitsFor, held: before.held } : state;
}

/** Frames may come twice (an overlay, then the frames it was made from): what has ended stays as it ended. */
export function foldFrames(before: RunState, frames: readonly Frame[]): RunState {
  const state = { run: before.run, agentRuns: new Map(before.agentRuns), waitsFor: new Map(before.waitsFor), held: new Map(before.held), streams: new Map(before.streams), firstTokens: new Map(before.firstTokens) };
  for (const frame of frames) {
    if (frame.stage === 'agent.token') foldToken(state, frame);
    else if (frame.stage.startsWith('workflow.')) foldRun(state, frame);
    else foldNode(state, frame);
  }
  return { ...before, ...state };
}

interface Folding {
  run: RunRecord;
  readonly agentRuns: Map<string, AgentRunRecord>;
  readonly waitsFor: Map<string, Wait>;
  readonly held: Map<string, Wait>;
  readonly streams: Map<string, string>;
  readonly firstTokens: Map<string, number>;
}

const OPEN: ReadonlySet<NodeStatus> = new Set(['pending', 'running', 'waiting']);

export function isOpen(status: NodeStatus): boolean {
  return OPEN.has(status);
}

function foldToken(state: Folding, frame: Frame): void {
  const id = frame.agent_run_id;
  if (id === undefined) return;
  if (frame['so_far'] !== true && !state.streams.has(id)) state.firstTokens.set(id, frame.timestamp * 1_000);
  const text = frame['so_far'] === true ? frame.message : (state.streams.get(id) ?? '') + frame.message;
  state.streams.set(id, text.length > STREAM_LIMIT ? text.slice(-STREAM_LIMIT) : text);
  const record = state.agentRuns.get(id);
  if (record?.status !== 'waiting') return;
  state.agentRuns.set(id, { ...record, status: 'running' });
  state.waitsFor.delete(id);
}

function foldRun(state: Folding, frame: Frame): void {
  const word = frame.stage.slice('workflow.'.length);
  const { run } = state;
  if (!isOpen(run.status)) return;
  const status: RunStatus = word === 'started' ? 'running' : (word as RunStatus);
  if (isOpen(status)) {
    state.run = { ...run, status };
    return;
  }
  state.run = {
    ...run, status, ended_at: isoOf(frame), reserved_micros: 0, error: errorOf(frame) ?? run.error,
    total_tokens: numberOf(frame['tokens']) ?? run.total_tokens, total_cost_micros: microsOf(frame) ?? run.total_cost_micros,
  };
  state.held.clear();
}

function foldNode(state: Folding, frame: Frame): void {
  const word = frame.stage.slice(frame.stage.lastIndexOf('.') + 1);
  const { agent_run_id: id, node_id: node } = frame;
  if (node === undefined) return;
  // After a wait the run says nothing but what comes next.
  if (state.run.status === 'waiting' && word !== 'waiting') state.run = { ...state.run, status: 'running' };
  if (id === undefined) {
    if (word === 'waiting') state.held.set(node, waitOf(frame, state.held.get(node)));
    return;
  }
  state.held.delete(node);
  const known = state.agentRuns.get(id);
  if (known !== undefined && !isOpen(known.status)) return;
  const record = known ?? begun(state, frame, id, node);
  const status: NodeStatus = word === 'started' || word === 'retry' ? 'running' : (word as NodeStatus);
  if (status === 'waiting') state.waitsFor.set(id, waitOf(frame, state.waitsFor.get(id)));
  else state.waitsFor.delete(id);
  if (isOpen(status)) {
    state.agentRuns.set(id, { ...record, status });
    return;
  }
  const ended = { ...record, status, ended_at: isoOf(frame), error: errorOf(frame), total_tokens: numberOf(frame['tokens']) ?? record.total_tokens, total_cost_micros: microsOf(frame) ?? record.total_cost_micros };
  state.agentRuns.set(id, ended);
  settle(state, ended, known);
}

/** The timer of a `timeout` runs beside what it limits: a person's answer is still what is waited for, until then. */
function waitOf(frame: Frame, before: Wait | undefined): Wait {
  const ends = Date.parse(textOf(frame['until']) ?? '');
  const until = Number.isNaN(ends) ? null : ends;
  if (frame['waits_for'] !== 'timer') return { kind: 'person', until: before?.until ?? null };
  return { kind: frame.path?.endsWith('/timeout') === true ? 'person' : 'timer', until };
}

/** A run's totals are those of its agent runs; the run row tells them only now and then. */
function settle(state: Folding, ended: AgentRunRecord, before: AgentRunRecord | undefined): void {
  const { run } = state;
  state.run = {
    ...run,
    total_tokens: run.total_tokens + ended.total_tokens - (before?.total_tokens ?? 0),
    total_cost_micros: run.total_cost_micros + (ended.replayed ? 0 : ended.total_cost_micros - (before?.total_cost_micros ?? 0)),
  };
}

function begun(state: Folding, frame: Frame, id: string, node: string): AgentRunRecord {
  const attempt = numberOf(frame['attempt']) ?? 1;
  const firsts = [...state.agentRuns.values()].filter((one) => one.node_id === node && one.attempt === 1).length;
  return {
    id, node_id: node, path: frame.path ?? '', attempt, iteration: numberOf(frame['iteration']) ?? (attempt === 1 ? firsts + 1 : Math.max(1, firsts)),
    agent_name: textOf(frame['agent']) ?? '', model: textOf(frame['model']), spec_version_id: null, status: 'running', total_tokens: 0, total_cost_micros: 0,
    started_at: isoOf(frame), ended_at: null, error: null, replayed: frame['replayed'] === true, pinned: frame['pinned'] === true,
  };
}

function isoOf(frame: Frame): string {
  return new Date(frame.timestamp * 1_000).toISOString();
}

function errorOf(frame: Frame): ErrorRecord | null {
  const { error } = frame;
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return null;
  const { name, message } = error as Readonly<Record<string, unknown>>;
  return { name: typeof name === 'string' ? name : 'error', message: typeof message === 'string' ? message : '' };
}

function microsOf(frame: Frame): number | null {
  const usd = numberOf(frame['cost_usd']);
  return usd === null ? null : Math.round(usd * 1e6);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
