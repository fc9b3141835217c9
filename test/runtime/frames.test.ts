import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import { answerRun, ModelError, tailRun } from '../../runtime/index.ts';
import { chain, collect, gate, idIn, launchProcess, secondRuntime, sleep, until, workflow, Workshop } from './workshop.ts';

/** Rule 9: every subscriber, in any process and at any time, gets the stored frames without a gap or a double. */

const stored = (frames: readonly Frame[]): Frame[] => frames.filter(({ stage }) => stage !== 'agent.token');

function expectDense(frames: readonly Frame[]): void {
  expect(stored(frames).map(({ seq }) => seq)).toEqual(stored(frames).map((_frame, i) => i));
}

async function tailed(shop: Workshop, run: string, from: Promise<unknown> = Promise.resolve()): Promise<Frame[]> {
  await from;
  const frames: Frame[] = [];
  for await (const frame of tailRun(shop.runtime, run, new AbortController().signal)) frames.push(frame);
  return frames;
}

test('a frame is flat, its time is in float seconds, and node frames name their node', async () => {
  const shop = new Workshop();
  const before = Date.now() / 1_000;
  const handle = shop.launch(workflow(['n']));
  const frames = collect(handle);
  const { run_id } = await handle.result;
  const after = Date.now() / 1_000;
  expect(stored(frames).map(({ stage }) => stage)).toEqual(['workflow.started', 'node.n.started', 'node.n.completed', 'workflow.completed']);
  for (const frame of frames) {
    expect(frame).toMatchObject({ task_id: run_id, workflow_run_id: run_id, message: expect.any(String) as unknown, seq: expect.any(Number) as unknown });
    expect(frame.timestamp).toBeGreaterThanOrEqual(before - 0.001);
    expect(frame.timestamp).toBeLessThanOrEqual(after + 0.001);
    for (const value of Object.values(frame)) if (frame.stage !== 'workflow.error') expect(typeof value === 'object' && value !== null && !('name' in value)).toBe(false);
    if (frame.stage.startsWith('node.')) expect(frame).toMatchObject({ node_id: 'n', path: 'nodes/n', agent_run_id: shop.node(run_id, 'n').id });
  }
});

test.each([
  ['completed', 'n', ['started', 'completed']],
  ['error', 'bad', ['started', 'error']],
  ['rejected', 'greedy', ['started', 'rejected']],
  ['skipped', 'no', ['skipped']],
  ['retried', 'flaky', ['started', 'error', 'waiting', 'retry', 'completed']],
])('the stages of a node that is %s', async (_how, id, stages) => {
  const shop = new Workshop();
  let failures = 1;
  shop.provider.reply = (goal) => {
    if (goal === 'bad') throw new ModelError('States.TaskFailed', 'broken');
    if (goal === 'flaky' && failures-- > 0) throw new ModelError('Tool.TemporaryFailure', 'again');
    if (goal === 'greedy') return (async function* () { await Promise.resolve(); yield { type: 'usage' as const, usage: { promptTokens: 1e9, outputTokens: 1 } }; yield { type: 'finish' as const, reason: 'stop' as const }; })();
    return goal;
  };
  const handle = shop.launch(workflow([id === 'no' ? { id, when: 'false' } : { id }]));
  const frames = collect(handle);
  await handle.result;
  expect(stored(frames).filter(({ stage }) => stage.startsWith('node.')).map(({ stage }) => stage)).toEqual(stages.map((stage) => `node.${id}.${stage}`));
  expectDense(frames);
});

