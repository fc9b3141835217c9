import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createSecrets, replayRun, snapshot } from '../../runtime/index.ts';
import { readInputs } from '../../runtime/run-plan.ts';
import { chain, secondRuntime, workflow, Workshop } from './workshop.ts';

/** Rules 1, 2 and 8: what is locked, when, and what a name means. */

const agent = (more: object = {}): string => JSON.stringify({ name: 'helper', role: 'custom', system_prompt: 'Help.', model: { provider: 'scripted' }, ...more });
const files = { 'configs/agents/helper.yaml': agent(), 'w.workflow.yaml': workflow([{ id: 'a', agent_spec: 'configs/agents/helper.yaml' }, { id: 'b', depends_on: ['a'] }]) };

const versions = (shop: Workshop): [number, number] => [shop.count('workflow_spec_versions'), shop.count('agent_spec_versions')];

describe('locking', () => {
  test('the same content twice: one row, the same version id', () => {
    const shop = new Workshop({ files });
    const first = snapshot(shop.runtime, { workflow: 'w.workflow.yaml' });
    const again = snapshot(shop.runtime, { workflow: 'w.workflow.yaml' });
    expect(first.every(({ created }) => created)).toBe(true);
    expect(again).toEqual(first.map((made) => ({ ...made, created: false })));
    expect(versions(shop)).toEqual([1, 2]);
    const other = secondRuntime(shop);
    expect(snapshot(other.runtime, { workflow: 'w.workflow.yaml' })).toEqual(again);
  });

  test('comments, key order, quoting and explicit defaults change nothing', () => {
    const shop = new Workshop({ files });
    const [hash] = snapshot(shop.runtime, { workflow: 'w.workflow.yaml' }).slice(-1).map(({ version_id }) => version_id);
    shop.files.set('w.workflow.yaml', `# said differently
adapter_kind: "graph"
nodes:
  - agent_spec: 'configs/agents/helper.yaml'
    id: a   # the first
    dep_policy: all_success
    kind: spawn
  - { depends_on: [a], task: { goal: b }, id: b, trust: trusted, role: custom }
max_concurrency: 16
name: W
`);
    shop.files.set('configs/agents/helper.yaml', 'system_prompt: "Help."\nrole: custom\nname: helper\nmax_calls: 20\nmodel:\n  temperature: 0.2\n  provider: scripted\n');
    expect(snapshot(shop.runtime, { workflow: 'w.workflow.yaml' }).at(-1)).toMatchObject({ version_id: hash, created: false });
    expect(versions(shop)).toEqual([1, 2]);
  });

  test('any changed field is another version; a changed agent changes its workflow too', () => {
    const shop = new Workshop({ files });
    const first = snapshot(shop.runtime, { workflow: 'w.workflow.yaml' }).at(-1);
    shop.files.set('configs/agents/helper.yaml', agent({ system_prompt: 'Help!' }));
    const changed = snapshot(shop.runtime, { workflow: 'w.workflow.yaml' });
    expect(changed.at(-1)).toMatchObject({ created: true, version: 2, spec_id: first?.spec_id });
    expect(changed.at(-1)?.spec_hash).not.toBe(first?.spec_hash);
    expect(versions(shop)).toEqual([2, 3]);
    shop.files.set('configs/agents/helper.yaml', agent());
    expect(snapshot(shop.runtime, { workflow: 'w.workflow.yaml' }).at(-1), 'back to what it was').toMatchObject({ version_id: first?.version_id, created: false });
  });

  test('an agent can be locked by itself', () => {
    const shop = new Workshop({ files });
    expect(snapshot(shop.runtime, { workflow: 'configs/agents/helper.yaml' })).toMatchObject([{ kind: 'agent', name: 'helper', version: 1, created: true }]);
    expect(versions(shop)).toEqual([0, 1]);
  });
});

