import type { Frame } from '../../protocol/frame.ts';
import type { Json } from '../../protocol/json.ts';
import type { ErrorData, EventOf, JournalEvent } from './event.ts';

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

type Extras = Readonly<Record<string, Json>>;

export function createFrameReader(run: { readonly id: string; readonly workflow_name: string; readonly models: string }): FrameReader {
  return new JournalFrames(run);
}

class JournalFrames implements FrameReader {
  readonly #run: { readonly id: string; readonly workflow_name: string; readonly models: string };
  readonly #nodes = new Map<number, OpenNode>();
  /** Open agent runs whose output was given by hand. */
  readonly #pinned = new Set<number>();
  #next = 0;
  #tokens = 0;
  #micros = 0;

  constructor(run: { readonly id: string; readonly workflow_name: string; readonly models: string }) {
    this.#run = run;
  }

  get next(): number {
    return this.#next;
  }

  feed(event: JournalEvent): Frame | null {
    const name = this.#run.workflow_name;
    switch (event.kind) {
      case 'started': {
        const resumed = event.data.resumed === true;
        return this.#frame(event.at, 'workflow.started', resumed ? `${name} goes on` : `${name} started`, { workflow: name, models: this.#run.models, ...(resumed ? { resumed } : {}) });
      }
      case 'status':
        return event.status === 'waiting' ? this.#frame(event.at, 'workflow.waiting', `${name} waits`, {}) : null;
      case 'opened':
        return this.#opened(event);
      case 'asked':
        return this.#asked(event);
      case 'closed':
        return this.#closed(event);
      case 'ended': {
        const message = event.error === null ? `${name} ${event.status}` : `${name} ${event.status}: ${event.error.message}`;
        return this.#frame(event.at, `workflow.${event.status}`, message, { tokens: this.#tokens, cost_usd: this.#micros / 1e6, ...errorOf(event.error) });
      }
      case 'done':
        if (event.data.pinned === true && event.owner !== null) this.#pinned.add(event.owner);
        return null;
      case 'reserved':
      case 'lost':
      case 'note':
        return null;
    }
  }

  token(agentRun: number, text: string, at: number, soFar: boolean): Frame {
    const node = this.#nodes.get(agentRun);
    return {
      task_id: this.#run.id, workflow_run_id: this.#run.id, stage: 'agent.token', message: text, timestamp: at / 1_000, seq: Math.max(0, this.#next - 1),
      ...(node === undefined ? {} : ofNode(node)), ...(soFar ? { so_far: true } : {}),
    };
  }

  #frame(at: number, stage: Frame['stage'], message: string, extras: Extras): Frame {
    return { task_id: this.#run.id, workflow_run_id: this.#run.id, stage, message, timestamp: at / 1_000, seq: this.#next++, ...extras };
  }

  #opened(e: EventOf<'opened'>): Frame | null {
    const node = { node: e.node, path: e.path, id: e.id, agent: e.agent, attempt: e.attempt };
    this.#nodes.set(e.seq, node);
    if (e.data.skipped === true) return null;
    const first = e.attempt === 1;
    return this.#frame(e.at, `node.${e.node}.${first ? 'started' : 'retry'}`, `${e.node} ${first ? 'started' : `started again (attempt ${e.attempt})`}`, { ...ofNode(node), ...(e.data.model === null ? {} : { model: e.data.model }) });
  }

  #asked(e: EventOf<'asked'>): Frame | null {
    if (e.leaf !== 'ask' && e.leaf !== 'sleep') return null;
    const node = e.owner === null ? undefined : this.#nodes.get(e.owner);
    const id = node?.node ?? nodeOfPath(e.path);
    if (id === null) return null;
    const message = e.leaf === 'ask' ? `${id} waits for a person` : `${id} waits until ${dueOf(e)}`;
    return this.#frame(e.at, `node.${id}.waiting`, message, { ...(node === undefined ? { node_id: id } : ofNode(node)), path: e.path, ...(e.leaf === 'ask' ? { waits_for: 'person' } : { waits_for: 'timer', until: dueOf(e) }) });
  }

  #closed(e: EventOf<'closed'>): Frame | null {
    const node = this.#nodes.get(e.ref);
    if (node === undefined) return null;
    this.#nodes.delete(e.ref);
    const tokens = e.tokens + (e.data.served?.tokens ?? 0);
    const micros = e.micros + (e.data.served?.micros ?? 0);
    this.#tokens += tokens;
    this.#micros += micros;
    const message = e.data.error === undefined ? `${node.node} ${e.status}` : `${node.node} ${e.status}: ${e.data.error.message}`;
    return this.#frame(e.at, `node.${node.node}.${e.status}`, message, {
      ...ofNode(node), tokens, cost_usd: micros / 1e6, ...(this.#pinned.delete(e.ref) ? { pinned: true } : {}), ...errorOf(e.data.error ?? null),
    });
  }
}

/** ISO 8601: when a timer ends. */
function dueOf({ at, data }: EventOf<'asked'>): string {
  return new Date(data.due ?? at).toISOString();
}

function ofNode(node: OpenNode): Extras {
  return { node_id: node.node, path: node.path, agent_run_id: node.id, agent: node.agent, attempt: node.attempt };
}

function errorOf(error: ErrorData | null): Extras {
  return error === null ? {} : { error: { name: error.name, message: error.message } };
}

/** `nodes/<id>/…` */
function nodeOfPath(path: string): string | null {
  const [first, id] = path.split('/');
  return first === 'nodes' && id !== undefined ? decodeURIComponent(id) : null;
}
