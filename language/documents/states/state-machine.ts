import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { QueryLanguage, StateType } from '../../graph/workflow.ts';
import { entriesOf } from '../../syntax/json-entries.ts';
import { samePath, type YamlPath } from '../../syntax/yaml-path.ts';
import { DocumentMemory } from '../document-memory.ts';
import { field, isObject, listField, objectField, textField } from '../json-access.ts';
import { nearestWord } from '../nearest-word.ts';
import { once } from '../once.ts';

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
  /** What is no mapping is left out. */
  readonly states: NamedStates;
  /** The mapping of its states, every name that is written among its keys; null where they are no mapping. */
  readonly written: JsonObject | null;
}

/**
 * A state and where it stands. After an edit it is the same object as before, unless the edit has touched it or what lies
 * inside it, or moved it to another path: what is said of such a state holds as long as it asks for no other.
 */
export interface PlacedState {
  readonly name: string;
  readonly path: YamlPath;
  /** Null where it is missing or not one there is. */
  readonly type: StateType | null;
  readonly queryLanguage: QueryLanguage;
  readonly json: JsonObject;
  /** The scope inside another state that it stands in; null = the document's own, which is another one after each edit. */
  readonly home: Scope | null;
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

const FEW = 8;

/** The states of a scope, in document order. */
export class NamedStates {
  readonly list: readonly PlacedState[];
  readonly #indices: () => ReadonlyMap<string, number>;

  constructor(list: readonly PlacedState[], indices = once(() => indicesOf(list))) {
    this.list = list;
    this.#indices = indices;
  }

  get(name: string): PlacedState | undefined {
    return this.list[this.indexOf(name)];
  }

