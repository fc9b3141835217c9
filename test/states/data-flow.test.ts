import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataFlow } from '../../language/documents/states/data-flow.ts';
import { literalShape, union, withValue, type Shape } from '../../language/documents/states/data-shape.ts';
import { stateMachine } from '../../language/documents/states/state-machine.ts';
import { visibleVariables } from '../../language/documents/states/variables.ts';
import { field, isObject } from '../../language/documents/json-access.ts';
import { parseJsonPath } from '../../language/expressions/json-path.ts';
import type { PathSegment } from '../../language/expressions/path-parts.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { statesDocument } from './asl-cases.ts';
import { processorTime } from '../processor-time.ts';

// The promise of path-never-written: what a run can have is never doubted. A small interpreter runs random machines on
// random inputs; whatever a state is given there must fit what the analysis has said of it.

const names = ['a', 'b', 'c'];
const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom<Json>(1, 'x', null), fc.array(tie('value'), { maxLength: 2 }), fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 3 })),
})).value;
const path = fc.array(fc.constantFrom(...names), { maxLength: 3 }).map((parts) => ['$', ...parts].join('.'));
const template = fc.dictionary(fc.constantFrom(...names), fc.oneof(value.map((fixed) => ({ fixed })), path.map((at) => ({ at }))), { maxKeys: 3 }).map((fields): JsonObject =>
  Object.fromEntries(Object.entries(fields).map(([name, one]) => ('at' in one ? [`${name}.$`, one.at] : [name, one.fixed]))));

interface Turn { readonly state: JsonObject; readonly targets: readonly number[] }

const turn: fc.Arbitrary<Turn> = fc.record({
  state: fc.record({ inputPath: fc.option(path, { nil: undefined }), parameters: fc.option(template, { nil: undefined }), result: fc.option(value, { nil: undefined }), resultPath: fc.option(fc.oneof(path, fc.constant(null)), { nil: undefined }), outputPath: fc.option(path, { nil: undefined }) })
    .map((state) => JSON.parse(JSON.stringify(state)) as JsonObject),
  targets: fc.array(fc.nat(5), { minLength: 1, maxLength: 2 }),
});

/** Pass states and Choices between them, loops included. */
function machineOf(turns: readonly Turn[]): JsonObject {
  const states: [string, JsonObject][] = turns.flatMap(({ state, targets }, i): [string, JsonObject][] => {
    const to = targets.map((target) => `S${String(target % turns.length)}`);
    return [
      [`S${String(i)}`, { type: 'Pass', ...state, next: `C${String(i)}` }],
      [`C${String(i)}`, { type: 'Choice', choices: to.map((next) => ({ variable: '$', isPresent: true, next })), default: 'End' }],
    ];
  });
  return statesDocument(Object.fromEntries([...states, ['End', { type: 'Succeed' }]]));
}

function fits(json: Json, { fields, open }: Shape): boolean {
  if (!isObject(json)) return true;
  return Object.entries(json).every(([name, inner]) => {
    const known = fields.get(name);
    return known === undefined ? open : fits(inner, known);
  });
}

function read(json: Json, at: string): Json | undefined {
  return at.split('.').slice(1).reduce<Json | undefined>((current, name) => field(current, name), json);
}

function write(json: Json, parts: readonly string[], inner: Json): Json | undefined {
  const [name, ...rest] = parts;
  if (name === undefined) return inner;
  if (!isObject(json)) return undefined;
  const below = write(field(json, name) ?? {}, rest, inner);
  return below === undefined ? undefined : { ...json, [name]: below };
}

/** What a Pass hands on; undefined where a path leads nowhere and the run fails. */
function pass(state: JsonObject, input: Json): Json | undefined {
  const seen = typeof state['inputPath'] === 'string' ? read(input, state['inputPath']) : input;
  if (seen === undefined) return undefined;
  const parameters = state['parameters'];
  const given: (readonly [string, Json | undefined])[] | null = isObject(parameters) ? Object.entries(parameters).map(([name, one]) => (name.endsWith('.$') ? [name.slice(0, -2), read(seen, one as string)] : [name, one])) : null;
  if (given?.some(([, one]) => one === undefined) === true) return undefined;
  const result: Json = state['result'] !== undefined ? state['result'] : given === null ? seen : (Object.fromEntries(given) as JsonObject);
  const resultPath = state['resultPath'];
  const output = resultPath === undefined ? result : resultPath === null ? input : write(input, (resultPath as string).split('.').slice(1), result);
  return output === undefined || typeof state['outputPath'] !== 'string' ? output : read(output, state['outputPath']);
}

