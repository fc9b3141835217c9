import { nearestWord, openAgent, openWorkflow } from '../language/index.ts';
import type { Agent, McpServer, SpecToLock, Workflow, WorkflowNode } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { SchemaCheck } from './agents/json-schema.ts';
import { serversOf } from './agents/tool-set.ts';
import type { LockedAgent, ModelChoice, RunCaps, RunSettings } from './durable/context.ts';
import type { SpecKind, SpecVersion } from './ledger/version-store.ts';
import { chooseModel } from './models/choose-model.ts';
import type { ModelSettings } from './models/choose-model.ts';
import { microsFromUsd } from './models/price.ts';
import type { ModelProvider } from './models/provider.ts';

/** A workflow as it was locked, with every spec it stands on, read from the ledger alone. */
export interface LockedWorkflow {
  readonly version: SpecVersion;
  readonly workflow: Workflow;
  /** By spec hash. */
  readonly agents: ReadonlyMap<string, LockedAgent>;
  /** By spec hash. */
  readonly children: ReadonlyMap<string, LockedWorkflow>;
}

/** Where locked specs are looked up: in a ledger, or among what is about to be locked. */
export type FindSpec = (kind: SpecKind, specHash: string) => SpecVersion | null;

/** A spec as its version will be once it is locked, but for what only the ledger gives: its ids and its number. */
export function unlocked({ name, content, specHash, sourcePath }: Pick<SpecToLock, 'name' | 'content' | 'specHash' | 'sourcePath'>): SpecVersion {
  return { key: 0, id: '', spec_id: '', name, version: 0, spec_hash: specHash, content, source_path: sourcePath, created_at: '' };
}

/** Opens a version row. A missing spec is an error, never a silent fall back to today's file (rule 22). */
export function openVersion({ versions }: { readonly versions: { readonly byHash: FindSpec } }, version: SpecVersion): LockedWorkflow {
  const workflow = openWorkflow(version.content);
  const agents = new Map<string, LockedAgent>();
  const children = new Map<string, LockedWorkflow>();
  for (const node of workflow.nodes) {
    const { work } = node;
    if (work.kind === 'agent' || work.kind === 'task') {
      const hash = work.agent.specHash ?? '';
      if (agents.has(hash)) continue;
      const locked = versions.byHash('agent', hash);
      if (locked === null) throw missing(version, node, `agent ${work.agent.ref}`, hash);
      agents.set(hash, { agent: openAgent(locked.content), version: locked.id });
    }
    if (work.kind === 'workflow') {
      const hash = work.workflow.specHash ?? '';
      const locked = versions.byHash('workflow', hash);
      if (locked === null) throw missing(version, node, `workflow ${work.workflow.ref}`, hash);
      if (!children.has(hash)) children.set(hash, openVersion({ versions }, locked));
    }
  }
  return { version, workflow, agents, children };
}

function missing(version: SpecVersion, node: WorkflowNode, what: string, hash: string): DagbookError {
  return new DagbookError('version-missing', `${version.name} version ${version.version} needs ${what} with spec hash ${hash} (node ${node.id}), which is not in this ledger. Import it, or run the workflow from its file.`);
}

export interface PlanOptions {
  readonly override: string | null;
  readonly models: ModelSettings;
  readonly providers: ReadonlyMap<string, ModelProvider>;
  /** Tool servers of the settings. */
  readonly servers: readonly McpServer[];
  readonly secret: (name: string) => string | null;
  readonly until: string | null;
  readonly pauseAt: readonly string[];
  readonly pins: Readonly<Record<string, Json>>;
}