  /** -1 = there is none of this name. */
  indexOf(name: string): number {
    // A branch has two or three, a document thousands.
    return this.list.length <= FEW ? this.list.findIndex((state) => state.name === name) : (this.#indices().get(name) ?? -1);
  }
}

function indicesOf(states: readonly PlacedState[]): ReadonlyMap<string, number> {
  return new Map(states.map(({ name }, i) => [name, i]));
}

/** `memory`: of the document, if it may be edited. */
export function stateMachine(document: Json, memory = new DocumentMemory()): StateMachine {
  const spec = objectField(document, 'spec');
  const written = field(spec, 'states');
  const language = queryLanguageOf(spec) ?? 'JSONPath';
  const read = memory.row(stateMachine, language, isObject(written) ? entriesOf(written) : [], ([name, state]) => (isObject(state) ? [readState(name, state, [...rootPath, 'states', name], null, language)] : []), { sameValue: sameEntry });
  const own = memory.flat(read);
  const list = own.map(({ state }) => state);
  const names = memory.row(indicesOf, 'states', list, ({ name }) => name);
  const root: Scope = {
    path: rootPath,
    owner: null,
    startAt: textField(spec, 'startAt'),
    states: new NamedStates(list, () => memory.derive(indicesOf, [names], () => indicesOf(list))),
    written: isObject(written) ? written : null,
  };
  return { root, scopes: [root, ...own.flatMap(({ scopes }) => scopes)], states: own.flatMap(({ states }) => states) };
}

function sameEntry(a: readonly [string, Json], b: readonly [string, Json]): boolean {
  return a[1] === b[1] && a[0] === b[0];
}

const rootPath: YamlPath = ['spec'];

/** A state with all that lies inside it, itself counted. */
interface ReadState {
  readonly state: PlacedState;
  readonly states: readonly PlacedState[];
  readonly scopes: readonly Scope[];
}

// The depth of a document is bounded, so these may call one another.
function readState(name: string, json: JsonObject, path: YamlPath, home: Scope | null, inherited: QueryLanguage): ReadState {
  const type = stateTypes.find((each) => each === json['type']) ?? null;
  const queryLanguage = queryLanguageOf(json) ?? inherited;
  const inner: Scope[] = [];
  const state: PlacedState = { name, path, type, queryLanguage, json, home, transitions: transitionsOf(json, path), inner };
  const within = scopesOf(json, type, path).map((each) => readScope(each.json, each.path, state, queryLanguage));
  inner.push(...within.map(({ scope }) => scope));
  return { state, states: [state, ...within.flatMap(({ states }) => states)], scopes: within.flatMap(({ scopes }) => scopes) };
}

function readScope(json: Json, path: YamlPath, owner: PlacedState, language: QueryLanguage): Omit<ReadState, 'state'> & { readonly scope: Scope } {
  const mapping = field(json, 'states');
  const written = isObject(mapping) ? mapping : null;
  const list: PlacedState[] = [];
  const scope: Scope = { path, owner, startAt: textField(json, 'startAt'), states: new NamedStates(list), written };
  const read = Object.entries(written ?? {}).flatMap(([name, state]) => (isObject(state) ? [readState(name, state, [...path, 'states', name], scope, language)] : []));
  list.push(...read.map(({ state }) => state));
  return { scope, scopes: [scope, ...read.flatMap(({ scopes }) => scopes)], states: read.flatMap(({ states }) => states) };
}

/** The scope whose states a state can lead to. */
export function scopeOf({ root }: Pick<StateMachine, 'root'>, { home }: PlacedState): Scope {
  return home ?? root;
}

/** What another type holds under these names nobody runs, and its schema has refused it. */
function scopesOf(json: JsonObject, type: StateType | null, path: YamlPath): readonly { readonly path: YamlPath; readonly json: Json }[] {
  if (type === 'Parallel') return listField(json, 'branches').map((branch, i) => ({ path: [...path, 'branches', i], json: branch }));
  return (type === 'Map' ? ['itemProcessor', 'iterator'] : []).flatMap((key) => {
    const processor = field(json, key);
    return isObject(processor) ? [{ path: [...path, key], json: processor }] : [];
  });
}

const queryLanguages: readonly QueryLanguage[] = ['JSONPath', 'JSONata'];

function queryLanguageOf(json: Json): QueryLanguage | null {
  const written = textField(json, 'queryLanguage');
  if (written === null) return null;
  // One that is only misspelt makes nothing else wrong.
  return queryLanguages.find((each) => each === written) ?? queryLanguages.find((each) => each === nearestWord(written, queryLanguages)) ?? null;
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

/** Whether a name is written in a scope, be it of a state or of something in its place. */
export function holdsName({ written }: Scope, name: string): boolean {
  return written !== null && Object.hasOwn(written, name);
}

/** Whether two states, of which one may be the other before an edit elsewhere, are the same but for where they stand. */
export function saysTheSame(a: PlacedState, b: PlacedState): boolean {
  return a === b || (a.json === b.json && a.queryLanguage === b.queryLanguage && a.name === b.name);
}

/** As `saysTheSame`, and it stands below the same path. */
export function standsTheSame(a: PlacedState, b: PlacedState): boolean {
  return a === b || (saysTheSame(a, b) && samePath(a.path, b.path));
}

/** Whether the scope is done when this state is. */
export function endsScope({ type, json }: PlacedState): boolean {
  return type === 'Succeed' || type === 'Fail' || field(json, 'end') === true;
}

/** The states of its scope that a state's transitions lead to, each once. */
export function successorsOf({ transitions }: PlacedState, { states }: Scope): readonly PlacedState[] {
  return [...new Set(transitions.flatMap(({ target }) => states.get(target) ?? []))];
}

/** The states of a scope that a run can come to, each after one that leads to it. */
export function reachableStates(scope: Scope): ReadonlySet<PlacedState> {
  const found = new Set<PlacedState>();
  const start = scope.startAt === null ? undefined : scope.states.get(scope.startAt);
  const open = start === undefined ? [] : [start];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (found.has(state)) continue;
    found.add(state);
    open.push(...successorsOf(state, scope));
  }
  return found;
}
