import { createRequire } from 'node:module';
import type * as GenaiPrices from '@pydantic/genai-prices';
import { parsePrice } from './price.ts';
import type { Price } from './provider.ts';

/** Whose price list: a provider by its name, or whoever is known to serve an address. */
export type PriceSource = { readonly provider: string } | { readonly url: string };

/**
 * The price of a model in the bundled table; null = it is not there. Nothing is fetched.
 *
 * A model that costs more beyond some length of prompt has its price below that length.
 */
export function tablePrice(model: string, source: PriceSource): Price | null {
  if (model === '') return null;
  const { calcPrice, findProvider } = loadTable();
  const provider = 'provider' in source ? source.provider : findProvider({ providerApiUrl: source.url })?.id;
  if (provider === undefined) return null;
  const found = calcPrice({ input_tokens: 1, output_tokens: 1 }, model, { providerId: provider });
  if (found === null) return null;
  const { input_mtok: input, output_mtok: output, cache_read_mtok: cached } = found.model_price;
  const prices = { input: baseOf(input), output: baseOf(output) };
  const cachedPrice = baseOf(cached);
  const price = parsePrice(cachedPrice === null || prices.input === null || cachedPrice > prices.input ? prices : { ...prices, cached_input: cachedPrice });
  return price === 'free' ? null : price;
}

function baseOf(price: number | GenaiPrices.TieredPrices | undefined): number | null {
  return typeof price === 'object' ? price.base : (price ?? null);
}

/** Half a megabyte of prices takes a tenth of a second to load: only when a run asks for one. Node keeps it from then on. */
function loadTable(): typeof GenaiPrices {
  return createRequire(import.meta.url)('@pydantic/genai-prices') as typeof GenaiPrices;
}
