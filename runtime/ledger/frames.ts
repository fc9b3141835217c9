import type { Frame } from '../../protocol/frame.ts';
import type { Json } from '../../protocol/json.ts';
import type { EventOf, JournalEvent } from './event.ts';

/** Turns a run's journal into frames, event by event. Feed it every event from the first on, in order. */
export interface FrameReader {
  feed(event: JournalEvent): Frame | null;
  /** A live token frame; it does not count. */
  token(agentRun: number, text: string, at: number, soFar: boolean): Frame;
  /** Seq the next stored frame will have. */
  readonly next: number;
}

interface OpenNode {
  readonly node: string;
  readonly path: string;
  readonly id: string;
  readonly agent: string;
  readonly attempt: number;
}

export function createFrameReader(run: { readonly id: string; readonly workflow_name: string; readonly models: string }): FrameReader {
  const nodes = new Map<number, OpenNode>();
  let next = 0;
  let tokens = 0;
  let micros = 0;

  const frame = (at: number, stage: Frame['stage'], message: string, extras: Readonly<Record<string, Json>>): Frame => ({
    task_id: run.id, workflow_run_id: run.id, stage, message, timestamp: at / 1_000, seq: next++, ...extras,
  });
  const ofNode = (node: OpenNode): Readonly<Record<string, Json>> => ({ node_id: node.node, path: node.path, agent_run_id: node.id, agent: node.agent, attempt: node.attempt });

  const opened = (e: EventOf<'opened'>): Frame | null => {
    const node = { node: e.node, path: e.path, id: e.id, agent: e.agent, attempt: e.attempt };
    nodes.set(e.seq, node);
    if (e.data.skipped === true) return null;
    const stage = e.attempt === 1 ? 'started' : 'retry';
    return frame(e.at, `node.${e.node}.${stage}`, `${e.node} ${e.attempt === 1 ? 'started' : `started again (attempt ${e.attempt})`}`, { ...ofNode(node), ...(e.data.model === null ? {} : { model: e.data.model }) });
  };

  const asked = (e: EventOf<'asked'>): Frame | null => {
    if (e.leaf !== 'ask' && e.leaf !== 'sleep') return null;
    const node = e.owner === null ? undefined : nodes.get(e.owner);
    const id = node?.node ?? nodeOfPath(e.path);
    if (id === null) return null;
    const message = e.leaf === 'ask' ? `${id} waits for a person` : `${id} waits until ${new Date(e.data.due ?? e.at).toISOString()}`;
    return frame(e.at, `node.${id}.waiting`, message, { ...(node === undefined ? { node_id: id } : ofNode(node)), path: e.path, waits_for: e.leaf === 'ask' ? 'person' : 'timer' });
  };

  const closed = (e: EventOf<'closed'>): Frame | null => {
    const node = nodes.get(e.ref);
    if (node === undefined) return null;
    nodes.delete(e.ref);
    const used = { tokens: e.tokens + (e.data.served?.tokens ?? 0), micros: e.micros + (e.data.served?.micros ?? 0) };
    tokens += used.tokens;
    micros += used.micros;
    const error = e.data.error;
    const message = error === undefined ? `${node.node} ${e.status}` : `${node.node} ${e.status}: ${error.message}`;
    return frame(e.at, `node.${node.node}.${e.status}`, message, { ...ofNode(node), tokens: used.tokens, cost_usd: used.micros / 1e6, ...(error === undefined ? {} : { error: { name: error.name, message: error.message } }) });
  };

  return {
    feed(event) {
      switch (event.kind) {
        case 'started':
          return frame(event.at, 'workflow.started', event.data.resumed === true ? `${run.workflow_name} goes on` : `${run.workflow_name} started`, { workflow: run.workflow_name, models: run.models, ...(event.data.resumed === true ? { resumed: true } : {}) });
        case 'status':
          return event.status === 'waiting' ? frame(event.at, 'workflow.waiting', `${run.workflow_name} waits`, {}) : null;
        case 'opened':
          return opened(event);
        case 'asked':
          return asked(event);
        case 'closed':
          return closed(event);
        case 'ended': {
          const message = event.error === null ? `${run.workflow_name} ${event.status}` : `${run.workflow_name} ${event.status}: ${event.error.message}`;
          return frame(event.at, `workflow.${event.status}`, message, { tokens, cost_usd: micros / 1e6, ...(event.error === null ? {} : { error: { name: event.error.name, message: event.error.message } }) });
        }
        case 'reserved':
        case 'done':
        case 'lost':
        case 'note':
          return null;
      }
    },
    token(agentRun, text, at, soFar) {
      const node = nodes.get(agentRun);
      return {
        task_id: run.id, workflow_run_id: run.id, stage: 'agent.token', message: text, timestamp: at / 1_000, seq: Math.max(0, next - 1),
        ...(node === undefined ? {} : ofNode(node)), ...(soFar ? { so_far: true } : {}),
      };
    },
    get next() {
      return next;
    },
  };
}

/** `nodes/<id>/…` */
function nodeOfPath(path: string): string | null {
  const [first, id] = path.split('/');
  return first === 'nodes' && id !== undefined ? decodeURIComponent(id) : null;
}
