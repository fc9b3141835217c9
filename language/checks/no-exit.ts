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
import type { Check } from './check.ts';
import { stateWays } from './state-ways.ts';

export const noExit: Check = {
  code: 'no-exit',
  severity: 'error',
  ignorable: true,
  states: (context, report) => {
    for (const trapped of stateWays(context).trapped) {
      const [first, ...others] = trapped;
      if (first === undefined) continue;
      const names = trapped.length <= 5 ? trapped.map(({ name }) => `"${name}"`).join(', ') : `"${first.name}" and ${others.length} more states`;
      const related = others.slice(0, 50).map((state) => ({ message: `"${state.name}" does not lead to an end either.`, span: context.keySpan(state.path) }));
      report({ message: `From ${names} no run comes to an end. End one of these states, or add a Choice that leads out.`, span: context.keySpan(first.path), related });
    }
  },
};
