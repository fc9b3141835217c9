/**
 * # A Choice that may find no rule
 *
 * Without a `default`, the run fails with `States.NoChoiceMatched` when no rule holds. That may be what is meant.
 *
 * **Fix**: add `default` with the name of a state.
 */
import type { Json } from '../../protocol/json.ts';
import { field, listField, textField } from '../documents/json-access.ts';
import type { Check } from './check.ts';
import { lookAtStates } from './state-shapes.ts';

export const choiceFallsThrough: Check = {
  code: 'choice-falls-through',
  severity: 'hint',
  ignorable: true,
  states: (context, report) => {
    const { keySpan } = context;
    lookAtStates(context, choiceFallsThrough, report, ({ name, type, json, path }, say) => {
      const rules = listField(json, 'choices');
      if (type !== 'Choice' || rules.length === 0 || field(json, 'default') !== undefined || field(json, 'next') !== undefined || coverEverything(rules)) return;
      say({ message: `When no rule of "${name}" holds, the run fails with States.NoChoiceMatched. Add a default if it should go on.`, span: keySpan(path) });
    });
  },
};

/** Two rules that are each other's opposite, or one that always holds. */
function coverEverything(rules: readonly Json[]): boolean {
  const seen = new Set<string>();
  for (const rule of rules) {
    const condition = field(rule, 'condition');
    if (condition === true || (typeof condition === 'string' && /^\{%\s*true\s*%\}$/.test(condition))) return true;
    for (const test of ['isPresent', 'isNull', 'isString', 'isNumeric', 'isBoolean', 'isTimestamp']) {
      const wanted = field(rule, test);
      if (typeof wanted !== 'boolean') continue;
      const key = `${test} ${textField(rule, 'variable') ?? ''}`;
      if (seen.has(`${key} ${!wanted}`)) return true;
      seen.add(`${key} ${wanted}`);
    }
  }
  return false;
}
