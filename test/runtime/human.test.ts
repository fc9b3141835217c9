import { describe, expect, test, vi } from 'vitest';
import { answerRun, halt } from '../../runtime/index.ts';
import { collect, gate, secondRuntime, sleep, until, workflow, Workshop } from './workshop.ts';

/** Rule 4 and the human node: a person answers, from anywhere, while somebody drives the run or while nobody does. */

const form = { type: 'object', required: ['approved'], properties: { approved: { type: 'boolean' }, note: { type: 'string', maxLength: 5 } } };
const ask = workflow([{ id: 'draft' }, { id: 'approve', depends_on: ['draft'], human: { form, assignees: ['ana'] }, task: { goal: 'Is {% nodes.draft.output %} good?' } }, { id: 'publish', depends_on: ['approve'] }]);

async function waiting(shop: Workshop, text = ask) {
  const handle = shop.launch(text);
  await until(() => shop.status(handle.id) === 'waiting', 'the question');
  return handle;
}

test('a waiting run holds no lease, costs nothing more, and says what it asks of whom', async () => {
  const shop = new Workshop({ leaveWaiting: true });
  const handle = shop.launch(ask);
  const result = await handle.result;
  expect(result).toMatchObject({ status: 'waiting', questions: [{ run: handle.id, path: 'nodes/approve/ask', request: { form, assignees: ['ana'], goal: 'Is answer to draft good?', upstream: { draft: 'answer to draft' } } }] });
  expect(shop.runtime.find(handle.id)).toMatchObject({ lease_owner: null, lease_at: null });
  expect(shop.statuses(handle.id)).toEqual({ draft: 'completed', approve: 'waiting' });
  expect(shop.provider.calls).toEqual(['draft']);
});

test.each<[string, unknown]>([
  ['nothing', null], ['another type', 'yes'], ['a field left out', {}], ['a field of another type', { approved: 'yes' }], ['a text too long', { approved: true, note: 'far too long' }],
])('an answer that does not fit its form (%s) is refused with the reason, and the run waits on', async (_what, value) => {
  const shop = new Workshop();
  const handle = await waiting(shop);
  expect(() => answerRun(shop.runtime, handle.id, 'approve', value as never)).toThrow(expect.objectContaining({ code: 'answer-invalid', message: expect.stringContaining('approved') as unknown }));
  expect(shop.status(handle.id)).toBe('waiting');
  expect(shop.count('answers')).toBe(0);
});

