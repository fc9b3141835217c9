import { field, listField, objectField } from '../documents/json-access.ts';
import { cursor, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import { endsScope, saysTheSame, type PlacedState, type Scope } from '../documents/states/state-machine.ts';
import type { StatesContext } from './check.ts';

/** Whether a state says by `next` or `end` what comes after it; not so for one whose type is wrong. */
export function goesOnByNext({ type }: Pick<PlacedState, 'type'>): boolean {
  return type !== null && type !== 'Choice' && type !== 'Succeed' && type !== 'Fail';
}

/** Whether it holds a field that its type does not have. */
export function hasUnknownField({ json }: Pick<PlacedState, 'json'>, schema: SchemaCursor | null): boolean {
  if (schema === null) return false;
  const known = objectField(settle(cursor(schema.root, 'state'), json).schema, 'properties');
  return Object.keys(json).some((name) => !Object.hasOwn(known, name) && !name.startsWith('x-'));
}

/** What there is to say about each state by itself; asked again only of those an edit has changed. `rule` stands for the question. */
export function ofEachState<T>({ document, machine }: StatesContext, rule: object, look: (state: Pick<PlacedState, 'name' | 'type' | 'json' | 'queryLanguage'>) => T): readonly T[] {
  return document.memory.row(rule, 'states', machine.states, look, { sameValue: saysTheSame });
}

/** Whether everything that follows from these states is known: each transition leads somewhere, and none is missing. */
export function isComplete(scope: Scope, states: ReadonlySet<PlacedState>): boolean {
  const { names } = scope;
  // A state that is no mapping has no place in the graph, but a transition may lead to it.
  if (scope.startAt === null || names.size !== scope.states.size) return false;
  return [...states].every((state) => {
    if (state.transitions.some(({ target }) => !names.has(target))) return false;
    const single = ['next', 'default'].filter((name) => field(state.json, name) !== undefined).length;
    const written = single + listField(state.json, 'choices').length + listField(state.json, 'catch').length;
    return written === state.transitions.length && (written > 0 || endsScope(state));
  });
}
