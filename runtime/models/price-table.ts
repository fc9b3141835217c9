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
export function priceOf({ input_mtok: input, output_mtok: output, cache_read_mtok: cached }: GenaiPrices.ModelPrice): Price | null {
  const flat = flatAt(0, input, output, cached);
  if (flat === null) return null;
  const starts = [input, output, cached].flatMap((part) => (typeof part === 'object' ? part.tiers.map(({ start }) => start) : []));
  const tiers: (FlatPrice & { readonly above: number })[] = [];
  for (const above of [...new Set(starts)].sort((a, b) => a - b)) {
    const tier = flatAt(above + 1, input, output, cached);
    if (tier === null) return null;
    // What is set aside goes by an upper bound of the prompt: it covers a shorter one only if that is no dearer.
    const before = tiers.at(-1) ?? flat;
    tiers.push({ ...tier, above, input: Math.max(tier.input, before.input), output: Math.max(tier.output, before.output) });
  }
  return tiers.length === 0 ? flat : { ...flat, tiers };
}

type Part = number | GenaiPrices.TieredPrices | undefined;

function flatAt(promptTokens: number, input: Part, output: Part, cached: Part): FlatPrice | null {
  const [inputPrice, outputPrice, cachedPrice] = [input, output, cached].map((part) => partAt(part, promptTokens));
  const prices = { input: inputPrice ?? null, output: outputPrice ?? null };
  const price = parsePrice(cachedPrice == null || prices.input === null || cachedPrice > prices.input ? prices : { ...prices, cached_input: cachedPrice });
  return price === 'free' ? null : price;
}

function partAt(part: Part, promptTokens: number): number | null {
  if (typeof part !== 'object') return part ?? null;
  return part.tiers.toSorted((a, b) => a.start - b.start).findLast(({ start }) => promptTokens > start)?.price ?? part.base;
}

/** Half a megabyte of prices takes a tenth of a second to load: only when a run asks for one. Node keeps it from then on. */
function loadTable(): typeof GenaiPrices {
  return createRequire(import.meta.url)('@pydantic/genai-prices') as typeof GenaiPrices;
}
