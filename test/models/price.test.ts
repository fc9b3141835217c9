import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPurse } from '../../runtime/durable/purse.ts';
import { MessageImage } from '../../runtime/models/message-image.ts';
import { costMicros, formatUsd, microsFromUsd, parsePrice, reservedPrice } from '../../runtime/models/price.ts';
import { priceOf, tablePrice } from '../../runtime/models/price-table.ts';

test('a cost is summed exactly and rounded up once', () => {
  expect(costMicros('free', 1000, 1000)).toBe(0);
  expect(costMicros({ input: 150_000, output: 600_000 }, 0, 0)).toBe(0);
  expect(costMicros({ input: 150_000, output: 600_000 }, 1, 0)).toBe(1);
  expect(costMicros({ input: 500_000, output: 500_000 }, 1, 1)).toBe(1);
  expect(costMicros({ input: 1_000_000, output: 3_000_000 }, 1000, 500)).toBe(2500);
  expect(costMicros({ input: 1, output: 0 }, 9_000_000_000_000_000 + 1, 0)).toBe(9_000_000_001);
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1), (prompt, output, input, price) => {
      const exact = BigInt(prompt) * BigInt(input) + BigInt(output) * BigInt(price);
      expect(BigInt(costMicros({ input, output: price }, prompt, output))).toBe((exact + 999_999n) / 1_000_000n);
    }),
  );
});

test('prompt tokens out of a cache have their own price, and never cost more than others', () => {
  const price = { input: 1_000_000, output: 0, cachedInput: 100_000 };
  expect(costMicros(price, 1000, 0, { cachedTokens: 900 })).toBe(190);
  expect(costMicros(price, 1000, 0, { cachedTokens: 5000 })).toBe(100);
  expect(costMicros({ input: 1_000_000, output: 0 }, 1000, 0, { cachedTokens: 900 })).toBe(1000);
  expect(parsePrice({ input: 3, output: 15, cached_input: 0.3 })).toEqual({ input: 3_000_000, output: 15_000_000, cachedInput: 300_000 });
  for (const bad of [{ input: 3, output: 15, cached_input: 4 }, { input: 3, output: 15, cached_input: -1 }, { input: 3, output: 15, cached_input: 'x' }]) expect(parsePrice(bad)).toBeNull();
  fc.assert(
    fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1), fc.nat(1e9), (prompt, cached, a, b, output) => {
      const both = { input: Math.max(a, b), output: 1, cachedInput: Math.min(a, b) };
      const used = BigInt(Math.min(prompt, cached));
      const exact = (BigInt(prompt) - used) * BigInt(both.input) + used * BigInt(both.cachedInput) + BigInt(output);
      expect(BigInt(costMicros(both, prompt, output, { cachedTokens: cached }))).toBe((exact + 999_999n) / 1_000_000n);
      expect(costMicros(both, prompt, output, { cachedTokens: cached })).toBeLessThanOrEqual(costMicros(both, prompt, output));
    }),
  );
});

test('dollars become micro-dollars by their decimal digits, rounded down', () => {
  for (const [usd, micros] of [[0, 0], [0.5, 500_000], [0.1, 100_000], [0.3, 300_000], ['0.0000019', 1], [1e-7, 0], [1.1, 1_100_000], ['2', 2_000_000], [4.35, 4_350_000], ['1e2', 100_000_000], ['5.', 5_000_000]] as const) {
    expect(microsFromUsd(usd), String(usd)).toBe(micros);
  }
  for (const bad of [-1, Number.NaN, Infinity, 'much', '', '1e999', '0x10']) expect(() => microsFromUsd(bad)).toThrow(RangeError);
  fc.assert(fc.property(fc.nat(1e12), (micros) => microsFromUsd((micros / 1e6).toFixed(6)) === micros));
});

test('a price is read from a document', () => {
  expect(parsePrice('free')).toBe('free');
  expect(parsePrice({ input: 0.15, output: 0.6 })).toEqual({ input: 150_000, output: 600_000 });
  expect(parsePrice({ input: 3, output: 15 })).toEqual({ input: 3_000_000, output: 15_000_000 });
  expect(parsePrice({ input: 1e-9, output: 0 })).toEqual({ input: 1, output: 0 });
  for (const bad of [undefined, null, 'dear', 3, [], {}, { input: 1 }, { input: -1, output: 1 }, { input: 1, output: 'x' }, { input: 1, output: 1e300 }]) expect(parsePrice(bad)).toBeNull();
});

test('money is shown with the digits it needs', () => {
  for (const [micros, text] of [[0, '$0'], [4200, '$0.0042'], [1_200_000, '$1.20'], [500_000, '$0.50'], [1, '$0.000001'], [3_000_000, '$3.00'], [12_345_678, '$12.345678'], [-4200, '-$0.0042']] as const) {
    expect(formatUsd(micros)).toBe(text);
  }
});

test('a long prompt costs what the table says for its length: the whole call, not what is beyond', () => {
  const price = tablePrice('claude-sonnet-4-5', { provider: 'anthropic' });
  expect(price).toMatchObject({ input: 3_000_000, output: 15_000_000, cachedInput: 300_000, tiers: [{ above: 200_000, input: 6_000_000, output: 22_500_000, cachedInput: 600_000 }] });
  if (price === null) throw new Error('unreachable');
  expect(costMicros(price, 200_000, 1_000)).toBe(600_000 + 15_000);
  expect(costMicros(price, 200_001, 1_000)).toBe(1_200_006 + 22_500);
  expect(costMicros(price, 200_001, 0, { cachedTokens: 200_001 })).toBe(120_001);
});

