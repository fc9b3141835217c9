import { test } from 'vitest';
import { runHere, runKilled } from '../models/hostile-stack.ts';

/** The real stack against its worst world, for minutes. */

test.each(Array.from({ length: 12 }, (_, i) => 1_000 + i))('to the end (seed %i)', async (seed) => {
  await runHere(seed, 'to the end');
});

test.each(Array.from({ length: 20 }, (_, i) => 2_000 + i))('halted in the middle (seed %i)', async (seed) => {
  // One whose money is gone soon may have ended before.
  await runHere(seed, 'halted');
});

test.each(Array.from({ length: 6 }, (_, i) => 3_000 + i))('killed again and again (seed %i)', async (seed) => {
  await runKilled(seed, 12);
});
