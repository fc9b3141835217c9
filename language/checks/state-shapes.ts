import { objectField } from '../documents/json-access.ts';
import { cursor, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import { saysTheSame, standsTheSame, type PlacedState } from '../documents/states/state-machine.ts';
import type { Report, StatesContext } from './check.ts';

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
  return document.memory.row(rule, 'states', machine.states, look, { sameValue: saysTheSame, sameResult: (a, b) => Object.is(a, b) || (Array.isArray(a) && a.length === 0 && Array.isArray(b) && b.length === 0) });
}

/**
 * Looks at each state by itself: for a check that asks nothing but what `look` is given. One of which there was nothing to say, and which has not
 * changed since, is passed over. `rule` stands for the question.
 */
export function lookAtStates({ document, machine }: StatesContext, rule: object, report: Report, look: (state: Pick<PlacedState, 'name' | 'path' | 'type' | 'json' | 'queryLanguage'>, report: Report) => void): void {
  const speaks = (state: PlacedState): boolean => {
    let spoke = false;
    look(state, () => { spoke = true; });
    return spoke;
  };
  const speaking = document.memory.row(rule, 'states', machine.states, speaks, { sameValue: standsTheSame });
  machine.states.forEach((state, i) => { if (speaking[i] === true) look(state, report); });
}
