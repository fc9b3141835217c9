import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import type { DepPolicy, Workflow, WorkflowNode } from '../../language/index.ts';
import { meets } from '../../runtime/adapters/dependency-policy.ts';
import { graphAdapter } from '../../runtime/adapters/graph.ts';
import { createRunQueue } from '../../runtime/adapters/run-queue.ts';
import { RunDriver } from '../../runtime/durable/run-driver.ts';
import { WirePacker } from '../../runtime/durable/wire-packer.ts';
import type { NodeStatus } from '../../runtime/ledger/event.ts';
import { ModelError } from '../../runtime/index.ts';
import { noWorkflow, plainSettings, World } from './harness.ts';
import { gate, sleep, until, workflow, Workshop } from './workshop.ts';
import type { Document } from './workshop.ts';

/** Rules 6 and 7: when a node starts, when it is skipped, and what a failure does to the run. */

/** Nodes whose goal says how they end. */
function shopOfFates(): Workshop {
  const shop = new Workshop();
  shop.provider.reply = (goal) => {
    if (goal.startsWith('error')) throw new ModelError('States.TaskFailed', `${goal} failed`);
    if (goal.startsWith('rejected')) return (async function* () { await Promise.resolve(); yield { type: 'usage' as const, usage: { promptTokens: 1e9, outputTokens: 1 } }; yield { type: 'finish' as const, reason: 'stop' as const }; })();
    return goal;
  };
  return shop;
}

const join_ = (policy: DepPolicy, on: readonly string[]): Document => ({ id: 'join', depends_on: [...on], dep_policy: policy });
const skipped: Document = { id: 'skipped', when: 'false' };

describe('each policy, over each way its dependencies can end', () => {
  test.each<[DepPolicy, (string | Document)[], string]>([
    ['all_success', ['ok', 'ok2'], 'completed'],
    ['all_success', ['ok', 'error'], 'skipped'],
    ['all_success', ['ok', 'rejected'], 'skipped'],
    ['all_success', ['ok', skipped], 'skipped'],
    ['accept_partial', ['ok', 'error'], 'completed'],
    ['accept_partial', ['ok', skipped], 'completed'],
    ['accept_partial', ['error', 'rejected'], 'skipped'],
    ['accept_partial', [skipped], 'skipped'],
    ['all_terminal', ['ok', 'error'], 'completed'],
    ['all_terminal', ['error', 'rejected', skipped], 'completed'],
    ['optional', ['error', skipped], 'completed'],
  ])('%s over %j: %s', async (policy, before, expected) => {
    const shop = shopOfFates();
    const ids = before.map((node) => (typeof node === 'string' ? node : (node['id'] as string)));
    const result = await shop.run(workflow([...before, join_(policy, ids)]));
    expect(shop.statuses(result.run_id)['join']).toBe(expected);
    shop.expectSound();
  });

  test('meets() is total: it waits, runs or skips for any mix, and never changes its mind about a run that ends as planned', () => {
    const status = fc.constantFrom<NodeStatus | undefined>('completed', 'error', 'rejected', 'skipped', 'halted', undefined);
    const policies: DepPolicy[] = ['all_success', 'accept_partial', 'all_terminal', 'optional'];
    fc.assert(fc.property(fc.constantFrom(...policies), fc.array(status, { maxLength: 6 }), (policy, statuses) => {
      const verdict = meets(policy, statuses.map((s, i) => ({ id: `n${i}`, status: s })));
      const ended = statuses.filter((s) => s !== undefined);
      const allEnded = ended.length === statuses.length;
      if (policy === 'optional') expect(verdict).toBe('run');
      if (policy === 'all_terminal') expect(verdict).toBe(allEnded ? 'run' : 'wait');
      if (policy === 'all_success') {
        if (ended.every((s) => s === 'completed')) expect(verdict).toBe(allEnded ? 'run' : 'wait');
        else expect(verdict).toHaveProperty('skip');
      }
      if (policy === 'accept_partial') {
        if (!allEnded) expect(verdict).toBe('wait');
        else if (statuses.length === 0 || ended.includes('completed')) expect(verdict).toBe('run');
        else expect(verdict).toHaveProperty('skip');
      }
    }));
  });
});

