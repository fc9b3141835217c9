/**
 * # A field of the other query language
 *
 * A state reads JSONPath (`inputPath`, `parameters`, `resultPath`, … and a `variable` with a comparison) or JSONata
 * (`arguments`, `output`, `items`, `condition`, and texts in `{% %}`), by its `queryLanguage` or that of what it stands
 * in. Fields of the other language would be read by nobody. Where JSONata is set for a whole document or a scope, a
 * state in it cannot go back to JSONPath.
 *
 * **Fix**: use the field the message names, or set the state's `queryLanguage`.
 */
import type { Json } from '../../protocol/json.ts';
import { field, textField } from '../documents/json-access.ts';
import type { PlacedState } from '../documents/states/state-machine.ts';
import type { Check, Finding } from './check.ts';
import { ofEachState } from './state-shapes.ts';
import { ofAllStates, type ForeignField } from './state-texts.ts';

export const wrongQueryLanguage: Check = {
  code: 'wrong-query-language',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    const { document: { memory }, machine, foreignOfStates, json, valueSpan, keySpan } = context;
    const isRootJsonata = textField(field(json, 'spec'), 'queryLanguage') === 'JSONata';
    ofEachState(context, setsJsonPath, setsJsonPath).forEach((sets, i) => {
      const state = machine.states[i];
      if (!sets || state === undefined) return;
      const owner = state.home?.owner ?? null;
      const around = owner === null ? isRootJsonata : owner.queryLanguage === 'JSONata';
      if (around) report({ message: 'Everything around this state is JSONata; it cannot go back to JSONPath. Remove this.', span: valueSpan([...state.path, 'queryLanguage']) });
    });
    const rules = new Set<string>();
    for (const one of ofAllStates(memory, ruleOf, foreignOfStates, (foreign) => foreign)) {
      const rule = ruleOf(one);
      // A rule of the other language has several such fields, and is one mistake.
      if (rule !== null && rules.has(rule)) continue;
      if (rule !== null) rules.add(rule);
      report(findingOf(one, isText(one.value) ? valueSpan(one.path) : keySpan(one.path)));
    }
  },
};

function setsJsonPath({ json }: Pick<PlacedState, 'json'>): boolean {
  return textField(json, 'queryLanguage') === 'JSONPath';
}

function ruleOf({ state, path }: ForeignField): string | null {
  const at = path[state.path.length] === 'choices' ? path.slice(0, state.path.length + 2) : null;
  return at === null ? null : JSON.stringify(at);
}

function isText(value: Json): boolean {
  return typeof value === 'string' && value.startsWith('{%');
}

function findingOf({ state, field: name, value }: ForeignField, span: Finding['span']): Finding {
  const other = state.queryLanguage === 'JSONPath' ? 'JSONata' : 'JSONPath';
  const instead = (state.queryLanguage === 'JSONPath' ? inJsonPath : inJsonata)(name);
  if (state.queryLanguage === 'JSONPath' && isText(value) && instead === null) {
    return { message: `"${state.name}" is a JSONPath state, so this expression is not read. Set queryLanguage: JSONata, or use "${name}Path".`, span };
  }
  const advice = instead === null ? '' : ` Here it is ${instead}.`;
  // Both languages have the field, but as a text only one.
  if (name === 'itemSelector' && state.queryLanguage === 'JSONPath') return { message: `As a text "${name}" is read in JSONata states, and "${state.name}" is JSONPath.${advice}`, span };
  return { message: `"${name}" is read in ${other} states, and "${state.name}" is ${state.queryLanguage}.${advice}`, span };
}

/** What says the same in a JSONata state. */
function inJsonata(name: string): string | null {
  switch (name) {
    case 'inputPath':
      return '$states.input.… in the expressions themselves';
    case 'parameters':
      return '"arguments"';
    case 'resultSelector':
    case 'resultPath':
    case 'outputPath':
    case 'result':
      return '"output"';
    case 'itemsPath':
      return '"items"';
    default:
      return name.endsWith('Path') ? `"${name.slice(0, -'Path'.length)}" with an expression in {% %}` : 'a "condition"';
  }
}

function inJsonPath(name: string): string | null {
  switch (name) {
    case 'arguments':
      return '"parameters"';
    case 'output':
      return '"resultSelector", "resultPath" or "outputPath"';
    case 'items':
      return '"itemsPath"';
    case 'condition':
      return 'a "variable" with a comparison';
    case 'assign':
    case 'itemSelector':
      return 'a mapping whose fields end in ".$"';
    default:
      return null;
  }
}
