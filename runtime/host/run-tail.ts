import type { Json, JsonObject } from '../../protocol/json.ts';
import type { QuestionRecord } from '../../protocol/run-records.ts';
import type { EventOf, JournalEvent } from '../ledger/event.ts';

/** What an open run holds in the air: money set aside for calls in flight, and questions to people. Fed with its journal as it grows. */
export class RunTail {
  /** Seq of the first event that has not been seen. */
  next = 0;
  readonly #run: { readonly id: string; readonly workflow_name: string };
  readonly #reserved = new Map<number, number>();
  readonly #nodes = new Map<number, string>();
  readonly #questions = new Map<number, EventOf<'asked'>>();

  constructor(run: { readonly id: string; readonly workflow_name: string }) {
    this.#run = run;
  }

  feed(events: readonly JournalEvent[]): void {
    for (const event of events) {
      this.next = event.seq + 1;
      this.#take(event);
    }
  }

  /** Integer micro-dollars. */
  get reserved(): number {
    let sum = 0;
    for (const micros of this.#reserved.values()) sum += micros;
    return sum;
  }

  get asks(): boolean {
    return this.#questions.size > 0;
  }

  /** `answered`: seqs of questions whose answer is written down already, though nobody has gone on with the run. */
  questions(answered: ReadonlySet<number>): readonly QuestionRecord[] {
    return [...this.#questions.values()].filter(({ seq }) => !answered.has(seq)).map((asked) => this.#record(asked));
  }

  #take(event: JournalEvent): void {
    switch (event.kind) {
      case 'opened':
        this.#nodes.set(event.seq, event.node);
        return;
      case 'asked':
        if (event.leaf === 'ask') this.#questions.set(event.seq, event);
        return;
      case 'reserved':
        this.#reserved.set(event.ref, event.micros);
        return;
      case 'done':
      case 'lost':
        this.#reserved.delete(event.ref);
        if (event.kind === 'done') this.#questions.delete(event.ref);
        return;
      case 'closed':
        this.#nodes.delete(event.ref);
        // Nobody listens any more: a timeout, or a branch that was given up.
        for (const { seq, owner } of this.#questions.values()) if (owner === event.ref) this.#questions.delete(seq);
        return;
      case 'started':
      case 'status':
      case 'note':
      case 'ended':
        return;
    }
  }

  #record({ path, request, owner, at }: EventOf<'asked'>): QuestionRecord {
    const asked = objectOf(JSON.parse(request.text) as Json);
    const pause = path.endsWith('/pause');
    const { form, assignees, ...about } = asked;
    return {
      run: this.#run.id, workflow_name: this.#run.workflow_name, path, node_id: (owner === null ? undefined : this.#nodes.get(owner)) ?? nodeOfPath(path),
      form: pause ? withoutInputs(asked) : objectOf(form ?? asked), assignees: Array.isArray(assignees) ? assignees.filter((name) => typeof name === 'string') : [],
      about: pause ? { inputs: asked['inputs'] ?? null } : about, asked_at: new Date(at).toISOString(), kind: pause ? 'pause' : 'ask',
    };
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** A pause carries the inputs to look at inside its form, where no JSON Schema has them. */
function withoutInputs(form: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(form).filter(([key]) => key !== 'inputs'));
}

/** `nodes/<id>/…`, `states/<name>@2/…` */
function nodeOfPath(path: string): string {
  const segment = path.split('/')[1] ?? path;
  return decodeURIComponent(segment.replace(/@\d+$/, ''));
}
