import type jsonata from 'jsonata';
import type { AstNode } from './jsonata-ast.ts';
import type { LinearRegex } from './linear-regex.ts';

/**
 * Bounds one evaluation by counting its work, so that the bound is the same on every machine and in every replay: a
 * wall clock would not be. Each evaluated node costs 1, and a large value costs more each time it is handled.
 */
export interface EvaluationGuard {
  /** Throws once the work of this evaluation is used up, then and at every later call. */
  charge(work: number): void;
  /** Size of a value, 1 for each value in it and for each 16 characters; throws where it is nested too deeply. */
  measure(value: unknown): number;
  /** Stops what jsonata has left running in the background after a failure. */
  stop(): void;
  readonly started: boolean;
  /** Called once, with the outermost environment, before anything is evaluated. */
  start(environment: jsonata.Environment): void;
}

/** A failure of our own inside an evaluation; jsonata passes errors with a code it does not know through as they are. */
export class EvaluationFailure extends Error {
  override readonly name = 'EvaluationFailure';
  readonly code = 'Dagbook.EvaluationFailure';
}

/** One unit is about a microsecond, and in a deep recursion about a kilobyte. */
const maxWork = 200_000;
const maxValueSize = 1_000_000;
const maxDepth = 500;
const workPerSize = 1 / 64;

/** Under this name an evaluation finds its guard; no expression can write it, because `<` ends a variable's name. */
export const guardVariable = '<guard>';
const rangeFunction = '<range>';

/**
 * @param mutates whether the expression changes objects (`| … | … |`), so that sizes may not be remembered
 * @param regexes what its regular expressions are matched with
 * @param onStart binds functions for this evaluation
 */
export function createGuard(mutates: boolean, regexes: ReadonlyMap<RegExp, LinearRegex>, onStart: (environment: jsonata.Environment, guard: EvaluationGuard) => void): EvaluationGuard {
  let left = maxWork;
  let started = false;
  const sizes = new WeakMap<object, number>();
  const sizeOf = (value: unknown, depth: number): number => {
    if (typeof value === 'string') return 1 + value.length / 16;
    if (typeof value !== 'object' || value === null || isLambda(value)) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (depth > maxDepth) throw limitReached(`a value is nested more than ${maxDepth} levels deep`);
    let size = 1;
    for (const item of Array.isArray(value) ? value : Object.values(value)) {
      size += sizeOf(item, depth + 1);
      if (size > maxValueSize) break;
    }
    if (!mutates) sizes.set(value, size);
    return size;
  };
  const guard: EvaluationGuard = {
    charge(work) {
      left -= work;
      if (left < 0) throw limitReached('it takes too many steps');
    },
    measure: (value) => sizeOf(value, 0),
    stop() {
      left = -1;
    },
    get started() {
      return started;
    },
    start(environment) {
      started = true;
      environment.bind(rangeFunction, { _jsonata_function: true, implementation: (from: unknown, to: unknown) => range(from, to, guard) });
      // jsonata makes one of these for each regular expression it meets.
      Object.assign(environment, { RegexEngine: regexEngine(regexes, guard) });
      onStart(environment, guard);
    },
  };
  return guard;
}

interface RegexEngine {
  lastIndex: number;
  exec(text: string): readonly (string | undefined)[] | null;
}

function regexEngine(regexes: ReadonlyMap<RegExp, LinearRegex>, guard: EvaluationGuard): new (regex: RegExp) => RegexEngine {
  return class {
    lastIndex = 0;
    readonly #regex: LinearRegex;

    constructor(regex: RegExp) {
      const compiled = regexes.get(regex);
      // `?:` and `??` copy the tree of their left side, and a RegExp does not survive that.
      if (compiled === undefined) throw new EvaluationFailure('A regular expression may not stand to the left of ?: or ??');
      this.#regex = compiled;
    }

    exec(text: string): readonly (string | undefined)[] | null {
      const found = this.#regex.match(text, this.lastIndex, (work) => guard.charge(work));
      this.lastIndex = found?.end ?? 0;
      return found === null ? null : Object.assign([text.slice(found.start, found.end), ...found.groups], { index: found.start });
    }
  };
}

/** Puts the counting into a freshly parsed expression. */
export function guardExpression(expression: jsonata.Expression, ast: AstNode): void {
  replaceRanges(ast);
  // The typings know only string names, the evaluator looks these symbols up.
  const hooked = expression as unknown as { assign(name: symbol, value: unknown): void };
  hooked.assign(Symbol.for('jsonata.__evaluate_entry'), onEntry);
  hooked.assign(Symbol.for('jsonata.__evaluate_exit'), onExit);
}

interface GuardedEnvironment extends jsonata.Environment {
  readonly base: jsonata.Environment;
}

function guardOf(environment: GuardedEnvironment): EvaluationGuard {
  return environment.base.lookup(guardVariable) as EvaluationGuard;
}

function onEntry(_node: AstNode, _input: unknown, environment: GuardedEnvironment): void {
  const guard = guardOf(environment);
  if (!guard.started) guard.start(environment.base);
  guard.charge(1);
}

function onExit(node: AstNode, _input: unknown, environment: GuardedEnvironment, result: unknown): void {
  if (typeof result !== 'string' && (typeof result !== 'object' || result === null)) return;
  // Steps of a path and literals hand on what is already there.
  if (node.type === 'name' || node.type === 'string' || (typeof result === 'object' && isLambda(result))) return;
  const guard = guardOf(environment);
  const size = guard.measure(result);
  const built = node.type !== 'path' && node.type !== 'variable' && node.type !== 'parent' && node.type !== 'wildcard';
  if (built && size > maxValueSize) throw limitReached('it builds a value that is too large');
  guard.charge(size * workPerSize);
}

function isLambda(value: object): boolean {
  return '_jsonata_lambda' in value || '_jsonata_function' in value;
}

/** jsonata builds `[a..b]` in one go, before any hook sees it; as a function it is paid for first. */
function replaceRanges(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return;
  for (const child of Object.values(value)) replaceRanges(child);
  const node = value as { type?: unknown; value?: unknown; lhs?: unknown; rhs?: unknown; procedure?: unknown; arguments?: unknown };
  if (node.type !== 'binary' || node.value !== '..') return;
  node.type = 'function';
  node.value = '(';
  node.procedure = { type: 'variable', value: rangeFunction };
  node.arguments = [node.lhs, node.rhs];
  delete node.lhs;
  delete node.rhs;
}

function range(from: unknown, to: unknown, guard: EvaluationGuard): readonly number[] | undefined {
  for (const bound of [from, to]) {
    if (bound !== undefined && !Number.isInteger(bound)) throw new EvaluationFailure('Both ends of a range (..) must be whole numbers');
  }
  if (typeof from !== 'number' || typeof to !== 'number' || from > to) return undefined;
  const size = to - from + 1;
  // Before the array exists: a thousand ranges in one array literal are all built before the first one is handed on.
  guard.charge(size / 4);
  const items = Array.from({ length: size }, (_, index) => from + index);
  return Object.assign(items, { sequence: true });
}

export function limitReached(reason: string): EvaluationFailure {
  return new EvaluationFailure(`The expression was stopped because ${reason}`);
}
