/**
 * # A variable that nothing has set
 *
 * No state that can come before this one, here or around the branch or map it stands in, has the variable in its
 * `assign`. Variables of an inner scope end with it, and what a state assigns is there from the next state on.
 *
 * ```yaml
 * inputPath: $clam
 * ```
 *
 * **Fix**: correct the name, or assign it in a state before.
 */
import { areNone } from '../documents/document-memory.ts';
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import { assignedBy, visibleVariables } from '../documents/states/variables.ts';
import { statesFields } from '../expressions/states-expression.ts';
import type { Check } from './check.ts';
import { ofEachState } from './state-shapes.ts';
import { pathsOf, type StateText } from './state-texts.ts';
import { wiringOfStates } from './state-ways.ts';

export const variableNeverAssigned: Check = {
  code: 'variable-never-assigned',
  severity: 'warning',
  ignorable: true,
  states: (context, report) => {
    const { document: { memory }, machine, textsOfStates, textSpan } = context;
    const used = memory.row(usedIn, 'states', textsOfStates, usedIn, { sameResult: areNone });
    const any = memory.derive(usedIn, [used], () => used.some((own) => own.length > 0));
    if (!any) return;
    const assigned = ofEachState(context, assignedBy, assignedBy);
    const visible = memory.derive(visibleVariables, [assigned, wiringOfStates(context)], () => {
      const found = visibleVariables(machine);
      return machine.states.map((state) => found.get(state));
    });
    for (const [i, own] of used.entries()) for (const { name, offset, length, text } of own) {
      const { state } = text;
      const known = visible[i];
      if (known === undefined || known.has(name)) continue;
      const suggestion = nearestWord(name, known) ?? (text.kind === 'jsonata' ? ofTheState(name) : null);
      const message = `Nothing before "${state.name}" assigns the variable $${name}.${suggestion === null ? '' : didYouMean(`$${suggestion}`)}`;
      report({ message, span: textSpan(text.path, offset, length), ...(suggestion === null ? {} : { suggestion: `$${suggestion}` }) });
    }
  },
};

interface Use {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
  readonly text: StateText;
}

function usedIn(texts: readonly StateText[]): readonly Use[] {
  return texts.flatMap((text) => variablesOf(text).map(({ name, offset, length }) => ({ name, offset, length, text })));
}

/** `$input` is known from other tools; here it is a field of `$states`. */
function ofTheState(name: string): string | null {
  return statesFields.includes(name) ? `states.${name}` : nearestWord(name, ['states']);
}

function variablesOf(text: StateText): readonly { readonly name: string; readonly offset: number; readonly length: number }[] {
  if (text.kind === 'jsonata') return text.expression.variables;
  return pathsOf(text).flatMap(({ root }) => (root.kind === 'variable' ? [root] : []));
}