describe('the data that flows through states', () => {
  it('is never less than what a run has', () => {
    let compared = 0;
    fc.assert(fc.property(fc.array(turn, { minLength: 1, maxLength: 4 }), value, fc.array(fc.nat(2), { maxLength: 8 }), (turns, input, route) => {
      const machine = stateMachine(machineOf(turns));
      const flow = dataFlow(machine);
      const shapes = new Map([...flow].map(([state, data]) => [state.name, data]));
      let at = 0;
      let current: Json | undefined = input;
      for (const choice of route) {
        const one = turns[at]!;
        expect(fits(current, shapes.get(`S${String(at)}`)!.input), JSON.stringify([turns, input, at])).toBe(true);
        current = pass(one.state, current);
        compared += 1;
        if (current === undefined) break;
        at = (one.targets[choice % one.targets.length] ?? 0) % turns.length;
      }
    }), { numRuns: 3_000 });
    expect(compared).toBeGreaterThan(3_000);
  });

  it('knows what fixed results and templates hold', () => {
    const machine = stateMachine(statesDocument({
      A: { type: 'Pass', result: { x: 1, y: { z: 2 } }, next: 'B' },
      B: { type: 'Pass', inputPath: '$.y', parameters: { 'w.$': '$.z' }, resultPath: '$.v', next: 'C' },
      C: { type: 'Pass', result: 1, resultPath: null, next: 'D' },
      D: { type: 'Succeed' },
    }));
    const shapes = new Map([...dataFlow(machine)].map(([state, data]) => [state.name, data]));
    expect(shapes.get('B')?.seen).toEqual(literalShape({ z: 2 }));
    expect(shapes.get('C')?.input).toEqual(literalShape({ x: 1, y: { z: 2 }, v: { w: 2 } }));
    expect(shapes.get('D')?.input).toEqual(shapes.get('C')?.input);
  });

  it('joins and writes shapes so that nothing is forgotten', () => {
    const shape = value.map((json) => literalShape(json));
    fc.assert(fc.property(value, value, shape, (a, b, other) => {
      expect(fits(a, literalShape(a))).toBe(true);
      expect(fits(a, union(literalShape(a), other)) && fits(b, union(other, literalShape(b)))).toBe(true);
    }));
    fc.assert(fc.property(value, value, path, (json, inner, at) => {
      const written = write(json, at.split('.').slice(1), inner);
      const parsed = parseJsonPath(at);
      const segments: readonly PathSegment[] = parsed.ok ? parsed.value.segments : [];
      if (written !== undefined) expect(fits(written, withValue(literalShape(json), segments, literalShape(inner)))).toBe(true);
    }));
  });

  it('carries variables along transitions, in whatever order the states are written', () => {
    const machine = stateMachine(statesDocument({
      C: { type: 'Pass', end: true }, B: { type: 'Pass', next: 'C' }, A: { type: 'Pass', assign: { 'x.$': '$' }, next: 'B' },
      Start: { type: 'Choice', choices: [{ variable: '$', isNull: true, next: 'A', assign: { y: 1 } }], default: 'B' },
    }, { startAt: 'Start' }));
    const seen = new Map([...visibleVariables(machine)].map(([state, set]) => [state.name, [...set].sort()]));
    expect(Object.fromEntries(seen)).toEqual({ Start: [], A: ['y'], B: ['x', 'y'], C: ['x', 'y'] });
  });

  it('comes to rest in a loop that wraps its input again and again', () => {
    const machine = stateMachine(statesDocument({ A: { type: 'Pass', parameters: { 'before.$': '$', 'twice.$': '$' }, next: 'B' }, B: { type: 'Choice', choices: [{ variable: '$', isNull: true, next: 'A' }], default: 'C' }, C: { type: 'Succeed' } }));
    const start = processorTime();
    expect(dataFlow(machine).size).toBe(3);
    expect(processorTime() - start).toBeLessThan(500);
  });
});