test('whatever the tiers of a price, what is set aside covers every call within its bound, and no cap is overrun', () => {
  const usd = fc.integer({ min: 0, max: 30_000 }).map((n) => n / 1000);
  const start = fc.integer({ min: 1, max: 900 });
  const part = fc.oneof(usd, fc.record({ base: usd, tiers: fc.array(fc.record({ start, price: usd }), { maxLength: 3 }) }));
  fc.assert(
    fc.property(part, part, fc.option(part, { nil: undefined }), fc.nat(1000), fc.integer({ min: 1, max: 1000 }), fc.nat(100_000), fc.nat(1000), fc.nat(1000), fc.nat(1000), (input, output, cached, promptBound, outputLimit, micros, prompt, made, read) => {
      const price = priceOf({ input_mtok: input, output_mtok: output, cache_read_mtok: cached });
      if (price === null) throw new Error('a row with an input and an output has a price');
      const decision = createPurse({ tokens: null, micros }).decide({ kind: 'call', account: null, promptBound, outputLimit, minimumOutput: 1, price });
      if (decision.kind !== 'grant') return;
      expect(decision.grant.amount.micros).toBeLessThanOrEqual(micros);
      const used = costMicros(price, Math.min(prompt, promptBound), Math.min(made, decision.outputLimit), { cachedTokens: read });
      expect(used).toBeLessThanOrEqual(decision.grant.amount.micros);
    }),
    { numRuns: 2_000 },
  );
});

describe('tokens of other kinds', () => {
  const price = { input: 1_000_000, output: 2_000_000, cachedInput: 100_000, cacheWrite: 1_250_000, imageInput: 3_000_000, reasoning: 5_000_000 };

  test('have prices of their own, and each token is charged once', () => {
    expect(costMicros(price, 1000, 100, { cachedTokens: 500, cacheWriteTokens: 100, imageTokens: 200, reasoningTokens: 40 })).toBe(50 + 125 + 600 + 200 + 120 + 200);
    expect(costMicros(price, 1000, 100, { cachedTokens: 800, cacheWriteTokens: 800, imageTokens: 800, reasoningTokens: 800 })).toBe(80 + 250 + 500);
    expect(costMicros({ input: 1_000_000, output: 2_000_000 }, 1000, 100, { cachedTokens: 500, cacheWriteTokens: 100, imageTokens: 200, reasoningTokens: 40 })).toBe(1200);
  });

  test('are read from a document, and from the table', () => {
    expect(parsePrice({ input: 1, output: 2, cached_input: 0.1, cache_write: 1.25, image_input: 3, reasoning: 5 })).toEqual(price);
    for (const name of ['cache_write', 'image_input', 'reasoning']) expect(parsePrice({ input: 1, output: 2, [name]: -1 }), name).toBeNull();
    expect(tablePrice('claude-haiku-4-5', { provider: 'anthropic' })).toMatchObject({ input: 1_000_000, cacheWrite: 1_250_000 });
    expect(priceOf({ input_mtok: 4, output_mtok: 16, input_image_mtok: 5, output_reasoning_mtok: 20 })).toEqual({ input: 4_000_000, output: 16_000_000, imageInput: 5_000_000, reasoning: 20_000_000 });
  });

  test('are set aside at the dearest price they may come to, and only where they may come at all', () => {
    const text = [{ role: 'user' as const, content: 'Hi' }];
    const seen = [{ role: 'tool' as const, content: '', images: [new MessageImage({ mime: 'image/png', sha256: '', bytes: 1, width: 1, height: 1, data: '' })] }];
    const plain = { input: 1, output: 2 };
    expect(reservedPrice(plain, { messages: seen, extras: {} })).toBe(plain);
    expect(reservedPrice(price, { messages: text, extras: {} })).toEqual({ input: 1_000_000, output: 5_000_000 });
    expect(reservedPrice(price, { messages: text, extras: { request: { cache_control: { type: 'ephemeral' } } } })).toEqual({ input: 1_250_000, output: 5_000_000 });
    expect(reservedPrice({ ...price, tiers: [{ ...price, input: 2_000_000, above: 10 }] }, { messages: seen, extras: {} })).toEqual({ input: 3_000_000, output: 5_000_000, tiers: [{ input: 3_000_000, output: 5_000_000, above: 10 }] });
  });

  test('of any price, and however many a provider claims, cost no more than what was set aside', () => {
    const amount = fc.integer({ min: 0, max: 30_000_000 });
    const flat = fc.record({ input: amount, output: amount, cacheWrite: amount, imageInput: amount, reasoning: amount });
    const some = fc.nat(2_000);
    fc.assert(fc.property(flat, fc.record({ cachedTokens: some, cacheWriteTokens: some, imageTokens: some, reasoningTokens: some }), some, some, some, some, (each, kinds, bound, limit, prompt, made) => {
      const messages = [{ role: 'tool' as const, content: '', images: [] }];
      const held = costMicros(reservedPrice(each, { messages, extras: { cache_control: true } }), bound, limit);
      expect(costMicros(each, Math.min(prompt, bound), Math.min(made, limit), kinds)).toBeLessThanOrEqual(held);
    }));
  });
});
