import type { DocumentMemory } from '../document-memory.ts';
import { withoutFields } from '../json-access.ts';
import { actsAs, dataFlow, join, type FlowStep, type FlowSteps, type StateData } from './data-flow.ts';
import type { Shape } from './data-shape.ts';
import { standsTheSame, type PlacedState, type StateMachine } from './state-machine.ts';

/**
 * As `dataFlow`. It is followed anew only when a state plays another part in it, which most of what is typed does not
 * change; and then only from there on: what comes of a state that plays the same part and is given the same is known.
 */
export function rememberedFlow(machine: StateMachine, memory: DocumentMemory): FoundData {
  const { states, root } = machine;
  const parts = memory.row(partInFlow, 'states', states, partInFlow, { sameValue: standsTheSame });
  const flows = memory.derive(KnownFlows, [], () => new KnownFlows());
  const known = memory.derive(KnownSteps, [], () => new KnownSteps());
  return flows.of(root.startAt, parts, () => {
    const followed = dataFlow(machine, undefined, known);
    known.tidy(states);
    return states.map((state) => followed.get(state));
  });
}

/** Where a state stands and leads, and its fields but for those that only say how it does its work: as a text, so that what is typed and taken back is known. */
function partInFlow(state: PlacedState): string {
  const { path, queryLanguage, json, inner } = state;
  const fields = withoutFields(json, 'type', 'comment', 'agent', 'human', 'retry', 'timeoutSeconds', 'heartbeatSeconds', 'branches', 'itemProcessor', 'iterator');
  return JSON.stringify([path, queryLanguage, actsAs(state), fields, inner.map(({ startAt }) => startAt)]);
}

/** By state, as the machine lists them; undefined = no run comes there, or it would take too long to say. */
type FoundData = readonly (StateData | undefined)[];

/** The last two flows: half of what is typed is a word that is not finished, or one that is taken back. */
class KnownFlows {
  #known: readonly { readonly startAt: string | null; readonly parts: readonly string[]; readonly data: FoundData }[] = [];

  of(startAt: string | null, parts: readonly string[], follow: () => FoundData): FoundData {
    const found = this.#known.find((flow) => flow.startAt === startAt && sameParts(flow.parts, parts)) ?? { startAt, parts, data: follow() };
    this.#known = [found, ...this.#known.filter((flow) => flow !== found)].slice(0, 2);
    return found.data;
  }
}

function sameParts(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((part, i) => part === b[i]));
}

/** What is kept for one part or shape: looking through more takes longer than making it. */
const MOST = 64;

interface Known {
  /** When it was last of use. */
  time: number;
}

interface KnownStep extends Known {
  readonly input: Shape;
  readonly step: FlowStep;
}

interface KnownJoin extends Known {
  readonly other: Shape;
  readonly joined: Shape;
}

/** Every step of the last two times. Shapes that come of the same are the very same, so comparing them takes no time. */
class KnownSteps implements FlowSteps {
  #time = 0;
  /** A state that an edit has not touched is the same object; one that was typed and taken back is found by its part. */
  readonly #ofState = new Map<PlacedState, KnownStep[]>();
  #ofPart = new Map<string, KnownStep[]>();
  readonly #joins = new Map<Shape, KnownJoin[]>();

  step(state: PlacedState, input: Shape, make: (state: PlacedState, input: Shape) => FlowStep): FlowStep {
    const steps = this.#ofState.get(state) ?? this.#stepsOf(state);
    for (const known of steps) if (known.input === input) return this.#use(known).step;
    return this.#keep(steps, { input, step: make(state, input), time: this.#time }).step;
  }

  join(a: Shape, b: Shape): Shape {
    let joins = this.#joins.get(a);
    if (joins === undefined) this.#joins.set(a, (joins = []));
    for (const known of joins) if (known.other === b) return this.#use(known).joined;
    return this.#keep(joins, { other: b, joined: join(a, b), time: this.#time }).joined;
  }

  /** A flow has been followed to its end. */
  tidy(states: readonly PlacedState[]): void {
    this.#time += 1;
    if (this.#ofState.size > 2 * states.length + MOST) {
      const kept = states.map((state) => [state, this.#ofState.get(state) ?? []] as const);
      this.#ofState.clear();
      for (const [state, steps] of kept) this.#ofState.set(state, steps);
      this.#ofPart = new Map(kept.map(([state, steps]) => [partInFlow(state), steps]));
    }
    if (this.#joins.size > 4 * states.length + MOST) for (const [a, joins] of this.#joins) if (joins.every((known) => this.#isOld(known))) this.#joins.delete(a);
  }

  #stepsOf(state: PlacedState): KnownStep[] {
    const part = partInFlow(state);
    const steps = this.#ofPart.get(part) ?? [];
    this.#ofPart.set(part, steps);
    this.#ofState.set(state, steps);
    return steps;
  }

  #use<T extends Known>(known: T): T {
    known.time = this.#time;
    return known;
  }

  #keep<T extends Known>(list: T[], made: T): T {
    if (list.some((known) => this.#isOld(known))) list.splice(0, list.length, ...list.filter((known) => !this.#isOld(known)));
    if (list.length < MOST) list.push(made);
    return made;
  }

  #isOld({ time }: Known): boolean {
    return time < this.#time - 1;
  }
}
