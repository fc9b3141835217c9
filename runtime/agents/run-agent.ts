import type { Agent, Isolation, McpServer } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AgentRun, LeafError, ModelChoice, ToolListing } from '../durable/context.ts';
import type { ModelMessage } from '../models/provider.ts';
import { Conversation } from './conversation.ts';
import { guardrailsOf, verdictOf } from './guardrails.ts';
import type { GuardrailCheck } from './guardrails.ts';
import { failed } from './node-result.ts';
import type { NodeResult } from './node-result.ts';
import { readJson } from './read-json.ts';
import { redactPersonalIn } from './redact-personal.ts';
import { chooseTools, serversOf } from './tool-set.ts';
import type { ToolSet } from './tool-set.ts';

export interface AgentJob {
  readonly agent: Agent;
  readonly choice: ModelChoice;
  readonly messages: readonly ModelMessage[];
  readonly outputSchema: JsonObject | null;
  /** A verifier's `passed: false` rejects the node. */
  readonly verifies: boolean;
  /** What tools may do here; null = there are none, as in quarantine. */
  readonly tools: Isolation | null;
}

interface Reading {
  readonly output: Json;
  readonly text: string;
}

/**
 * One agent run over its context: prompt → model, with turns of tools in between → JSON where a schema asks for it (one
 * repair) → guardrails → output. Plain async: it is journalled by the context, and replays exactly.
 */
export async function runAgent(run: AgentRun, path: string, job: AgentJob): Promise<NodeResult> {
  const tools = await openTools(run, path, job);
  if (!tools.ok) return refused('error', tools.error, path);
  const talk = new Conversation(run, path, job, tools.tools);
  const reading = await readAnswer(run, path, job, talk);
  if ('status' in reading) return reading;
  const note = ({ name, limit, found, failure }: Omit<GuardrailCheck, 'name'> & { readonly name: string }): void =>
    run.note(`${path}/guardrail/${name}`, 'guardrail', { limit }, { found, passed: failure === null }, failure === null ? undefined : 'Dagbook.GuardrailFailed');
  for (const check of guardrailsOf(job.agent, reading.output, talk)) {
    note(check);
    if (check.failure !== null) return failed('rejected', 'Dagbook.GuardrailFailed', `Guardrail ${check.name}: ${check.failure}`, path);
  }
  const { output, text } = job.agent.guardrails.piiRedact ? withoutPersonal(reading, (found) => note({ name: 'pii_redact', limit: true, found, failure: null })) : reading;
  const transcript = [{ role: 'user' as const, content: job.messages.at(-1)?.content ?? '' }, { role: 'assistant' as const, content: text }];
  const verdict = job.verifies ? verdictOf(output) : null;
  if (verdict !== null && !verdict.passed) {
    const error = { name: 'Dagbook.VerdictFailed', message: verdict.feedback === '' ? 'The verifier did not pass it.' : `The verifier did not pass it: ${verdict.feedback}`, path };
    return { status: 'rejected', output, error, transcript };
  }
  return { status: 'completed', output, error: null, transcript };
}

/** Last of the guardrails: it changes the answer instead of refusing it. */
function withoutPersonal(reading: Reading, note: (found: JsonObject) => void): Reading {
  const { text: cleaned, found } = redactPersonalIn([reading.output, reading.text]);
  note(found);
  const [output, text] = cleaned as readonly [Json, string];
  return { output, text };
}

/** Starts the agent's servers and asks what they have: one step, so that a replay knows it without them. */
function openTools(run: AgentRun, path: string, { agent, tools }: AgentJob): Promise<ToolSet> {
  if (tools === null || agent.tools.length + agent.mcpServers.length === 0) return noTools;
  const servers = serversOf(agent, run.run.settings.servers ?? []);
  return servers.length === 0 ? noTools : listTools(run, path, agent, tools, servers);
}

const noTools: Promise<ToolSet> = Promise.resolve({ ok: true, tools: [] });

async function listTools(run: AgentRun, path: string, agent: Agent, tools: Isolation, servers: readonly McpServer[]): Promise<ToolSet> {
  const listed = await run.tool(`${path}/tools`, { do: 'list', servers });
  return listed.status === 'ok' ? chooseTools(agent, tools, servers, listed.value as unknown as ToolListing) : { ok: false, error: listed.error };
}

async function readAnswer(run: AgentRun, path: string, job: AgentJob, talk: Conversation): Promise<Reading | NodeResult> {
  const first = await talk.answer();
  if (!first.ok) return refused(first.status, first.error, path);
  if (job.outputSchema === null) return { output: first.text, text: first.text };
  const read = check(run, job.outputSchema, first.text);
  if (read.ok) return { output: read.value, text: first.text };
  if (first.finish !== 'stop') return failed('error', 'Dagbook.OutputTruncated', `The answer was cut off at its token limit, so it is no complete JSON. Raise max_tokens or the node's cap.`, path);
  if (talk.callsLeft < 1) return failed('error', 'Dagbook.OutputInvalid', `The answer does not satisfy the output schema: ${read.problem}. max_calls leaves no call to repair it.`, path);

  const second = await talk.reply(`This does not satisfy the schema: ${read.problem}\nAnswer again with the corrected JSON value and nothing else.`);
  if (!second.ok) return refused(second.status, second.error, path);
  const again = check(run, job.outputSchema, second.text);
  if (!again.ok) return failed('error', 'Dagbook.OutputInvalid', `The answer does not satisfy the output schema, nor does its repair: ${again.problem}`, path);
  return { output: again.value, text: second.text };
}

function refused(status: 'error' | 'rejected', error: LeafError, path: string): NodeResult {
  return { status, output: null, error: { ...error, path }, transcript: [] };
}

function check(run: AgentRun, schema: JsonObject, text: string): { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly problem: string } {
  const read = readJson(text);
  if (!read.ok) return { ok: false, problem: 'it is not JSON' };
  const problems = run.run.checkSchema(schema, read.value);
  return problems.length === 0 ? { ok: true, value: read.value } : { ok: false, problem: problems.slice(0, 5).join('; ') };
}
