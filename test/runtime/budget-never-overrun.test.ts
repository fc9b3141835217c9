import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPurse } from '../../runtime/durable/purse.ts';
import type { Amount } from '../../runtime/durable/purse.ts';
import { halt, ModelError, replayRun } from '../../runtime/index.ts';
import { costMicros } from '../../runtime/models/price.ts';
import { checkBudgets, chaos, drainChaos } from './budget-chaos.ts';
import { chain, gate, honest, ScriptedProvider, workflow, Workshop } from './workshop.ts';

/** Rules 11 to 15: whatever providers do, in whatever order, settled ≤ cap. */

describe('the purse', () => {
  const amount = fc.nat({ max: 5_000 });
  const cap = fc.option(fc.integer({ min: 0, max: 20_000 }), { nil: null });
  const price = fc.record({ input: fc.nat({ max: 3_000_000 }), output: fc.nat({ max: 9_000_000 }) });
  const step = fc.record({ account: fc.constantFrom('a', 'b', 'c', null), promptBound: amount, outputLimit: fc.integer({ min: 1, max: 4_000 }), price, settle: fc.nat({ max: 20 }), claim: fc.record({ tokens: fc.nat({ max: 100_000 }), micros: fc.nat({ max: 1_000_000 }) }), all: fc.boolean() });

  test('held + spent never exceeds a cap of the run or of an account, in any order of calls and claims', () => {
    fc.assert(
      fc.property(fc.record({ tokens: cap, micros: cap }), fc.array(fc.record({ tokens: cap, micros: cap }), { minLength: 3, maxLength: 3 }), fc.array(step, { maxLength: 60 }), (run, nodes, steps) => {
        const purse = createPurse(run);
        const names = ['a', 'b', 'c'];
        nodes.forEach((limits, i) => purse.declare(names[i] ?? '', limits));
        const open = new Map<number, { account: string | null; amount: Amount }>();
        const spent = new Map<string | null, Amount>([...names, null].map((name) => [name, { tokens: 0, micros: 0 }]));
        const within = (): void => {
          for (const [name, limits] of [[null, run] as const, ...names.map((name, i) => [name, nodes[i]!] as const)]) {
            const held = [...open.values()].filter(({ account }) => name === null || account === name);
            const used = spent.get(name)!;
            expect(used.tokens + held.reduce((sum, { amount: a }) => sum + a.tokens, 0)).toBeLessThanOrEqual(limits.tokens ?? Infinity);
            expect(used.micros + held.reduce((sum, { amount: a }) => sum + a.micros, 0)).toBeLessThanOrEqual(limits.micros ?? Infinity);
          }
        };
        steps.forEach((wish, id) => {
          const decision = purse.decide({ kind: 'call', minimumOutput: 16, ...wish });
          if (decision.kind === 'grant') {
            expect(decision.outputLimit).toBeGreaterThanOrEqual(Math.min(16, wish.outputLimit));
            expect(decision.outputLimit).toBeLessThanOrEqual(wish.outputLimit);
            expect(decision.grant.amount).toEqual({ tokens: wish.promptBound + decision.outputLimit, micros: costMicros(wish.price, wish.promptBound, decision.outputLimit) });
            purse.hold(id, wish.account, decision.grant);
            open.set(id, { account: wish.account, amount: decision.grant.amount });
          }
          // Nobody is told to wait while nothing is held: that would be for ever.
          if (decision.kind === 'wait') expect(open.size).toBeGreaterThan(0);
          within();
          const settled = [...open.keys()][wish.settle % Math.max(1, open.size + 3)];
          const held = settled === undefined ? undefined : open.get(settled);
          if (settled !== undefined && held !== undefined) {
            open.delete(settled);
            const charged = purse.settle(settled, wish.all ? 'all' : wish.claim);
            expect(charged.tokens).toBeLessThanOrEqual(held.amount.tokens);
            expect(charged.micros).toBeLessThanOrEqual(held.amount.micros);
            for (const name of held.account === null ? [null] : [held.account, null]) {
              const before = spent.get(name)!;
              spent.set(name, { tokens: before.tokens + charged.tokens, micros: before.micros + charged.micros });
            }
            within();
          }
        });
        expect(purse.spent).toEqual(spent.get(null));
      }),
      { numRuns: 400 },
    );
  });

  test('with nothing held, whoever is refused could never have been served, and whoever is served gets the most that fits', () => {
    fc.assert(
      fc.property(fc.record({ tokens: cap, micros: cap }), step, (run, wish) => {
        const decision = createPurse(run).decide({ kind: 'call', minimumOutput: 16, ...wish });
        const fits = (output: number): boolean => wish.promptBound + output <= (run.tokens ?? Infinity) && costMicros(wish.price, wish.promptBound, output) <= (run.micros ?? Infinity);
        const minimum = Math.min(16, wish.outputLimit);
        expect(decision.kind).toBe(fits(minimum) ? 'grant' : 'reject');
        if (decision.kind === 'grant') {
          expect(fits(decision.outputLimit)).toBe(true);
          if (decision.outputLimit < wish.outputLimit) expect(fits(decision.outputLimit + 1)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('50 parallel nodes over the real driver, router and ledger, with an adversarial provider', () => {
  test.each(Array.from({ length: 14 }, (_, i) => i + 1))('chaos %i: within every cap at every commit, and the sums of the ledger agree', async (seed) => {
    await drainChaos(chaos(seed), null);
  });

  test.each(Array.from({ length: 10 }, (_, i) => i + 101))('chaos %i with crashes in between', async (seed) => {
    const crashes = await drainChaos(chaos(seed), seed);
    expect(crashes).toBeGreaterThan(0);
  });
});

test('waiting for money never deadlocks: with room for one call at a time, all of 50 nodes are served', async () => {
  const shop = new Workshop();
  shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
  const open = { now: 0, most: 0 };
  shop.provider.reply = async (goal) => {
    open.most = Math.max(open.most, ++open.now);
    await new Promise((resolve) => setImmediate(resolve));
    open.now -= 1;
    return goal;
  };
  const probe = await shop.run(workflow(['n00']));
  const bound = (shop.row("SELECT tokens FROM budget_entries WHERE kind = 'reservation' AND workflow_run_id = ?", probe.run_id)['tokens'] as number) - 1_024;
  const nodes = Array.from({ length: 50 }, (_, i) => `n${String(i).padStart(2, '0')}`);
  const spend = (bound: number): number => 50 * Math.ceil(bound / 2);
  // What one call leaves for the others always holds a call, never two.
  const result = await shop.run(workflow(nodes, { cost_caps: { per_run_max_tokens: spend(bound) + bound }, max_concurrency: 50 }));
  expect(result.status).toBe('completed');
  expect(shop.provider.calls).toHaveLength(51);
  expect(open.most).toBeGreaterThan(1);
  checkBudgets(shop.runtime.ledger.db, result.run_id, { tokens: spend(bound) + bound, micros: null });
});

test('a call that does not fit is not made: the node is rejected with Dagbook.BudgetExceeded, and no reservation is written', async () => {
  const shop = new Workshop();
  const result = await shop.run(workflow(['small'], { cost_caps: { per_node_max_tokens: 20 } }));
  expect(result).toMatchObject({ status: 'rejected', error: { name: 'Dagbook.BudgetExceeded' }, total_tokens: 0 });
  expect(shop.provider.calls).toEqual([]);
  expect(shop.statuses(result.run_id)).toEqual({ small: 'rejected' });
  expect(shop.row('SELECT COUNT(*) AS n FROM budget_entries')['n']).toBe(0);
  expect(shop.steps(result.run_id).find((step) => step.kind === 'llm')).toMatchObject({ error: 'Dagbook.BudgetExceeded', tokens: 0 });
});

test('a claim above the reservation is charged at the reservation, recorded, and rejects the node: Dagbook.UsageDisputed', async () => {
  const shop = new Workshop();
  shop.provider.price_ = { input: 2_000_000, output: 6_000_000 };
  shop.provider.reply = async function* () {
    await Promise.resolve();
    yield { type: 'text', text: 'short' };
    yield { type: 'usage', usage: { promptTokens: 50_000, outputTokens: 70_000 } };
    yield { type: 'finish', reason: 'stop' };
  };
  const result = await shop.run(workflow(['greedy'], { cost_caps: { per_run_max_usd: 0.01 } }));
  expect(result).toMatchObject({ status: 'rejected', error: { name: 'Dagbook.UsageDisputed', path: 'nodes/greedy' } });
  const reserved = shop.row("SELECT tokens, cost_micros FROM budget_entries WHERE kind = 'reservation'");
  expect(shop.row("SELECT tokens, cost_micros, provider_claimed FROM budget_entries WHERE kind = 'settlement'")).toEqual({ ...reserved, provider_claimed: 120_000 });
  expect(result.total_cost_micros).toBe(reserved['cost_micros']);
  expect(result.total_cost_micros).toBeLessThanOrEqual(10_000);
});

test("a node's cap spans its attempts, and its repairs", async () => {
  const provider = new ScriptedProvider();
  provider.reply = (_goal, call) => (async function* () {
    await Promise.resolve();
    yield { type: 'usage', usage: { promptTokens: 0, outputTokens: call.outputLimit } };
    yield { type: 'text', text: 'not json' };
    yield { type: 'finish', reason: 'stop' };
  })();
  const shop = new Workshop({ provider });
  const repaired = await shop.run(workflow([{ id: 'r', output_schema: { type: 'object', required: ['x'] } }], { cost_caps: { per_node_max_tokens: 1_400 } }));
  expect(repaired.status).toBe('rejected');
  expect(repaired.error?.name).toBe('Dagbook.BudgetExceeded');
  expect(provider.calls).toHaveLength(1);
  expect(repaired.total_tokens).toBeLessThanOrEqual(1_400);

  provider.reply = (_goal, call) => (async function* () {
    await Promise.resolve();
    yield { type: 'usage', usage: { promptTokens: 0, outputTokens: Math.floor(call.outputLimit * 0.9) } };
    throw new ModelError('Tool.TemporaryFailure', 'paid for, and broken off');
  })();
  const retried = await shop.run(workflow(['flaky'], { name: 'Retried', cost_caps: { per_node_max_tokens: 1_300 } }));
  expect(shop.nodes(retried.run_id).length).toBeGreaterThan(1);
  expect(retried.total_tokens).toBeLessThanOrEqual(1_300);
  expect(retried.error?.name).toBe('Dagbook.BudgetExceeded');
  checkBudgets(shop.runtime.ledger.db, retried.run_id, { tokens: 1_300, micros: null });
});

test("an agent's own caps hold beside the node's and the run's: the tightest wins", async () => {
  const agent = (own: object): string => JSON.stringify({ name: 'capped', role: 'custom', system_prompt: 'Answer.', model: { provider: 'scripted', max_tokens: 5_000 }, ...own });
  for (const [own, caps] of [
    [{ cost_caps: { per_run_max_tokens: 700 } }, { per_node_max_tokens: 2_000, per_run_max_tokens: 3_000 }],
    [{ cost_caps: { per_run_max_tokens: 3_000 } }, { per_node_max_tokens: 700, per_run_max_tokens: 3_000 }],
    [{ cost_caps: { per_run_max_tokens: 3_000 } }, { per_node_max_tokens: 3_000, per_run_max_tokens: 700 }],
    [{ max_cost_usd: 0.0007 }, { per_run_max_usd: 0.5 }],
    [{ cost_caps: { per_run_max_usd: 0.0007 } }, { per_run_max_usd: 0.5 }],
    [{ guardrails: { cost_budget_usd: 0.0007 } }, { per_run_max_usd: 0.5 }],
    [{}, { per_run_max_usd: 0.0007 }],
  ] as const) {
    const shop = new Workshop({ files: { 'configs/agents/capped.yaml': agent(own) } });
    shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
    shop.provider.reply = () => 'z'.repeat(100_000);
    const result = await shop.run(workflow([{ id: 'n', agent_spec: 'configs/agents/capped.yaml' }], { cost_caps: caps }));
    const reserved = shop.row("SELECT tokens, cost_micros FROM budget_entries WHERE kind = 'reservation'");
    expect(reserved['tokens'], JSON.stringify([own, caps])).toBe(700);
    expect(result.total_tokens).toBeLessThanOrEqual(700);
    expect(shop.node(result.run_id, 'n').status).toBe('completed');
  }
});

test("children live within their parent's purse, and the parent is charged what they used", async () => {
  const shop = new Workshop();
  shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
  shop.provider.reply = (_goal, call) => 'w'.repeat(call.outputLimit * 4);
  shop.files.set('child.workflow.yaml', workflow(chain('c1', 'c2', 'c3'), { name: 'Child', cost_caps: { per_run_max_tokens: 100_000 } }));
  const cap = 2_500;
  const result = await shop.run(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }, { id: 'twin', workflow: './child.workflow.yaml' }, 'own'], { name: 'Parent', cost_caps: { per_run_max_tokens: cap } }));
  expect(result.total_tokens).toBeLessThanOrEqual(cap);
  const children = shop.runtime.ledger.db.prepare("SELECT id, status, total_tokens, total_cost_micros FROM runs WHERE relation = 'child'").all() as { id: string; total_tokens: number }[];
  expect(children.length).toBeGreaterThan(0);
  expect(children.reduce((sum, child) => sum + child.total_tokens, 0)).toBeLessThanOrEqual(result.total_tokens);
  for (const child of children) checkBudgets(shop.runtime.ledger.db, child.id, { tokens: cap, micros: null });
  checkBudgets(shop.runtime.ledger.db, result.run_id, { tokens: cap, micros: null });
  shop.expectSound();
});

test('an unknown price is an error before the run, and no run row is written', async () => {
  const provider = new ScriptedProvider();
  provider.price_ = null as never;
  const shop = new Workshop({ provider });
  await expect((async () => shop.run(workflow(['n'])))()).rejects.toMatchObject({ code: 'price-unknown' });
  expect(shop.count('runs')).toBe(0);
});

test('the price row used is stored with the run: a replay pays the old price when the list has changed', async () => {
  const shop = new Workshop();
  shop.provider.price_ = { input: 1_000_000, output: 2_000_000 };
  const first = await shop.run(workflow(['n']));
  shop.provider.price_ = { input: 9_000_000, output: 9_000_000 };
  const again = await replayRun(shop.runtime, first.run_id, false).result;
  expect(again.total_cost_micros).toBe(first.total_cost_micros);
  expect(first.total_cost_micros).toBeGreaterThan(0);
});

test('reservation, settlement and release are ledger rows that balance, and a cut answer is settled at its limit', async () => {
  const shop = new Workshop();
  shop.provider.reply = (_goal, call) => 'v'.repeat(call.outputLimit * 8);
  const result = await shop.run(workflow(['n'], { cost_caps: { per_node_max_tokens: 900 } }));
  const entries = shop.runtime.ledger.db.prepare('SELECT kind, tokens, cost_micros FROM budget_entries ORDER BY seq').all() as { kind: string; tokens: number }[];
  const of = (kind: string): number => entries.filter((entry) => entry.kind === kind).reduce((sum, entry) => sum + entry.tokens, 0);
  expect(of('reservation')).toBe(of('settlement') + of('release'));
  expect(of('reservation')).toBeLessThanOrEqual(900);
  expect(shop.steps(result.run_id).find((step) => step.kind === 'llm')?.response).toContain('"finish":"cut"');
});

test('a call that is aborted is accounted: what was set aside is charged and marked estimated', async () => {
  const shop = new Workshop();
  shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
  const begun = gate();
  shop.provider.reply = (_goal, call) => (async function* () {
    begun.open();
    yield* [...honest(call, 'some')].slice(0, 1);
    await new Promise(() => undefined);
  })();
  const handle = shop.launch(workflow(['n']));
  await begun.passed;
  halt(shop.runtime, { run: handle.id, hold: false });
  const result = await handle.result;
  expect(result.status).toBe('halted');
  const reserved = shop.row("SELECT tokens, cost_micros FROM budget_entries WHERE kind = 'reservation'");
  expect(shop.row("SELECT tokens, cost_micros, estimated FROM budget_entries WHERE kind = 'settlement'")).toEqual({ ...reserved, estimated: 1 });
  checkBudgets(shop.runtime.ledger.db, handle.id, { tokens: null, micros: null });
});
