import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { QueryLanguage, StateType } from '../../graph/workflow.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { field, isObject, listField, objectField, textField } from '../json-access.ts';

/** The states of a document as they stand inside one another, read from what is written, mistakes included. */
export interface StateMachine {
  readonly root: Scope;
  /** Outside in, in document order. */
  readonly scopes: readonly Scope[];
  /** Every state of every scope, in document order. */
  readonly states: readonly PlacedState[];
}

/** States that transitions stay inside of: the document's own, a branch, or what a map does with each item. */
export interface Scope {
  /** Of the mapping that holds `startAt` and `states`. */
  readonly path: YamlPath;
  /** Null for the document's own. */
  readonly owner: PlacedState | null;
  readonly startAt: string | null;
  /** By name; what is no mapping is left out. */
  readonly states: ReadonlyMap<string, PlacedState>;
  /** Every name that is written. */
  readonly names: ReadonlySet<string>;
}

export interface PlacedState {
  readonly name: string;
  readonly path: YamlPath;
  /** Null where it is missing or not one there is. */
  readonly type: StateType | null;
  readonly queryLanguage: QueryLanguage;
  readonly json: JsonObject;
  readonly scope: Scope;
  /** Each target that is a text, in document order. */
  readonly transitions: readonly Transition[];
  /** The scopes inside: a Parallel's branches, a Map's processor. */
  readonly inner: readonly Scope[];
}

export interface Transition {
  readonly kind: 'next' | 'choice' | 'default' | 'catch';
  readonly target: string;
  /** Of the target's name. */
  readonly path: YamlPath;
  /** The choice rule or catcher it belongs to; null for `next` and `default`. */
  readonly owner: Json;
}

export const stateTypes: readonly StateType[] = ['Task', 'Choice', 'Parallel', 'Map', 'Wait', 'Pass', 'Succeed', 'Fail'];

export function stateMachine(document: Json): StateMachine {
  const scopes: Scope[] = [];
  const states: PlacedState[] = [];
  const spec = objectField(document, 'spec');
  const root = readScope(spec, rootPath, null, queryLanguageOf(spec) ?? 'JSONPath', { scopes, states });
  return { root, scopes, states };
}

const rootPath: YamlPath = ['spec'];

interface Found {
  readonly scopes: Scope[];
  readonly states: PlacedState[];
}

// The depth of a document is bounded, so this may call itself.
function readScope(json: Json, path: YamlPath, owner: PlacedState | null, language: QueryLanguage, found: Found): Scope {
  const states = new Map<string, PlacedState>();
  const written = objectField(json, 'states');
  const scope: Scope = { path, owner, startAt: textField(json, 'startAt'), states, names: new Set(Object.keys(written)) };
  found.scopes.push(scope);
  for (const name of scope.names) {
    const state = written[name];
    if (isObject(state)) states.set(name, placeState(factsOf(name, state, path), state, scope, language, found));
  }
  return scope;
}

function placeState({ name, path, type, ownLanguage, transitions, scopes }: StateFacts, json: JsonObject, scope: Scope, inherited: QueryLanguage, found: Found): PlacedState {
  const queryLanguage = ownLanguage ?? inherited;
  const inner: Scope[] = [];
  const state: PlacedState = { name, path, type, queryLanguage, json, scope, transitions, inner };
  found.states.push(state);
  for (const { path: below, json: written } of scopes) inner.push(readScope(written, below, state, queryLanguage, found));
  return state;
}

/** What can be said of a state without looking at others. */
interface StateFacts extends Pick<PlacedState, 'name' | 'path' | 'type' | 'transitions'> {
  readonly scopePath: YamlPath;
  readonly ownLanguage: QueryLanguage | null;
  readonly scopes: readonly { readonly path: YamlPath; readonly json: Json }[];
}

/** Values never change, and after an edit most states are the very same: so their paths are, and what hangs on them. */
const knownFacts = new WeakMap<JsonObject, StateFacts>();

function factsOf(name: string, json: JsonObject, scopePath: YamlPath): StateFacts {
  const known = knownFacts.get(json);
  if (known?.name === name && known.scopePath === scopePath) return known;
  const path = [...scopePath, 'states', name];
  const type = stateTypes.find((each) => each === json['type']) ?? null;
  const facts = { name, path, scopePath, type, ownLanguage: queryLanguageOf(json), transitions: transitionsOf(json, path), scopes: scopesOf(json, type, path) };
  knownFacts.set(json, facts);
  return facts;
}

/** What another type holds under these names nobody runs, and its schema has refused it. */
function scopesOf(json: JsonObject, type: StateType | null, path: YamlPath): StateFacts['scopes'] {
  if (type === 'Parallel') return listField(json, 'branches').map((branch, i) => ({ path: [...path, 'branches', i], json: branch }));
  return (type === 'Map' ? ['itemProcessor', 'iterator'] : []).flatMap((key) => {
    const processor = field(json, key);
    return isObject(processor) ? [{ path: [...path, key], json: processor }] : [];
  });
}

function queryLanguageOf(json: Json): QueryLanguage | null {
  const written = textField(json, 'queryLanguage');
  return written === 'JSONPath' || written === 'JSONata' ? written : null;
}

function transitionsOf(json: JsonObject, path: YamlPath): readonly Transition[] {
  const found: Transition[] = [];
  const add = (kind: Transition['kind'], owner: Json, at: Json, below: YamlPath): void => {
    const target = textField(at, String(below.at(-1)));
    if (target !== null) found.push({ kind, target, path: [...path, ...below], owner });
  };
  listField(json, 'choices').forEach((rule, i) => { add('choice', rule, rule, ['choices', i, 'next']); });
  add('default', null, json, ['default']);
  add('next', null, json, ['next']);
  listField(json, 'catch').forEach((catcher, i) => { add('catch', catcher, catcher, ['catch', i, 'next']); });
  return found;
}

/** Whether two states, of which one may be the other before an edit elsewhere, are the same but for where they stand. */
export function saysTheSame(a: PlacedState, b: PlacedState): boolean {
  return a.json === b.json && a.queryLanguage === b.queryLanguage && a.name === b.name;
}

/** As `saysTheSame`, and it stands below the same path. */
export function standsTheSame(a: PlacedState, b: PlacedState): boolean {
  // Paths are as stable as the states themselves (`knownFacts`).
  return a.path === b.path && saysTheSame(a, b);
}

/** Whether the scope is done when this state is. */
export function endsScope({ type, json }: PlacedState): boolean {
  return type === 'Succeed' || type === 'Fail' || field(json, 'end') === true;
}

/** The states of one scope that a state's transitions lead to, each once. */
export function successorsOf(state: PlacedState): readonly PlacedState[] {
  return [...new Set(state.transitions.flatMap(({ target }) => state.scope.states.get(target) ?? []))];
}

/** The states of a scope that a run can come to, each after one that leads to it. */
export function reachableStates(scope: Scope): ReadonlySet<PlacedState> {
  const found = new Set<PlacedState>();
  const start = scope.startAt === null ? undefined : scope.states.get(scope.startAt);
  const open = start === undefined ? [] : [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (found.has(state)) continue;
    found.add(state);
    open.push(...successorsOf(state));
  }
  return found;
}