/** Settles everything a run is decided by before its first step: models, prices, caps. Throws what would make it fail. */
export function planRun(locked: LockedWorkflow, options: PlanOptions): RunSettings {
  const { workflow } = locked;
  const caps = capsOf(workflow);
  const models: Record<string, ModelChoice> = {};
  for (const node of workflow.nodes) {
    if (node.work.kind !== 'agent' && node.work.kind !== 'task') continue;
    const agent = locked.agents.get(node.work.agent.specHash ?? '')?.agent;
    if (agent === undefined) continue;
    const { provider, model, price, baseUrl } = chooseModel(agent, node.modelHint, options.override, options.models, options.providers);
    const name = model === '' ? provider : `${provider}:${model}`;
    if (!options.providers.has(provider)) {
      throw new DagbookError('model-not-available', `Node ${node.id} (agent ${agent.name}) runs on ${name}, and ${provider === 'vscode' ? 'the models of an editor can only be asked from within it' : `there is no provider "${provider}" here`}. Available: ${[...options.providers.keys()].join(', ')}. Try: --model simulated`);
    }
    const problem = options.providers.get(provider)?.problem?.(model, agent.model.extras, baseUrl) ?? null;
    if (problem !== null) throw new DagbookError('model-not-available', `Node ${node.id} (agent ${agent.name}) cannot run on ${name}: ${problem}. Try: --model simulated`);
    if (price === null) {
      // Every agent has a money cap of its own (max_cost_usd), so an unknown price can never be held to one.
      throw new DagbookError('price-unknown', `Nobody knows the price of ${name} (node ${node.id}), so its money cap could not be held. Write the price under model.price in agent ${agent.name}, as {input, output} in dollars per million tokens or as free.`);
    }
    checkServers(node, agent, options);
    models[node.id] = { provider, model, price: price === 'free' ? { input: 0, output: 0 } : price, ...(baseUrl === null ? {} : { baseUrl }), ...(options.providers.get(provider)?.seesImages?.(model, agent.model.extras, baseUrl) === true ? { images: true as const } : {}) };
  }
  for (const child of locked.children.values()) planRun(child, { ...options, until: null, pauseAt: [], pins: {} });
  const children = Object.fromEntries([...locked.children].map(([hash, child]) => [hash, { version: child.version.id, caps: capsOf(child.workflow) }]));
  const servers = usedServers(locked, options.servers);
  return { models, caps, children, until: options.until, pauseAt: options.pauseAt, pins: options.pins, keep: null, recorded: false, ...(servers.length === 0 ? {} : { servers }) };
}

/** Servers of the settings that agents of this workflow need: with the run, so that it goes on and replays with the same. */
function usedServers({ workflow, agents }: LockedWorkflow, servers: readonly McpServer[]): readonly McpServer[] {
  const used = workflow.nodes.some((node) => (node.work.kind === 'agent' || node.work.kind === 'task') && (agents.get(node.work.agent.specHash ?? '')?.agent.tools.length ?? 0) > 0);
  return used ? servers : [];
}

/** A server that is not declared, or whose secret is missing, is told of before the run, not in the middle of it. */
function checkServers(node: WorkflowNode, agent: Agent, { servers, secret }: PlanOptions): void {
  if (agent.tools.length + agent.mcpServers.length === 0) return;
  const refuse = (problem: string): never => {
    throw new DagbookError('tool-not-available', `Node ${node.id} (agent ${agent.name}) cannot use its tools: ${problem}`);
  };
  const known = serversOf(agent, servers);
  if (known.length === 0) refuse('no tool server is declared. Declare one under mcp_servers in the agent, or in the setting dagbook.mcpServers.');
  const unknown = agent.tools.find((tool) => tool.server !== null && !known.some(({ name }) => name === tool.server));
  if (unknown !== undefined) refuse(`there is no tool server "${unknown.server ?? ''}". Known: ${known.map(({ name }) => name).join(', ')}.`);
  for (const server of known) {
    if ((server.command === null) === (server.url === null)) refuse(`tool server ${server.name} needs either a command or a url.`);
    const missing = [...Object.values(server.env), ...Object.values(server.headers)].find((value) => typeof value !== 'string' && (secret(value.secret) ?? '') === '');
    if (missing !== undefined && typeof missing !== 'string') refuse(`tool server ${server.name} needs the secret ${missing.secret}. Set the environment variable ${missing.secret}.`);
  }
}

