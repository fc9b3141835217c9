import type { Agent } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AgentRun, ModelAnswer, ModelChoice } from '../durable/context.ts';
import type { ModelMessage, ModelRequest } from '../models/provider.ts';
import { guardrailsOf, verdictOf } from './guardrails.ts';
import { failed } from './node-result.ts';
import type { NodeResult } from './node-result.ts';
import { readJson } from './read-json.ts';

export interface AgentJob {
  readonly agent: Agent;
  readonly choice: ModelChoice;
  readonly messages: readonly ModelMessage[];
  readonly outputSchema: JsonObject | null;
  /** A verifier's `passed: false` rejects the node. */
  readonly verifies: boolean;
}

interface Reading {
  readonly output: Json;
  readonly text: string;
  readonly calls: number;
  readonly micros: number;
}

/**
 * One agent run over its context: prompt → model → JSON where a schema asks for it (one repair) → guardrails → output.
 * Plain async: it is journalled by the context, and replays exactly.
 */
export async function runAgent(run: AgentRun, path: string, job: AgentJob): Promise<NodeResult> {
  const reading = await readAnswer(run, path, job);
  if ('status' in reading) return reading;
  for (const check of guardrailsOf(job.agent, reading.output, reading)) {
    run.note(`${path}/guardrail/${check.name}`, 'guardrail', { limit: check.limit }, { found: check.found, passed: check.failure === null }, check.failure === null ? undefined : 'Dagbook.GuardrailFailed');
    if (check.failure !== null) return failed('rejected', 'Dagbook.GuardrailFailed', `Guardrail ${check.name}: ${check.failure}`, path);
  }
  const transcript = [{ role: 'user' as const, content: job.messages.at(-1)?.content ?? '' }, { role: 'assistant' as const, content: reading.text }];
  const verdict = job.verifies ? verdictOf(reading.output) : null;
  if (verdict !== null && !verdict.passed) {
    const error = { name: 'Dagbook.VerdictFailed', message: verdict.feedback === '' ? 'The verifier did not pass it.' : `The verifier did not pass it: ${verdict.feedback}`, path };
    return { status: 'rejected', output: reading.output, error, transcript };
  }
  return { status: 'completed', output: reading.output, error: null, transcript };
}

async function readAnswer(run: AgentRun, path: string, job: AgentJob): Promise<Reading | NodeResult> {
  const first = await run.model(`${path}/model/1`, requestOf(job, job.messages));
  if (first.status !== 'ok') return refused(first, path);
  if (job.outputSchema === null) return { output: first.text, text: first.text, calls: 1, micros: first.micros };
  const read = check(run, job.outputSchema, first.text);
  if (read.ok) return { output: read.value, text: first.text, calls: 1, micros: first.micros };
  if (first.finish !== 'stop') return failed('error', 'Dagbook.OutputTruncated', `The answer was cut off at its token limit, so it is no complete JSON. Raise max_tokens or the node's cap.`, path);
  if (job.agent.maxCalls < 2) return failed('error', 'Dagbook.OutputInvalid', `The answer does not satisfy the output schema: ${read.problem}. max_calls leaves no call to repair it.`, path);

  const repair: readonly ModelMessage[] = [
    ...job.messages,
    { role: 'assistant', content: first.text },
    { role: 'user', content: `This does not satisfy the schema: ${read.problem}\nAnswer again with the corrected JSON value and nothing else.` },
  ];
  const second = await run.model(`${path}/model/2`, requestOf(job, repair));
  if (second.status !== 'ok') return refused(second, path);
  const again = check(run, job.outputSchema, second.text);
  if (!again.ok) return failed('error', 'Dagbook.OutputInvalid', `The answer does not satisfy the output schema, nor does its repair: ${again.problem}`, path);
  return { output: again.value, text: second.text, calls: 2, micros: first.micros + second.micros };
}

function requestOf(job: AgentJob, messages: readonly ModelMessage[]): ModelRequest {
  const { agent, choice } = job;
  return {
    provider: choice.provider, model: choice.model, messages, temperature: agent.model.temperature, maxTokens: agent.model.maxTokens, outputSchema: job.outputSchema, extras: agent.model.extras,
    ...(choice.baseUrl === undefined ? {} : { baseUrl: choice.baseUrl }),
  };
}

function refused(answer: Exclude<ModelAnswer, { status: 'ok' }>, path: string): NodeResult {
  return { status: answer.status, output: null, error: { ...answer.error, path }, transcript: [] };
}

function check(run: AgentRun, schema: JsonObject, text: string): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string } {
  const read = readJson(text);
  if (!read.ok) return { ok: false, problem: 'it is not JSON' };
  const problems = run.run.checkSchema(schema, read.value);
  return problems.length === 0 ? { ok: true, value: read.value } : { ok: false, problem: problems.slice(0, 5).join('; ') };
}
