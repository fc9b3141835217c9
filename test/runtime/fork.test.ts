import { describe, expect, test } from 'vitest';
import { createSecrets, forkRun, halt, ModelError } from '../../runtime/index.ts';
import type { ForkOptions, RunResult } from '../../runtime/index.ts';
import { chain, gate, until, workflow, Workshop } from './workshop.ts';

/** Rule 24: a fork takes over the beginning of another run and goes on live from there. */

const diamond = workflow([{ id: 'top' }, { id: 'left', depends_on: ['top'] }, { id: 'right', depends_on: ['top'] }, { id: 'bottom', depends_on: ['left', 'right'] }, { id: 'end', depends_on: ['bottom'] }]);

async function fork(shop: Workshop, run: string, point: ForkOptions['point'], more: Partial<ForkOptions> = {}): Promise<RunResult & { calls: string[] }> {
  const before = shop.provider.calls.length;
  const result = await forkRun(shop.runtime, run, { point, set: {}, edited: false, ...more }).result;
  return { ...result, calls: shop.provider.calls.slice(before) };
}

describe('--from', () => {
  test.each([
    ['top', ['top', 'left', 'right', 'bottom', 'end']],
    // Its sibling was in flight beside it, and is kept.
    ['left', ['left', 'bottom', 'end']],
    ['right', ['right', 'bottom', 'end']],
    ['bottom', ['bottom', 'end']],
    ['end', ['end']],
    ['nodes/bottom/model/1', ['bottom', 'end']],
  ])('%s: what came before is taken over, from there on everything is live', async (path, calls) => {
    const shop = new Workshop();
    const first = await shop.run(diamond);
    const forked = await fork(shop, first.run_id, { kind: 'from', path });
    expect(forked).toMatchObject({ status: 'completed', output: first.output });
    expect(forked.calls.sort()).toEqual([...calls].sort());
    expect(shop.row('SELECT parent_run_id, relation FROM runs WHERE id = ?', forked.run_id)).toEqual({ parent_run_id: first.run_id, relation: 'fork' });
    expect(forked.total_tokens, 'only what was called is paid').toBe(forked.calls.length === 5 ? first.total_tokens : shop.nodes(forked.run_id).reduce((sum, row) => sum + row.total_tokens, 0));
    shop.expectSound();
  });

  test('a sibling that was in flight and has finished since is kept', async () => {
    const shop = new Workshop();
    const slow = gate();
    shop.provider.reply = async (goal) => {
      if (goal === 'slow') await slow.passed;
      return goal;
    };
    const handle = shop.launch(workflow(['slow', 'quick', { id: 'next', depends_on: ['quick'] }, { id: 'both', depends_on: ['slow', 'next'] }]));
    await until(() => shop.statuses(handle.id)['next'] === 'completed', 'the quick branch');
    slow.open();
    const first = await handle.result;
    const forked = await fork(shop, first.run_id, { kind: 'from', path: 'next' });
    expect(forked.status).toBe('completed');
    expect(forked.calls).toEqual(['next', 'both']);
    expect(shop.node(forked.run_id, 'slow').status).toBe('completed');
  });

  test('every step that a run shows can be forked from: guardrails and outputs too', async () => {
    const shop = new Workshop();
    shop.files.set('g.agent.yaml', JSON.stringify({ name: 'g', role: 'g', guardrails: { forbidden_terms: ['never'] } }));
    const first = await shop.run(workflow([{ id: 'a', agent_spec: 'g.agent.yaml' }, { id: 'b', depends_on: ['a'] }]));
    const steps = shop.steps(first.run_id).map(({ name }) => name);
    expect(steps).toEqual(['nodes/a/model/1', 'nodes/a/guardrail/forbidden_terms', 'nodes/a/output', 'nodes/b/model/1', 'nodes/b/output']);
    const calls: number[] = [];
    for (const path of steps) {
      const forked = await fork(shop, first.run_id, { kind: 'from', path });
      expect(forked, path).toMatchObject({ status: 'completed', output: first.output });
      calls.push(forked.calls.length);
    }
    expect(calls).toEqual([2, 1, 1, 1, 0]);
    expect(await fork(shop, first.run_id, { kind: 'only', path: 'nodes/a/output' })).toMatchObject({ status: 'completed', calls: [] });
    shop.expectSound();
  });

  test('a path that is not there is an error, and no run', async () => {
    const shop = new Workshop();
    const first = await shop.run(diamond);
    expect(() => forkRun(shop.runtime, first.run_id, { point: { kind: 'from', path: 'nowhere' }, set: {}, edited: false })).toThrow(expect.objectContaining({ code: 'path-not-found' }));
    expect(shop.count('runs')).toBe(1);
  });

  test('an open run can be forked too', async () => {
    const shop = new Workshop();
    shop.provider.reply = (goal) => (goal === 'c' && shop.provider.callsOf('c') === 1 ? new Promise(() => undefined) : goal);
    const handle = shop.launch(workflow(chain('a', 'b', 'c')));
    await until(() => shop.provider.callsOf('c') === 1, 'the stuck call');
    const forked = await fork(shop, handle.id, { kind: 'from', path: 'b' });
    expect(forked).toMatchObject({ status: 'completed', output: { c: 'c' } });
    expect(forked.calls).toEqual(['b', 'c']);
    expect(shop.status(handle.id)).toBe('running');
  });
});

