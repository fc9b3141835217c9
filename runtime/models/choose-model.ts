import type { Agent } from '../../language/index.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json } from '../../protocol/json.ts';
import { parsePrice } from './price.ts';
import type { ModelProvider, Price } from './provider.ts';

export interface ModelSettings {
  /** `provider` or `provider:model`. */
  readonly defaultModel: string;
  readonly tiers: Readonly<Record<string, string>>;
  /** Model (`provider:model`, or `provider` for all of its models) to its price, as an agent document writes one; goes before the table. */
  readonly prices?: Readonly<Record<string, Json>>;
}

export interface ChosenModel {
  readonly provider: string;
  readonly model: string;
  /** Null = nobody knows. */
  readonly price: Price | 'free' | null;
  /** Null = the provider's own address. */
  readonly baseUrl: string | null;
}

/**
 * What an agent runs on. The order: the run's override, the node's `model_hint`, the agent's own provider and model,
 * its tier, the default of the settings. An agent's `base_url` goes with its own provider, or with any when it names none;
 * then comes what the environment says. A price written in the agent goes with the agent's own model, and with the
 * simulated one, whose money is notional.
 */
export function chooseModel(agent: Agent, hint: string | null, override: string | null, settings: ModelSettings, providers: ReadonlyMap<string, ModelProvider>): ChosenModel {
  const { provider, model } = nameOf(agent, hint, override, settings);
  const own = override === null && hint === null;
  const written = own || provider === 'simulated' ? parsePrice(agent.model.price) : null;
  const known = providers.get(provider);
  const itsOwn = agent.model.provider === null || agent.model.provider === provider;
  const baseUrl = (itsOwn && provider !== 'simulated' ? agent.model.baseUrl : null) ?? known?.endpoint ?? null;
  return { provider, model, price: written ?? settingsPrice(settings, provider, model) ?? known?.price(model, agent.model.extras, baseUrl) ?? null, baseUrl };
}

/** As the settings have it: of this model, else of all of its provider's. */
export function settingsPrice({ prices = {} }: ModelSettings, provider: string, model: string): Price | 'free' | null {
  const [ofModel, ofProvider] = [`${provider}:${model}`, provider].map((name) => (Object.hasOwn(prices, name) ? parsePrice(prices[name]) : null));
  return ofModel ?? ofProvider ?? null;
}

function nameOf(agent: Agent, hint: string | null, override: string | null, settings: ModelSettings): { readonly provider: string; readonly model: string } {
  if (override !== null) return parseModel(override);
  if (hint !== null) return parseHint(hint, agent, settings);
  const { provider, model, tier } = agent.model;
  if (provider !== null) return { provider, model: model ?? '' };
  const byTier = tier === null ? undefined : settings.tiers[tier];
  const { provider: byDefault, model: defaultModel } = parseModel(byTier ?? settings.defaultModel);
  return { provider: byDefault, model: model ?? defaultModel };
}

function parseHint(hint: string, agent: Agent, settings: ModelSettings): { readonly provider: string; readonly model: string } {
  const byTier = settings.tiers[hint];
  if (byTier !== undefined) return parseModel(byTier);
  if (hint.includes(':')) return parseModel(hint);
  return { provider: agent.model.provider ?? parseModel(settings.defaultModel).provider, model: hint };
}

/** `provider` or `provider:model`; a model's name may hold colons itself. */
export function parseModel(text: string): { readonly provider: string; readonly model: string } {
  const colon = text.indexOf(':');
  const provider = colon < 0 ? text : text.slice(0, colon);
  if (!/^[a-z][a-z0-9_-]*$/.test(provider)) throw new DagbookError('usage', `"${text}" is no model. Write provider or provider:model, such as simulated or openai:gpt-5-mini.`);
  return { provider, model: colon < 0 ? '' : text.slice(colon + 1) };
}
