import { expect, test } from 'vitest';
import { settleModel } from '../../runtime/durable/model-settlement.ts';
import type { ModelOutcome } from '../../runtime/models/router.ts';

const held = { tokens: 1_000, micros: 1_000 };
const outcome = (source: 'reported' | 'counted' | 'estimated', claimed: { promptTokens: number; outputTokens: number } | null): ModelOutcome => ({
  status: 'ok', text: 'x', finish: 'stop', usage: { promptTokens: 10, outputTokens: 5, source }, claimed,
});

test.each([
  ['the provider reported it', outcome('reported', null), undefined],
  ['it reported less than was counted', outcome('counted', { promptTokens: 1, outputTokens: 1 }), undefined],
  ['it reported nothing', outcome('counted', null), true],
  ['the answer broke off', outcome('estimated', null), true],
] as const)('a settlement is marked estimated only where nobody said what was used: %s', (_what, given, estimated) => {
  const { used, data } = settleModel(given, { input: 0, output: 0 }, held);
  expect(used).toEqual({ tokens: 15, micros: 0 });
  expect(data.estimated).toBe(estimated);
});
