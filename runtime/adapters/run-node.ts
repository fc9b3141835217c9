import type { Workflow, WorkflowNode } from '../../language/index.ts';
import type { ExpressionScope } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { completed, failed } from '../agents/node-result.ts';
import type { NodeResult } from '../agents/node-result.ts';
import { promptOf, questionOf, untrusted } from '../agents/prompt.ts';
import type { FilledTask } from '../agents/prompt.ts';
import { recallTexts } from '../agents/recall-texts.ts';
import { isWorthRetry, waitForRetry } from '../agents/retry.ts';
import { runAgent } from '../agents/run-agent.ts';
import { microsFromUsd } from '../models/price.ts';
import type { AgentRun, Budget, LockedAgent, ModelChoice, Opening, RunContext } from '../durable/context.ts';
import { pathOf } from '../durable/context.ts';
import type { Templates } from './templates.ts';

/** What a node can see of the run so far. */
export interface Upstream {
  /** Results of every ancestor that is over, by id, as they are when it is called. */
  readonly scope: () => ExpressionScope;
  /** Results of its direct dependencies that are over, in document order. */
  readonly direct: readonly { readonly node: WorkflowNode; readonly result: NodeResult }[];
}

/** Calls a minute; as the schema has it. */
const DEFAULT_RATE = 60;

export function nodePath(id: string): string {
  return `nodes/${encodeURIComponent(id)}`;
}

/** Runs one node of any adapter: pause, `when`, pin, inputs, then its work, with retries of temporary failures. */
export async function runNode(ctx: RunContext, workflow: Workflow, node: WorkflowNode, upstream: Upstream, templates: Templates): Promise<NodeResult> {
  const path = nodePath(node.id);
  const attempt = new NodeAttempt(ctx, workflow, node, path, upstream, templates);
  const pinned = ctx.run.settings.pins[path];
  if (pinned !== undefined) return attempt.pinned(pinned);
  if (node.when !== null) {
    const holds = await templates.holds(`${path}/when`, node.when, upstream.scope);
    if (!holds.ok) return attempt.refuse(failed('error', holds.error.name, `The condition under "when" failed: ${holds.error.message}`, path));
    if (!holds.value) return attempt.refuse(failed('skipped', 'Dagbook.Skipped', 'Its condition under "when" is not true.', path));
  }
  let inputs = await templates.fill(`${path}/inputs`, node.inputs, upstream.scope);
  if (!inputs.ok) return attempt.refuse(failed('error', inputs.error.name, `Its inputs cannot be worked out: ${inputs.error.message}`, path));
  const { pauseAt } = ctx.run.settings;
  if (pauseAt.includes('*') || pauseAt.includes(path)) {
    const decision = readDecision(await ctx.ask(`${path}/pause`, pauseForm(node.id, inputs.value)));
    if (decision.action === 'skip') return attempt.refuse(failed('skipped', 'Dagbook.Skipped', 'Skipped by the operator.', path));
    if (decision.inputs !== null) inputs = { ok: true, value: decision.inputs };
  }
  const given = inputs.value as JsonObject;
  for (let n = 1; ; n++) {
    const result = await attempt.work(given, n);
    if (result.error === null || !isWorthRetry(result.error, n)) return result;
    await waitForRetry(ctx, pathOf('nodes', node.id, 'retry', n), result.error, n);
  }
}

/** Records a node that never ran, with its cause. */
export function skipNode(ctx: RunContext, node: WorkflowNode, cause: string): NodeResult {
  const path = nodePath(node.id);
  const result = failed('skipped', 'Dagbook.Skipped', `Skipped: ${cause}.`, path);
  openRun(ctx, node, path, {}, { ...whoOf(ctx, node), model: null, attempt: 1, skipped: true, budget: freeBudget(path) }).close(result);
  return result;
}

class NodeAttempt {
  readonly #ctx: RunContext;
  readonly #workflow: Workflow;
  readonly #node: WorkflowNode;
  readonly #upstream: Upstream;
  readonly #templates: Templates;
  readonly #path: string;

  constructor(ctx: RunContext, workflow: Workflow, node: WorkflowNode, path: string, upstream: Upstream, templates: Templates) {
    this.#ctx = ctx;
    this.#workflow = workflow;
    this.#node = node;
    this.#upstream = upstream;
    this.#templates = templates;
    this.#path = path;
  }

  async pinned(value: Json): Promise<NodeResult> {
    const run = this.#open({}, { ...whoOf(this.#ctx, this.#node), model: null, attempt: 1, budget: freeBudget(this.#path) });
    const output = await run.pinned(`${this.#path}/pin`, value);
    return close(run, completed(output));
  }

