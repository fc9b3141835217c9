import { expect, test } from 'vitest';
import { compareRuns, ModelError, replayRun } from '../../runtime/index.ts';
import { chain, workflow, Workshop } from './workshop.ts';

/** Rule 26: two runs side by side, node by node, attempt by attempt. */

test('a run and its recorded replay are the same in everything but what was paid', async () => {
  const shop = new Workshop();
  const first = await shop.run(workflow(chain('a', 'b')));
  const again = await replayRun(shop.runtime, first.run_id, true).result;
  const compared = compareRuns(shop.runtime, first.run_id, again.run_id);
  expect(compared).toMatchObject({ same: true, workflow_spec: { same: true }, inputs: { same: true }, status: { same: true }, output: { same: true }, tokens: { a: first.total_tokens, b: 0, same: false } });
  expect(compared.nodes.map((node) => [node.path, node.attempt, node.same])).toEqual([['nodes/a', 1, true], ['nodes/b', 1, true]]);
});

test('what changed is named where it changed: spec, prompt, output, tokens, cost', async () => {
  const shop = new Workshop();
  shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
  const first = await shop.run(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'], inputs: { n: 1 } }, 'c']), { inputs: { x: 1 } });
  shop.provider.reply = (goal) => (goal === 'c' ? 'another answer, and a longer one' : `answer to ${goal}`);
  const second = await shop.run(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'], inputs: { n: 2 } }, 'c', 'd']), { inputs: { x: 1 } });
  const compared = compareRuns(shop.runtime, first.run_id, second.run_id);
  const at = (path: string) => compared.nodes.find((node) => node.path === path)!;
  expect(compared.same).toBe(false);
  expect(compared.workflow_spec.same).toBe(false);
  expect(compared.inputs).toMatchObject({ a: { x: 1 }, b: { x: 1 }, same: true });
  expect(at('nodes/a').same).toBe(true);
  expect(at('nodes/b')).toMatchObject({ same: false, prompt: { same: false }, output: { same: true } });
  expect(at('nodes/c')).toMatchObject({ same: false, prompt: { same: true }, output: { a: 'answer to c', b: 'another answer, and a longer one', same: false } });
  expect(at('nodes/c').tokens.b!).toBeGreaterThan(at('nodes/c').tokens.a!);
  expect(at('nodes/c').cost_micros).toMatchObject({ a: at('nodes/c').tokens.a, b: at('nodes/c').tokens.b });
  expect(at('nodes/d')).toMatchObject({ same: false, status: { a: null, b: 'completed', same: false }, output: { a: null } });
});

test('attempts are compared one by one', async () => {
  const shop = new Workshop();
  let failures = 1;
  shop.provider.reply = (goal) => {
    if (failures-- > 0) throw new ModelError('Tool.TemporaryFailure', 'again');
    return goal;
  };
  const flaky = await shop.run(workflow(['n']));
  const smooth = await shop.run(workflow(['n']));
  const compared = compareRuns(shop.runtime, flaky.run_id, smooth.run_id);
  expect(compared.nodes.map(({ attempt, status }) => [attempt, status.a, status.b])).toEqual([[1, 'error', 'completed'], [2, 'completed', null]]);
});

test('a run compared with itself is the same, and an id that means nothing is an error', async () => {
  const shop = new Workshop();
  const { run_id } = await shop.run(workflow(['n']));
  expect(compareRuns(shop.runtime, run_id, run_id)).toMatchObject({ same: true, tokens: { same: true }, cost_micros: { same: true } });
  expect(() => compareRuns(shop.runtime, run_id, 'ffffffff')).toThrow(expect.objectContaining({ code: 'run-not-found' }));
});
