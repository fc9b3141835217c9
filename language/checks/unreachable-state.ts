/**
 * # A state nothing leads to
 *
 * No run can come to this state: no transition from `startAt` on leads there. States that only lead to one another are
 * an island; its first is named.
 *
 * **Fix**: lead to it from another state, or remove it.
 */
import type { Check } from './check.ts';
import { stateWays } from './state-ways.ts';

export const unreachableState: Check = {
  code: 'unreachable-state',
  severity: 'warning',
  ignorable: true,
  states: (context, report) => {
    // Where a transition is wrong, what lies behind it only seems to be out of reach: such scopes have no islands.
    for (const { entry, behind } of stateWays(context).islands) {
      const related = behind.slice(0, 50).map((state) => ({ message: `Only unreachable states lead to "${state.name}".`, span: context.keySpan(state.path) }));
      report({ message: `Nothing leads to "${entry.name}". Lead to it from another state, or remove it.`, span: context.keySpan(entry.path), related });
    }
  },
};