describe('subscribers who come at any time', () => {
  test('in this process: at every moment of a run, each gets everything once', async () => {
    const shop = new Workshop();
    shop.provider.reply = async (goal) => {
      await sleep(20);
      return goal;
    };
    const handle = shop.launch(workflow([...chain('a', 'b', 'c', 'd'), 'side']));
    const listeners: Frame[][] = [];
    const every = setInterval(() => listeners.push(collect(handle)), 1);
    listeners.push(collect(handle));
    await handle.result;
    clearInterval(every);
    listeners.push(collect(handle));
    expect(listeners.length).toBeGreaterThan(5);
    for (const frames of listeners) {
      expectDense(frames);
      expect(stored(frames)).toEqual(stored(listeners[0] ?? []));
    }
    expect(await tailed(shop, handle.id)).toEqual(stored(listeners[0] ?? []));
  });

  test('by tail, from other connections, while it runs and after', async () => {
    const shop = new Workshop();
    shop.provider.reply = async (goal) => {
      await sleep(25);
      return goal;
    };
    const handle = shop.launch(workflow(chain('a', 'b', 'c', 'd', 'e')));
    const tails = [0, 10, 40, 80, 130].map((ms) => tailed(secondRuntime(shop), handle.id, sleep(ms)));
    const own = collect(handle);
    await handle.result;
    for (const frames of [...(await Promise.all(tails)), await tailed(secondRuntime(shop), handle.id)]) {
      expectDense(frames);
      expect(frames).toEqual(stored(own));
    }
  });

  test('by tail, of a run in another real process', async () => {
    const shop = new Workshop();
    const other = launchProcess({ ledger: shop.file, verb: 'start', workflow: workflow(chain('a', 'b', 'c')), delay: 60 });
    const run = idIn(await other.message('driving'));
    const early = tailed(shop, run);
    const later = tailed(secondRuntime(shop), run, sleep(90));
    await other.message('result');
    const frames = await early;
    expect(frames.map(({ stage }) => stage)).toEqual(['workflow.started', ...['a', 'b', 'c'].flatMap((id) => [`node.${id}.started`, `node.${id}.completed`]), 'workflow.completed']);
    expectDense(frames);
    expect(await later).toEqual(frames);
  });

  test('by tail, of a run that waits: what stands still is told once', async () => {
    const shop = new Workshop();
    const handle = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
    const own = collect(handle);
    const tail = tailed(secondRuntime(shop), handle.id);
    await until(() => shop.status(handle.id) === 'waiting', 'the question');
    await sleep(200);
    answerRun(shop.runtime, handle.id, 'ok', {});
    await handle.result;
    expect(await tail).toEqual(stored(own));
    expectDense(own);
  });

  test('a tail ends when it is told to, though the run goes on', async () => {
    const shop = new Workshop();
    shop.provider.reply = () => new Promise(() => undefined);
    const handle = shop.launch(workflow(['n']));
    const stop = new AbortController();
    const frames: Frame[] = [];
    const tail = (async () => { for await (const frame of tailRun(shop.runtime, handle.id, stop.signal)) frames.push(frame); })();
    await until(() => frames.length === 2, 'what there is');
    stop.abort();
    await tail;
    expect(frames.map(({ stage }) => stage)).toEqual(['workflow.started', 'node.n.started']);
  });

  test('a tail of days gathers nothing that waits for its end', async () => {
    const shop = new Workshop();
    shop.provider.reply = () => new Promise(() => undefined);
    const handle = shop.launch(workflow(['n']));
    const stop = new AbortController();
    let looks = 0;
    const { ledger } = shop.runtime;
    const review = { ledger, find: (id: string) => { looks += 1; return shop.runtime.find(id); }, close: () => undefined };
    const tail = (async () => { for await (const _frame of tailRun(review, handle.id, stop.signal)) { /* each comes and goes */ } })();
    await until(() => looks > 12, 'a dozen looks');
    expect(getEventListeners(stop.signal, 'abort').length).toBeLessThanOrEqual(1);
    stop.abort();
    await tail;
  });

  test('who is the first to listen, in the middle or after the end, gets all that was', async () => {
    const shop = new Workshop();
    const go = gate();
    shop.provider.reply = async (goal, _call, nth) => {
      if (nth > 1) await go.passed;
      return goal;
    };
    const handle = shop.launch(workflow(chain('a', 'b')));
    await until(() => shop.provider.calls.length === 2, 'the second call');
    const middle = collect(handle);
    expect(middle.map(({ stage }) => stage)).toEqual(['workflow.started', 'node.a.started', 'node.a.completed', 'node.b.started']);
    go.open();
    await handle.result;
    expectDense(middle);
    expect(collect(handle)).toEqual(stored(middle));
    const unheard = shop.launch(workflow(['n']));
    await unheard.result;
    const late = collect(unheard);
    expectDense(late);
    expect(late.map(({ stage }) => stage)).toEqual(['workflow.started', 'node.n.started', 'node.n.completed', 'workflow.completed']);
  });

  test('who unsubscribes hears no more, and the others do', async () => {
    const shop = new Workshop();
    const go = gate();
    shop.provider.reply = async (goal) => {
      await go.passed;
      return goal;
    };
    const handle = shop.launch(workflow(['n']));
    const gone: Frame[] = [];
    const stays = collect(handle);
    const stop = handle.subscribe((frame) => gone.push(frame));
    await until(() => stays.length === 2, 'the start');
    stop();
    go.open();
    await handle.result;
    expect(stored(gone)).toHaveLength(2);
    expect(stored(stays)).toHaveLength(4);
  });
});

