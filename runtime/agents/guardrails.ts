import type { Agent } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

export interface GuardrailCheck {
  readonly name: 'cost' | 'calls' | 'forbidden_terms' | 'require_rationale' | 'min_confidence';
  readonly limit: Json;
  readonly found: Json;
  /** Null = passed. */
  readonly failure: string | null;
}

/** Defaults of the schema: a guardrail left at its default is enforced, but writes no step of its own. */
const DEFAULT_BUDGET_USD = 1;
const DEFAULT_MAX_CALLS = 20;

/** The checks an agent's output must pass, in order: cost, calls, forbidden terms, rationale, confidence. */
export function guardrailsOf(agent: Agent, output: Json, used: { readonly micros: number; readonly calls: number }): readonly GuardrailCheck[] {
  const { costBudgetUsd, forbiddenTerms, requireRationale, minConfidence } = agent.guardrails;
  const checks: GuardrailCheck[] = [];
  if (costBudgetUsd !== DEFAULT_BUDGET_USD) {
    const usd = used.micros / 1e6;
    checks.push({ name: 'cost', limit: costBudgetUsd, found: usd, failure: usd <= costBudgetUsd ? null : `The node cost $${usd}, more than its budget of $${costBudgetUsd}.` });
  }
  if (agent.maxCalls !== DEFAULT_MAX_CALLS) {
    checks.push({ name: 'calls', limit: agent.maxCalls, found: used.calls, failure: used.calls <= agent.maxCalls ? null : `The node made ${used.calls} calls, more than ${agent.maxCalls}.` });
  }
  if (forbiddenTerms.length > 0) {
    const texts = textsIn(output).map(likeFor);
    const found = forbiddenTerms.filter((term) => texts.some((text) => text.includes(likeFor(term))));
    checks.push({ name: 'forbidden_terms', limit: forbiddenTerms, found, failure: found.length === 0 ? null : `The answer holds forbidden terms: ${found.join(', ')}.` });
  }
  if (requireRationale) {
    const rationale = fieldOf(output, 'rationale');
    const given = typeof rationale === 'string' && rationale.trim() !== '';
    checks.push({ name: 'require_rationale', limit: true, found: given, failure: given ? null : 'The answer gives no rationale: it must be an object with a text under "rationale".' });
  }
  if (minConfidence !== null) {
    const confidence = fieldOf(output, 'confidence');
    const sure = typeof confidence === 'number' && confidence >= minConfidence;
    checks.push({ name: 'min_confidence', limit: minConfidence, found: confidence, failure: sure ? null : `The answer's confidence is ${JSON.stringify(confidence)}; at least ${minConfidence} is asked for.` });
  }
  return checks;
}

/** Every text of an answer, keys included: not its JSON, which says some of them in other characters. */
function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(textsIn);
  return Object.entries(value as JsonObject).flatMap(([key, item]) => [key, ...textsIn(item)]);
}

/** Texts that read the same are the same: whatever their case, their spaces, and the code points of their letters. */
function likeFor(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '').replace(/\s+/g, ' ');
}

function fieldOf(value: Json, name: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return (value as Readonly<Record<string, Json>>)[name] ?? null;
}

/** A verifier's verdict, read tolerantly: a missing `passed` is a no. Null when the output is no verdict at all. */
export function verdictOf(output: Json): { readonly passed: boolean; readonly feedback: string } | null {
  if (fieldOf(output, 'passed') === null && fieldOf(output, 'overall_score') === null) return null;
  const feedback = fieldOf(output, 'feedback');
  return { passed: fieldOf(output, 'passed') === true, feedback: typeof feedback === 'string' ? feedback : '' };
}