describe('--from-failure', () => {
  test('does anew only what failed or was skipped', async () => {
    const shop = new Workshop();
    let broken = true;
    shop.provider.reply = (goal) => {
      if (goal === 'bad' && broken) throw new ModelError('States.TaskFailed', 'broken');
      return goal;
    };
    const first = await shop.run(workflow(['good', 'bad', { id: 'after', depends_on: ['bad', 'good'] }, { id: 'other', depends_on: ['good'] }]));
    expect(first.status).toBe('error');
    broken = false;
    const forked = await fork(shop, first.run_id, { kind: 'from-failure' });
    expect(forked).toMatchObject({ status: 'completed', output: { after: 'after', other: 'other' } });
    expect(forked.calls).toEqual(['bad', 'after']);
    shop.expectSound();
  });

  test('of a run in which nothing failed is an error', async () => {
    const shop = new Workshop();
    const first = await shop.run(diamond);
    expect(() => forkRun(shop.runtime, first.run_id, { point: { kind: 'from-failure' }, set: {}, edited: false })).toThrow(expect.objectContaining({ code: 'path-not-found' }));
  });
});

describe('--only', () => {
  test('runs one node on its recorded upstream, and nothing after it', async () => {
    const shop = new Workshop();
    const first = await shop.run(diamond);
    const forked = await fork(shop, first.run_id, { kind: 'only', path: 'bottom' });
    expect(forked).toMatchObject({ status: 'completed', output: { bottom: 'answer to bottom' } });
    expect(forked.calls).toEqual(['bottom']);
    expect(shop.statuses(forked.run_id)).toEqual({ top: 'completed', left: 'completed', right: 'completed', bottom: 'completed' });
    const prompt = (run: string) => shop.steps(run).find((step) => step.name === 'nodes/bottom/model/1')?.request_hash;
    expect(prompt(forked.run_id)).toBe(prompt(first.run_id));
    shop.expectSound();
  });
});

test('--only with a change that reaches its upstream is stopped before anything is called, and names the step', async () => {
  const shop = new Workshop();
  const first = await shop.run(workflow([{ id: 'a', inputs: { n: '{% inputs.n %}' } }, { id: 'b', depends_on: ['a'], inputs: { m: 1 } }]), { inputs: { n: 1 } });
  const forked = await fork(shop, first.run_id, { kind: 'only', path: 'b' }, { set: { 'inputs.n': 2 } });
  expect(forked).toMatchObject({ status: 'error', calls: [], total_tokens: 0, error: { name: 'Dagbook.ReplayDiverged', path: 'nodes/a/model/1', message: expect.stringMatching(/with request [0-9a-f]{64}, this walk asks .* with request [0-9a-f]{64}/) as unknown } });
  expect(await fork(shop, first.run_id, { kind: 'only', path: 'b' }, { set: { 'nodes.b.inputs.m': 2 } }), 'a change of the node itself').toMatchObject({ status: 'completed', calls: ['b'] });
  shop.expectSound();
});