describe('an answer', () => {
  test.each(['approve', 'nodes/approve', 'nodes/approve/ask'])('is given at %s, and is recorded with who and when', async (path) => {
    const shop = new Workshop();
    const handle = await waiting(shop);
    expect(answerRun(shop.runtime, handle.id, path, { approved: true }), 'this process drives it already').toBeNull();
    expect(await handle.result).toMatchObject({ status: 'completed' });
    expect(shop.row('SELECT value, answered_by FROM answers')).toEqual({ value: '{"approved":true}', answered_by: shop.runtime.owner });
    expect(shop.node(handle.id, 'approve')).toMatchObject({ status: 'completed', output: '{"approved":true}', total_tokens: 0 });
    expect(JSON.parse(shop.steps(handle.id).find((step) => step.kind === 'ask')?.details ?? '{}')).toMatchObject({ by: shop.runtime.owner });
    shop.expectSound();
  });

  test('counts once: a second one is refused', async () => {
    const shop = new Workshop();
    const handle = await waiting(shop);
    answerRun(shop.runtime, handle.id, 'approve', { approved: true });
    expect(() => answerRun(shop.runtime, handle.id, 'approve', { approved: false })).toThrow(expect.objectContaining({ code: 'answer-invalid' }));
    await handle.result;
    expect(shop.node(handle.id, 'approve').output).toBe('{"approved":true}');
    expect(() => answerRun(shop.runtime, handle.id, 'approve', { approved: false })).toThrow(expect.objectContaining({ code: 'run-finished' }));
  });

  test('to a path that asks nothing names the paths that do', async () => {
    const shop = new Workshop();
    const handle = await waiting(shop);
    expect(() => answerRun(shop.runtime, handle.id, 'publish', {})).toThrow(expect.objectContaining({ code: 'path-not-found', message: expect.stringContaining('nodes/approve/ask') as unknown }));
  });

  test('while nobody drives the run: whoever answers takes it up, and nothing that was done is done again', async () => {
    const shop = new Workshop();
    const handle = await waiting(shop);
    shop.close();
    const other = secondRuntime(shop);
    const taken = answerRun(other.runtime, handle.id, 'approve', { approved: true });
    expect(taken).not.toBeNull();
    expect(await taken?.result).toMatchObject({ status: 'completed', output: { publish: 'answer to publish' } });
    expect(other.provider.calls).toEqual(['publish']);
    other.expectSound();
  });

  test('while another process waits with the run: one of the two goes on, the run ends once', async () => {
    const shop = new Workshop();
    const handle = await waiting(shop);
    const other = secondRuntime(shop);
    const taken = answerRun(other.runtime, handle.id, 'approve', { approved: true });
    await taken?.result;
    await handle.result;
    await until(() => shop.status(handle.id) === 'completed', 'the end');
    expect([...shop.provider.calls, ...other.provider.calls].sort()).toEqual(['draft', 'publish']);
    shop.expectSound();
  });

  test('while another process is busy with the run: that one hears of it', async () => {
    const shop = new Workshop();
    const busy = gate();
    shop.provider.reply = async (goal) => {
      if (goal === 'busy') await busy.passed;
      return goal;
    };
    const handle = shop.launch(workflow([{ id: 'ok', human: { form } }, 'busy', { id: 'next', depends_on: ['ok'] }]));
    await until(() => shop.provider.callsOf('busy') === 1, 'the busy node');
    const other = secondRuntime(shop);
    expect(answerRun(other.runtime, handle.id, 'ok', { approved: true })).toBeNull();
    await until(() => shop.provider.callsOf('next') === 1, 'what the answer set free');
    busy.open();
    expect(await handle.result).toMatchObject({ status: 'completed' });
    expect(other.provider.calls).toEqual([]);
  });

  test('two questions at once are answered one by one, in any order', async () => {
    const shop = new Workshop({ leaveWaiting: true });
    const first = await shop.launch(workflow([{ id: 'x', human: { form: {} } }, { id: 'y', human: { form: {} } }])).result;
    expect(first.questions.map(({ path }) => path)).toEqual(['nodes/x/ask', 'nodes/y/ask']);
    const half = await answerRun(shop.runtime, first.run_id, 'y', 2)?.result;
    expect(half).toMatchObject({ status: 'waiting', questions: [{ path: 'nodes/x/ask' }] });
    expect(await answerRun(shop.runtime, first.run_id, 'x', 1)?.result).toMatchObject({ status: 'completed', output: { x: 1, y: 2 } });
  });
});