  refuse(result: NodeResult): NodeResult {
    return close(this.#open({}, { ...whoOf(this.#ctx, this.#node), model: null, attempt: 1, skipped: result.status === 'skipped', budget: freeBudget(this.#path) }), result);
  }

  work(inputs: JsonObject, attempt: number): Promise<NodeResult> {
    const { work } = this.#node;
    switch (work.kind) {
      case 'agent':
      case 'task':
        return this.#agent(work.agent.specHash ?? '', inputs, attempt);
      case 'human':
        return this.#human(work, inputs, attempt);
      case 'workflow':
        return this.#child(work.workflow.ref, work.workflow.specHash ?? '', inputs, attempt);
      case 'template':
      case 'none':
        return Promise.resolve(this.refuse(failed('error', 'States.Runtime', 'This node has no work that can be run.', this.#path)));
    }
  }

  async #agent(specHash: string, inputs: JsonObject, attempt: number): Promise<NodeResult> {
    const { work } = this.#node;
    const locked = this.#ctx.run.agents.get(specHash);
    const choice = this.#ctx.run.settings.models[this.#node.id];
    if (locked === undefined || choice === undefined) throw new Error(`unreachable: node ${this.#node.id} runs without a locked agent or a model`);
    const run = this.#open(inputs, {
      agent: locked.agent.name, version: locked.version, model: choice.model === '' ? choice.provider : `${choice.provider}:${choice.model}`, attempt,
      budget: { ...this.#limits(locked), account: this.#path, price: choice.price, ...rateOf(locked.agent, choice) },
    });
    const task = work.kind === 'agent' || work.kind === 'task' ? work.task : null;
    const filled = task === null ? null : await this.#templates.fill(`${this.#path}/task`, { goal: task.goal, criteria: task.criteria }, this.#upstream.scope);
    if (filled !== null && !filled.ok) return close(run, failed('error', filled.error.name, `Its task cannot be worked out: ${filled.error.message}`, this.#path));
    const outputSchema = this.#node.outputSchema ?? locked.agent.outputSchema ?? locked.agent.guardrails.outputSchema;
    const parts = {
      agent: locked.agent, workflow: this.#workflow, node: this.#node, task: filled === null ? null : (filled.value as unknown as FilledTask), inputs,
      upstream: outputsOf(this.#upstream), runInputs: this.#ctx.run.inputs,
      inherited: this.#upstream.direct.map(({ node, result }) => ({ node: node.id, transcript: result.transcript })), outputSchema,
    };
    const found = await recallTexts(run, this.#path, locked.agent, () => questionOf(parts));
    if (!found.ok) return close(run, failed('error', found.error.name, found.error.message, this.#path));
    const messages = promptOf({ ...parts, recalled: found.recalled });
    const tools = this.#node.trust === 'quarantined' ? null : this.#node.isolation;
    return close(run, await runAgent(run, this.#path, { agent: locked.agent, choice, messages, outputSchema, verifies: this.#node.role === 'verify', tools }));
  }

  async #human(work: Extract<WorkflowNode['work'], { kind: 'human' }>, inputs: JsonObject, attempt: number): Promise<NodeResult> {
    const path = this.#path;
    const run = this.#open(inputs, { ...whoOf(this.#ctx, this.#node), model: null, attempt, budget: freeBudget(path) });
    const goal = work.task === null ? null : await this.#templates.fill(`${path}/task`, work.task.goal, this.#upstream.scope);
    if (goal !== null && !goal.ok) return close(run, failed('error', goal.error.name, `Its task cannot be worked out: ${goal.error.message}`, path));
    const question = run.ask(`${path}/ask`, { form: work.form, assignees: work.assignees, goal: goal === null ? null : goal.value, inputs, upstream: outputsOf(this.#upstream) });
    const answer = work.timeoutSeconds === null ? { value: await question } : await this.#withTimeout(run, question, work.timeoutSeconds);
    if (answer === null) return close(run, failed('error', 'States.Timeout', `Nobody answered within ${work.timeoutSeconds ?? 0} s.`, path));
    return close(run, completed(answer.value));
  }

  async #withTimeout(run: AgentRun, question: Promise<Json>, seconds: number): Promise<{ readonly value: Json } | null> {
    const asked = await run.now(`${this.#path}/asked`);
    const timeout = run.sleep(`${this.#path}/timeout`, asked + seconds * 1_000).then(() => null);
    const first = await Promise.race([question.then((value) => ({ value })), timeout]);
    run.scope(`${this.#path}/${first === null ? 'ask' : 'timeout'}`).cancel();
    return first;
  }

  async #child(ref: string, specHash: string, inputs: JsonObject, attempt: number): Promise<NodeResult> {
    const child = this.#ctx.run.settings.children[specHash];
    if (child === undefined) throw new Error(`unreachable: node ${this.#node.id} runs a workflow that is not locked`);
    const { perNodeMaxTokens } = this.#workflow.caps;
    const run = this.#open(inputs, {
      agent: ref, version: child.version, model: null, attempt,
      budget: { account: this.#path, tokens: tightest(perNodeMaxTokens, this.#node.tokenBudget), micros: null, price: { input: 0, output: 0 } },
    });
    const outcome = await run.child(`${this.#path}/run`, { version: child.version, inputs, limits: child.caps });
    if (outcome.status === 'completed') {
      return close(run, completed(outcome.output));
    }
    const error = { name: outcome.error?.name ?? 'States.TaskFailed', message: `The child run ended as ${outcome.status}: ${outcome.error?.message ?? 'no reason given'}`, path: this.#path };
    return close(run, { status: outcome.status === 'rejected' ? 'rejected' : 'error', output: null, error, transcript: [] });
  }

  #limits({ agent }: LockedAgent): { readonly tokens: number | null; readonly micros: number | null } {
    const usd = Math.min(agent.maxCostUsd, agent.guardrails.costBudgetUsd, agent.costCaps.perRunMaxUsd ?? Infinity);
    return { tokens: tightest(this.#workflow.caps.perNodeMaxTokens, this.#node.tokenBudget, agent.costCaps.perRunMaxTokens), micros: microsFromUsd(usd) };
  }

  #open(inputs: JsonObject, opening: Omit<Opening, 'node' | 'inputs' | 'iteration'>): AgentRun {
    return openRun(this.#ctx, this.#node, this.#path, inputs, opening);
  }
}

/** The default is for servers that others pay and wait for too: it does not hold the built-in model up. */
function rateOf({ name, guardrails }: LockedAgent['agent'], { provider }: ModelChoice): Pick<Budget, 'rate'> {
  const perMinute = guardrails.rateLimitPerMinute;
  return provider === 'simulated' && perMinute === DEFAULT_RATE ? {} : { rate: { name, perMinute } };
}

function openRun(ctx: RunContext, node: WorkflowNode, path: string, inputs: JsonObject, opening: Omit<Opening, 'node' | 'inputs' | 'iteration'>): AgentRun {
  return ctx.agentRun(path, { node: node.id, inputs, iteration: 1, ...opening });
}

function close(run: AgentRun, result: NodeResult): NodeResult {
  run.close({ status: result.status, output: result.output, error: result.error });
  return result;
}

function outputsOf(upstream: Upstream): JsonObject {
  return Object.fromEntries(upstream.direct.map(({ node, result }) => [node.id, node.trust === 'quarantined' ? untrusted(result.output) : result.output]));
}

/** Who would have done the work of a node that is not asked to: named as where it is. */
function whoOf({ run }: RunContext, { work }: WorkflowNode): Pick<Opening, 'agent' | 'version'> {
  switch (work.kind) {
    case 'agent':
    case 'task': {
      const locked = run.agents.get(work.agent.specHash ?? '');
      return { agent: locked?.agent.name ?? work.agent.ref, version: locked?.version ?? null };
    }
    case 'workflow':
      return { agent: work.workflow.ref, version: run.settings.children[work.workflow.specHash ?? '']?.version ?? null };
    case 'human':
      return { agent: work.assignees.length === 0 ? 'person' : work.assignees.join(', '), version: null };
    case 'template':
      return { agent: work.template, version: null };
    case 'none':
      return { agent: '', version: null };
  }
}

function freeBudget(account: string): Budget {
  return { account, tokens: null, micros: null, price: { input: 0, output: 0 } };
}

function tightest(...caps: readonly (number | null)[]): number | null {
  const set = caps.filter((cap) => cap !== null);
  return set.length === 0 ? null : Math.min(...set);
}

function pauseForm(node: string, inputs: Json): JsonObject {
  return {
    type: 'object', title: `Paused before ${node}`, required: ['action'], inputs,
    properties: { action: { enum: ['go', 'skip'] }, inputs: { type: 'object', description: 'Runs the node on these inputs instead.' } },
  };
}

function readDecision(answer: Json): { readonly action: 'go' | 'skip'; readonly inputs: JsonObject | null } {
  const given = (typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? answer : {}) as JsonObject;
  const inputs = given['inputs'];
  return { action: given['action'] === 'skip' ? 'skip' : 'go', inputs: typeof inputs === 'object' && inputs !== null && !Array.isArray(inputs) ? (inputs as JsonObject) : null };
}