describe('edits', () => {
  test.each([
    ['inputs.a.b', 'usage', /"inputs\.a\.b" is neither/], ['nodes.b.goal', 'usage', /"nodes\.b\.goal" is neither/], ['inputs', 'usage', /is neither/], ['nodes.b.inputs.n.m', 'usage', /is neither/],
    ['nodes.nobody.inputs.n', 'path-not-found', /has no node "nobody"\. Its nodes: a, b/],
  ])('a change of %s is refused, never passed over', async (path, code, message) => {
    const shop = new Workshop();
    const first = await shop.run(workflow(chain('a', 'b')));
    await expect(fork(shop, first.run_id, { kind: 'from', path: 'b' }, { set: { [path]: 1 } })).rejects.toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as unknown }));
    expect(shop.row('SELECT COUNT(*) AS n FROM runs')).toEqual({ n: 1 });
  });

  test("a node's input is changed with --set: a version of its own, and what depends on it is live", async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'], inputs: { n: 1 } }, { id: 'c', depends_on: ['b'] }]));
    const forked = await fork(shop, first.run_id, { kind: 'from', path: 'b' }, { set: { 'nodes.b.inputs.n': 2 } });
    expect(forked.status).toBe('completed');
    expect(forked.calls).toEqual(['b', 'c']);
    expect(forked.spec_version_id).not.toBe(first.spec_version_id);
    expect(JSON.parse(shop.node(forked.run_id, 'b').inputs ?? '')).toEqual({ n: 2 });
    expect(JSON.parse(shop.node(first.run_id, 'b').inputs ?? '')).toEqual({ n: 1 });
    shop.expectSound();
  });

  test('a new input that the checks refuse is told of before anything is locked', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'], inputs: { n: 1 } }]));
    const versions = (): unknown => shop.runtime.ledger.db.prepare('SELECT COUNT(*) FROM workflow_spec_versions').pluck().get();
    const before = versions();
    await expect(fork(shop, first.run_id, { kind: 'from', path: 'b' }, { set: { 'nodes.b.inputs.n': '{% nodes.nobody.output %}' } })).rejects.toThrow(expect.objectContaining({ code: 'document-invalid', message: expect.stringMatching(/nobody.*--set nodes\.b\.inputs\.n=/s) as string }));
    expect(versions()).toBe(before);
  });

  test('the files as they stand now, downstream of the fork', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow(chain('a', 'b', 'c')));
    shop.files.set('w.workflow.yaml', workflow([{ id: 'a' }, { id: 'b', depends_on: ['a'], task: { goal: 'b said better' } }, { id: 'c', depends_on: ['b'] }]));
    const forked = await fork(shop, first.run_id, { kind: 'from', path: 'b' }, { edited: true });
    expect(forked).toMatchObject({ status: 'completed' });
    expect(forked.calls).toEqual(['b said better', 'c']);
    expect(forked.spec_version_id).not.toBe(first.spec_version_id);
  });

  test('of a file with several workflows, the one that was run; of a file with one, that one, whatever it is called by now', async () => {
    const shop = new Workshop();
    const two = (goal: string): string => `${workflow(['a', { id: 'b', depends_on: ['a'] }], { name: 'One' })}\n---\n${workflow([{ id: 'c', task: { goal } }], { name: 'Two' })}\n`;
    shop.files.set('w.workflow.yaml', two('before'));
    const first = await shop.start('Two').result;
    shop.files.set('w.workflow.yaml', two('after'));
    expect(await fork(shop, first.run_id, { kind: 'from', path: 'c' }, { edited: true })).toMatchObject({ status: 'completed', workflow_name: 'Two', calls: ['after'] });
    shop.files.set('w.workflow.yaml', workflow([{ id: 'c', task: { goal: 'alone' } }], { name: 'Three' }));
    expect(await fork(shop, first.run_id, { kind: 'from', path: 'c' }, { edited: true })).toMatchObject({ status: 'completed', workflow_name: 'Three', calls: ['alone'] });
  });

  test.each<[string, Parameters<Workshop['run']>[1], string]>([
    ['stopped at', { until: 'b' }, '--until nodes/b'], ['paused before', { pauseAt: ['b'] }, '--pause-at nodes/b'], ['pinned', { pins: { b: 1 } }, '--pin nodes/b'],
  ])('that take away a node which the parent %s are refused: the fork would pass over it without a word', async (_what, steering, words) => {
    const shop = new Workshop({ leaveWaiting: true });
    const first = await shop.run(workflow(chain('a', 'b', 'c')), steering);
    shop.files.set('w.workflow.yaml', workflow(chain('a', 'c')));
    await expect(fork(shop, first.run_id, { kind: 'from', path: 'a' }, { edited: true })).rejects.toMatchObject({ code: 'path-not-found', message: expect.stringContaining(words) as unknown });
    expect(shop.count('workflow_spec_versions')).toBe(1);
  });

  test('an edit upstream of the fork stops it: the record and the walk differ, nothing is called', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow([{ id: 'a', inputs: { n: 1 } }, { id: 'b', depends_on: ['a'] }]));
    const forked = await fork(shop, first.run_id, { kind: 'from', path: 'b' }, { set: { 'nodes.a.inputs.n': 2 } });
    expect(forked).toMatchObject({ status: 'error', error: { name: 'Dagbook.ReplayDiverged' } });
    expect(forked.calls).toEqual([]);
  });
});

