import type { Json } from '../../../protocol/json.ts';
import { isObject } from '../../documents/json-access.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { statesOf } from '../reference-sites.ts';
import { rename } from '../rename.ts';
import { valueAt } from '../../documents/value-at.ts';
import { writeScalar } from '../write-scalar.ts';
import { entryEnd, mapAt, removeField, setField } from '../yaml-edit.ts';
import { editFix, replaceFix, type Fixer, type FixPlace } from './fix.ts';

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

/** Where a Choice goes when no rule holds: on, or to a Fail state that says so in its own words. */
export const addDefault: Fixer = (at) => {
  const state = stateAt(at);
  if (state === null) return [];
  const { scope, name, names } = state;
  const path = [...scope, name];
  const next = names[names.indexOf(name) + 1];
  const failure = freeName(`No rule of ${name}`, names);
  const fail = `{ type: Fail, error: NoRuleHolds, cause: ${writeScalar(`No rule of ${name} holds.`)} }`;
  return [
    ...(next === undefined ? [] : editFix(at, `Go on to "${next}" by default`, [setField(at.editor, path, 'default', writeScalar(next))])),
    ...editFix(at, `Go to a new Fail state "${failure}" by default`, [setField(at.editor, path, 'default', writeScalar(failure)), setField(at.editor, scope, writeScalar(failure), fail)]),
  ];
};

/** A name for this one that no state has, and for all that leads to it. */
export const renameState: Fixer = (at) => {
  const state = stateAt(at);
  if (state === null) return [];
  const taken = everyStateName(at.json);
  const name = freeName(state.name, taken);
  const renamed = rename(at.context, at.diagnostic.span.start, name);
  return renamed.kind === 'refused' ? [] : [{ title: `Rename this one to "${name}", and what leads to it`, changes: renamed.changes, preferred: true }];
};

/** Lets one of the states end that lead round and round. */
export const endCircle: Fixer = (at) => {
  const state = stateAt(at);
  if (state === null) return [];
  const trapped = [...at.diagnostic.message.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? '');
  return trapped.reverse().flatMap((name) => {
    const entry = mapAt(at.editor, [...state.scope, name])?.entries.find(({ key, merged }) => key === 'next' && !merged);
    if (entry === undefined) return [];
    return editFix(at, `Let "${name}" be the end`, [{ span: { start: entry.keySpan.start, end: entryEnd(at.editor.text, entry) }, newText: 'end: true' }]);
  });
};

/** A heartbeat that can be missed before the timeout comes. */
export const lowerHeartbeat: Fixer = (at) => {
  const timeout = Number(/timeout of ([\d.]+) seconds/.exec(at.diagnostic.message)?.[1]);
  const half = Math.floor(timeout / 2);
  return [...(half >= 1 ? replaceFix(at, `Change to ${half}`, String(half), true) : []), ...editFix(at, 'Remove heartbeatSeconds', [removeField(at.editor, at.path.slice(0, -1), 'heartbeatSeconds')])];
};

function everyStateName(json: Json): readonly string[] {
  if (Array.isArray(json)) return json.flatMap(everyStateName);
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => [...(key === 'states' && isObject(value) ? Object.keys(value) : []), ...everyStateName(value)]);
}

function freeName(name: string, taken: readonly string[]): string {
  if (!taken.includes(name)) return name;
  let number = 2;
  while (taken.includes(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}
