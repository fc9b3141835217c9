import type { Json } from '../../protocol/json.ts';
import type { FlatPrice, ModelRequest, Price, TokenKinds } from './provider.ts';

/** The price of a call with so many prompt tokens. */
export function priceAt(price: Price, promptTokens: number): FlatPrice {
  return price.tiers?.findLast(({ above }) => promptTokens > above) ?? price;
}

/**
 * What a call costs in integer micro-dollars: components summed exactly, rounded up once. Tokens are whole and not negative;
 * the kinds are among them, and each token is charged once: what came from a cache, then what went into one, then images.
 */
export function costMicros(price: Price | 'free', promptTokens: number, outputTokens: number, kinds: TokenKinds = {}): number {
  if (price === 'free') return 0;
  const { input, output, cachedInput = input, cacheWrite = input, imageInput = input, reasoning = output } = priceAt(price, promptTokens);
  const cached = Math.min(kinds.cachedTokens ?? 0, promptTokens);
  const written = Math.min(kinds.cacheWriteTokens ?? 0, promptTokens - cached);
  const images = Math.min(kinds.imageTokens ?? 0, promptTokens - cached - written);
  const thought = Math.min(kinds.reasoningTokens ?? 0, outputTokens);
  const text = promptTokens - cached - written - images;
  const exact = text * input + cached * cachedInput + written * cacheWrite + images * imageInput + (outputTokens - thought) * output + thought * reasoning;
  // Each part is exact when the sum is: all are whole numbers of the same sign.
  if (Number.isSafeInteger(exact)) {
    const rest = exact % 1_000_000;
    return (exact - rest) / 1_000_000 + (rest > 0 ? 1 : 0);
  }
  const parts = [[text, input], [cached, cachedInput], [written, cacheWrite], [images, imageInput], [outputTokens - thought, output], [thought, reasoning]] as const;
  const total = parts.reduce((sum, [tokens, each]) => sum + BigInt(tokens) * BigInt(each), 0n);
  return Number((total + 999_999n) / 1_000_000n);
}

/** The price at which no token of a request can turn out dearer: what is set aside goes by it. */
export function reservedPrice(price: Price, { messages, extras }: Pick<ModelRequest, 'messages' | 'extras'>): Price {
  if (price.cacheWrite === undefined && price.imageInput === undefined && price.reasoning === undefined) return price;
  const images = messages.some((message) => message.images !== undefined);
  // Whoever wants something written to a cache says so in the request.
  const cacheWrites = JSON.stringify(extras).includes('cache_control');
  const flat = ({ input, output, cacheWrite = input, imageInput = input, reasoning = output }: FlatPrice): FlatPrice => ({ input: Math.max(input, images ? imageInput : input, cacheWrites ? cacheWrite : input), output: Math.max(output, reasoning) });
  return price.tiers === undefined ? flat(price) : { ...flat(price), tiers: price.tiers.map((tier) => ({ ...flat(tier), above: tier.above })) };
}

/**
 * Micro-dollars in an amount of US dollars, as a document writes it: exact for what its decimal digits say, then rounded down.
 *
 * @throws RangeError for an amount that is negative, not finite or not a decimal number
 */
export function microsFromUsd(usd: number | string): number {
  // Most caps are whole dollars, and those need no digits.
  if (typeof usd === 'number' && usd > 0 && usd < 1e9 && Number.isInteger(usd)) return usd * 1_000_000;
  return Number(microDigits(usd).micros);
}

/** A price as a document writes it: `free`, or US dollars per million tokens. Null = it is neither. */
export function parsePrice(json: Json | undefined): Price | 'free' | null {
  if (json === 'free') return 'free';
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
  const { input, output, cached_input: cached, cache_write: cacheWrite, image_input: imageInput, reasoning } = json as { readonly [key: string]: Json };
  const prices = [input, output].map((part) => (isAmount(part) ? pricePerMillion(part) : null));
  const [inputPrice, outputPrice] = prices;
  if (inputPrice === undefined || outputPrice === undefined || inputPrice === null || outputPrice === null) return null;
  const own = Object.entries({ cachedInput: cached, cacheWrite, imageInput, reasoning }).flatMap(([kind, part]) => (part === undefined ? [] : [[kind, isAmount(part) ? pricePerMillion(part) : null] as const]));
  if (own.some(([, part]) => part === null)) return null;
  const price: FlatPrice = { input: inputPrice, output: outputPrice, ...Object.fromEntries(own) };
  // A cache that costs more than none would make a call dearer than what was set aside for it.
  return (price.cachedInput ?? 0) > inputPrice ? null : price;
}

function isAmount(json: Json | undefined): json is number | string {
  return typeof json === 'number' ? Number.isFinite(json) && json >= 0 : typeof json === 'string' && amountPattern.test(json);
}

/** Rounded up, so that a price finer than a micro-dollar per million never makes a call look cheaper than it is. */
function pricePerMillion(usd: number | string): number | null {
  const { micros, exact } = microDigits(usd);
  const price = Number(exact ? micros : micros + 1n);
  return Number.isSafeInteger(price) ? price : null;
}

const amountPattern = /^\+?(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

function microDigits(usd: number | string): { readonly micros: bigint; readonly exact: boolean } {
  const [, whole, fraction = '', exponent = '0'] = amountPattern.exec(String(usd).trim()) ?? [];
  if (whole === undefined || Math.abs(Number(exponent)) > 400) throw new RangeError(`Not an amount of money: ${usd}`);
  // The number is digits × 10^(exponent − fraction.length) dollars; six places more make it micro-dollars.
  const shift = Number(exponent) - fraction.length + 6;
  const digits = BigInt(whole + fraction);
  if (shift >= 0) return { micros: digits * 10n ** BigInt(shift), exact: true };
  const divisor = 10n ** BigInt(-shift);
  return { micros: digits / divisor, exact: digits % divisor === 0n };
}

/** Money as a person reads it, with as many digits as it needs: `$0.0042`, `$1.20`, `$0`. */
export function formatUsd(micros: number): string {
  if (micros === 0) return '$0';
  const sign = micros < 0 ? '-' : '';
  const digits = Math.abs(micros).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '').padEnd(2, '0');
  return `${sign}$${digits.slice(0, -6)}.${fraction}`;
}