describe('tokens', () => {
  test('live in the executing process; a late subscriber first gets the text so far as one frame', async () => {
    const shop = new Workshop();
    const half = gate();
    const seen = { pieces: 0 };
    shop.provider.reply = () => (async function* () {
      for (const text of ['one ', 'two ', 'three ']) {
        seen.pieces += 1;
        yield { type: 'text' as const, text };
        await sleep(1);
      }
      await half.passed;
      yield { type: 'text' as const, text: 'four' };
      yield { type: 'finish' as const, reason: 'stop' as const };
    })();
    const handle = shop.launch(workflow(['n']));
    const early = collect(handle);
    await until(() => early.filter(({ stage }) => stage === 'agent.token').length === 3, 'three tokens');
    const late = collect(handle);
    half.open();
    const result = await handle.result;
    const tokens = (frames: readonly Frame[]): string[] => frames.filter(({ stage }) => stage === 'agent.token').map(({ message }) => message);
    expect(tokens(early)).toEqual(['one ', 'two ', 'three ', 'four']);
    expect(tokens(late)).toEqual(['one two three ', 'four']);
    expect(late.find(({ stage }) => stage === 'agent.token')).toMatchObject({ so_far: true, node_id: 'n', path: 'nodes/n' });
    expect(tokens(collect(handle)), 'after the end there is only the output').toEqual([]);
    expect(result.output).toEqual({ n: 'one two three four' });
    expectDense(early);
    expectDense(late);
    expect(stored(await tailed(shop, handle.id))).toEqual(stored(early));
  });

  test('of a repair begin anew', async () => {
    const shop = new Workshop();
    const second = gate();
    let calls = 0;
    shop.provider.reply = () => (async function* () {
      calls += 1;
      yield { type: 'text' as const, text: calls === 1 ? 'no json' : '{"a"' };
      if (calls === 2) {
        await second.passed;
        yield { type: 'text' as const, text: ': 1}' };
      }
      yield { type: 'finish' as const, reason: 'stop' as const };
    })();
    const handle = shop.launch(workflow([{ id: 'n', output_schema: { type: 'object' } }]));
    const early = collect(handle);
    await until(() => early.some(({ message }) => message === '{"a"'), 'the repair');
    expect(collect(handle).filter(({ stage }) => stage === 'agent.token').map(({ message }) => message)).toEqual(['{"a"']);
    second.open();
    expect(await handle.result).toMatchObject({ output: { n: { a: 1 } } });
  });
});

test('a listener that throws harms neither the run nor the other listeners', async () => {
  const bugs: unknown[] = [];
  const shop = new Workshop({ onBug: (error) => bugs.push(error) });
  const handle = shop.launch(workflow(chain('a', 'b')));
  const good: Frame[] = [];
  handle.subscribe(() => { throw new Error('a listener that throws'); });
  handle.subscribe((frame) => good.push(frame));
  expect(await handle.result).toMatchObject({ status: 'completed' });
  expectDense(good);
  expect(stored(good).at(-1)?.stage).toBe('workflow.completed');
});
