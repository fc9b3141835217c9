import { expect, test } from 'vitest';
import { chain, workflow } from '../runtime/workshop.ts';
import { killAgainAndAgain } from '../runtime/kill-9.ts';

/** Rule 19 for minutes: real processes, real kills. */
test.each(Array.from({ length: 12 }, (_, i) => i + 1))('killed thirty times at random moments (seed %i)', async (seed) => {
  const wide = Array.from({ length: 8 }, (_, i) => `w${i}`);
  const nodes = [...chain('a', 'b', 'c'), ...wide.map((id) => ({ id, depends_on: ['c'] })), { id: 'end', depends_on: wide }];
  const kills = await killAgainAndAgain({ workflow: workflow(nodes), nodes: ['a', 'b', 'c', ...wide, 'end'], kills: 30, seed, delay: 100, output: { end: 'answer to end' } });
  expect(kills).toBeGreaterThan(0);
});
