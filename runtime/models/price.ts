import type { Json } from '../../protocol/json.ts';
import type { FlatPrice, Price } from './provider.ts';

/** The price of a call with so many prompt tokens. */
export function priceAt(price: Price, promptTokens: number): FlatPrice {
  return price.tiers?.findLast(({ above }) => promptTokens > above) ?? price;
}

/**
 * What a call costs in integer micro-dollars: components summed exactly, rounded up once. Tokens are whole and not negative;
 * `cachedTokens` are among `promptTokens`.
 */
export function costMicros(price: Price | 'free', promptTokens: number, outputTokens: number, cachedTokens = 0): number {
  if (price === 'free') return 0;
  const { input, output: outputPrice, cachedInput = input } = priceAt(price, promptTokens);
  const cached = Math.min(cachedTokens, promptTokens);
  const prompt = (promptTokens - cached) * input + cached * cachedInput;
  const output = outputTokens * outputPrice;
  const exact = prompt + output;
  // Each part is exact when the sum is: all three are whole numbers of the same sign.
  if (Number.isSafeInteger(exact)) {
    const rest = exact % 1_000_000;
    return (exact - rest) / 1_000_000 + (rest > 0 ? 1 : 0);
  }
  const total = BigInt(promptTokens - cached) * BigInt(input) + BigInt(cached) * BigInt(cachedInput) + BigInt(outputTokens) * BigInt(outputPrice);
  return Number((total + 999_999n) / 1_000_000n);
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
  const { input, output, cached_input: cached } = json as { readonly [key: string]: Json };
  const prices = [input, output].map((part) => (isAmount(part) ? pricePerMillion(part) : null));
  const [inputPrice, outputPrice] = prices;
  if (inputPrice === undefined || outputPrice === undefined || inputPrice === null || outputPrice === null) return null;
  if (cached === undefined) return { input: inputPrice, output: outputPrice };
  const cachedPrice = isAmount(cached) ? pricePerMillion(cached) : null;
  // A cache that costs more than none would make a call dearer than what was set aside for it.
  return cachedPrice === null || cachedPrice > inputPrice ? null : { input: inputPrice, output: outputPrice, cachedInput: cachedPrice };
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
