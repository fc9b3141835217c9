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

/** The system's names without what they begin with, and the star that stands for every error elsewhere. */
const shortNames: ReadonlyMap<string, string> = new Map([['*', 'States.ALL'], ...errorNames.flatMap(({ name }): [string, string][] => (name.startsWith('States.') ? [[name.slice('States.'.length).toLowerCase(), name]] : []))]);

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
            if (typeof name !== 'string' || known.has(name)) return;
            const short = shortNames.get(name.toLowerCase()) ?? null;
            if (short === null && !reserved.test(name)) return;
            const suggestion = short ?? nearestWord(name, known);
            const advice = suggestion === null ? ' Names that begin so are the system\'s.' : didYouMean(suggestion);
            say({ message: `Nothing raises "${name}".${advice}`, span: valueSpan([...path, kind, i, 'errorEquals', j]), ...(suggestion === null ? {} : { suggestion }) });
          });
        });
      }
    });
  },
};