describe('a run', () => {
  test('finds every spec it stands on locked before its row opens, children and inline tasks included', async () => {
    const shop = new Workshop({ files: { ...files, 'child.workflow.yaml': workflow([{ id: 'c', agent_spec: 'configs/agents/helper.yaml', task: { goal: 'c' } }], { name: 'Child' }) } });
    const seen: [number, number, number][] = [];
    shop.provider.reply = (goal) => {
      seen.push([...versions(shop), shop.count('runs')]);
      return goal;
    };
    await shop.run(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }, { id: 'inline', depends_on: ['kid'] }]));
    expect(seen).toEqual([[2, 2, 2], [2, 2, 2]]);
    for (const node of shop.runtime.ledger.db.prepare('SELECT node_id, spec_version_id FROM agent_runs_v2').all() as { node_id: string; spec_version_id: string | null }[]) {
      expect(shop.row('SELECT COUNT(*) AS n FROM (SELECT id FROM agent_spec_versions UNION SELECT id FROM workflow_spec_versions) WHERE id = ?', node.spec_version_id ?? ''), node.node_id).toEqual({ n: 1 });
    }
  });

  test('locks again at every dispatch: what runs is what the file says then', async () => {
    const shop = new Workshop({ files });
    const first = await shop.start('w.workflow.yaml').result;
    const same = await shop.start('w.workflow.yaml').result;
    shop.files.set('w.workflow.yaml', workflow(['only']));
    const changed = await shop.start('w.workflow.yaml').result;
    expect(same.spec_version_id).toBe(first.spec_version_id);
    expect(changed.spec_version_id).not.toBe(first.spec_version_id);
    expect(changed.output).toEqual({ only: 'answer to only' });
    const replayed = await replayRun(shop.runtime, first.run_id, false).result;
    expect(replayed.spec_version_id, 'a replay stays with its own').toBe(first.spec_version_id);
  });

  test.each<[string, Record<string, string>, RegExp, { file: string; line: number }]>([
    ['a missing agent', { 'w.workflow.yaml': 'name: W\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: configs/agents/gone.yaml\n' }, /\[agent-not-found\].*gone/, { file: 'w.workflow.yaml', line: 5 }],
    ['an invalid agent', { ...files, 'configs/agents/helper.yaml': 'name: helper\nrole: custom\ntemprature: 1\n' }, /\[unknown-field\].*temprature/, { file: 'configs/agents/helper.yaml', line: 3 }],
    ['a cycle', { 'w.workflow.yaml': workflow([{ id: 'a', depends_on: ['b'] }, { id: 'b', depends_on: ['a'] }]) }, /\[cycle\]/, { file: 'w.workflow.yaml', line: 1 }],
    ['no YAML at all', { 'w.workflow.yaml': 'name: [W\n' }, /\[yaml-syntax\]/, { file: 'w.workflow.yaml', line: 1 }],
  ])('%s: no run row at all, and an error that names file, line and code', (_what, bad, message, place) => {
    const shop = new Workshop({ files: bad });
    expect(() => shop.start('w.workflow.yaml')).toThrow(expect.objectContaining({ code: 'document-invalid', message: expect.stringMatching(message) as unknown, place: expect.objectContaining(place) as unknown }));
    expect(existsSync(shop.file)).toBe(false);
    expect(shop.count('runs')).toBe(0);
    expect(versions(shop), 'and nothing is locked half').toEqual([0, 0]);
  });

  test.each<[string, string, object, RegExp]>([
    ['not runnable yet', workflow(['a'], { adapter_kind: 'debate', participants: ['a', 'a'], judge: 'a' }), {}, /^(document-invalid|not-runnable-yet)$/],
    ['an input that does not fit', workflow(['a'], { inputs: { n: { type: 'integer', required: true } } }), { inputs: { n: 'x' } }, /^inputs-invalid$/],
    ['a required input left out', workflow(['a'], { inputs: { n: { type: 'integer', required: true } } }), {}, /^inputs-invalid$/],
    ['a model nobody has', workflow(['a']), { model: 'nobody:x' }, /^model-not-available$/],
    ['a node to stop at that is not there', workflow(['a']), { until: 'b' }, /^path-not-found$/],
    ['a pin that holds a secret', workflow(['a']), { pins: { a: 'hunter-2-hunter-2' } }, /^inputs-invalid$/],
    ['a price nobody knows', workflow([{ id: 'a', agent_spec: 'configs/agents/dear.yaml' }]), {}, /^price-unknown$/],
  ])('%s: no run row, nothing is locked, and where there was no ledger there is none', (_what, text, options, code) => {
    const secrets = createSecrets(() => null);
    secrets.know({ TOKEN: 'hunter-2-hunter-2' });
    const shop = new Workshop({ secrets, files: { 'configs/agents/dear.yaml': agent({ name: 'dear', model: { provider: 'openai', model: 'gpt-of-next-year', base_url: 'https://models.example/v1' } }) } });
    const refused = (): void => expect(() => shop.launch(text, options)).toThrow(expect.objectContaining({ code: expect.stringMatching(code) as unknown }));
    refused();
    expect(existsSync(shop.file)).toBe(false);
    expect(shop.count('runs')).toBe(0);
    shop.files.set('fine.workflow.yaml', workflow(['fine'], { name: 'Fine' }));
    snapshot(shop.runtime, { workflow: 'fine.workflow.yaml' });
    expect(existsSync(shop.file)).toBe(true);
    const before = versions(shop);
    refused();
    expect(shop.count('runs')).toBe(0);
    expect(versions(shop)).toEqual(before);
  });

  test('where there was no ledger when this process began to look, one that another process makes is seen', async () => {
    const shop = new Workshop();
    expect(() => shop.launch('name: [W')).toThrow(expect.objectContaining({ code: 'document-invalid' }));
    const other = secondRuntime(shop);
    const { run_id } = await other.run(workflow(['a']));
    expect(shop.status(run_id)).toBe('completed');
    expect(await replayRun(shop.runtime, run_id, true).result).toMatchObject({ status: 'completed' });
    expect(existsSync(shop.file)).toBe(true);
  });
});

