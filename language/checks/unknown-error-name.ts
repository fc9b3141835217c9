/**
 * # An error name that nothing raises
 *
 * Names that begin with `States.`, `Runner.`, `Platform.` or `Dagbook.` are the system's, and this is none of them, so the
 * entry is never used. All other names are free: an agent, a tool or a Fail state may raise them.
 *
 * ```yaml
 * errorEquals: [States.TimeOut]
 * ```
 *
 * **Fix**: correct the name.
 */
import { listField } from '../documents/json-access.ts';
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import { errorNames } from '../documents/states/error-names.ts';
import type { Check } from './check.ts';
import { lookAtStates } from './state-shapes.ts';

const reserved = /^(States|Runner|Platform|Dagbook)\./i;

export const unknownErrorName: Check = {
  code: 'unknown-error-name',
  severity: 'warning',
  ignorable: true,
  states: (context, report) => {
    const { valueSpan } = context;
    const known = new Set(errorNames.map(({ name }) => name));
    lookAtStates(context, unknownErrorName, report, ({ json, path }, say) => {
      for (const kind of ['retry', 'catch']) {
        listField(json, kind).forEach((handler, i) => {
          listField(handler, 'errorEquals').forEach((name, j) => {
            if (typeof name !== 'string' || known.has(name) || !reserved.test(name)) return;
            const suggestion = nearestWord(name, known);
            const advice = suggestion === null ? ' Names that begin so are the system\'s.' : didYouMean(suggestion);
            say({ message: `Nothing raises "${name}".${advice}`, span: valueSpan([...path, kind, i, 'errorEquals', j]), ...(suggestion === null ? {} : { suggestion }) });
          });
        });
      }
    });
  },
};
