import { lockWorkflow, openAgent, openWorkflow } from '../language/index.ts';
import type { Agent, LockedSpec, Workflow, Workspace } from '../language/index.ts';
import type { RunSettings } from './durable/context.ts';
import { sha256 } from './ledger/event.ts';
import { chooseModel, parseModel, settingsPrice } from './models/choose-model.ts';
import type { ChosenModel, ModelSettings } from './models/choose-model.ts';
import type { ModelProvider } from './models/provider.ts';
import type { LockedWorkflow } from './run-plan.ts';

/** What the price of a call depends on, as it is now. */
export interface Pricing {
  readonly workspace: Workspace;
  readonly models: ModelSettings;
  readonly providers: ReadonlyMap<string, ModelProvider>;
  /** Of the ledger, where there is one. */
  readonly lockedSpec: (specHash: string) => LockedSpec | null;
}

/**
 * What a run of this document would call that may cost money, as `provider:model`, sorted. Nothing is locked. Of a document that cannot be locked
 * there is nothing to tell: no run of it will start.
 */
export function paidModelsOfTarget(pricing: Pricing, { workflow: path, text, name }: { readonly workflow: string; readonly text?: string; readonly name?: string }, override: string | null = null): readonly string[] {
  const { workspace, models, lockedSpec } = pricing;
  const simulated = parseModel(override ?? models.defaultModel).provider === 'simulated';
  const result = lockWorkflow({ path, ...(text === undefined ? {} : { text }), ...(name === undefined ? {} : { name }) }, workspace, { sha256, simulated, lockedSpec });
  if (!result.ok) return [];
  const agents = new Map(result.locks.flatMap(({ kind, specHash, content }) => (kind === 'agent' ? [[specHash, openAgent(content)] as const] : [])));
  return named(result.locks.flatMap(({ kind, content }) => (kind === 'workflow' ? chosenFor(pricing, openWorkflow(content), (hash) => agents.get(hash), override) : [])));
}

/** The same of a run that goes on, or is made again: itself as it was planned, its children as they would be now. */
export function paidModelsOfRun(pricing: Pricing, locked: LockedWorkflow, { models }: Pick<RunSettings, 'models'>, override: string | null): readonly string[] {
  const below = ({ workflow, agents, children }: LockedWorkflow): readonly ChosenModel[] => [
    ...chosenFor(pricing, workflow, (hash) => agents.get(hash)?.agent, override),
    ...[...children.values()].flatMap(below),
  ];
  const own = Object.values(models).map((choice) => ({ ...choice, baseUrl: choice.baseUrl ?? null }));
  return named([...own, ...[...locked.children.values()].flatMap(below)]);
}

/** Whether a call of this model, outside of any run, may cost money. `provider` stands for all of its models. */
export function isPaidModel({ models, providers }: Pricing, name: string): boolean {
  const { provider, model } = parseModel(name);
  const known = providers.get(provider);
  return isPaid({ provider, price: settingsPrice(models, provider, model) ?? known?.price(model, {}, known.endpoint ?? null) ?? null });
}

function chosenFor({ models, providers }: Pricing, { nodes }: Workflow, agentOf: (specHash: string) => Agent | undefined, override: string | null): readonly ChosenModel[] {
  return nodes.flatMap(({ work, modelHint }) => {
    const agent = work.kind === 'agent' || work.kind === 'task' ? agentOf(work.agent.specHash ?? '') : undefined;
    return agent === undefined ? [] : [chooseModel(agent, modelHint, override, models, providers)];
  });
}

function named(chosen: readonly ChosenModel[]): readonly string[] {
  return [...new Set(chosen.filter(isPaid).map(({ provider, model }) => (model === '' ? provider : `${provider}:${model}`)))].sort();
}

/** The money of the simulated model is notional. What nobody knows the price of may have one. */
function isPaid({ provider, price }: Pick<ChosenModel, 'provider' | 'price'>): boolean {
  return provider !== 'simulated' && price !== 'free' && (price === null || price.input > 0 || price.output > 0 || price.tiers !== undefined);
}
