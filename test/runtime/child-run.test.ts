import { describe, expect, test, vi } from 'vitest';
import { answerRun, halt, LEASE_STALE_MS, ModelError, replayRun } from '../../runtime/index.ts';
import { chain, gate, secondRuntime, until, workflow, Workshop } from './workshop.ts';

/** A node that runs another workflow: a run of its own, under its parent's halt, purse and record. */

const parent = (more: object = {}): string => workflow([{ id: 'kid', workflow: './child.workflow.yaml', inputs: { n: '{% inputs.n %}' } }, { id: 'after', depends_on: ['kid'] }], { name: 'Parent', ...more });
const files = { 'child.workflow.yaml': workflow(chain('c1', 'c2'), { name: 'Child', outputs: { n: '{% inputs.n + 1 %}', said: '{% nodes.c2.output %}' } }) };

const childOf = (shop: Workshop): { id: string; status: string; total_tokens: number; total_cost_micros: number } => shop.row("SELECT * FROM runs WHERE relation = 'child'") as never;

test('gets its inputs, gives its output, and is a run row of its own below its parent', async () => {
  const shop = new Workshop({ files });
  shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
  const result = await shop.run(parent(), { inputs: { n: 1 }, experiment: 'e', test: 't' });
  expect(result.status).toBe('completed');
  expect(shop.row("SELECT workflow_name, relation, parent_run_id, status, experiment_id, test_id FROM workflow_runs WHERE relation = 'child'")).toEqual({ workflow_name: 'Child', relation: 'child', parent_run_id: result.run_id, status: 'completed', experiment_id: 'e', test_id: 't' });
  expect(JSON.parse(shop.node(result.run_id, 'kid').output ?? '')).toEqual({ n: 2, said: 'answer to c2' });
  expect(shop.statuses(childOf(shop).id)).toEqual({ c1: 'completed', c2: 'completed' });
  expect(shop.node(result.run_id, 'kid')).toMatchObject({ total_tokens: childOf(shop).total_tokens, total_cost_micros: childOf(shop).total_cost_micros });
  expect(result.total_tokens).toBe(childOf(shop).total_tokens + shop.node(result.run_id, 'after').total_tokens);
  shop.expectSound();
});

describe('how a child ends is an outcome of its node', () => {
  test('error', async () => {
    const shop = new Workshop({ files });
    shop.provider.reply = () => { throw new ModelError('States.TaskFailed', 'broken'); };
    const result = await shop.run(parent(), { inputs: { n: 1 } });
    expect(result).toMatchObject({ status: 'error', error: { name: 'States.TaskFailed', path: 'nodes/kid' } });
    expect(shop.statuses(result.run_id)).toEqual({ kid: 'error', after: 'skipped' });
  });

  test('rejected, by a cap of its own', async () => {
    const shop = new Workshop({ files: { 'child.workflow.yaml': workflow(['c'], { name: 'Child', cost_caps: { per_run_max_tokens: 30 } }) } });
    const result = await shop.run(parent());
    expect(result).toMatchObject({ status: 'rejected', error: { name: 'Dagbook.BudgetExceeded' } });
    expect(shop.provider.calls).toEqual([]);
  });

  test('rejected before it starts, where the parent has nothing left for it', async () => {
    const shop = new Workshop({ files });
    shop.provider.reply = (_goal, call) => 'z'.repeat(call.outputLimit * 4);
    const result = await shop.run(workflow(['big', { id: 'kid', workflow: './child.workflow.yaml', depends_on: ['big'] }], { name: 'Parent', cost_caps: { per_run_max_tokens: 1_200 } }));
    expect(shop.statuses(result.run_id)).toEqual({ big: 'completed', kid: 'rejected' });
    expect(result.total_tokens).toBeLessThanOrEqual(1_200);
  });
});

test('takes the defaults of the inputs it declares, and refuses what does not fit: its node fails by name, and no row is opened', async () => {
  const child = workflow(['c'], { name: 'Child', inputs: { n: { type: 'integer' }, days: { type: 'integer', default: 30 } }, outputs: { n: '{% inputs.n %}', days: '{% inputs.days %}' } });
  const shop = new Workshop({ files: { 'child.workflow.yaml': child } });
  const run = await shop.run(parent(), { inputs: { n: 1 } });
  expect(JSON.parse(shop.node(run.run_id, 'kid').output ?? '')).toEqual({ n: 1, days: 30 });
  const children = shop.row("SELECT COUNT(*) AS n FROM runs WHERE relation = 'child'");
  expect(await shop.run(parent(), { inputs: { n: 'one' } })).toMatchObject({ status: 'error', error: { name: 'States.Runtime', message: expect.stringMatching(/do not fit Child: n: must be integer/) as unknown, path: 'nodes/kid' } });
  expect(shop.row("SELECT COUNT(*) AS n FROM runs WHERE relation = 'child'")).toEqual(children);
  shop.expectSound();
});