function capsOf(workflow: Workflow): RunCaps {
  const { perRunMaxTokens, perRunMaxUsd } = workflow.caps;
  return { tokens: perRunMaxTokens, micros: perRunMaxUsd === null ? null : microsFromUsd(perRunMaxUsd) };
}

/** The tighter of a child's own caps and what its parent set aside for it. */
export function childCapsOf(workflow: Workflow, limits: RunCaps): RunCaps {
  const own = capsOf(workflow);
  const tighter = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b));
  return { tokens: tighter(own.tokens, limits.tokens), micros: tighter(own.micros, limits.micros) };
}

/** What the agents run on, for people: `simulated` or `openai:gpt-5-mini, simulated`. */
export function modelsInWords(settings: RunSettings): string {
  const names = Object.values(settings.models).map(({ provider, model }) => (model === '' ? provider : `${provider}:${model}`));
  return [...new Set(names)].sort().join(', ');
}

/** What is told of inputs that the workflow does not declare. They pass: whoever looks for them finds them. */
export function inputHints({ name, inputs }: Workflow, given: JsonObject): readonly string[] {
  const declared = Object.keys(inputs);
  return Object.keys(given).filter((input) => !Object.hasOwn(inputs, input)).map((input) => {
    const near = nearestWord(input, declared);
    return `${name} declares no input "${input}"; it is passed on as it is.${near === null ? '' : ` Did you mean "${near}"?`}`;
  });
}

/** Declared inputs are defaulted and checked, defaults too; undeclared ones pass. Throws inputs-invalid naming every problem. */
export function readInputs({ name: workflow, inputs: declarations }: Workflow, given: JsonObject, check: SchemaCheck): JsonObject {
  const problems: string[] = [];
  const inputs: Record<string, Json> = { ...given };
  for (const [name, declared] of Object.entries(declarations)) {
    const isGiven = Object.hasOwn(given, name);
    const value = isGiven ? given[name] : declared.default;
    if (value === undefined) {
      if (declared.required) problems.push(`${name} is required${declared.description === '' ? '' : ` (${declared.description})`}: --input ${name}=…`);
      continue;
    }
    inputs[name] = value;
    for (const problem of check(declared.schema, value)) problems.push(`${isGiven ? name : `the default of ${name}`}: ${problem.replace(/^the value /, '')}`);
  }
  if (problems.length > 0) throw new DagbookError('inputs-invalid', `The inputs do not fit ${workflow}: ${problems.join('; ')}.`);
  return inputs;
}

/**
 * Asks for every secret that a run may need, so that each is known before anything comes in that could give it back: of
 * a run that goes on in another process, too.
 */
export function learnSecrets({ workflow, agents }: LockedWorkflow, { models, servers = [] }: RunSettings, providers: ReadonlyMap<string, ModelProvider>, secret: (name: string) => string | null): void {
  const learn = (work: () => unknown): void => {
    try {
      work();
    } catch (error) {
      // Whoever needs it will say what is wrong with it.
      if (!(error instanceof DagbookError)) throw error;
    }
  };
  for (const { id, work } of workflow.nodes) {
    const agent = work.kind === 'agent' || work.kind === 'task' ? agents.get(work.agent.specHash ?? '')?.agent : undefined;
    const choice = models[id];
    if (agent === undefined || choice === undefined) continue;
    learn(() => providers.get(choice.provider)?.problem?.(choice.model, agent.model.extras, choice.baseUrl ?? null));
    for (const { env, headers } of [...agent.mcpServers, ...servers]) {
      for (const value of [...Object.values(env), ...Object.values(headers)]) if (typeof value !== 'string') learn(() => secret(value.secret));
    }
  }
}
