/**
 * # No such state
 *
 * `startAt` and every `next` and `default` name a state of the same scope: the document's own states, those of one
 * branch, or those a map runs for each item. Transitions do not lead into a scope or out of it.
 *
 * ```yaml
 * next: HumanReveiw
 * ```
 *
 * **Fix**: correct the name, or add the state.
 */
import type { Json } from '../../protocol/json.ts';
import { field, textField } from '../documents/json-access.ts';
import { didYouMean, nearestWord, worthLooking } from '../documents/nearest-word.ts';
import { holdsName, type PlacedState, type Scope } from '../documents/states/state-machine.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check, Finding, StatesContext } from './check.ts';
import { namesOfRoot } from './state-ways.ts';

export const unknownState: Check = {
  code: 'unknown-state',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    const { document: { memory }, machine: { root } } = context;
    let suggestions = 0;
    const tell = ({ scope, target, path }: Lost): void => {
      suggestions += 1;
      const names = Object.keys(scope.written ?? {});
      // A generated file may have thousands of mistakes among thousands of names.
      report(findingOf(context, target, path, worthLooking(suggestions, names.length) ? nearestWord(target, names) : null));
    };
    lostBeginning(root).forEach(tell);
    const states = root.states.list;
    // What lies inside a state is a part of it; beside that its ways depend on the names around it.
    const losing = memory.row(unknownState, 'states', states, (state) => lostWays(state, root).length > 0, { basis: namesOfRoot(context) });
    states.forEach((state, i) => { if (losing[i] === true) lostWays(state, root).forEach(tell); });
  },
};

/** A way that leads to no state of its scope. */
interface Lost {
  readonly scope: Scope;
  readonly target: string;
  readonly path: YamlPath;
}

/** Of a state and all that lies inside it. */
function lostWays({ transitions, inner }: PlacedState, scope: Scope): readonly Lost[] {
  const own = transitions.flatMap(({ target, path }) => (holdsName(scope, target) || isIndentedTooFar(scope, target) ? [] : [{ scope, target, path }]));
  return [...own, ...inner.flatMap((each) => [...lostBeginning(each), ...each.states.list.flatMap((state) => lostWays(state, each))])];
}

/** A state that stands inside another one is told of there. */
function isIndentedTooFar({ states }: Scope, target: string): boolean {
  const looksLikeState = (json: Json | undefined): boolean => textField(json, 'type') !== null;
  return states.list.some(({ json }) => looksLikeState(field(json, target)));
}

function lostBeginning(scope: Scope): readonly Lost[] {
  const { startAt, path, written } = scope;
  // Where the states are no mapping, that is the mistake.
  return startAt === null || written === null || holdsName(scope, startAt) ? [] : [{ scope, target: startAt, path: [...path, 'startAt'] }];
}

function findingOf({ machine, valueSpan }: StatesContext, target: string, path: YamlPath, suggestion: string | null): Finding {
  const span = valueSpan(path);
  const elsewhere = machine.states.find(({ name }) => name === target);
  if (elsewhere !== undefined && suggestion === null) {
    const related = [{ message: `"${target}" is here.`, span: valueSpan(elsewhere.path) }];
    return { message: `"${target}" stands in another scope. A transition stays among the states it is written in.`, span, related };
  }
  const advice = suggestion === null ? ' Add it, or name another.' : didYouMean(suggestion);
  return { message: `No state "${target}".${advice}`, span, ...(suggestion === null ? {} : { suggestion }) };
}
