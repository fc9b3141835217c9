/**
 * # No way to an end
 *
 * From these states no transition leads to one that ends the scope (`end: true`, Succeed or Fail): a run that comes here
 * goes round for ever, and spends until a cap or a person stops it.
 *
 * ```yaml
 * A: { type: Pass, next: B }
 * B: { type: Pass, next: A }
 * ```
 *
 * **Fix**: end one of the states, or add a Choice that leads out.
 */
import { endsScope, successorsOf, type PlacedState } from '../documents/states/state-machine.ts';
import type { Check } from './check.ts';
import { isComplete } from './state-shapes.ts';

export const noExit: Check = {
  code: 'no-exit',
  severity: 'error',
  ignorable: true,
  states: (context, report) => {
    for (const { scope, reachable } of context.scopeGraphs) {
      if (!isComplete(scope, reachable)) continue;
      const trapped = trappedStates([...scope.states.values()].filter((state) => reachable.has(state)));
      const [first, ...others] = trapped;
      if (first === undefined) continue;
      const names = trapped.length <= 5 ? trapped.map(({ name }) => `"${name}"`).join(', ') : `"${first.name}" and ${others.length} more states`;
      const related = others.slice(0, 50).map((state) => ({ message: `"${state.name}" does not lead to an end either.`, span: context.keySpan(state.path) }));
      report({ message: `From ${names} no run comes to an end. End one of these states, or add a Choice that leads out.`, span: context.keySpan(first.path), related });
    }
  },
};

/** The states from which no state that ends can be reached. */
function trappedStates(states: readonly PlacedState[]): readonly PlacedState[] {
  const predecessors = new Map<PlacedState, PlacedState[]>(states.map((state) => [state, []]));
  for (const state of states) for (const successor of successorsOf(state)) predecessors.get(successor)?.push(state);
  const ending = new Set<PlacedState>();
  const open = states.filter(endsScope);
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (ending.has(state)) continue;
    ending.add(state);
    open.push(...(predecessors.get(state) ?? []));
  }
  return states.filter((state) => !ending.has(state));
}
