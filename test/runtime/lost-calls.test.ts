import { expect, test } from 'vitest';
import { forkRun, LEASE_STALE_MS, replayRun } from '../../runtime/index.ts';
import { secondRuntime, until, workflow, Workshop } from './workshop.ts';

/** Rules 12 and 19 together: lost calls count against the caps, and a person can see that it was them. */

/** Runs it in processes that die in the middle of its first call, so many times. */
async function dyingOver(text: string, times: number): Promise<{ readonly shop: Workshop; readonly run: string }> {
  const clock = { at: Date.UTC(2026, 0, 1) };
  const next = (before: Workshop | null): Workshop => {
    const options = { now: () => clock.at };
    const shop = before === null ? new Workshop(options) : secondRuntime(before, options);
    shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
    return shop;
  };
  let shop = next(null);
  let run = '';
  for (let death = 1; death <= times; death++) {
    shop.provider.reply = () => new Promise(() => undefined);
    if (death === 1) run = shop.launch(text).id;
    else void shop.runtime.resume(shop.runtime.find(run));
    const { provider } = shop;
    await until(() => provider.calls.length === 1, `call ${death}`);
    shop.close();
    clock.at += LEASE_STALE_MS;
    shop = next(shop);
  }
  return { shop, run };
}

const text = workflow(['a', { id: 'b', depends_on: ['a'] }], { cost_caps: { per_node_max_tokens: 4_000 } });

test('a node that is rejected because crashes lost its calls says how many, what they cost and what to do; a fork from there begins with the cap unused', async () => {
  const { shop, run } = await dyingOver(text, 3);
  const lost = shop.events(run).flatMap((event) => (event.kind === 'lost' ? [event] : []));
  const result = await shop.runtime.resume(shop.runtime.find(run)).result;
  expect(result).toMatchObject({ status: 'rejected', error: { name: 'Dagbook.BudgetExceeded', path: 'nodes/a' } });
  const all = shop.events(run).flatMap((event) => (event.kind === 'lost' ? [event] : []));
  expect(all.length).toBe(lost.length + 1);
  const tokens = all.reduce((sum, event) => sum + event.tokens, 0);
  const dollars = (all.reduce((sum, event) => sum + event.micros, 0) / 1e6).toFixed(2);
  expect(result.error?.message).toMatch(/^The cap of node a leaves \d+ tokens, but this call needs at least \d+ /);
  expect(result.error?.message).toContain(`${all.length} calls were lost when the process died`);
  expect(result.error?.message).toContain(`${tokens} tokens, $0.00`.replace('$0.00', `$${dollars}`));
  expect(result.error?.message).toMatch(/fork this run from its failure, which begins with the cap unused, or raise the cap\.$/);
  expect(shop.provider.calls, 'and no call was made').toEqual([]);

  expect((await replayRun(shop.runtime, run, true).result).error, 'a recorded replay says the same').toEqual(result.error);
  expect(await forkRun(shop.runtime, run, { point: { kind: 'from-failure' }, set: {}, edited: false }).result, 'the advice helps').toMatchObject({ status: 'completed' });
  shop.expectSound();
});

test('a node that is rejected without a crash is told of its cap alone', async () => {
  const shop = new Workshop();
  const result = await shop.run(workflow(['a'], { cost_caps: { per_node_max_tokens: 20 } }));
  expect(result.error?.message).toMatch(/No call was made\. Raise the cap or shorten the prompt\.$/);
});
