/**
 * # Two states have one name
 *
 * The ledger, the picture and the path of a step name a state by its name alone, so names are unique in the whole
 * document, those inside branches and maps included.
 *
 * **Fix**: rename one of them, and what refers to it.
 */
import type { PlacedState } from '../documents/states/state-machine.ts';
import type { Check } from './check.ts';

export const duplicateState: Check = {
  code: 'duplicate-state',
  severity: 'error',
  ignorable: false,
  states: ({ machine, keySpan }, report) => {
    const first = new Map<string, PlacedState>();
    for (const state of machine.states) {
      const earlier = first.get(state.name);
      if (earlier === undefined) first.set(state.name, state);
      else report({
        message: `Another state is called "${state.name}". Rename one of them.`,
        span: keySpan(state.path),
        related: [{ message: `The first "${state.name}" is here.`, span: keySpan(earlier.path) }],
      });
    }
  },
};
