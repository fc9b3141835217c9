import type { FromGraphPanel, ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { Json } from '../../protocol/json.ts';
import type { StepBodies, StepRecord } from '../../protocol/run-records.ts';

/** What has been read of the shown run's record. */
export interface RecordRead {
  /** By agent run. */
  readonly agentRuns: ReadonlyMap<string, { readonly steps: readonly StepRecord[]; readonly inputs: Json; readonly output: Json }>;
  /** By seq of their step. */
  readonly bodies: ReadonlyMap<number, StepBodies>;
  /** Why something of an agent run could not be read. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Something to be shown. `version` changes with what it may say: asked for again when it does. */
export type Want =
  | { readonly kind: 'steps'; readonly agentRun: string; readonly version: string }
  | { readonly kind: 'bodies'; readonly agentRun: string; readonly seq: number };

type Answer = Extract<ToGraphPanel, { kind: 'steps' | 'bodies' | 'unreadable' }>;

/** Reads what is looked at and nothing else, each thing once, one question about it at a time. */
export class RecordReader {
  read: RecordRead = { agentRuns: new Map(), bodies: new Map(), unreadable: new Map() };
  readonly #send: (message: Extract<FromGraphPanel, { kind: 'steps' | 'bodies' }>) => void;
  readonly #asked = new Map<string, string>();
  readonly #open = new Map<string, string>();

  constructor(send: (message: Extract<FromGraphPanel, { kind: 'steps' | 'bodies' }>) => void) {
    this.#send = send;
  }

  want(wants: readonly Want[]): void {
    for (const want of wants) {
      const [key, version] = want.kind === 'steps' ? [want.agentRun, want.version] : [`#${want.seq}`, ''];
      if (this.#open.has(key) || this.#asked.get(key) === version) continue;
      this.#asked.set(key, version);
      this.#open.set(key, want.agentRun);
      this.#send(want.kind === 'steps' ? { kind: 'steps', agentRun: want.agentRun } : { kind: 'bodies', agentRun: want.agentRun, seq: want.seq });
    }
  }

  take(answer: Answer): void {
    switch (answer.kind) {
      case 'steps': {
        const { agentRun, steps, inputs, output } = answer;
        this.#open.delete(agentRun);
        this.read = { ...this.read, agentRuns: new Map(this.read.agentRuns).set(agentRun, { steps, inputs, output }) };
        break;
      }
      case 'bodies':
        this.#open.delete(`#${answer.seq}`);
        this.read = { ...this.read, bodies: new Map(this.read.bodies).set(answer.seq, answer.bodies) };
        break;
      case 'unreadable':
        for (const [key, agentRun] of this.#open) if (agentRun === answer.agentRun) this.#open.delete(key);
        this.read = { ...this.read, unreadable: new Map(this.read.unreadable).set(answer.agentRun, answer.message) };
        break;
    }
  }

  /** Another run: nothing of the old one is shown. */
  forget(): void {
    this.#asked.clear();
    this.#open.clear();
    this.read = { agentRuns: new Map(), bodies: new Map(), unreadable: new Map() };
  }
}
