import type { Json } from '../../protocol/json.ts';
import { field, jsonEqual, listField } from '../documents/json-access.ts';
import { endsScope, holdsName, reachableStates, standsTheSame, successorsOf, type PlacedState, type Scope, type StateMachine } from '../documents/states/state-machine.ts';
import { entriesOf } from '../syntax/json-entries.ts';
import type { StatesContext } from './check.ts';

/** What is wrong with the ways through the scopes of a document. */
export interface StateWays {
  /** By scope, the states that a run comes to and from which it never ends. */
  readonly trapped: readonly (readonly PlacedState[])[];
  readonly islands: readonly Island[];
}

/** States that no run comes to: a state with no way to it, or the first of a circle, and all it leads to. */
export interface Island {
  readonly entry: PlacedState;
  readonly behind: readonly PlacedState[];
}

/** Worked out anew only when an edit changes where a state leads. */
export function stateWays(context: StatesContext): StateWays {
  const { document: { memory }, machine } = context;
  const { states, root } = machine;
  const wiring = wiringOfStates(context);
  const names = namesOfRoot(context);
  // By index: an edit that leaves the ways as they were still makes other objects of the states.
  const { trapped, islands } = memory.derive(stateWays, [wiring, names, root.startAt], () => {
    const found = waysOf(machine);
    const index = new Map(states.map((state, i) => [state, i]));
    const indexOf = (state: PlacedState): number => index.get(state) ?? -1;
    return { trapped: found.trapped.map((group) => group.map(indexOf)), islands: found.islands.map(({ entry, behind }) => ({ entry: indexOf(entry), behind: behind.map(indexOf) })) };
  });
  const at = (indices: readonly number[]): readonly PlacedState[] => indices.flatMap((i) => states[i] ?? []);
  return { trapped: trapped.map(at), islands: islands.flatMap(({ entry, behind }) => at([entry]).map((state) => ({ entry: state, behind: at(behind) }))) };
}

/** The names that the document's own transitions may lead to; the very same row as long as no state comes, goes or moves. */
export function namesOfRoot({ document: { memory }, machine: { root } }: StatesContext): readonly string[] {
  return memory.row(namesOfRoot, '', entriesOf(root.written ?? {}), ([name]) => name);
}

/** By state; the very same row as long as an edit leaves all ways as they were. */
export function wiringOfStates({ document: { memory }, machine: { states } }: StatesContext): readonly Json[] {
  return memory.row(wiringOf, 'states', states, wiringOf, { sameValue: standsTheSame, sameResult: jsonEqual });
}

/** All that the ways depend on: where a state stands, where it leads, and what begins inside it. */
function wiringOf(state: PlacedState): Json {
  return [state.path, state.transitions.map(({ target }) => target), endsScope(state), writtenTransitions(state.json), listField(state.json, 'branches').filter((branch) => typeof branch === 'string'), state.inner.map(({ startAt, written }) => [startAt, ...Object.keys(written ?? {})])];
}

function waysOf({ scopes }: StateMachine): StateWays {
  // What a transition of another scope names is meant to be led to; that it cannot be is said there.
  const strayed = new Set(scopes.flatMap((scope) => scope.states.list.flatMap(({ transitions }) => transitions.flatMap(({ target }) => (holdsName(scope, target) ? [] : [target])))));
  const trapped: (readonly PlacedState[])[] = [];
  const islands: Island[] = [];
  for (const scope of scopes) {
    const reachable = reachableStates(scope);
    if (!isComplete(scope, reachable)) continue;
    trapped.push(trappedStates(scope.states.list.filter((state) => reachable.has(state)), scope));
    if (reachable.size > 0) islands.push(...islandsOf(scope, reachable).filter(({ entry, behind }) => ![entry, ...behind].some(({ name }) => strayed.has(name))));
  }
  return { trapped: trapped.filter((group) => group.length > 0), islands };
}

/** Whether everything that follows from these states is known: each transition leads somewhere, and none is missing. */
function isComplete(scope: Scope, states: ReadonlySet<PlacedState>): boolean {
  // A state that is no mapping has no place in the graph, but a transition may lead to it.
  if (scope.startAt === null || Object.keys(scope.written ?? {}).length !== scope.states.list.length) return false;
  return [...states].every((state) => {
    if (state.transitions.some(({ target }) => !holdsName(scope, target))) return false;
    // A name in the place of a branch leads there, as its author sees it.
    if (listField(state.json, 'branches').some((branch) => typeof branch === 'string')) return false;
    const written = writtenTransitions(state.json);
    return written === state.transitions.length && (written > 0 || endsScope(state));
  });
}

function writtenTransitions(state: Json): number {
  const single = ['next', 'default'].filter((name) => field(state, name) !== undefined).length;
  return single + listField(state, 'choices').length + listField(state, 'catch').length;
}

/** The states from which no state that ends can be reached. */
function trappedStates(states: readonly PlacedState[], scope: Scope): readonly PlacedState[] {
  const predecessors = new Map<PlacedState, PlacedState[]>(states.map((state) => [state, []]));
  for (const state of states) for (const successor of successorsOf(state, scope)) predecessors.get(successor)?.push(state);
  const ending = new Set<PlacedState>();
  const open = states.filter(endsScope);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (ending.has(state)) continue;
    ending.add(state);
    open.push(...(predecessors.get(state) ?? []));
  }
  return states.filter((state) => !ending.has(state));
}

/** What no run comes to, in groups. */
function islandsOf(scope: Scope, reachable: ReadonlySet<PlacedState>): readonly Island[] {
  const lost = scope.states.list.filter((state) => !reachable.has(state));
  const led = new Set(lost.flatMap((state) => successorsOf(state, scope).filter((successor) => successor !== state)));
  const explained = new Set<PlacedState>();
  const islands: Island[] = [];
  // First those with no way to them; what is left then stands on circles.
  for (const entry of [...lost.filter((state) => !led.has(state)), ...lost]) {
    if (explained.has(entry)) continue;
    const behind: PlacedState[] = [];
    const open = [entry];
    explained.add(entry);
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const successor of successorsOf(state, scope)) {
        if (reachable.has(successor) || explained.has(successor)) continue;
        explained.add(successor);
        behind.push(successor);
        open.push(successor);
      }
    }
    islands.push({ entry, behind });
  }
  return islands;
}