describe('timeoutSeconds', () => {
  const timed = (seconds: number): string => workflow([{ id: 'ok', human: { form, timeoutSeconds: seconds } }, { id: 'anyway', depends_on: ['ok'], dep_policy: 'all_terminal' }]);

  test('nobody answers in time: the node fails with States.Timeout, its dependants decide', async () => {
    const shop = new Workshop();
    const result = await shop.run(timed(1));
    expect(result).toMatchObject({ status: 'completed' });
    expect(JSON.parse(shop.node(result.run_id, 'ok').error ?? '')).toMatchObject({ name: 'States.Timeout', path: 'nodes/ok' });
    expect(() => answerRun(shop.runtime, result.run_id, 'ok', { approved: true })).toThrow(expect.objectContaining({ code: 'run-finished' }));
    shop.expectSound();
  });

  test('an answer in time wins, and the timer is dropped', async () => {
    const shop = new Workshop();
    const handle = await waiting(shop, timed(3_600));
    answerRun(shop.runtime, handle.id, 'ok', { approved: true });
    expect(await handle.result).toMatchObject({ status: 'completed' });
    expect(shop.statuses(handle.id)).toEqual({ ok: 'completed', anyway: 'completed' });
  });

  test('of an answered question leaves nothing behind: its timer never comes', async () => {
    const shop = new Workshop();
    shop.provider.reply = async (goal) => {
      await sleep(5_500);
      return goal;
    };
    const handle = shop.launch(workflow([{ id: 'ok', human: { form, timeoutSeconds: 5 } }, 'slow']));
    await until(() => shop.events(handle.id).some((event) => event.kind === 'asked' && event.leaf === 'ask'), 'the question');
    answerRun(shop.runtime, handle.id, 'ok', { approved: true });
    expect(await handle.result).toMatchObject({ status: 'completed' });
    const timer = shop.events(handle.id).find((event) => event.kind === 'asked' && event.leaf === 'sleep');
    expect(shop.events(handle.id).some((event) => event.kind === 'done' && event.ref === timer?.seq)).toBe(false);
  });

  test('the time goes on while nobody drives the run', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const shop = new Workshop({ now: () => clock.at });
    const handle = await waiting(shop, timed(3_600));
    shop.close();
    clock.at += 3_599_000;
    const early = secondRuntime(shop, { now: () => clock.at });
    early.runtime.resume(early.runtime.find(handle.id));
    await sleep(30);
    expect(early.status(handle.id)).toBe('waiting');
    early.close();
    clock.at += 1_000;
    const late = secondRuntime(shop, { now: () => clock.at });
    await late.runtime.resume(late.runtime.find(handle.id)).result;
    expect(late.statuses(handle.id)).toEqual({ ok: 'error', anyway: 'completed' });
    late.expectSound();
  });
});

test('halt ends a waiting run, also one that nobody drives', async () => {
  const shop = new Workshop();
  const handle = await waiting(shop);
  shop.close();
  const other = secondRuntime(shop);
  expect(halt(other.runtime, { run: handle.id, hold: false }).halted).toEqual([handle.id]);
  expect(other.statuses(handle.id)).toEqual({ draft: 'completed', approve: 'halted' });
});

test('frames say that it waits, for whom, and that it went on', async () => {
  const shop = new Workshop();
  const handle = await waiting(shop);
  const frames = collect(handle);
  answerRun(shop.runtime, handle.id, 'approve', { approved: true });
  await handle.result;
  expect(frames.filter(({ stage }) => stage !== 'agent.token').map(({ stage }) => stage)).toEqual([
    'workflow.started', 'node.draft.started', 'node.draft.completed', 'node.approve.started', 'node.approve.waiting', 'workflow.waiting', 'node.approve.completed', 'node.publish.started', 'node.publish.completed', 'workflow.completed',
  ]);
  expect(frames.find(({ stage }) => stage === 'node.approve.waiting')).toMatchObject({ waits_for: 'person', path: 'nodes/approve/ask' });
});

describe('an answer that is given while something else happens to its run', () => {
  test('is refused where the run was halted the moment before, and is not on record', async () => {
    const shop = new Workshop({ leaveWaiting: true });
    const { run_id: run } = await shop.run(ask);
    const other = secondRuntime(shop);
    const { checkSchema } = shop.runtime;
    vi.spyOn(shop.runtime, 'checkSchema').mockImplementationOnce((...given) => {
      halt(other.runtime, { run, hold: false });
      return checkSchema(...given);
    });
    expect(() => answerRun(shop.runtime, run, 'approve', { approved: true })).toThrow(expect.objectContaining({ code: 'run-finished' }));
    expect(shop.count('answers')).toBe(0);
    shop.expectSound();
  });

  test('counts where another process takes the run up the moment after: that one goes on with it', async () => {
    const shop = new Workshop({ leaveWaiting: true });
    const { run_id: run } = await shop.run(ask);
    const other = secondRuntime(shop);
    let goesOn: ReturnType<typeof answerRun> = null;
    const { runtime } = shop;
    vi.spyOn(runtime, 'isFree').mockImplementationOnce(() => {
      goesOn = other.runtime.resume(other.runtime.find(run));
      return true;
    });
    expect(answerRun(runtime, run, 'approve', { approved: true })).toBeNull();
    expect(await (goesOn as ReturnType<typeof other.runtime.resume> | null)?.result).toMatchObject({ status: 'completed' });
    expect([shop.provider.calls, other.provider.calls]).toEqual([['draft'], ['publish']]);
    shop.expectSound();
  });
});
