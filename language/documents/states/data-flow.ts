import type { Json } from '../../../protocol/json.ts';
import type { StateType } from '../../graph/workflow.ts';
import { parseJsonPath } from '../../expressions/json-path.ts';
import type { JsonPath } from '../../expressions/path-parts.ts';
import { isStatesExpression } from '../../expressions/states-expression.ts';
import { field, isList, isObject } from '../json-access.ts';
import { anything, covers, literalShape, makeShape, nothing, objectShape, shapeAt, union, withValue, type Shape } from './data-shape.ts';
import { ShapeFields } from './shape-fields.ts';
import type { PlacedState, Scope, StateMachine, Transition } from './state-machine.ts';

/** What a state works with, as far as it is known before a run. */
export interface StateData {
  /** What the states before it hand over. */
  readonly input: Shape;
  /** After `inputPath`: what `$` is in `parameters`, `variable` and most other paths. */
  readonly seen: Shape;
  /** After `resultPath`: what `$` is in `outputPath`. */
  readonly result: Shape;
}

/** What a Task's agent or person answers, as far as that is known. */
export type AnswerOf = (state: PlacedState) => Shape;

/** What comes of a state that is given something. */
export interface FlowStep {
  readonly data: StateData;
  /** What goes along each transition. */
  readonly handed: readonly Shape[];
}

/** Where the steps come from: made each time, or known from an earlier time (`remembered-flow.ts`). */
export interface FlowSteps {
  step(state: PlacedState, input: Shape, make: (state: PlacedState, input: Shape) => FlowStep): FlowStep;
  join(a: Shape, b: Shape): Shape;
}

const madeSteps: FlowSteps = { step: (state, input, make) => make(state, input), join };

/** What is true of either; `a` itself where `b` tells nothing new. */
export function join(a: Shape, b: Shape): Shape {
  return covers(a, b) ? a : union(a, b);
}

/** The data of every state that a run can come to; empty where working it out would take too long. */
export function dataFlow(machine: StateMachine, answerOf: AnswerOf = () => anything, steps = madeSteps): ReadonlyMap<PlacedState, StateData> {
  const found = new Map<PlacedState, StateData>();
  for (const scope of machine.scopes) {
    const entry = scope.owner === null ? anything : entryOf(scope.owner, found.get(scope.owner));
    if (entry !== null && !flowThrough(scope, entry, found, answerOf, steps)) return new Map();
  }
  return found;
}

/** What the states inside a Parallel or a Map begin with; null where no run comes there. */
function entryOf(owner: PlacedState, data: StateData | undefined): Shape | null {
  if (data === undefined) return null;
  if (owner.type === 'Parallel') return givenTo(owner, data.seen);
  const selector = field(owner.json, 'itemSelector') ?? field(owner.json, 'parameters');
  return selector === undefined ? anything : templateShape(owner, selector, data.seen);
}

/** Follows every transition until nothing new comes to light; false when that takes too long. */
function flowThrough(scope: Scope, entry: Shape, found: Map<PlacedState, StateData>, answerOf: AnswerOf, steps: FlowSteps): boolean {
  const { states } = scope;
  const start = states.indexOf(scope.startAt ?? '');
  if (start < 0) return true;
  const left = 1_000 + 20 * states.list.length;
  // All by index: a document may have thousands of states, and each key that is typed may send something new through them.
  const inputs = states.list.map((): Shape | null => null);
  const results = states.list.map((): StateData | null => null);
  const isWaiting = states.list.map(() => false);
  const waiting = [start];
  inputs[start] = entry;
  const make = (state: PlacedState, input: Shape): FlowStep => {
    const data = dataOf(state, input, answerOf);
    return { data, handed: state.transitions.map((transition) => handedOn(state, transition, data)) };
  };
  for (let turn = 0; turn < waiting.length; turn += 1) {
    if (turn >= left) return false;
    const index = waiting[turn] ?? start;
    const state = states.list[index];
    if (state === undefined) continue;
    isWaiting[index] = false;
    const input = inputs[index] ?? anything;
    const { data, handed } = steps.step(state, input, make);
    results[index] = data;
    for (let i = 0; i < handed.length; i += 1) {
      const target = states.indexOf(state.transitions[i]?.target ?? '');
      const after = handed[i];
      if (target < 0 || after === undefined) continue;
      const before = inputs[target] ?? null;
      const joined = before === null ? after : steps.join(before, after);
      if (joined === before) continue;
      inputs[target] = joined;
      if (isWaiting[target] !== true) waiting.push(target);
      isWaiting[target] = true;
    }
  }
  for (const [i, state] of states.list.entries()) {
    const data = results[i];
    if (data != null) found.set(state, data);
  }
  return true;
}