test('a person is asked through it: the parent waits too, and an answer to the child wakes both, while nobody drives', async () => {
  const shop = new Workshop({ leaveWaiting: true, files: { 'child.workflow.yaml': workflow([{ id: 'ok', human: { form: { type: 'object' } } }], { name: 'Child' }) } });
  const handle = shop.launch(parent());
  const first = await handle.result;
  expect(first).toMatchObject({ status: 'waiting', questions: [{ path: 'nodes/ok/ask' }] });
  const child = childOf(shop);
  expect(child.status).toBe('waiting');
  expect(first.questions[0]?.run).toBe(child.id);
  shop.close();
  const other = secondRuntime(shop);
  const taken = answerRun(other.runtime, child.id, 'ok', { yes: 1 });
  expect(taken?.id, 'the run at the top is taken up').toBe(handle.id);
  expect(await taken?.result).toMatchObject({ status: 'completed', output: { after: 'answer to after' } });
  expect(childOf(other).status).toBe('completed');
  other.expectSound();
});

test('a process that dies loses neither: the child goes on from its own journal', async () => {
  const clock = { at: Date.UTC(2026, 0, 1) };
  const shop = new Workshop({ files, now: () => clock.at });
  shop.provider.reply = (goal) => (goal === 'c2' ? new Promise(() => undefined) : goal);
  const handle = shop.launch(parent(), { inputs: { n: 1 } });
  await until(() => shop.provider.callsOf('c2') === 1, 'the second call of the child');
  shop.close();
  clock.at += LEASE_STALE_MS;
  const other = secondRuntime(shop, { now: () => clock.at });
  expect(await other.runtime.resume(other.runtime.find(handle.id)).result).toMatchObject({ status: 'completed' });
  expect(other.provider.calls, 'what the child had finished is not done again').toEqual(['c2', 'after']);
  expect(other.row("SELECT COUNT(*) AS n FROM runs WHERE relation = 'child'")).toEqual({ n: 1 });
  expect(other.steps(childOf(other).id).filter((step) => step.error === 'process.died')).toHaveLength(1);
  other.expectSound();
});

test('a live replay runs the child anew, of the same version', async () => {
  const shop = new Workshop({ files });
  const first = await shop.run(parent(), { inputs: { n: 1 } });
  shop.files.set('child.workflow.yaml', workflow(['other'], { name: 'Child' }));
  const again = await replayRun(shop.runtime, first.run_id, false).result;
  expect(again).toMatchObject({ status: 'completed', output: first.output });
  expect(shop.row("SELECT COUNT(*) AS n, COUNT(DISTINCT spec_version) AS versions FROM runs WHERE relation = 'child'")).toEqual({ n: 2, versions: 1 });
});

test('children side by side share one purse and keep apart otherwise', async () => {
  const shop = new Workshop({ files });
  const kids = Array.from({ length: 8 }, (_, i) => ({ id: `kid${i}`, workflow: './child.workflow.yaml', inputs: { n: i } }));
  const result = await shop.run(workflow(kids, { name: 'Parent', cost_caps: { per_run_max_tokens: 100_000 } }));
  expect(result.status).toBe('completed');
  expect(result.output).toEqual(Object.fromEntries(kids.map(({ id }, i) => [id, { n: i + 1, said: 'answer to c2' }])));
  expect(shop.row("SELECT COUNT(*) AS n, SUM(total_tokens) AS tokens FROM runs WHERE relation = 'child'")).toEqual({ n: 8, tokens: result.total_tokens });
  shop.expectSound();
});

test('a parent that is halted between asking for a child and opening it opens none', async () => {
  const shop = new Workshop({ files: { 'child.workflow.yaml': workflow(['c'], { name: 'Child' }) } });
  const handle = shop.launch(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }], { name: 'Parent' }));
  const { runtime } = shop;
  const other = secondRuntime(shop);
  const plan = vi.spyOn(runtime, 'plan').mockImplementationOnce((...given) => {
    halt(other.runtime, { run: handle.id, hold: false });
    return runtime.plan(...given);
  });
  expect(await handle.result).toMatchObject({ status: 'halted' });
  expect(plan).toHaveBeenCalledTimes(2);
  expect(shop.count('runs')).toBe(1);
  expect(shop.provider.calls).toEqual([]);
  shop.expectSound();
});

test('a parent that fails as a whole leaves no child open behind it, and no question that nobody would hear the answer to', async () => {
  const shop = new Workshop({ files: { 'child.workflow.yaml': workflow([{ id: 'ok', human: { form: {} } }], { name: 'Child' }) } });
  const handle = shop.launch(workflow([{ id: 'one', workflow: './child.workflow.yaml' }, 'between', { id: 'two', workflow: './child.workflow.yaml', depends_on: ['between'] }], { name: 'Parent' }));
  const { runtime } = shop;
  const asks = gate();
  shop.provider.reply = async () => {
    await asks.passed;
    return 'go on';
  };
  await until(() => shop.row("SELECT status FROM runs WHERE relation = 'child'")['status'] === 'waiting', 'the question of the first child');
  vi.spyOn(runtime, 'plan').mockImplementation(() => { throw new Error('a bug'); });
  asks.open();
  expect(await handle.result).toMatchObject({ status: 'error', error: { name: 'internal-error', message: 'a bug' } });
  expect(childOf(shop)).toMatchObject({ status: 'halted' });
  expect(shop.row('SELECT COUNT(*) AS n FROM runs WHERE ended_at IS NULL')).toEqual({ n: 0 });
  shop.expectSound();
});
