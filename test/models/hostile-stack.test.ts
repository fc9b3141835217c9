import { describe, expect, test } from 'vitest';
import { runHere, runKilled } from './hostile-stack.ts';

/** Rules 11 to 15 and 18 over the real stack; the long version is in test/soak. */

describe('fifty nodes on providers and tools that do their worst: within every cap, every sum agrees, nothing is left open', () => {
  test.each([1, 2, 3])('to the end (seed %i)', { timeout: 240_000 }, async (seed) => {
    await runHere(seed, 'to the end');
  });

  test.each([11, 12, 13])('halted in the middle (seed %i)', { timeout: 120_000 }, async (seed) => {
    expect(await runHere(seed, 'halted')).toBe('halted');
  });

  test('killed again and again (seed 21)', { timeout: 300_000 }, async () => {
    expect(await runKilled(21, 4)).toBeGreaterThan(0);
  });
});
