import type { DocumentMemory } from '../document-memory.ts';
import { withoutFields } from '../json-access.ts';
import { dataFlow, join, type FlowStep, type FlowSteps, type StateData } from './data-flow.ts';
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
    const played = new Map<PlacedState, string>();
    for (const [i, state] of states.entries()) played.set(state, parts[i] ?? '');
    const followed = known.within(played, (steps) => dataFlow(machine, undefined, steps));
    return states.map((state) => followed.get(state));
  });
}

/** Where a state stands and leads, and its fields but for those that only say how it does its work: as a text, so that what is typed and taken back is known. */
function partInFlow({ path, queryLanguage, json, inner }: PlacedState): string {
  const fields = withoutFields(json, 'comment', 'agent', 'human', 'retry', 'timeoutSeconds', 'heartbeatSeconds', 'branches', 'itemProcessor', 'iterator');
  return JSON.stringify([path, queryLanguage, fields, inner.map(({ startAt }) => startAt)]);
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

/** Every step of the last two times. Shapes that come of the same are the very same, so comparing them takes no time. */
class KnownSteps {
  #last: Steps = { steps: new Map(), joins: new Map() };
  #before: Steps = this.#last;

  /** Steps of this time for states that play these parts; they are what is known the next time. */
  within<T>(parts: ReadonlyMap<PlacedState, string>, follow: (steps: FlowSteps) => T): T {
    const steps = new Map<string, KnownStep[]>();
    const joins = new Map<Shape, KnownJoin[]>();
    const known = [this.#last, this.#before];
    const result = follow({
      step: (state, input, make) => {
        const part = parts.get(state) ?? '';
        const own = firstKnown(known, ({ steps: of }) => of.get(part)?.find((step) => step.input === input)) ?? { input, step: make() };
        addTo(steps, part, own);
        return own.step;
      },
      join: (a, b) => {
        const own = firstKnown(known, ({ joins: of }) => of.get(a)?.find(({ other }) => other === b)) ?? { other: b, joined: join(a, b) };
        addTo(joins, a, own);
        return own.joined;
      },
    });
    this.#before = this.#last;
    this.#last = { steps, joins };
    return result;
  }
}

interface Steps {
  readonly steps: ReadonlyMap<string, readonly KnownStep[]>;
  readonly joins: ReadonlyMap<Shape, readonly KnownJoin[]>;
}

function firstKnown<T>(times: readonly Steps[], find: (steps: Steps) => T | undefined): T | undefined {
  for (const steps of times) {
    const found = find(steps);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface KnownStep {
  readonly input: Shape;
  readonly step: FlowStep;
}

interface KnownJoin {
  readonly other: Shape;
  readonly joined: Shape;
}

function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else if (list.length < MOST) list.push(value);
}