function dataOf(state: PlacedState, input: Shape, answerOf: AnswerOf): StateData {
  if (state.queryLanguage === 'JSONata') return { input, seen: input, result: jsonataResult(state, input, answerOf) };
  const seen = pick(input, field(state.json, 'inputPath'));
  const raw = rawResult(state, seen, answerOf);
  return { input, seen, result: raw === null ? seen : put(input, field(state.json, 'resultPath'), raw) };
}

/** The result before `resultPath`; null for a state that only hands on what it sees. */
function rawResult(state: PlacedState, seen: Shape, answerOf: AnswerOf): Shape | null {
  const type = actsAs(state);
  switch (type) {
    case 'Pass': {
      const fixed = field(state.json, 'result');
      return fixed === undefined ? givenTo(state, seen) : literalShape(fixed);
    }
    case 'Task':
    case 'Parallel':
    case 'Map': {
      const selector = field(state.json, 'resultSelector');
      const answer = type === 'Task' ? answerOf(state) : anything;
      return selector === undefined ? answer : templateShape(state, selector, answer);
    }
    case 'Choice':
    case 'Wait':
    case 'Succeed':
    case 'Fail':
      return null;
  }
}

/** Fields that only one type has. */
const marks: readonly (readonly [StateType, readonly string[]])[] = [
  ['Choice', ['choices']],
  ['Parallel', ['branches']],
  ['Map', ['itemProcessor', 'iterator']],
  ['Wait', ['seconds', 'secondsPath', 'timestamp', 'timestampPath']],
  ['Pass', ['result']],
];

/**
 * The type of a state; where that is missing or still being typed, the one its fields speak of. A Task where they tell
 * nothing, which may give anything: its mistake is not told again wherever something reads what it writes.
 */
export function actsAs({ type, json }: PlacedState): StateType {
  return type ?? marks.find(([, fields]) => fields.some((name) => Object.hasOwn(json, name)))?.[0] ?? 'Task';
}

function jsonataResult(state: PlacedState, input: Shape, answerOf: AnswerOf): Shape {
  const output = field(state.json, 'output');
  if (output !== undefined) return jsonataShape(output);
  const type = actsAs(state);
  if (type === 'Task') return answerOf(state);
  return type === 'Parallel' || type === 'Map' ? anything : input;
}

/** What goes along a transition. */
function handedOn(state: PlacedState, { kind, owner }: Transition, { input, result }: StateData): Shape {
  const jsonata = state.queryLanguage === 'JSONata';
  const output = field(owner, 'output');
  if (jsonata && output !== undefined) return jsonataShape(output);
  if (kind === 'catch') return jsonata ? anything : put(input, field(owner, 'resultPath'), errorOutput);
  return jsonata ? result : pick(result, field(state.json, 'outputPath'));
}

const errorOutput = makeShape(new ShapeFields(['Error', 'Cause'], [anything, anything]), true);

/** What a Pass, Task or Parallel is given in place of what it sees. */
function givenTo(state: PlacedState, seen: Shape): Shape {
  const template = field(state.json, state.queryLanguage === 'JSONata' ? 'arguments' : 'parameters');
  return template === undefined ? seen : templateShape(state, template, seen);
}

function templateShape(state: PlacedState, template: Json, seen: Shape): Shape {
  return state.queryLanguage === 'JSONata' ? jsonataShape(template) : payloadShape(template, seen);
}

function payloadShape(template: Json, seen: Shape): Shape {
  if (isList(template)) return anything;
  if (!isObject(template)) return nothing;
  return objectShape(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith('.$')) return [name, payloadShape(value, seen)];
      const path = typeof value === 'string' ? readPath(value) : null;
      return [name.slice(0, -2), path === null ? anything : shapeAt(seen, path)];
    }),
  );
}

function jsonataShape(value: Json): Shape {
  return literalShape(value, (text) => (isStatesExpression(text) ? anything : nothing));
}

function pick(shape: Shape, written: Json | undefined): Shape {
  if (written === undefined) return shape;
  if (written === null) return nothing;
  const path = typeof written === 'string' ? readPath(written) : null;
  return path === null ? anything : shapeAt(shape, path);
}

function put(shape: Shape, written: Json | undefined, value: Shape): Shape {
  if (written === undefined) return value;
  if (written === null) return shape;
  const path = typeof written === 'string' ? readPath(written) : null;
  return path?.root.kind === 'input' ? withValue(shape, path.segments, value) : anything;
}

function readPath(text: string): JsonPath | null {
  const parsed = parseJsonPath(text);
  return parsed.ok ? parsed.value : null;
}
