import { isObject } from '../../documents/json-access.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { statesOf } from '../reference-sites.ts';
import { valueAt } from '../value-at.ts';
import { writeScalar } from '../write-scalar.ts';
import { removeField, setField } from '../yaml-edit.ts';
import { editFix, type Fixer, type FixPlace } from './fix.ts';

interface StateAt {
  /** Of the mapping of states it is in. */
  readonly scope: YamlPath;
  readonly name: string;
  readonly names: readonly string[];
}

function stateAt({ path, json }: FixPlace): StateAt | null {
  const scope = statesOf(path);
  const name = path[scope.length];
  const states = valueAt(json, scope);
  return scope.length === 0 || typeof name !== 'string' || !isObject(states) ? null : { scope, name, names: Object.keys(states) };
}

/** A state that neither goes on nor ends does one of the two. */
export const endOrGoOn: Fixer = (at) => {
  const state = stateAt(at);
  if (state === null) return [];
  const { scope, name, names } = state;
  const next = names[names.indexOf(name) + 1];
  return [
    ...(next === undefined ? [] : editFix(at, `Go on to "${next}"`, [setField(at.editor, [...scope, name], 'next', writeScalar(next))])),
    ...editFix(at, 'Let it end here', [setField(at.editor, [...scope, name], 'end', 'true')], true),
  ];
};

/** The state that is missing, beside the others of its scope. */
export const addState: Fixer = (at) => {
  const missing = valueAt(at.json, at.path);
  if (typeof missing !== 'string' || missing === '') return [];
  return editFix(at, `Add a state "${missing}"`, [setField(at.editor, statesOf(at.path), writeScalar(missing), '{ type: Succeed }')]);
};

export const removeState: Fixer = (at) => {
  const state = stateAt(at);
  return state === null ? [] : editFix(at, `Remove the state "${state.name}"`, [removeField(at.editor, state.scope, state.name)]);
};

/** The whole state speaks JSONata; what is JSONata already cannot go back where everything around it is. */
export const switchLanguage: Fixer = (at) => {
  const state = stateAt(at);
  if (state === null) return [];
  if (at.path.at(-1) === 'queryLanguage') return editFix(at, 'Remove queryLanguage', [removeField(at.editor, at.path.slice(0, -1), 'queryLanguage')], true);
  const language = valueAt(at.json, [...state.scope, state.name, 'queryLanguage']);
  if (language !== null || !/read in JSONata|JSONPath state/.test(at.diagnostic.message)) return [];
  return editFix(at, `Make "${state.name}" a JSONata state`, [setField(at.editor, [...state.scope, state.name], 'queryLanguage', 'JSONata')]);
};