test('a default that does not fit its declaration is refused where a run would take it, and nowhere else', async () => {
  const shop = new Workshop();
  expect(await shop.run(workflow(['a'], { inputs: { n: { type: 'integer', default: 3 } } }))).toMatchObject({ status: 'completed' });
  // As an older release locked it: today's check would not let it through.
  const { version, ...rest } = shop.runtime.lockedOf(shop.runtime.find(shop.row('SELECT id FROM runs')['id'] as string));
  const old = { ...rest, version, workflow: { ...rest.workflow, inputs: { n: { ...rest.workflow.inputs['n']!, default: 'three' } } } };
  expect(() => readInputs(old.workflow, {}, shop.runtime.checkSchema)).toThrow(expect.objectContaining({ code: 'inputs-invalid', message: expect.stringMatching(/the default of n: must be integer/) as unknown }));
  expect(readInputs(old.workflow, { n: 4 }, shop.runtime.checkSchema)).toEqual({ n: 4 });
});

describe('a run by name', () => {
  const one = { 'one.workflow.yaml': workflow(['a'], { name: 'Named' }) };

  test('is the one document with that name', async () => {
    const shop = new Workshop({ files: { ...one, 'other.workflow.yaml': workflow(['b'], { name: 'Other' }) } });
    expect(await shop.start('Named').result).toMatchObject({ workflow_name: 'Named', output: { a: 'answer to a' } });
  });

  test('is an error naming both where two have it', () => {
    const shop = new Workshop({ files: { ...one, 'two.workflow.yaml': workflow(['b'], { name: 'Named' }) } });
    expect(() => shop.start('Named')).toThrow(expect.objectContaining({ code: 'workflow-ambiguous', message: expect.stringMatching(/one\.workflow\.yaml.*two\.workflow\.yaml/) as unknown }));
    expect(shop.count('runs')).toBe(0);
  });

  test('is a state machine as well: the two families share their names', () => {
    const machine = 'apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: Machine }\nspec: { startAt: A, states: { A: { type: Succeed } } }\n';
    const shop = new Workshop({ files: { ...one, 'machine.workflow.yaml': machine } });
    expect(() => shop.start('Machine')).not.toThrow(expect.objectContaining({ code: 'workflow-not-found' }));
    shop.files.set('machine.workflow.yaml', machine.replace('Machine', 'Named'));
    expect(() => shop.start('Named')).toThrow(expect.objectContaining({ code: 'workflow-ambiguous', message: expect.stringMatching(/machine\.workflow\.yaml.*one\.workflow\.yaml/) as unknown }));
  });

  test('is the latest version in the ledger where no document has it, said aloud', async () => {
    const shop = new Workshop({ files: one });
    await shop.start('Named').result;
    shop.files.set('one.workflow.yaml', workflow(chain('a', 'b'), { name: 'Named' }));
    await shop.start('Named').result;
    shop.files.clear();
    const handle = shop.start('Named');
    expect(handle.notes.join()).toMatch(/version 2/);
    expect(await handle.result).toMatchObject({ status: 'completed', output: { b: 'answer to b' } });
  });

  test('is an error where neither has it', () => {
    expect(() => new Workshop().start('Nobody')).toThrow(expect.objectContaining({ code: 'workflow-not-found' }));
  });

  test('an existing file path wins', async () => {
    const shop = new Workshop({ files: { 'Named': workflow(['file'], { name: 'Elsewhere' }), ...one } });
    expect(await shop.start('Named').result).toMatchObject({ workflow_name: 'Elsewhere' });
  });
});

test('every run and agent run carries an experiment id, a default one when none is given, and the test id it was given', async () => {
  const shop = new Workshop();
  const plain = await shop.run(workflow(['a']));
  const marked = await shop.run(workflow(['a']), { experiment: 'exp-7', test: 'test-3' });
  for (const table of ['workflow_runs', 'agent_runs_v2']) {
    const where = table === 'workflow_runs' ? 'id' : 'workflow_run_id';
    expect(shop.row(`SELECT experiment_id, test_id FROM ${table} WHERE ${where} = ?`, plain.run_id)).toEqual({ experiment_id: 'default', test_id: null });
    expect(shop.row(`SELECT experiment_id, test_id FROM ${table} WHERE ${where} = ?`, marked.run_id)).toEqual({ experiment_id: 'exp-7', test_id: 'test-3' });
  }
});
