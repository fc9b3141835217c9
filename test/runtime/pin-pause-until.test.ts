import { describe, expect, test } from 'vitest';
import { answerRun, halt, replayRun } from '../../runtime/index.ts';
import { chain, collect, until, workflow, Workshop } from './workshop.ts';

/** Rules 24 and 25: outputs given by hand, stops before a node, and an end before the end. */

const abc = workflow(chain('a', 'b', 'c'));

describe('--until', () => {
  test('the run stops once the node is done; what it does not need is not run', async () => {
    const shop = new Workshop();
    const result = await shop.run(workflow([...chain('a', 'b', 'c'), 'aside']), { until: 'b' });
    expect(result).toMatchObject({ status: 'completed', output: { b: 'answer to b' } });
    expect(shop.provider.calls).toEqual(['a', 'b']);
    expect(shop.statuses(result.run_id)).toEqual({ a: 'completed', b: 'completed' });
  });
});

describe('what would never come to pass is refused, and no run is opened', () => {
  const nodes = workflow([...chain('a', 'b', 'c'), 'aside']);
  test.each<[string, object, RegExp]>([
    ['a pin of a node behind the last', { until: 'b', pins: { c: 1 } }, /until b does not come to c\b/],
    ['a pin of a node beside, by its path', { until: 'nodes/b', pins: { 'nodes/aside': 1, a: 2 } }, /does not come to aside,/],
    ['a pause before a node behind the last', { until: 'b', pauseAt: ['a', 'c', 'aside'] }, /does not come to c, aside,/],
    ['a pause before a pinned node', { pins: { b: 1 }, pauseAt: ['b'] }, /nothing to pause before: b\./],
  ])('%s', (_what, options, message) => {
    const shop = new Workshop();
    expect(() => shop.launch(nodes, options)).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) as unknown }));
    expect(shop.count('runs')).toBe(0);
  });

  test('pins and pauses on the way are not', async () => {
    const shop = new Workshop();
    const handle = shop.launch(nodes, { until: 'b', pins: { a: 1 }, pauseAt: ['each', 'b'] });
    await until(() => shop.status(handle.id) === 'waiting', 'the pause');
    answerRun(shop.runtime, handle.id, 'b', { action: 'go' });
    expect(await handle.result).toMatchObject({ status: 'completed', output: { b: 'answer to b' } });
  });
});

describe('--pin', () => {
  test("a node's output given by hand: no call, a journal entry marked pinned, and what follows works with it", async () => {
    const shop = new Workshop();
    const result = await shop.run(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'] }], { outputs: { a: '{% nodes.a.output.given %}' } }), { pins: { a: { given: 42 } } });
    expect(result).toMatchObject({ status: 'completed', output: { a: 42 } });
    expect(shop.provider.calls).toEqual(['b']);
    expect(shop.node(result.run_id, 'a')).toMatchObject({ status: 'completed', output: '{"given":42}', total_tokens: 0 });
    const step = shop.steps(result.run_id).find((row) => row.kind === 'pin');
    expect(step).toMatchObject({ name: 'nodes/a/pin', response: '{"given":42}', tokens: 0 });
    expect(JSON.parse(step?.details ?? '{}')).toMatchObject({ pinned: true });
    const again = await replayRun(shop.runtime, result.run_id, true).result;
    expect(again).toMatchObject({ status: 'completed', output: { a: 42 } });
    const live = await replayRun(shop.runtime, result.run_id, false).result;
    expect(live).toMatchObject({ status: 'completed', output: { a: 42 } });
  });

  test.each([null, false, 0, '', []])('of %j is an output like any other', async (value) => {
    const shop = new Workshop();
    const result = await shop.run(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'] }]), { pins: { a: value } });
    expect(result.status).toBe('completed');
    expect(shop.provider.calls).toEqual(['b']);
    expect(JSON.parse(shop.node(result.run_id, 'a').output ?? 'null')).toEqual(value);
  });

  test('of a node that is not there is an error, and no run', () => {
    const shop = new Workshop();
    expect(() => shop.launch(abc, { pins: { x: 1 } })).toThrow(expect.objectContaining({ code: 'path-not-found' }));
    expect(shop.count('runs')).toBe(0);
  });
});

describe('--pause-at', () => {
  async function paused(options: { pauseAt: string[] } = { pauseAt: ['b'] }) {
    const shop = new Workshop();
    const handle = shop.launch(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'], inputs: { n: 1 } }, { id: 'c', depends_on: ['b'] }]), options);
    await until(() => shop.status(handle.id) === 'waiting', 'the pause');
    return { shop, handle };
  }

  test('the run waits before the node, and goes on', async () => {
    const { shop, handle } = await paused();
    expect(shop.provider.calls).toEqual(['a']);
    expect(collect(handle).map((frame) => frame.stage)).toContain('node.b.waiting');
    answerRun(shop.runtime, handle.id, 'b', { action: 'go' });
    expect(await handle.result).toMatchObject({ status: 'completed' });
    expect(shop.provider.calls).toEqual(['a', 'b', 'c']);
  });

  test('its input is edited', async () => {
    const { shop, handle } = await paused();
    answerRun(shop.runtime, handle.id, 'b', { action: 'go', inputs: { n: 99 } });
    await handle.result;
    expect(JSON.parse(shop.node(handle.id, 'b').inputs ?? '')).toEqual({ n: 99 });
    expect(shop.steps(handle.id).find((step) => step.name === 'nodes/b/model/1')?.request).toContain('99');
    const again = await replayRun(shop.runtime, handle.id, true).result;
    expect(again.status).toBe('completed');
  });

  test('it is skipped', async () => {
    const { shop, handle } = await paused();
    answerRun(shop.runtime, handle.id, 'b', { action: 'skip' });
    await handle.result;
    expect(shop.statuses(handle.id)).toEqual({ a: 'completed', b: 'skipped', c: 'skipped' });
    expect(JSON.parse(shop.node(handle.id, 'b').error ?? '')).toMatchObject({ message: expect.stringContaining('by the operator') as unknown });
  });

  test('the run is halted', async () => {
    const { shop, handle } = await paused();
    halt(shop.runtime, { run: handle.id, hold: false });
    expect(await handle.result).toMatchObject({ status: 'halted' });
    expect(shop.provider.calls).toEqual(['a']);
  });

  test('anything else is refused, and the run still waits', async () => {
    const { shop, handle } = await paused();
    for (const answer of [{}, { action: 'explode' }, 'go', { action: 'go', inputs: [1] }]) expect(() => answerRun(shop.runtime, handle.id, 'b', answer)).toThrow(expect.objectContaining({ code: 'answer-invalid' }));
    expect(shop.status(handle.id)).toBe('waiting');
    expect(shop.count('answers')).toBe(0);
  });

  test('each: before every node', async () => {
    const { shop, handle } = await paused({ pauseAt: ['each'] });
    for (const id of ['a', 'b', 'c']) {
      await until(() => shop.events(handle.id).some((event) => event.kind === 'asked' && event.path === `nodes/${id}/pause`), id);
      expect(shop.provider.calls).not.toContain(id);
      answerRun(shop.runtime, handle.id, id, { action: 'go' });
      await until(() => shop.provider.callsOf(id) === 1, 'it goes on');
      expect(() => answerRun(shop.runtime, handle.id, id, { action: 'go' }), 'answered is not asked').toThrow(expect.objectContaining({ code: expect.stringMatching(/^(path-not-found|run-finished)$/) as unknown }));
    }
    expect(await handle.result).toMatchObject({ status: 'completed' });
  });
});
