import { describe, expect, test } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import { answerRun, compareRuns, forkRun, halt, ModelError, pruneLedger, replayRun, sha256 } from '../../runtime/index.ts';
import type { RunResult } from '../../runtime/index.ts';
import { createFrameReader } from '../../runtime/ledger/frames.ts';
import { chain, collect, gate, honest, ScriptedProvider, secondRuntime, until, workflow, Workshop } from './workshop.ts';
import type { Document } from './workshop.ts';

/** Rules 22 and 23: a replay runs the same versions on the same inputs; a recorded one is served from the record to the last byte, and calls nobody. */

class Gone extends ScriptedProvider {
  override reply = (): never => {
    throw new Error('the provider is gone');
  };
}

/** Frames without what may differ: ids and times. */
function bare(frames: readonly Frame[]): unknown[] {
  return frames.filter((frame) => frame.stage !== 'agent.token').map(({ task_id: _task, workflow_run_id: _run, agent_run_id: _agent, timestamp: _at, ...rest }) => rest);
}

function storedFrames(shop: Workshop, run: string): Frame[] {
  const reader = createFrameReader(shop.runtime.find(run));
  return shop.events(run).flatMap((event) => reader.feed(event) ?? []);
}

const rich = workflow([
  { id: 'clock', inputs: { at: '{% $now() %}', dice: '{% $random() %}' } },
  { id: 'typed', depends_on: ['clock'], output_schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
  { id: 'no', when: 'inputs.go = false' },
  { id: 'greedy' },
  { id: 'after', depends_on: ['greedy'], dep_policy: 'all_terminal' },
  { id: 'ok', depends_on: ['typed'], human: { form: { type: 'object' }, timeoutSeconds: 600 } },
  { id: 'end', depends_on: ['ok', 'after'] },
], { outputs: { end: '{% nodes.end.output %}', n: '{% nodes.typed.output.n %}' }, cost_caps: { per_run_max_usd: 1 } });

/** Repairs, rejections, skips, a person, a clock, dice, money: what a journal can hold. */
async function richRun(shop: Workshop): Promise<RunResult> {
  shop.provider.price_ = { input: 500_000, output: 2_000_000 };
  let typed = 0;
  shop.provider.reply = (goal, call) => {
    if (goal === 'typed') return ++typed === 1 ? 'no json' : '{"n": 7}';
    if (goal === 'greedy') return (async function* () { await Promise.resolve(); yield { type: 'usage' as const, usage: { promptTokens: 1e6, outputTokens: 1 } }; yield* honest(call, 'x'); })();
    return `answer to ${goal}`;
  };
  const handle = shop.launch(rich, { inputs: { go: true } });
  await until(() => shop.events(handle.id).some((event) => event.kind === 'asked' && event.leaf === 'ask'), 'the question');
  await until(() => shop.status(handle.id) === 'waiting', 'only the person is missing');
  answerRun(shop.runtime, handle.id, 'ok', { by: 'ana' });
  return handle.result;
}

describe('a recorded replay', () => {
  test('gives the same bytes with the provider gone, costs nothing, and locks nothing', async () => {
    const shop = new Workshop();
    const first = await richRun(shop);
    expect(first.status).toBe('completed');
    const locked = [shop.count('workflow_spec_versions'), shop.count('agent_spec_versions')];
    const later = secondRuntime(shop, { provider: new Gone() });
    const handle = replayRun(later.runtime, first.run_id, true);
    const heard = collect(handle);
    const again = await handle.result;
    expect(again).toMatchObject({ status: 'completed', total_tokens: 0, total_cost_micros: 0, spec_version_id: first.spec_version_id });
    expect(JSON.stringify(again.output)).toBe(JSON.stringify(first.output));
    expect(later.provider.calls).toEqual([]);
    expect([shop.count('workflow_spec_versions'), shop.count('agent_spec_versions')]).toEqual(locked);
    expect(shop.row('SELECT parent_run_id, relation FROM runs WHERE id = ?', again.run_id)).toEqual({ parent_run_id: first.run_id, relation: 'recorded' });
    expect(bare(storedFrames(shop, again.run_id))).toEqual(bare(storedFrames(shop, first.run_id)));
    expect(bare(heard)).toEqual(bare(storedFrames(shop, first.run_id)));
    const compared = compareRuns(later.runtime, first.run_id, again.run_id);
    expect(compared.same).toBe(true);
    for (const node of compared.nodes) expect(node.output.same && node.prompt.same && node.status.same, node.path).toBe(true);
    shop.expectSound();
  });

  test('of a replay of a replay is still the same', async () => {
    const shop = new Workshop();
    const first = await richRun(shop);
    let last = first;
    for (let i = 0; i < 3; i++) last = await replayRun(shop.runtime, last.run_id, true).result;
    expect(last.status).toBe('completed');
    expect(bare(storedFrames(shop, last.run_id))).toEqual(bare(storedFrames(shop, first.run_id)));
    shop.expectSound();
  });

  test.each(['error', 'rejected'])('of a run that ended as %s ends so too, with the same error', async (how) => {
    const shop = new Workshop();
    shop.provider.reply = (goal, call) => {
      if (goal !== 'b') return goal;
      if (how === 'error') throw new ModelError('States.TaskFailed', 'broken');
      return (async function* () { await Promise.resolve(); yield { type: 'usage' as const, usage: { promptTokens: 1e6, outputTokens: 1 } }; yield* honest(call, 'x'); })();
    };
    const first = await shop.run(workflow(chain('a', 'b', 'c')));
    expect(first.status).toBe(how);
    const again = await replayRun(shop.runtime, first.run_id, true).result;
    expect(again).toMatchObject({ status: how, error: first.error });
    expect(bare(storedFrames(shop, again.run_id))).toEqual(bare(storedFrames(shop, first.run_id)));
    expect(shop.provider.calls).toEqual(['a', 'b']);
  });

  test('of a run that was halted stops where it stopped, with the same frames', async () => {
    const shop = new Workshop();
    shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
    shop.provider.reply = (goal) => (goal === 'b' ? new Promise(() => undefined) : goal);
    const handle = shop.launch(workflow([...chain('a', 'b', 'c'), 'side']));
    await until(() => shop.provider.callsOf('b') === 1, 'the call');
    halt(shop.runtime, { run: handle.id, hold: false });
    await handle.result;
    const again = await replayRun(shop.runtime, handle.id, true).result;
    expect(again).toMatchObject({ status: 'halted', total_tokens: 0 });
    expect(shop.statuses(again.run_id)).toEqual(shop.statuses(handle.id));
    expect(bare(storedFrames(shop, again.run_id))).toEqual(bare(storedFrames(shop, handle.id)));
    shop.expectSound();
  });

  test('of a run with retries does not wait again', async () => {
    const shop = new Workshop();
    let failures = 0;
    shop.provider.reply = (goal) => {
      if (goal === 'flaky' && failures++ < 2) throw new ModelError('Tool.TemporaryFailure', 'try again');
      return goal;
    };
    const first = await shop.run(workflow(['flaky']));
    expect(first.status).toBe('completed');
    // The first waited a second, and two.
    const from = performance.now();
    const again = await replayRun(shop.runtime, first.run_id, true).result;
    expect(performance.now() - from).toBeLessThan(2_900);
    expect(again).toMatchObject({ status: 'completed', output: first.output });
    expect(bare(storedFrames(shop, again.run_id))).toEqual(bare(storedFrames(shop, first.run_id)));
  });

  test('of a run with a child serves the child from the record and starts none', async () => {
    const shop = new Workshop({ files: { 'child.workflow.yaml': workflow(['c'], { name: 'Child' }) } });
    const first = await shop.run(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }, { id: 'after', depends_on: ['kid'] }], { name: 'Parent' }));
    const again = await replayRun(shop.runtime, first.run_id, true).result;
    expect(again).toMatchObject({ status: 'completed', output: first.output });
    expect(shop.row("SELECT COUNT(*) AS n FROM runs WHERE relation = 'child'")).toEqual({ n: 1 });
    expect(bare(storedFrames(shop, again.run_id))).toEqual(bare(storedFrames(shop, first.run_id)));
  });

  test('is refused while its parent is still open', async () => {
    const shop = new Workshop();
    const handle = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
    await until(() => shop.status(handle.id) === 'waiting', 'the question');
    expect(() => replayRun(shop.runtime, handle.id, true)).toThrow(expect.objectContaining({ code: 'run-open' }));
    expect(shop.count('runs')).toBe(1);
  });

  test('whose request differs stops, naming the step, both hashes and what differs; nothing is called', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow(chain('a', 'b')));
    // A request that a later release, or a tampering hand, would make differently.
    const { db } = shop.runtime.ledger;
    const { prompt, hash } = db.prepare("SELECT request AS prompt, request_hash AS hash FROM journal WHERE kind = 'asked' AND path = 'nodes/b/model/1'").get() as { prompt: string; hash: string };
    const changed = prompt.replace('Task: b', 'Task: c');
    expect(changed).not.toBe(prompt);
    db.exec('DROP TRIGGER turns_no_update');
    db.prepare('UPDATE turns SET bodies = replace(bodies, ?, ?), events = replace(events, ?, ?)').run(prompt, changed, hash, sha256(changed));
    const again = await replayRun(shop.runtime, first.run_id, true).result;
    expect(again).toMatchObject({ status: 'error', error: { name: 'Dagbook.ReplayDiverged', path: 'nodes/b/model/1' } });
    expect(again.error?.message.match(/[0-9a-f]{64}/g)).toHaveLength(2);
    expect(again.error?.message, 'what differs').toMatch(/They differ: at messages\[\d\]\.content the record has ".*Task: c.*", this walk ".*Task: b.*"\.$/);
    expect(shop.provider.calls).toEqual(['a', 'b']);
  });

  test.each([{}, { note: 'long '.repeat(400) }])('of a run that was pruned is refused, live or recorded, and nothing is called or written', async (inputs) => {
    const shop = new Workshop();
    const first = await shop.run(workflow(chain('a', 'b')), { inputs });
    pruneLedger(shop.runtime.ledger, '9999-01-01T00:00:00Z');
    for (const recorded of [true, false]) expect(() => replayRun(shop.runtime, first.run_id, recorded)).toThrow(expect.objectContaining({ code: 'body-pruned' }));
    expect(() => forkRun(shop.runtime, first.run_id, { point: { kind: 'from', path: 'b' }, set: {}, edited: false })).toThrow(expect.objectContaining({ code: 'body-pruned' }));
    // The same inputs come back with another run, what was answered does not.
    await shop.run(workflow(chain('a', 'b')), { inputs });
    expect(() => replayRun(shop.runtime, first.run_id, true)).toThrow(expect.objectContaining({ code: 'body-pruned' }));
    expect(shop.provider.calls).toEqual(['a', 'b', 'a', 'b']);
    expect(shop.count('runs')).toBe(2);
    shop.expectSound();
  });

  test('interrupted halfway goes on from its own record', async () => {
    const shop = new Workshop();
    const first = await richRun(shop);
    const handle = replayRun(shop.runtime, first.run_id, true);
    shop.runtime.supervisor.abandonAll();
    await handle.result;
    if (shop.status(handle.id) !== 'completed') expect(await shop.runtime.resume(shop.runtime.find(handle.id)).result).toMatchObject({ status: 'completed', output: first.output });
    expect(shop.provider.calls.length).toBe(6);
  });
});

