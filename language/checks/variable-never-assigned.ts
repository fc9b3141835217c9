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
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';
import { visibleVariables } from '../documents/states/variables.ts';
import type { Check } from './check.ts';
import { pathsOf, type StateText } from './state-texts.ts';

export const variableNeverAssigned: Check = {
  code: 'variable-never-assigned',
  severity: 'warning',
  ignorable: true,
  states: ({ machine, textsOfStates, textSpan }, report) => {
    const used = machine.states.flatMap((state, i) => (textsOfStates[i] ?? []).flatMap((text) => variablesOf(text).map((variable) => ({ ...variable, text, state }))));
    if (used.length === 0) return;
    const visible = visibleVariables(machine);
    for (const { name, offset, length, text, state } of used) {
      const known = visible.get(state);
      if (known === undefined || known.has(name)) continue;
      const suggestion = nearestWord(name, known);
      const message = `Nothing before "${state.name}" assigns the variable $${name}.${suggestion === null ? '' : didYouMean(`$${suggestion}`)}`;
      report({ message, span: textSpan(text.path, offset, length), ...(suggestion === null ? {} : { suggestion: `$${suggestion}` }) });
    }
  },
};

function variablesOf(text: StateText): readonly { readonly name: string; readonly offset: number; readonly length: number }[] {
  if (text.kind === 'jsonata') return text.expression.variables;
  return pathsOf(text).flatMap(({ root }) => (root.kind === 'variable' ? [root] : []));
}
