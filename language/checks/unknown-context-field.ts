/**
 * # A field that the context object does not have
 *
 * The context object (`$$` in JSONPath, `$states.context` in JSONata) tells a state about its run: `Execution` (`Id`,
 * `Input`, `Name`, `StartTime`), `State` (`EnteredTime`, `Name`, `RetryCount`) and `StateMachine` (`Id`, `Name`). For the
 * items of a Map there is `Map.Item` (`Index`, `Value`), in a Task `Task.Token`. What stands below `Execution.Input` and
 * `Map.Item.Value` may be anything.
 *
 * ```yaml
 * parameters: { id.$: $$.Execution.Idd }
 * ```
 *
 * **Fix**: correct the name, or read the value from the state's input.
 */
import { areNone } from '../documents/document-memory.ts';
import { missingInContext, type MissingField } from '../documents/states/context-object.ts';
import { field } from '../documents/json-access.ts';
import { didYouMean, nearestWord, orList } from '../documents/nearest-word.ts';
import type { PlacedState } from '../documents/states/state-machine.ts';
import { valueAt } from '../documents/value-at.ts';
import type { JsonPath } from '../expressions/path-parts.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check } from './check.ts';
import { pathsOf, type StateText } from './state-texts.ts';

export const unknownContextField: Check = {
  code: 'unknown-context-field',
  severity: 'warning',
  ignorable: true,
  states: ({ document: { memory }, machine: { states }, textsOfStates, textSpan }, report) => {
    const looks = memory.row(looksOfState, 'states', textsOfStates, looksOfState, { sameResult: areNone });
    const vain = memory.row(vainLooks, 'states', looks, (own, i) => vainLooks(own, states[i]), { besides: [states], sameResult: areNone });
    for (const { path, offset, length, message, suggestion } of memory.flat(vain)) {
      report({ message, span: textSpan(path, offset, length), ...(suggestion === null ? {} : { suggestion }) });
    }
  },
};

/** A look at a field that is not there, and what to say of it. */
interface VainLook {
  readonly path: YamlPath;
  readonly offset: number;
  readonly length: number;
  readonly message: string;
  readonly suggestion: string | null;
}

function vainLooks(looks: readonly Look[], state: PlacedState | undefined): readonly VainLook[] {
  if (state === undefined) return [];
  return looks.flatMap(({ text, path }): readonly VainLook[] => {
    const missing = missingInContext(state, path);
    if (missing === null) return [];
    const { segment: { name, offset, length }, known } = missing;
    const suggestion = nearestWord(name, known);
    if (suggestion === null && asksWhether(text, state)) return [];
    return [{ path: text.path, offset, length, message: `${whatIsMissing(missing)}${didYouMean(suggestion)}`, suggestion }];
  });
}

function whatIsMissing({ segment: { name }, within, known }: MissingField): string {
  if (within.length === 0 && name === 'Map') return 'The context object has "Map" only for the items of a Map state.';
  if (within.length === 0 && name === 'Task') return 'The context object has "Task" only in a Task state.';
  return `The context object has no "${name}"${within.length === 0 ? '' : ` in ${within.join('.')}`}, only ${orList(known).replace(' or ', ' and ')}.`;
}

/** A rule that asks whether a field is there: its author knows that it may not be. */
function asksWhether({ below }: StateText, state: PlacedState): boolean {
  if (below.at(-1) !== 'variable') return false;
  return typeof field(valueAt(state.json, below.slice(0, -1)), 'isPresent') === 'boolean';
}

interface Look {
  readonly text: StateText;
  readonly path: JsonPath;
}

/** The paths of a state's texts that lead into the context object. */
function looksOfState(texts: readonly StateText[]): readonly Look[] {
  return texts.flatMap((text) => {
    // Where it would be written to, its syntax is reported.
    const paths = text.kind === 'path' && text.reference ? [] : text.kind === 'jsonata' ? text.expression.contextPaths : pathsOf(text);
    return paths.flatMap((path) => (path.root.kind === 'context' ? [{ text, path }] : []));
  });
}
