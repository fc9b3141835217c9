import type { Json } from '../../protocol/json.ts';
import { builtinFunctions } from './builtin-functions.ts';
import { createExpressionCache, type CompiledExpression, type ExpressionCache } from './compile.ts';
import { bindFunctions, type ExpressionEnvironment } from './deterministic-functions.ts';
import { createGuard, guardVariable } from './evaluation-guard.ts';
import { plainJson } from './plain-json.ts';
import { splitTemplate, wholeExpression, type TemplateSegment } from './scan.ts';
import { createSeededRandom } from './seeded-random.ts';

export type { ExpressionEnvironment } from './deterministic-functions.ts';
export { createExpressionCache, type ExpressionCache } from './compile.ts';

/** What an expression of the nodes family sees. */
export interface ExpressionScope {
  readonly inputs: Json;
  readonly nodes: Readonly<Record<string, { readonly output: Json; readonly status: string }>>;
  /** In a loop, from 1. */
  readonly iteration?: number;
  readonly previous?: Json;
}

export interface EvaluationError {
  readonly name: 'States.QueryEvaluationError';
  readonly message: string;
}

export type Evaluation<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: EvaluationError };

export interface TemplateEffects {
  readonly hasExpressions: boolean;
  readonly usesClock: boolean;
  readonly usesRandom: boolean;
}

const noEffects: TemplateEffects = { hasExpressions: false, usesClock: false, usesRandom: false };

/** What evaluating a template would need, over all strings in it, so that only those who need a clock are given one. */
export function templateEffects(template: Json, cache: ExpressionCache = createExpressionCache()): TemplateEffects {
  if (typeof template === 'string') return stringEffects(template, cache);
  if (typeof template !== 'object' || template === null) return noEffects;
  let effects = noEffects;
  for (const item of Object.values(template)) {
    const inner = templateEffects(item, cache);
    effects = {
      hasExpressions: effects.hasExpressions || inner.hasExpressions,
      usesClock: effects.usesClock || inner.usesClock,
      usesRandom: effects.usesRandom || inner.usesRandom,
    };
  }
  return effects;
}

function stringEffects(text: string, cache: ExpressionCache): TemplateEffects {
  if (!text.includes('{%')) return noEffects;
  const compiled = splitTemplate(text).flatMap((segment) => (segment.kind === 'expression' ? [cache.get(segment.source)] : []));
  return {
    hasExpressions: true,
    usesClock: compiled.some((one) => one.ok && one.references.usesClock),
    usesRandom: compiled.some((one) => one.ok && one.references.usesRandom),
  };
}

/**
 * Evaluates one expression, written with or without its `{% %}`.
 *
 * Never throws, reads no clock and no random source, and settles in microtasks. `value` is undefined where the
 * expression finds nothing.
 */
export async function evaluateExpression(
  source: string,
  scope: ExpressionScope,
  environment: ExpressionEnvironment,
  cache: ExpressionCache = createExpressionCache(),
): Promise<Evaluation<Json | undefined>> {
  const inner = wholeExpression(splitTemplate(source));
  const random = environment.seed === null ? null : createSeededRandom(environment.seed);
  return evaluateCompiled(cache.get(inner?.source ?? source), scope, environment, random);
}

/**
 * Evaluates every expression in a JSON value. A string that is wholly one expression becomes its value; an embedded one
 * becomes text (strings as they are, other values as JSON). An expression that finds nothing gives null.
 *
 * `scope` is a plain object; usually an ExpressionScope.
 */
export async function evaluateTemplate(
  template: Json,
  scope: ExpressionScope | { readonly [name: string]: Json },
  environment: ExpressionEnvironment,
  cache: ExpressionCache = createExpressionCache(),
): Promise<Evaluation<Json>> {
  if (!hasExpressions(template)) return { ok: true, value: template };
  const random = environment.seed === null ? null : createSeededRandom(environment.seed);
  const evaluate = (source: string): Promise<Evaluation<Json | undefined>> => evaluateCompiled(cache.get(source), scope, environment, random);
  return evaluateValue(template, evaluate);
}

