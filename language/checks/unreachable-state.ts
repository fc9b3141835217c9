/**
 * # A state nothing leads to
 *
 * No run can come to this state: no transition from `startAt` on leads there. States that only lead to one another are
 * an island; its first is named.
 *
 * **Fix**: lead to it from another state, or remove it.
 */
import { successorsOf, type PlacedState, type Scope } from '../documents/states/state-machine.ts';
import type { Check } from './check.ts';
import { isComplete } from './state-shapes.ts';

export const unreachableState: Check = {
  code: 'unreachable-state',
  severity: 'warning',
  ignorable: true,
  states: (context, report) => {
    for (const { scope, reachable } of context.scopeGraphs) {
      // Where a transition is wrong, what lies behind it only seems to be out of reach.
      if (reachable.size === 0 || !isComplete(scope, reachable)) continue;
      for (const { entry, behind } of islandsOf(scope, reachable)) {
        const related = behind.slice(0, 50).map((state) => ({ message: `Only unreachable states lead to "${state.name}".`, span: context.keySpan(state.path) }));
        report({ message: `Nothing leads to "${entry.name}". Lead to it from another state, or remove it.`, span: context.keySpan(entry.path), related });
      }
    }
  },
};

interface Island {
  readonly entry: PlacedState;
  readonly behind: readonly PlacedState[];
}

/** What no run comes to, in groups: a state with no way to it, or the first of a circle, and all it leads to. */
function islandsOf({ states }: Scope, reachable: ReadonlySet<PlacedState>): readonly Island[] {
  const lost = [...states.values()].filter((state) => !reachable.has(state));
  const led = new Set(lost.flatMap((state) => successorsOf(state).filter((successor) => successor !== state)));
  const explained = new Set<PlacedState>();
  const islands: Island[] = [];
  // First those with no way to them; what is left then stands on circles.
  for (const entry of [...lost.filter((state) => !led.has(state)), ...lost]) {
    if (explained.has(entry)) continue;
    const behind: PlacedState[] = [];
    const open = [entry];
    explained.add(entry);
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      for (const successor of successorsOf(state)) {
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
