import { expect, test } from 'vitest';
import { killAgainAndAgain } from './kill-9.ts';
import { chain, workflow } from './workshop.ts';

/** Rule 19 with real processes and real kills; the exhaustive version is the crash matrix, the long one test/soak. */

const diamond = ['top', 'left', 'right', 'middle', 'bottom'];

test('killed at random moments, at least ten times, a diamond still ends with every completed call made once', async () => {
  const nodes = [{ id: 'top' }, ...['left', 'right', 'middle'].map((id) => ({ id, depends_on: ['top'] })), { id: 'bottom', depends_on: ['left', 'right', 'middle'] }];
  let kills = 0;
  for (let seed = 1; kills < 10; seed++) {
    kills += await killAgainAndAgain({ workflow: workflow(nodes), nodes: diamond, kills: 10, seed, delay: 120, output: { bottom: 'answer to bottom' } });
  }
}, 180_000);

test('killed while short calls follow one another, a chain does too', async () => {
  const nodes = ['a', 'b', 'c', 'd', 'e', 'f'];
  expect(await killAgainAndAgain({ workflow: workflow(chain(...nodes)), nodes, kills: 5, seed: 2, delay: 40, output: { f: 'answer to f' } })).toBeGreaterThan(0);
}, 180_000);