describe('what a failure does to the run', () => {
  test.each<[string, (string | Document)[], string]>([
    ['nobody depends on it', ['error'], 'error'],
    ['its dependant needs its success', ['error', { id: 'next', depends_on: ['error'] }], 'error'],
    ['its dependant takes it in its stride', ['error', { id: 'next', depends_on: ['error'], dep_policy: 'all_terminal' }], 'completed'],
    ['its dependant does not wait for it', ['error', { id: 'next', depends_on: ['error'], dep_policy: 'optional' }], 'completed'],
    ['its dependant has another one that completed', ['ok', 'error', { id: 'next', depends_on: ['ok', 'error'], dep_policy: 'accept_partial' }], 'completed'],
    ['its dependant has nothing to go on', ['error', { id: 'next', depends_on: ['error'], dep_policy: 'accept_partial' }], 'error'],
    ['one of two dependants absorbs it', ['error', { id: 'hard', depends_on: ['error'] }, { id: 'soft', depends_on: ['error'], dep_policy: 'all_terminal' }], 'completed'],
    ['it was rejected', ['rejected'], 'rejected'],
    ['one was rejected, another failed: the error counts', ['rejected', 'error'], 'error'],
    ['a rejection that is absorbed', ['rejected', { id: 'next', depends_on: ['rejected'], dep_policy: 'all_terminal' }], 'completed'],
    ['skipped by its condition, which is no failure', [skipped], 'completed'],
  ])('%s', async (_what, nodes, expected) => {
    const shop = shopOfFates();
    const result = await shop.run(workflow(nodes));
    expect(result.status).toBe(expected);
    if (expected !== 'completed') expect(result.error?.path).toMatch(/^nodes\//);
  });

  test('independent branches finish, and a skipped node says why', async () => {
    const shop = shopOfFates();
    const result = await shop.run(workflow(['error', { id: 'after', depends_on: ['error'] }, { id: 'last', depends_on: ['after'] }, { id: 'a' }, { id: 'b', depends_on: ['a'] }, { id: 'c', depends_on: ['b'] }]));
    expect(shop.statuses(result.run_id)).toEqual({ error: 'error', after: 'skipped', last: 'skipped', a: 'completed', b: 'completed', c: 'completed' });
    expect(JSON.parse(shop.node(result.run_id, 'after').error ?? '')).toMatchObject({ name: 'Dagbook.Skipped', message: expect.stringContaining('error ended as error') as unknown });
    expect(JSON.parse(shop.node(result.run_id, 'last').error ?? '')).toMatchObject({ message: expect.stringContaining('after ended as skipped') as unknown });
    expect(shop.provider.calls).not.toContain('after');
  });
});

describe('order of starts', () => {
  async function startsOf(nodes: (string | Document)[], maxConcurrency = 1): Promise<string[]> {
    const shop = new Workshop();
    await shop.run(workflow(nodes, { max_concurrency: maxConcurrency }));
    return shop.provider.calls;
  }
  const on = (id: string, ...before: string[]): Document => ({ id, depends_on: before });

  test('the longest remaining path first', async () => {
    expect(await startsOf(['short', 'long', on('l2', 'long'), on('l3', 'l2')])).toEqual(['long', 'l2', 'short', 'l3']);
  });
  test('then the widest fan-out', async () => {
    expect((await startsOf(['narrow', 'wide', on('n1', 'narrow'), on('w1', 'wide'), on('w2', 'wide')])).slice(0, 2)).toEqual(['wide', 'narrow']);
  });
  test('then the oldest', async () => {
    expect(await startsOf(['z', 'm', 'a'])).toEqual(['z', 'm', 'a']);
  });
  test('the queue is a total order: rank, fan-out, age, id, whatever the order of pushes', () => {
    fc.assert(fc.property(fc.array(fc.record({ remaining: fc.nat({ max: 4 }), fanOut: fc.nat({ max: 3 }) }), { maxLength: 40 }), (ranks) => {
      const queue = createRunQueue((id) => ranks[Number(id)]!);
      ranks.forEach((_rank, i) => queue.push(String(i)));
      const shifted = Array.from({ length: ranks.length }, () => Number(queue.shift()));
      const sorted = ranks.map((rank, i) => ({ ...rank, i })).sort((a, b) => b.remaining - a.remaining || b.fanOut - a.fanOut || a.i - b.i).map(({ i }) => i);
      expect(shifted).toEqual(sorted);
      expect(queue.shift()).toBeUndefined();
    }));
  });

  test('a node starts as soon as its own dependencies are met: no layers', async () => {
    const shop = new Workshop();
    const slow = gate();
    shop.provider.reply = async (goal) => {
      if (goal === 'slow') await slow.passed;
      return goal;
    };
    const handle = shop.launch(workflow(['slow', 'quick', on('after_quick', 'quick'), on('last', 'after_quick'), on('after_slow', 'slow')]));
    await until(() => shop.provider.callsOf('last') === 1, 'the quick branch is through');
    expect(shop.provider.calls).not.toContain('after_slow');
    slow.open();
    expect(await handle.result).toMatchObject({ status: 'completed' });
  });

  test('what can no longer be met is skipped at once, while its other dependencies still run', async () => {
    const shop = shopOfFates();
    const fates = shop.provider.reply;
    const slow = gate();
    shop.provider.reply = (goal, call, nth) => (goal === 'slow' ? slow.passed.then(() => 'late') : fates(goal, call, nth));
    const handle = shop.launch(workflow(['slow', 'error', join_('all_success', ['slow', 'error'])]));
    await until(() => shop.statuses(handle.id)['join'] === 'skipped', 'the skipped join');
    expect(shop.statuses(handle.id)['slow']).toBe('running');
    slow.open();
    expect(await handle.result).toMatchObject({ status: 'error' });
  });

  test('an optional dependency is not waited for, and its output is there when it came in time', async () => {
    const shop = new Workshop();
    const slow = gate();
    shop.provider.reply = async (goal) => {
      if (goal === 'slow') await slow.passed;
      return goal;
    };
    const handle = shop.launch(workflow(['slow', { id: 'next', depends_on: ['slow'], dep_policy: 'optional' }]));
    await until(() => shop.provider.callsOf('next') === 1, 'it did not wait');
    slow.open();
    expect(await handle.result).toMatchObject({ status: 'completed', output: { next: 'next' } });
  });
});

test.each([1, 2, 3, 7, 16])('never more than max_concurrency %i nodes at once, and that many where there is work', async (limit) => {
  const shop = new Workshop();
  const now = { open: 0, most: 0 };
  shop.provider.reply = async (goal) => {
    now.most = Math.max(now.most, ++now.open);
    await sleep(2);
    now.open -= 1;
    return goal;
  };
  const roots = Array.from({ length: 30 }, (_, i) => `r${i}`);
  await shop.run(workflow([...roots, ...roots.map((id, i) => ({ id: `s${i}`, depends_on: [id, roots[(i + 1) % 30]!] }))], { max_concurrency: limit }));
  expect(shop.provider.calls).toHaveLength(60);
  expect(now.most).toBe(limit);
});

describe('ten thousand nodes', () => {
  const node = (id: string, dependencies: readonly string[], when: string | null): WorkflowNode => ({
    id, kind: { kind: 'spawn' }, work: { kind: 'human', form: {}, assignees: [], timeoutSeconds: null, task: null }, inputs: {}, dependencies, depPolicy: 'all_success', when, role: 'custom',
    isolation: 'shared', contextInheritance: 'none', modelHint: null, trust: 'trusted', outputSchema: null, tokenBudget: null, path: [],
  });
  async function drive(nodes: readonly WorkflowNode[]) {
    const world = new World();
    const big: Workflow = { ...noWorkflow, nodes };
    const run = world.open();
    const facts = { id: run.id, inputs: {}, settings: plainSettings, agents: new Map(), checkSchema: () => [] };
    const driver = new RunDriver(run, big, graphAdapter, facts, [], { ledger: world.ledger, packer: new WirePacker(), engine: world.engine, awake: () => performance.now(), owner: 'test:1', newId: world.newId, kept: null, recordedEnd: null, committed: () => undefined, token: () => undefined });
    const end = await driver.drive();
    const count = world.ledger.db.prepare("SELECT COUNT(*) FROM journal WHERE kind = 'closed' AND name = 'skipped'").pluck().get() as Json;
    return { end, count };
  }

  test('in a chain, all skipped by the first: no stack overflows', async () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) => node(`n${i}`, i === 0 ? [] : [`n${i - 1}`], i === 0 ? 'false' : null));
    expect(await drive(nodes)).toMatchObject({ end: { kind: 'ended', outcome: { status: 'completed' } }, count: 10_000 });
  });

  test('side by side, all skipped at once', async () => {
    const nodes = Array.from({ length: 10_000 }, (_, i) => node(`n${i}`, i === 0 ? [] : ['n0'], i === 0 ? 'false' : null));
    expect(await drive(nodes)).toMatchObject({ end: { kind: 'ended', outcome: { status: 'completed' } }, count: 10_000 });
  });
});