type Evaluate = (source: string) => Promise<Evaluation<Json | undefined>>;

function hasExpressions(template: Json): boolean {
  if (typeof template === 'string') return template.includes('{%');
  return typeof template === 'object' && template !== null && Object.values(template).some(hasExpressions);
}

async function evaluateValue(template: Json, evaluate: Evaluate): Promise<Evaluation<Json>> {
  if (!hasExpressions(template)) return { ok: true, value: template };
  if (typeof template === 'string') return evaluateString(template, evaluate);
  if (typeof template !== 'object' || template === null) return { ok: true, value: template };
  const values = new Map<string, Json>();
  // In sorted order, so that random numbers do not depend on the order a document happens to write its keys in.
  for (const [key, item] of isArray(template) ? Object.entries(template) : Object.entries(template).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const result = await evaluateValue(item, evaluate);
    if (!result.ok) return result;
    values.set(key, result.value);
  }
  if (isArray(template)) return { ok: true, value: [...values.values()] };
  return { ok: true, value: Object.fromEntries(Object.keys(template).map((key) => [key, values.get(key) ?? null])) };
}

async function evaluateString(text: string, evaluate: Evaluate): Promise<Evaluation<Json>> {
  const segments = splitTemplate(text);
  const whole = wholeExpression(segments);
  if (whole !== null) {
    const result = await evaluateSegment(whole, evaluate);
    return result.ok ? { ok: true, value: result.value ?? null } : result;
  }
  let built = '';
  for (const segment of segments) {
    if (segment.kind === 'text') {
      built += segment.text;
      continue;
    }
    const result = await evaluateSegment(segment, evaluate);
    if (!result.ok) return result;
    const value = result.value ?? null;
    built += typeof value === 'string' ? value : JSON.stringify(value);
  }
  return { ok: true, value: built };
}

function evaluateSegment(segment: Extract<TemplateSegment, { kind: 'expression' }>, evaluate: Evaluate): Promise<Evaluation<Json | undefined>> {
  if (!segment.closed) return Promise.resolve(failure(segment.source, 'it is never closed with %}'));
  return evaluate(segment.source);
}

async function evaluateCompiled(
  compiled: CompiledExpression,
  scope: ExpressionScope | { readonly [name: string]: Json },
  environment: ExpressionEnvironment,
  random: (() => number) | null,
): Promise<Evaluation<Json | undefined>> {
  if (!compiled.ok) return failure(compiled.source, compiled.error.message);
  const { variables, usesTransform, mayWriteToInput } = compiled.references;
  const guard = createGuard(usesTransform, compiled.regexes, (target, started) => {
    const names = new Set(variables.map((variable) => variable.name));
    // jsonata itself calls $clone for `| … |`.
    bindFunctions([...names, ...(usesTransform ? ['clone'] : [])], target, environment, random, started);
  });
  try {
    const input = mayWriteToInput ? plainJson(scope) : scope;
    const result: unknown = await compiled.expression.evaluate(input, { [guardVariable]: guard, eval: undefined });
    guard.charge(guard.measure(result) / 64);
    return { ok: true, value: plainJson(result) };
  } catch (thrown) {
    return failure(compiled.source, thrownMessage(thrown, compiled));
  } finally {
    // A failure in one item of an array leaves jsonata evaluating the others.
    guard.stop();
  }
}

function failure(source: string, reason: string): { readonly ok: false; readonly error: EvaluationError } {
  const shown = source.trim().replaceAll(/\s+/g, ' ');
  const short = shown.length > 80 ? `${shown.slice(0, 79)}…` : shown;
  return { ok: false, error: { name: 'States.QueryEvaluationError', message: `{% ${short} %}: ${reason}` } };
}

function thrownMessage(thrown: unknown, compiled: CompiledExpression & { readonly ok: true }): string {
  const { message, code, token } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Readonly<Record<string, unknown>>;
  if (code === 'T1006' && typeof token === 'string') {
    const known = builtinFunctions.includes(token) || compiled.references.bound.has(token);
    if (!known) return `there is no function $${token}`;
  }
  return typeof message === 'string' && message !== '' ? message : 'it failed';
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
