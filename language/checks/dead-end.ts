/**
 * # A state that neither goes on nor ends
 *
 * Every state but Choice, Succeed and Fail says what comes after it: `next`, or `end: true`.
 *
 * ```yaml
 * Triage:
 *   type: Task
 *   agent: configs/agents/triage.yaml
 * ```
 *
 * **Fix**: add `next` with the name of a state, or `end: true`.
 */
import { field } from '../documents/json-access.ts';
import type { Check } from './check.ts';
import { goesOnByNext, hasUnknownField, lookAtStates } from './state-shapes.ts';

export const deadEnd: Check = {
  code: 'dead-end',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    const { schema, keySpan } = context;
    lookAtStates(context, deadEnd, report, (state, say) => {
      if (!goesOnByNext(state) || field(state.json, 'next') !== undefined || field(state.json, 'end') === true) return;
      const end = field(state.json, 'end');
      // A misspelled field may be the very one that is missed, and an `end` of the wrong type has been reported.
      if ((end !== undefined && end !== false) || hasUnknownField(state, schema)) return;
      say({ message: `"${state.name}" neither goes on nor ends. Add next, or end: true.`, span: keySpan(end === false ? [...state.path, 'end'] : state.path) });
    });
  },
};
