import { describe, expect, test } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import type { Adapter } from '../../runtime/durable/context.ts';
import { pathOf } from '../../runtime/durable/context.ts';
import type { Ledger } from '../../runtime/ledger/ledger.ts';
import { Crash, dyingLedger } from './dying-ledger.ts';
import { adapterOf, FakeEngine, simpleNode, World } from './harness.ts';

const tutorial = adapterOf(async (ctx) => {
  const research = await simpleNode(ctx, 'research', 'look');
  const selection = await simpleNode(ctx, 'selection', research.text);
  const trader = await simpleNode(ctx, 'trader', selection.text);
  return { trader: trader.text };
});

/** 20 nodes: one, then three layers of six that each need two of the layer above, then one. */
const diamond = adapterOf(async (ctx) => {
  const first = simpleNode(ctx, 'n0', 'start');
  let layer = Array.from({ length: 6 }, async (_, i) => simpleNode(ctx, `a${i}`, `${(await first).text} ${i}`));
  for (const name of ['b', 'c']) {
    const above = layer;
    layer = above.map(async (_, i) => {
      const [left, right] = await Promise.all([above[i], above[(i + 1) % above.length]]);
      return simpleNode(ctx, `${name}${i}`, `${left?.text.length ?? 0} and ${right?.text ?? ''}`.slice(0, 40));
    });
  }
  const last = await Promise.all(layer);
  const end = await simpleNode(ctx, 'end', last.map((n) => n.text.length).join());
  return { end: end.text };
});

const retriesAndTimer = adapterOf(async (ctx) => {
  for (let attempt = 1; ; attempt++) {
    const node = await simpleNode(ctx, 'flaky', attempt < 3 ? `fail ${attempt}` : 'good', undefined, attempt);
    if (node.status === 'completed') return { text: node.text, waited: await ctx.now('end/now') > 0 };
    const now = await ctx.now(pathOf('nodes', 'flaky', attempt, 'now'));
    await ctx.sleep(pathOf('nodes', 'flaky', attempt, 'backoff'), now + 1000 * attempt);
  }
});

const person = adapterOf(async (ctx) => {
  const draft = await simpleNode(ctx, 'draft', 'write');
  const [verdict, aside] = await Promise.all([ctx.ask('nodes/approve/ask', { type: 'object' }), simpleNode(ctx, 'aside', 'meanwhile')]);
  if ((verdict as { ok: boolean }).ok) return { published: draft.text, aside: aside.text };
  return {};
});

function failing(engine: FakeEngine): FakeEngine {
  const answer = engine.onModel;
  engine.onModel = (effect) =>
    (effect.request.messages[0]?.content ?? '').startsWith('fail')
      ? Promise.resolve({ status: 'error', error: { name: 'Tool.TemporaryFailure', message: 'try again', data: null }, usage: { promptTokens: 1, outputTokens: 0, source: 'reported' } } as never)
      : answer(effect);
  return engine;
}

/** Drives to the end, answering people as they are asked. */
async function finish(world: World, id: string, adapter: Adapter, ledger?: Ledger): Promise<Json> {
  const started = world.drive(world.row(id), adapter, ledger === undefined ? {} : { ledger });
  const poll = setInterval(() => {
    for (const question of started.driver.openQuestions()) started.driver.answer(question.seq, { ok: true }, 'ana', '2026-01-01T00:00:00Z');
  }, 1);
  try {
    const end = await started.end;
    if (end.kind !== 'ended') throw new Error(`ended as ${end.kind}`);
    expect(end.outcome.error).toBeNull();
    return end.outcome.output;
  } finally {
    clearInterval(poll);
  }
}

const graphs: Record<string, Adapter> = { 'the tutorial': tutorial, 'a 20-node diamond': diamond, 'retries and a timer': retriesAndTimer, 'a person': person };

describe.each(Object.entries(graphs))('crash after every n-th append: %s', (_name, adapter) => {
  test.each(['before', 'after'] as const)('dying %s a commit loses nothing committed and repeats nothing completed', async (moment) => {
    const calm = new World(undefined, failing(new FakeEngine()));
    const calmRun = calm.open();
    const expected = await finish(calm, calmRun.id, adapter);
    const calmCalls = [...calm.engine.calls].sort();

    for (let n = 1; ; n++) {
      const world = new World(undefined, failing(new FakeEngine()));
      const run = world.open();
      let crashed = false;
      try {
        await finish(world, run.id, adapter, dyingLedger(world.ledger, n, moment));
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        crashed = true;
      }
      if (!crashed) {
        expect(n, 'the matrix covered at least one crash').toBeGreaterThan(2);
        break;
      }
      const before = world.events(run);
      const done = before.filter((e) => e.kind === 'done').map((e) => (e.kind === 'done' ? e.ref : -1));
      const inFlight = before.filter((e) => e.kind === 'reserved' && !done.includes(e.ref)).length;
      if (world.row(run.id).status === 'pending' || !['completed', 'error', 'rejected', 'halted'].includes(world.row(run.id).status)) {
        world.take(run.id);
        expect(await finish(world, run.id, adapter), `after commit ${n}`).toEqual(expected);
      }
      const after = world.events(run);
      expect(after.slice(0, before.length), 'nothing committed is lost or changed').toEqual(before);
      expect(after.filter((e) => e.kind === 'lost').length, 'each call in flight at the crash stays in the record').toBe(inFlight);
      expect(after.filter((e) => e.kind === 'done' && e.data.reserved !== undefined).length).toBe(calmCalls.length);
      const extra = world.engine.calls.length - calmCalls.length;
      expect(extra, 'each call in flight is made at most once more').toBeLessThanOrEqual(moment === 'before' ? Math.max(inFlight, 0) : inFlight);
      expect(after.filter((e) => e.kind === 'closed').length).toBe(after.filter((e) => e.kind === 'opened').length);
    }
  });
});

test('dying again and again, at every commit of every resume, still ends in the same output', async () => {
  const calm = new World();
  const expected = await finish(calm, calm.open().id, diamond);
  const world = new World();
  const run = world.open();
  let crashes = 0;
  for (;;) {
    try {
      expect(await finish(world, run.id, diamond, dyingLedger(world.ledger, 3, 'before'))).toEqual(expected);
      break;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      world.take(run.id);
      if (crashes > 100) throw new Error('no progress');
    }
  }
  expect(crashes).toBeGreaterThan(3);
});

