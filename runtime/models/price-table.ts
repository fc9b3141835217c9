import { createRequire } from 'node:module';
import type * as GenaiPrices from '@pydantic/genai-prices';
import { parsePrice } from './price.ts';
import type { FlatPrice, Price } from './provider.ts';

/** Whose price list: a provider by its name, or whoever is known to serve an address. */
export type PriceSource = { readonly provider: string } | { readonly url: string };

/** The price of a model in the bundled table, with what longer prompts cost; null = it is not there. Nothing is fetched. */
export function tablePrice(model: string, source: PriceSource): Price | null {
  if (model === '') return null;
  const { calcPrice, findProvider } = loadTable();
  const provider = 'provider' in source ? source.provider : findProvider({ providerApiUrl: source.url })?.id;
  if (provider === undefined) return null;
  const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId: provider });
  return found === null ? null : priceOf(found.model_price);
}

/** A row of the table, in US dollars per million tokens. */
export function priceOf(row: GenaiPrices.ModelPrice): Price | null {
  const flat = flatAt(0, row);
  if (flat === null) return null;
  const starts = PARTS.flatMap(([, name]) => {
    const part = row[name];
    return typeof part === 'object' ? part.tiers.map(({ start }) => start) : [];
  });
  const tiers: (FlatPrice & { readonly above: number })[] = [];
  for (const above of [...new Set(starts)].sort((a, b) => a - b)) {
    const tier = flatAt(above + 1, row);
    if (tier === null) return null;
    // What is set aside goes by an upper bound of the prompt: it covers a shorter one only if that is no dearer.
    tiers.push({ ...rising(tiers.at(-1) ?? flat, tier), above });
  }
  return tiers.length === 0 ? flat : { ...flat, tiers };
}

/** What a part of a price is called in a document, and in the table. */
const PARTS = [['input', 'input_mtok'], ['output', 'output_mtok'], ['cached_input', 'cache_read_mtok'], ['cache_write', 'cache_write_mtok'], ['image_input', 'input_image_mtok'], ['reasoning', 'output_reasoning_mtok']] as const;

function rising(before: FlatPrice, { cacheWrite, imageInput, reasoning, ...tier }: FlatPrice): FlatPrice {
  return {
    ...tier, input: Math.max(tier.input, before.input), output: Math.max(tier.output, before.output),
    ...(cacheWrite === undefined ? {} : { cacheWrite: Math.max(cacheWrite, before.cacheWrite ?? 0) }),
    ...(imageInput === undefined ? {} : { imageInput: Math.max(imageInput, before.imageInput ?? 0) }),
    ...(reasoning === undefined ? {} : { reasoning: Math.max(reasoning, before.reasoning ?? 0) }),
  };
}

function flatAt(promptTokens: number, row: GenaiPrices.ModelPrice): FlatPrice | null {
  const known = PARTS.flatMap(([name, column]) => {
    const part = partAt(row[column], promptTokens);
    return part === null ? [] : [[name, part] as const];
  });
  const prices: Readonly<Record<string, number>> = Object.fromEntries(known);
  const { cached_input: cached, ...others } = prices;
  const price = parsePrice(cached === undefined || cached > (prices['input'] ?? 0) ? others : prices);
  return price === 'free' ? null : price;
}

function partAt(part: number | GenaiPrices.TieredPrices | undefined, promptTokens: number): number | null {
  if (typeof part !== 'object') return part ?? null;
  return part.tiers.toSorted((a, b) => a.start - b.start).findLast(({ start }) => promptTokens > start)?.price ?? part.base;
}

/** Half a megabyte of prices takes a tenth of a second to load: only when a run asks for one. Node keeps it from then on. */
function loadTable(): typeof GenaiPrices {
  return createRequire(import.meta.url)('@pydantic/genai-prices') as typeof GenaiPrices;
}
