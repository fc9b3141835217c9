import { expect } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import type { Adapter, RunCaps, RunContext } from '../../runtime/durable/context.ts';
import { pathOf } from '../../runtime/durable/context.ts';
import type { ModelEffect } from '../../runtime/durable/engine.ts';
import type { Ledger } from '../../runtime/ledger/ledger.ts';
import type { Sqlite } from '../../runtime/ledger/sqlite.ts';
import type { Price } from '../../runtime/models/provider.ts';
import type { ModelOutcome } from '../../runtime/models/router.ts';
import { createModelRouter } from '../../runtime/models/router.ts';
import { verifyLedger } from '../../runtime/ledger/verify.ts';
import { Adversary, misdeeds, randomOf } from './adversary.ts';
import type { Misdeed } from './adversary.ts';
import { Crash, dyingLedger } from './dying-ledger.ts';
import { adapterOf, FakeEngine, World } from './harness.ts';

/** Random workloads for the purse: everything follows from one seed. Heavy versions of the same run in test/soak. */
export interface Chaos {
  readonly world: World;
  readonly adversary: Adversary;
  readonly adapter: Adapter;
  readonly caps: RunCaps;
  readonly nodeCaps: ReadonlyMap<string, RunCaps>;
}

/** The real router over the adversary; time and timers stay fakes. */
class RoutedEngine extends FakeEngine {
  readonly #router;
  constructor(adversary: Adversary) {
    super();
    this.#router = createModelRouter(new Map([[adversary.name, adversary]]));
  }
  override model({ request, outputLimit, attempt, signal, onText }: ModelEffect): Promise<ModelOutcome> {
    return this.#router.call({ request, outputLimit, attempt, signal, onText });
  }
  /** Long enough for whoever means to answer. */
  override async sleep(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** Flat ones, ones with a price for every kind of token, and ones that rise with the prompt. */
const PRICES: readonly Price[] = [
  { input: 150_000, output: 600_000 }, { input: 3_000_000, output: 15_000_000 }, { input: 1, output: 1 }, { input: 0, output: 7_777_777 },
  { input: 3_000_000, output: 15_000_000, cachedInput: 300_000, cacheWrite: 3_750_000, imageInput: 6_000_001, reasoning: 60_000_000 },
  { input: 1_000_000, output: 9, cachedInput: 0, cacheWrite: 99_000_000, imageInput: 1, reasoning: 3, tiers: [{ above: 60, input: 7_000_000, output: 11_000_000, cachedInput: 700_000, reasoning: 50_000_000 }] },
];

export function chaos(seed: number, nodes = 50): Chaos {
  const random = randomOf(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const maybe = (chance: number, value: () => number): number | null => (random() < chance ? Math.floor(value()) : null);
  const price = pick(PRICES);
  const caps: RunCaps = { tokens: maybe(0.7, () => 200 + random() * 30_000), micros: maybe(0.7, () => 1 + random() * 40_000) };
  const plan = Array.from({ length: nodes }, (_, i) => ({
    id: `n${i}`, calls: 1 + Math.floor(random() * 3), prompt: pick(['p', 'é', '😀']).repeat(1 + Math.floor(random() * 120)), maxTokens: pick([null, 1, 20, 200, 2_000]),
    cap: { tokens: maybe(0.5, () => 50 + random() * 3_000), micros: maybe(0.5, () => random() * 5_000) }, after: random() < 0.2 && i > 0 ? `n${Math.floor(random() * i)}` : null,
  }));
  const misdeed = (): Misdeed => pick(misdeeds);
  const adversary = new Adversary(misdeed, random, price);
  const walk = async (ctx: RunContext): Promise<Json> => {
    const ends = new Map<string, Promise<string>>();
    for (const node of plan) {
      const before = node.after === null ? undefined : ends.get(node.after);
      const run = async (): Promise<string> => {
        await before;
        const path = pathOf('nodes', node.id);
        const agent = ctx.agentRun(path, { node: node.id, agent: node.id, version: null, inputs: {}, model: 'adversary', attempt: 1, iteration: 1, budget: { account: path, ...node.cap, price } });
        for (let call = 1; call <= node.calls; call++) {
          const asked = agent.model(`${path}/model/${call}`, { provider: 'adversary', model: '', messages: [{ role: 'user', content: `${node.prompt}${call}` }], temperature: 0, maxTokens: node.maxTokens, outputSchema: null, extras: {} });
          const answer = await Promise.race([asked, agent.sleep(`${path}/patience/${call}`, 0).then(() => null)]);
          if (answer === null) {
            ctx.scope(path).cancel();
            return 'given up';
          }
          ctx.scope(`${path}/patience`).cancel();
          if (answer.status === 'rejected') {
            agent.close({ status: 'rejected', output: null, error: answer.error });
            return answer.error.name;
          }
        }
        agent.close({ status: 'completed', output: null, error: null });
        return 'completed';
      };
      ends.set(node.id, run());
    }
    const all = await Promise.all(ends.values());
    return all;
  };
  return { world: new World(undefined, new RoutedEngine(adversary)), adversary, adapter: adapterOf(walk), caps, nodeCaps: new Map(plan.map(({ id, cap }) => [id, cap])) };
}

/** Runs to the end, dying at random commits where `crashSeed` is given; returns how often it died. */
export async function drainChaos({ world, adversary, adapter, caps, nodeCaps }: Chaos, crashSeed: number | null): Promise<number> {
  const random = randomOf(crashSeed ?? 0);
  const run = world.open({ settings: { caps } });
  let crashes = 0;
  for (;;) {
    const watched = watch(world.ledger, run.key, caps);
    // The first time soon: where answers come faster than a busy machine takes them, a run has few commits. Two it always has.
    const commits = crashes === 0 ? 2 : 6;
    const ledger = crashSeed === null || crashes >= 6 ? watched : dyingLedger(watched, 1 + Math.floor(random() * commits), random() < 0.5 ? 'before' : 'after');
    try {
      const end = await world.drive(world.row(run.id), adapter, { ledger }).end;
      expect(end).toMatchObject({ kind: 'ended', outcome: { status: 'completed', error: null } });
      break;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      if (world.row(run.id).status === 'completed') break;
      world.take(run.id);
    }
  }
  checkBudgets(world.ledger.db, run.id, caps, nodeCaps);
  const reservations = world.events(run).filter((event) => event.kind === 'reserved').length;
  // A commit that died before its effects were started is a call that was never made.
  if (crashes === 0) expect(adversary.calls, 'a call for each reservation, none for a rejection').toBe(reservations);
  else expect(adversary.calls).toBeLessThanOrEqual(reservations);
  for (const event of world.events(run)) if (event.kind === 'done' && event.data.provider_claimed !== undefined) expect(event.data.error).toBe('Dagbook.UsageDisputed');
  return crashes;
}

/** Looks after every commit whether what is settled, and what is settled and set aside together, is within the caps. */
function watch(ledger: Ledger, key: number, caps: RunCaps): Ledger {
  const settled = ledger.db.prepare<[number], { tokens: number; micros: number }>("SELECT COALESCE(SUM(tokens), 0) AS tokens, COALESCE(SUM(micros), 0) AS micros FROM journal WHERE run = ? AND kind IN ('done','lost')");
  const held = ledger.db.prepare<[number], { tokens: number; micros: number }>(
    "SELECT COALESCE(SUM(b.tokens), 0) AS tokens, COALESCE(SUM(b.micros), 0) AS micros FROM journal b WHERE b.run = ? AND b.kind = 'reserved' AND NOT EXISTS (SELECT 1 FROM journal d WHERE d.run = b.run AND d.kind IN ('done','lost') AND json_extract(d.data, '$.reserved') = b.seq)",
  );
  return {
    ...ledger,
    write<T>(work: () => T): T {
      const value = ledger.write(work);
      const spent = settled.get(key);
      const open = held.get(key);
      expect((spent?.tokens ?? 0) + (open?.tokens ?? 0)).toBeLessThanOrEqual(caps.tokens ?? Infinity);
      expect((spent?.micros ?? 0) + (open?.micros ?? 0)).toBeLessThanOrEqual(caps.micros ?? Infinity);
      expect(ledger.runs.byKey(key)).toMatchObject({ total_tokens: spent?.tokens, total_cost_micros: spent?.micros });
      return value;
    },
  };
}

/** Within the caps, and run = Σ agent runs = Σ steps = Σ settlements, exactly. */
export function checkBudgets(db: Sqlite, run: string, caps: RunCaps, nodeCaps: ReadonlyMap<string, RunCaps> = new Map()): void {
  const sum = (sql: string): { tokens: number; micros: number } => db.prepare<[string], { tokens: number; micros: number }>(sql).get(run)!;
  const total = sum('SELECT total_tokens AS tokens, total_cost_micros AS micros FROM runs WHERE id = ?');
  expect(total.tokens).toBeLessThanOrEqual(caps.tokens ?? Infinity);
  expect(total.micros).toBeLessThanOrEqual(caps.micros ?? Infinity);
  expect(sum('SELECT COALESCE(SUM(total_tokens), 0) AS tokens, COALESCE(SUM(total_cost_micros), 0) AS micros FROM agent_runs_v2 WHERE workflow_run_id = ?')).toEqual(total);
  expect(sum('SELECT COALESCE(SUM(tokens), 0) AS tokens, COALESCE(SUM(cost_micros), 0) AS micros FROM agent_run_steps WHERE workflow_run_id = ?')).toEqual(total);
  expect(sum("SELECT COALESCE(SUM(tokens), 0) AS tokens, COALESCE(SUM(cost_micros), 0) AS micros FROM budget_entries WHERE kind = 'settlement' AND workflow_run_id = ?")).toEqual(total);
  // What was set aside was settled or given back, each reservation once: nothing stays held when a run is over.
  const entries = db.prepare<[string], { kind: string; n: number; tokens: number; micros: number }>('SELECT kind, COUNT(*) AS n, SUM(tokens) AS tokens, SUM(cost_micros) AS micros FROM budget_entries WHERE workflow_run_id = ? GROUP BY kind').all(run);
  const of = (kind: string) => entries.find((entry) => entry.kind === kind) ?? { n: 0, tokens: 0, micros: 0 };
  expect([of('settlement').n, of('release').n]).toEqual([of('reservation').n, of('reservation').n]);
  // A child without a limit may use more than was set aside for it: then the release is below zero.
  expect(of('settlement').tokens + of('release').tokens).toBe(of('reservation').tokens);
  expect(of('settlement').micros + of('release').micros).toBe(of('reservation').micros);
  for (const [node, cap] of nodeCaps) {
    const used = db.prepare<[string, string], { tokens: number; micros: number }>('SELECT COALESCE(SUM(total_tokens), 0) AS tokens, COALESCE(SUM(total_cost_micros), 0) AS micros FROM agent_runs_v2 WHERE workflow_run_id = ? AND node_id = ?').get(run, node)!;
    expect(used.tokens, node).toBeLessThanOrEqual(cap.tokens ?? Infinity);
    expect(used.micros, node).toBeLessThanOrEqual(cap.micros ?? Infinity);
  }
  expect(verifyLedger(db, { only: run }).problems).toEqual([]);
}
