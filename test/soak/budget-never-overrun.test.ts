import { test } from 'vitest';
import { chaos, drainChaos } from '../runtime/budget-chaos.ts';

/** Rule 14 for minutes: a thousand random workloads, half of them with crashes in between. `FC_SEED=<number>` draws others. */
const FIRST = Number(process.env['FC_SEED'] ?? 100) * 100;

test.each(Array.from({ length: 20 }, (_, i) => i))('fifty workloads from seed %i00 on', async (hundred) => {
  for (let i = 0; i < 50; i++) {
    const seed = FIRST + hundred * 100 + i;
    await drainChaos(chaos(seed, 20 + (seed % 80)), i % 2 === 0 ? null : seed);
  }
});