describe('a replay', () => {
  test('is a new run of the same version rows on the same inputs, live, whatever the files say now', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow(chain('a', 'b'), { outputs: { got: '{% inputs.x %}' } }), { inputs: { x: 5 } });
    shop.files.set('w.workflow.yaml', workflow(['other']));
    const locked = [shop.count('workflow_spec_versions'), shop.count('agent_spec_versions')];
    const again = await replayRun(shop.runtime, first.run_id, false).result;
    expect(again).toMatchObject({ status: 'completed', output: { got: 5 }, spec_version_id: first.spec_version_id });
    expect(shop.provider.calls).toEqual(['a', 'b', 'a', 'b']);
    expect([shop.count('workflow_spec_versions'), shop.count('agent_spec_versions')]).toEqual(locked);
    expect(shop.row('SELECT parent_run_id, relation FROM runs WHERE id = ?', again.run_id)).toEqual({ parent_run_id: first.run_id, relation: 'replay' });
    const prompts = (run: string): unknown[] => shop.steps(run).filter((step) => step.kind === 'llm').map((step) => step.request_hash);
    expect(prompts(again.run_id), 'asked in the very same bytes').toEqual(prompts(first.run_id));
  });

  test('whose version is missing is an error, never a silent fall back', async () => {
    const shop = new Workshop();
    const first = await shop.run(workflow(['a']));
    shop.runtime.ledger.db.exec('DROP TRIGGER agent_spec_versions_no_delete; DELETE FROM agent_spec_versions');
    const later = secondRuntime(shop);
    expect(() => replayRun(later.runtime, first.run_id, false)).toThrow(expect.objectContaining({ code: 'version-missing' }));
    expect(shop.count('runs')).toBe(1);
  });
});

test('concurrent answers are replayed in the order they came', async () => {
  const shop = new Workshop();
  const gates = new Map(['x', 'y', 'z'].map((id) => [id, gate()]));
  shop.provider.reply = async (goal) => {
    await gates.get(goal)?.passed;
    return goal;
  };
  const nodes: Document[] = [...['x', 'y', 'z'].map((id) => ({ id })), { id: 'next', depends_on: ['x', 'y', 'z'], dep_policy: 'optional' }];
  const handle = shop.launch(workflow(nodes));
  for (const id of ['z', 'x', 'y']) {
    gates.get(id)?.open();
    await until(() => shop.statuses(handle.id)[id] === 'completed', id);
  }
  const first = await handle.result;
  const order = (run: string): string[] => storedFrames(shop, run).filter((frame) => frame.stage.endsWith('.completed')).map((frame) => frame.stage);
  const again = await replayRun(shop.runtime, first.run_id, true).result;
  expect(order(again.run_id)).toEqual(order(first.run_id));
  expect(order(first.run_id).filter((stage) => !['node.next.completed', 'workflow.completed'].includes(stage))).toEqual(['node.z.completed', 'node.x.completed', 'node.y.completed']);
});