describe('a fork that is refused locks nothing', () => {
  const SECRET = 'hunter-2-hunter-2';
  const dear = JSON.stringify({ name: 'dear', role: 'dear', model: { provider: 'openai', model: 'gpt-of-next-year', base_url: 'https://models.example/v1' } });
  const nodes = [{ id: 'a', inputs: { n: 1 } }, { id: 'b', depends_on: ['a'] }];
  const better = workflow(nodes, { description: 'better' });
  const from = { kind: 'from', path: 'b' } as const;
  test.each<[string, { readonly edited?: string; readonly fork: Partial<ForkOptions>; readonly held?: true }, string]>([
    ['an input that its files ask for by now', { edited: workflow(nodes, { inputs: { m: { type: 'integer', required: true } } }), fork: {} }, 'inputs-invalid'],
    ['an input that does not fit', { edited: workflow(nodes, { inputs: { m: { type: 'integer', default: 1 } } }), fork: { set: { 'inputs.m': 'x' } } }, 'inputs-invalid'],
    ['a secret in an input', { edited: better, fork: { set: { 'inputs.m': SECRET } } }, 'inputs-invalid'],
    ['a secret in an input of a node', { fork: { set: { 'nodes.a.inputs.n': SECRET } } }, 'document-invalid'],
    ['both, on files as they are by now', { edited: better, fork: { set: { 'nodes.a.inputs.n': SECRET } } }, 'document-invalid'],
    ['a hold', { edited: better, fork: {}, held: true }, 'run-held'],
    ['a hold, with an input of a node', { fork: { set: { 'nodes.a.inputs.n': 2 } }, held: true }, 'run-held'],
    ['a step that is not there', { edited: better, fork: { point: { kind: 'from', path: 'nobody' } } }, 'path-not-found'],
    ['no failure to begin at', { edited: better, fork: { point: { kind: 'from-failure' } } }, 'path-not-found'],
    ['a node that is not there', { edited: better, fork: { set: { 'nodes.nobody.inputs.n': 1 } } }, 'path-not-found'],
    ['a node that is not there any more', { edited: workflow(['b']), fork: { set: { 'nodes.a.inputs.n': 2 } } }, 'path-not-found'],
    ['a node to run alone that is not there any more', { edited: workflow(['b']), fork: { point: { kind: 'only', path: 'nodes/a' } } }, 'path-not-found'],
    ['an input that makes the edited files wrong', { edited: better, fork: { set: { 'nodes.b.inputs.n': '{% nodes.nobody.output %}' } } }, 'document-invalid'],
    ['a price nobody knows', { edited: workflow([...nodes, { id: 'c', agent_spec: 'dear.agent.yaml' }]), fork: {} }, 'price-unknown'],
    ['a mistake in the edited files', { edited: workflow([{ id: 'a', depends_on: ['b'] }, { id: 'b', depends_on: ['a'] }]), fork: {} }, 'document-invalid'],
  ])('%s', async (_what, { edited, fork: options, held }, code) => {
    const secrets = createSecrets(() => null);
    secrets.know({ TOKEN: SECRET });
    const shop = new Workshop({ secrets, files: { 'dear.agent.yaml': dear } });
    const first = await shop.run(workflow(nodes));
    const counts = (): number[] => ['workflow_spec_versions', 'agent_spec_versions', 'runs', 'blobs'].map((table) => shop.count(table));
    const before = counts();
    if (edited !== undefined) shop.files.set('w.workflow.yaml', edited);
    if (held === true) halt(shop.runtime, { run: null, hold: true });
    expect(() => forkRun(shop.runtime, first.run_id, { point: from, set: {}, ...options, edited: edited !== undefined })).toThrow(expect.objectContaining({ code }));
    expect(counts()).toEqual(before);
    shop.expectSound();
  });

  test('and the next one, with nothing wrong, locks what it needs and runs', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow(nodes));
    shop.files.set('w.workflow.yaml', workflow([...nodes, { id: 'c', task: { goal: 'new' }, depends_on: ['b'] }]));
    const edits = { edited: true, set: { 'nodes.c.inputs.n': 2 } };
    await expect(fork(shop, first.run_id, { kind: 'from', path: 'nobody' }, edits)).rejects.toMatchObject({ code: 'path-not-found' });
    const forked = await fork(shop, first.run_id, from, edits);
    expect(forked).toMatchObject({ status: 'completed', calls: ['b', 'new'] });
    expect(JSON.parse(shop.node(forked.run_id, 'c').inputs ?? '')).toEqual({ n: 2 });
    expect(shop.count('workflow_spec_versions'), 'as it was, as the files are, and with the input').toBe(3);
    shop.expectSound();
  });
});

test('a fork of a fork pays only for itself, and every sum agrees', async () => {
  const shop = new Workshop();
  shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
  const first = await shop.run(diamond);
  const second = await fork(shop, first.run_id, { kind: 'from', path: 'bottom' });
  const third = await fork(shop, second.run_id, { kind: 'from', path: 'end' });
  expect(third.calls).toEqual(['end']);
  expect(third.total_cost_micros).toBeLessThan(second.total_cost_micros);
  expect(second.total_cost_micros).toBeLessThan(first.total_cost_micros);
  for (const { run_id, total_tokens } of [first, second, third]) expect(shop.nodes(run_id).reduce((sum, row) => sum + row.total_tokens, 0)).toBe(total_tokens);
  shop.expectSound();
});
