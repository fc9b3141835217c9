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
import { field, isList, isObject } from '../documents/json-access.ts';
import { didYouMean, nearestWord, worthLooking } from '../documents/nearest-word.ts';
import type { Scope } from '../documents/states/state-machine.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check, Finding, StatesContext } from './check.ts';

export const unknownState: Check = {
  code: 'unknown-state',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    let suggestions = 0;
    const look = (scope: Scope, target: string, path: YamlPath): void => {
      if (scope.names.has(target)) return;
      suggestions += 1;
      // A generated file may have thousands of mistakes among thousands of names.
      report(findingOf(context, target, path, worthLooking(suggestions, scope.names.size) ? nearestWord(target, scope.names) : null));
    };
    for (const scope of context.machine.scopes) {
      // Where the states are no mapping, that is the mistake.
      if (scope.startAt !== null && isObject(field(valueAt(context.json, scope.path), 'states'))) look(scope, scope.startAt, [...scope.path, 'startAt']);
    }
    for (const { scope, transitions } of context.machine.states) for (const { target, path } of transitions) look(scope, target, path);
  },
};

function valueAt(json: Json, path: YamlPath): Json | undefined {
  return path.reduce<Json | undefined>((value, segment) => (typeof segment === 'number' ? (isList(value) ? value[segment] : undefined) : field(value, segment)), json);
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
