import type jsonata from 'jsonata';
import { EvaluationFailure, limitReached, type EvaluationGuard } from './evaluation-guard.ts';

/** What an expression may take from outside its scope; null = the expression does not use it. */
export interface ExpressionEnvironment {
  /** What `$now()` and `$millis()` answer. */
  readonly now: Date | null;
  /** Any number; `$random()` and `$shuffle()` follow from it. */
  readonly seed: number | null;
}

interface NativeFunction {
  readonly _jsonata_function: true;
  readonly implementation: Implementation;
  readonly signature?: unknown;
}

type Implementation = (this: Focus, ...parameters: never[]) => unknown;
interface Focus {
  readonly createSequence: (...first: readonly unknown[]) => unknown[];
}

/**
 * Binds, for one evaluation, the functions an expression uses: those that would read the clock or a random source, those
 * that could do unbounded work in one call, and a counting wrapper around all others.
 *
 * @param names the functions it uses, without `$`
 */
export function bindFunctions(
  names: Iterable<string>,
  target: jsonata.Environment,
  environment: ExpressionEnvironment,
  random: (() => number) | null,
  guard: EvaluationGuard,
): void {
  const replacements = createReplacements(target, environment, random, guard);
  // $toMillis fills in what a picture leaves out from here.
  Object.assign(target, { timestamp: environment.now ?? new Date(0) });
  for (const name of names) {
    const original = target.lookup(name) as NativeFunction | undefined;
    if (original?._jsonata_function !== true) continue;
    const implementation = replacements.get(name) ?? counted(original.implementation, guard);
    target.bind(name, { ...original, implementation });
  }
}

function counted(original: Implementation, guard: EvaluationGuard): Implementation {
  const wrapper = function (this: Focus, ...parameters: never[]): unknown {
    let work = 1;
    for (const parameter of parameters as readonly unknown[]) {
      if (typeof parameter === 'string' || Array.isArray(parameter)) work += parameter.length / 64;
    }
    guard.charge(work);
    return original.apply(this, parameters);
  };
  // jsonata reads the number and the names of a function's parameters from these two.
  Object.defineProperty(wrapper, 'length', { value: original.length });
  wrapper.toString = () => original.toString();
  return wrapper;
}

type Call = (name: string, self: Focus, parameters: readonly unknown[]) => unknown;

function createReplacements(
  target: jsonata.Environment,
  environment: ExpressionEnvironment,
  random: (() => number) | null,
  guard: EvaluationGuard,
): ReadonlyMap<string, Implementation> {
  // Looked up before anything is bound over them.
  const originals = new Map(['clone', 'fromMillis', 'join', 'pad', 'sort', 'string', 'toMillis'].map((name) => [name, target.lookup(name) as unknown]));
  const call: Call = (name, self, parameters) => (originals.get(name) as NativeFunction).implementation.apply(self, parameters as never[]);
  return new Map(Object.entries({ ...outsideFunctions(environment, random, call), ...boundedFunctions(guard, call) }));
}

/** The functions that would read the clock, the time zone or a random source of the machine. */
function outsideFunctions(environment: ExpressionEnvironment, random: (() => number) | null, call: Call): Readonly<Record<string, Implementation>> {
  const millis = (): number => {
    if (environment.now === null) throw new EvaluationFailure('This expression was given no time');
    return environment.now.getTime();
  };
  const next = (): number => {
    if (random === null) throw new EvaluationFailure('This expression was given no random numbers');
    return random();
  };
  return {
    now(picture?: string, timezone?: string) {
      return call('fromMillis', this, [millis(), picture, timezone]);
    },
    millis: () => millis(),
    random: () => next(),
    shuffle: (items?: readonly unknown[]) => (items === undefined ? undefined : shuffled(items, next)),
    toMillis(timestamp?: string, picture?: string) {
      // Without a zone, JavaScript would read a date and time in the time zone of the machine.
      const zoneless = picture === undefined && timestamp !== undefined && /T[\d:.]+$/.test(timestamp);
      return call('toMillis', this, [zoneless ? `${timestamp}Z` : timestamp, picture]);
    },
  };
}

/** The functions that could do more in one call than their arguments let one expect. */
function boundedFunctions(guard: EvaluationGuard, call: Call): Readonly<Record<string, Implementation>> {
  return {
    sort(items?: readonly unknown[], comparator?: unknown) {
      const count = items?.length ?? 0;
      guard.charge(comparator === undefined ? count / 4 : count + (count * count) / 64);
      if (items === undefined || comparator !== undefined) return call('sort', this, [items, comparator]);
      return sorted(items) ?? call('sort', this, [items]);
    },
    distinct(items?: unknown): unknown {
      if (!Array.isArray(items) || items.length < 2) return items;
      guard.charge(guard.measure(items));
      const seen = new Set<unknown>();
      const unique = items.filter((item: unknown) => {
        const key = equalityKey(item);
        return !seen.has(key) && seen.add(key);
      });
      return 'sequence' in items ? this.createSequence().concat(unique) : unique;
    },
    max: (items?: readonly number[]) => (items === undefined || items.length === 0 ? undefined : items.reduce((a, b) => Math.max(a, b))),
    min: (items?: readonly number[]) => (items === undefined || items.length === 0 ? undefined : items.reduce((a, b) => Math.min(a, b))),
    pad(text?: string, width = 0, filler?: string) {
      affordText(Math.abs(width), guard);
      return call('pad', this, [text, width, filler]);
    },
    join(items?: readonly string[], separator = '') {
      affordText((items ?? []).reduce((sum, item) => sum + item.length + separator.length, 0), guard);
      return call('join', this, [items, separator]);
    },
    clone(value: unknown) {
      guard.charge(guard.measure(value) / 8);
      return call('clone', this, [value]);
    },
    string(value: unknown, pretty = false) {
      guard.charge(guard.measure(value) / 8);
      return call('string', this, [value, pretty]);
    },
  };
}

/** Most characters one call may make. */
const maxText = 10_000_000;

function affordText(length: number, guard: EvaluationGuard): void {
  if (length > maxText) throw limitReached('it builds a text that is too long');
  guard.charge(length / 64);
}

function shuffled(items: readonly unknown[], random: () => number): readonly unknown[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [result[index], result[other]] = [result[other], result[index]];
  }
  return result;
}

/** jsonata's own sort without a comparator copies the rest of the array at each step. Null = not all numbers or all strings. */
function sorted(items: readonly unknown[]): readonly unknown[] | null {
  if (items.every((item) => typeof item === 'number')) return items.toSorted((a, b) => a - b);
  if (items.every((item) => typeof item === 'string')) return items.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return null;
}

/** The same text for values that JSONata calls equal, the same object for functions. */
function equalityKey(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? JSON.stringify(value) : value;
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) return value;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
