/**
 * # Two states have one name
 *
 * The ledger, the picture and the path of a step name a state by its name alone, so names are unique in the whole
 * document, those inside branches and maps included.
 *
 * **Fix**: rename one of them, and what refers to it.
 */
import type { Check } from './check.ts';
import { ofEachState } from './state-shapes.ts';

export const duplicateState: Check = {
  code: 'duplicate-state',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    const { document: { memory }, machine: { states }, keySpan } = context;
    const names = ofEachState(context, duplicateState, ({ name }) => name);
    for (const { index, first } of memory.derive(duplicatesOf, [names], () => duplicatesOf(names))) {
      const [state, earlier] = [states[index], states[first]];
      if (state === undefined || earlier === undefined) continue;
      report({
        message: `Another state is called "${state.name}". Rename one of them.`,
        span: keySpan(state.path),
        related: [{ message: `The first "${state.name}" is here.`, span: keySpan(earlier.path) }],
      });
    }
  },
};

/** The names that are there already, each with the first place. */
function duplicatesOf(names: readonly string[]): readonly { readonly index: number; readonly first: number }[] {
  const places = new Map<string, number>();
  return names.flatMap((name, index) => {
    const first = places.get(name);
    if (first !== undefined) return [{ index, first }];
    places.set(name, index);
    return [];
  });
}
