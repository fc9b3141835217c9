import type { Json } from '../../../protocol/json.ts';
import { field, isObject, listField } from '../json-access.ts';
import { successorsOf, type PlacedState, type Scope, type StateMachine } from './state-machine.ts';

/** More variables than that are not told apart by place. */
const maxNames = 300;

/** For each state the variables that something may have set before it begins, those of the scopes around it included. */
export function visibleVariables(machine: StateMachine): ReadonlyMap<PlacedState, ReadonlySet<string>> {
  const visible = new Map<PlacedState, ReadonlySet<string>>();
  const all = new Set(machine.states.flatMap(assignedBy));
  for (const scope of machine.scopes) {
    const outer = scope.owner === null ? new Set<string>() : (visible.get(scope.owner) ?? all);
    if (all.size > maxNames) for (const state of scope.states.list) visible.set(state, all);
    else spread(scope, outer, visible);
  }
  return visible;
}

function spread(scope: Scope, outer: ReadonlySet<string>, visible: Map<PlacedState, ReadonlySet<string>>): void {
  const sets = new Map<PlacedState, Set<string>>(scope.states.list.map((state) => [state, new Set(outer)]));
  const waiting = new Set(scope.states.list);
  // A set goes on to what is added while it is walked, so a state can wait again.
  for (const state of waiting) {
    waiting.delete(state);
    const known = [...(sets.get(state) ?? []), ...assignedBy(state)];
    for (const successor of successorsOf(state, scope)) {
      const set = sets.get(successor);
      if (set === undefined) continue;
      const before = set.size;
      for (const name of known) set.add(name);
      if (set.size > before) waiting.add(successor);
    }
  }
  for (const [state, set] of sets) visible.set(state, set);
}

/** The names a state sets, whichever way it is left. */
export function assignedBy({ json }: Pick<PlacedState, 'json'>): readonly string[] {
  return [json, ...listField(json, 'choices'), ...listField(json, 'catch')].flatMap((owner: Json) => {
    const assign = field(owner, 'assign');
    return isObject(assign) ? Object.keys(assign).map((name) => (name.endsWith('.$') ? name.slice(0, -2) : name)) : [];
  });
}
