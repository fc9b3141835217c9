import { test } from 'vitest';
import { runHere, runKilled } from '../models/hostile-stack.ts';

/** The real stack against its worst world, for minutes. `FC_SEED=<number>` draws others. */
const FIRST = Number(process.env['FC_SEED'] ?? 1) * 1_000;

test.each(Array.from({ length: 12 }, (_, i) => FIRST + i))('to the end (seed %i)', async (seed) => {
  await runHere(seed, 'to the end');
});

test.each(Array.from({ length: 20 }, (_, i) => FIRST + 100 + i))('halted in the middle (seed %i)', async (seed) => {
  // One whose money is gone soon may have ended before.
  await runHere(seed, 'halted');
});

test.each(Array.from({ length: 6 }, (_, i) => FIRST + 200 + i))('killed again and again (seed %i)', async (seed) => {
  await runKilled(seed, 12);
});
