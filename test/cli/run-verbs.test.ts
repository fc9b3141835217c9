import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import { BIN, dagbook, plainEnv } from './kit.ts';
import { AGENTS, APPROVAL, FILES, LOOP, agent, count, json, ledgerOf, rows, run, workspaceOf } from './run-kit.ts';
import type { RunJson } from './run-kit.ts';

const RUN_KEYS = ['run_id', 'task_id', 'status', 'workflow_name', 'spec_version_id', 'spec_hash', 'total_tokens', 'total_cost_usd', 'output', 'error'];

describe('dagbook run', () => {
  it('leaves what the tutorial promises: one workflow version, three agent versions, one run, three agent runs, within the cap', async () => {
    const folder = workspaceOf(FILES);
    const { run_id: id, total_cost_usd: cost, total_tokens: tokens } = await run(folder, 'Loop');
    expect(['workflow_spec_versions', 'agent_spec_versions', 'workflow_runs', 'agent_runs_v2'].map((table) => count(folder, table))).toEqual([1, 3, 1, 3]);
    const [row] = rows<{ id: string; total_tokens: number; total_cost_usd: number }>(folder, 'SELECT id, workflow_name, status, started_at, ended_at, total_tokens, total_cost_usd FROM workflow_runs ORDER BY started_at DESC LIMIT 1;');
    expect(row).toMatchObject({ id, workflow_name: 'Loop', status: 'completed', total_tokens: tokens, total_cost_usd: cost });
    const agents = rows<{ agent_name: string; total_tokens: number }>(folder, 'SELECT id, agent_name, node_id, status, total_tokens FROM agent_runs_v2 WHERE workflow_run_id = ? ORDER BY started_at;', id);
    expect(agents.map(({ agent_name: name }) => name)).toEqual(['research_lite', 'selection_lite', 'trader_paper']);
    expect(agents.reduce((sum, one) => sum + one.total_tokens, 0)).toBe(tokens);
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThanOrEqual(0.5);
  });

  it('prints with --json one object of exactly the documented keys, and nothing else on stdout', async () => {
    const folder = workspaceOf(FILES);
    const { code, stdout } = await dagbook(['run', 'configs/workflows/loop.yaml', '--json'], folder);
    const result = JSON.parse(stdout) as RunJson;
    expect(code).toBe(0);
    expect(Object.keys(result)).toEqual(RUN_KEYS);
    expect(result).toMatchObject({ status: 'completed', workflow_name: 'Loop', error: null, spec_hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(result.task_id).toBe(result.run_id);
  });

  it('prints progress on stderr, line by line, and its result on stdout', async () => {
    const { stdout, stderr } = await dagbook(['run', 'Loop'], workspaceOf(FILES));
    expect(stderr).toMatch(/^0 ms +▸ workflow +Loop, on simulated\n/);
    for (const id of ['research', 'selection', 'trader']) expect(stderr).toMatch(new RegExp(`▸ ${id} .*\\n[^\\n]*✓ ${id} +[\\d,]+ tokens +\\$[\\d.]+ +\\d`));
    expect(stderr).toMatch(/✓ workflow +[\d,]+ tokens +\$[\d.]+ +\d[^\n]*\n$/);
    expect(stdout).toMatch(/✓ completed {2}Loop {2}in \d/);
    expect(stdout).toContain('nothing was paid');
    expect(stdout).toMatch(/\n {2}run +[0-9a-f]{8}-/);
    expect(stdout).toMatch(/\noutput\n\{\n {2}"trader"/);
    expect(stdout).toMatch(/\n {2}dagbook show \S+ --steps/);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('says what to type next so that it finds the ledger from where the shell stands', async () => {
    const folder = workspaceOf(Object.fromEntries(Object.entries(FILES).map(([file, text]) => [`inner one/${file}`, text])));
    const { stdout } = await dagbook(['run', 'inner one/configs/workflows/loop.yaml'], folder);
    const [, id, named] = /\n {2}dagbook show (\S+) --steps -C '([^']+)'/.exec(stdout) ?? [];
    expect(await dagbook(['show', id!, '--steps', '-C', named!], folder)).toMatchObject({ code: 0, stderr: '' });
    expect((await dagbook(['run', 'configs/workflows/loop.yaml'], path.join(folder, 'inner one'))).stdout).toMatch(/\n {2}dagbook show \S+ --steps {2}/);
  });

  it('says in every error what to type so that it works as it stands, wherever the ledger is', async () => {
    const folder = workspaceOf(Object.fromEntries(Object.entries(FILES).map(([file, text]) => [`inner 'one'/${file}`, text])));
    const where = ['-C', path.join(folder, "inner 'one'"), '--ledger', path.join(folder, 'its ledger.db')];
    const { run_id: id } = await run(folder, 'Loop', ...where);
    const told = async (args: readonly string[], cwd = folder): Promise<string> => {
      const { stderr } = await dagbook(args, cwd);
      const command = /(?:: |with: )(dagbook .*)\n$/.exec(stderr)?.[1] ?? '';
      const typed = spawnSync('sh', ['-c', `dagbook() { '${process.execPath}' '${BIN}' "$@"; }; ${command}`], { cwd, encoding: 'utf8', env: plainEnv() });
      expect([typed.status, typed.stderr, stderr], command).toEqual([0, '', stderr]);
      return typed.stdout;
    };
    expect(await told(['show', 'ffffffff', ...where])).toContain('Loop');
    expect(await told(['fork', id, '--only', 'nobody', ...where])).toContain('nodes/research/model/1');
    expect(await told(['show', id, '--step', '999', ...where])).toContain('nodes/research/model/1');
    expect(await dagbook(['halt', '--hold', ...where], folder)).toMatchObject({ code: 0 });
    expect(await told(['run', 'Loop', ...where])).toContain('New runs are allowed');
    // A workspace that was found by the path of a file, where the shell stands outside it.
    expect(await dagbook(['halt', '--hold', ...where.slice(0, 2)], folder)).toMatchObject({ code: 0 });
    expect(await told(['run', "inner 'one'/configs/workflows/loop.yaml"])).toContain('New runs are allowed');
    expect(await dagbook(['run', "inner 'one'/configs/workflows/loop.yaml"], folder)).toMatchObject({ code: 0 });
  });

  it('takes inputs from a pipe, which gives what it has once', async () => {
    const folder = workspaceOf(FILES);
    const piped = (input: string, ...args: readonly string[]) => spawnSync('sh', ['-c', 'cat | "$0" "$@"', process.execPath, BIN, 'run', 'Loop', '--json', ...args], { cwd: folder, input, encoding: 'utf8', env: plainEnv() });
    for (const { status, stdout, stderr } of [piped('{"label": "from a pipe"}', '--inputs', '/dev/stdin'), piped('from a pipe', '--input', 'label=@/dev/stdin')]) {
      expect([status, JSON.parse(stdout)], stderr).toMatchObject([0, { status: 'completed' }]);
    }
    expect(rows<{ inputs: string }>(folder, 'SELECT inputs FROM workflow_runs').map(({ inputs }) => (JSON.parse(inputs) as { label: string }).label)).toEqual(['from a pipe', 'from a pipe']);
  });

  it('by name finds the workflow though a folder is called so, too', async () => {
    const folder = workspaceOf({ ...FILES, 'Loop/readme.md': 'notes' });
    expect(await run(folder, 'Loop', '--until', 'research')).toMatchObject({ status: 'completed', workflow_name: 'Loop' });
  });

  it('takes inputs as JSON where they are JSON, and leaves a declared text a text', async () => {
    const folder = workspaceOf({ ...FILES, 'in.json': '{"lookback_days": 5, "extra": {"a": 1}}' });
    const { run_id: id } = await run(folder, 'Loop', '--inputs', 'in.json', '--input', 'label=30', '--input', 'list=[1,2]', '--input', 'word=SPY=x');
    const quoted = await run(folder, 'Loop', '--input', 'label="q"');
    const [row] = rows<{ inputs: string }>(folder, 'SELECT inputs FROM workflow_runs WHERE id = ?', id);
    expect(rows(folder, "SELECT json_extract(inputs, '$.label') AS label FROM workflow_runs WHERE id = ?", quoted.run_id)).toEqual([{ label: '"q"' }]);
    expect(JSON.parse(row!.inputs)).toEqual({ lookback_days: 5, label: '30', list: [1, 2], word: 'SPY=x', extra: { a: 1 } });
  });

  it('passes an input that is not declared on, and says so', async () => {
    const folder = workspaceOf(FILES);
    const { stdout, stderr, code } = await dagbook(['run', 'Loop', '--input', 'lookback_dys=3', '--json'], folder);
    expect([code, stderr]).toEqual([0, expect.stringContaining('note: Loop declares no input "lookback_dys"; it is passed on as it is. Did you mean "lookback_days"?') as string]);
    const { run_id: id } = JSON.parse(stdout) as { run_id: string };
    expect(rows(folder, "SELECT inputs ->> 'lookback_dys' AS given FROM workflow_runs WHERE id = ?", id)).toEqual([{ given: 3 }]);
    const forked = await dagbook(['fork', id, '--from', 'trader', '--set', 'inputs.nobody=1'], folder);
    expect(forked.stderr).toContain('declares no input "nobody"');
  });

  it('tells of a pinned node as pinned, and names the agent of a node that did not run as it names others', async () => {
    const folder = workspaceOf({ ...FILES, 'configs/workflows/loop.yaml': LOOP.replace('depends_on: [selection]', 'depends_on: [selection]\n    when: "false"') });
    const { stderr } = await dagbook(['run', 'Loop', '--pin', 'research={}'], folder);
    expect(stderr).toMatch(/▸ research +research_lite\n[^\n]*✓ research +pinned: its output was given by hand\n/);
    const frames = (await dagbook(['tail', rows<{ id: string }>(folder, 'SELECT id FROM runs')[0]!.id, '--json'], folder)).stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Frame);
    expect(frames.filter(({ pinned }) => pinned === true).map(({ stage }) => stage)).toEqual(['node.research.completed']);
    expect(rows(folder, 'SELECT agent_name, status, spec_version_id IS NULL AS unknown FROM agent_runs_v2 ORDER BY seq')).toEqual([
      { agent_name: 'research_lite', status: 'completed', unknown: 0 }, { agent_name: 'selection_lite', status: 'completed', unknown: 0 }, { agent_name: 'trader_paper', status: 'skipped', unknown: 0 },
    ]);
  });

  it('stops after --until, takes a node from --pin, and says who it was for', async () => {
    const folder = workspaceOf({ ...FILES, 'pin.json': '{"pick": "SPY"}' });
    const { run_id: id, output } = await run(folder, 'Loop', '--until', 'selection', '--pin', 'research=@pin.json', '--experiment', 'e1', '--test', 't1');
    expect(Object.keys(output as object)).toEqual(['selection']);
    expect(rows(folder, 'SELECT experiment_id, test_id FROM workflow_runs WHERE id = ?', id)).toEqual([{ experiment_id: 'e1', test_id: 't1' }]);
    expect(rows(folder, "SELECT output FROM agent_runs_v2 WHERE node_id = 'research'")).toEqual([{ output: '{"pick":"SPY"}' }]);
    expect(rows(folder, 'SELECT node_id FROM agent_runs_v2 ORDER BY started_at')).toHaveLength(2);
    const { stdout } = await dagbook(['show', id, '--steps'], folder);
    expect(stdout).toMatch(/pin +nodes\/research\/pin.*pinned/);
  });

  it('runs the file that is named, from the folder the shell stands in, in its own workspace', async () => {
    const folder = workspaceOf({ ...FILES, 'outer/.git/x': '', 'outer/inner/configs/workflows/loop.yaml': LOOP.replace('name: Loop', 'name: Inner'), ...Object.fromEntries(Object.entries(AGENTS).map(([file, text]) => [`outer/inner/${file}`, text])) });
    const { workflow_name: name } = await run(path.join(folder, 'outer/inner/configs'), 'workflows/loop.yaml');
    expect(name).toBe('Inner');
    expect(existsSync(path.join(folder, 'outer/inner/.dagbook/ledger.db'))).toBe(true);
    expect(readFileSync(path.join(folder, 'outer/inner/.dagbook/.gitignore'), 'utf8')).toBe('*\n');
    expect(existsSync(ledgerOf(folder))).toBe(false);
  });

  it('runs a name whose document is gone from the ledger, and says so', async () => {
    const folder = workspaceOf(FILES);
    await run(folder, 'Loop');
    writeFileSync(path.join(folder, 'configs/workflows/loop.yaml'), LOOP.replace('name: Loop', 'name: Other'));
    const { code, stderr } = await dagbook(['run', 'Loop'], folder);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: No document called Loop .* version 1 /);
  });
});

describe('replay', () => {
  it('adds one run with its parent and no version; a recorded one has the same output, byte for byte, and costs nothing', async () => {
    const folder = workspaceOf(FILES);
    const first = await run(folder, 'Loop');
    const again = await json<RunJson>(['replay', first.run_id], folder);
    const recorded = await json<RunJson>(['replay', first.run_id.slice(0, 13), '--recorded'], folder);
    expect(['workflow_spec_versions', 'agent_spec_versions', 'workflow_runs'].map((table) => count(folder, table))).toEqual([1, 3, 3]);
    expect(again).toMatchObject({ status: 'completed', spec_version_id: first.spec_version_id, output: first.output, total_tokens: first.total_tokens });
    expect(recorded).toMatchObject({ status: 'completed', total_tokens: 0, total_cost_usd: 0 });
    expect(rows(folder, 'SELECT relation, parent_run_id FROM workflow_runs WHERE parent_run_id IS NOT NULL ORDER BY started_at')).toEqual([{ relation: 'replay', parent_run_id: first.run_id }, { relation: 'recorded', parent_run_id: first.run_id }]);
    const outputs = rows<{ output: string }>(folder, 'SELECT output FROM workflow_runs').map(({ output }) => output);
    expect(new Set(outputs).size).toBe(1);
  });

  it('runs the versions of the parent, whatever the files say by now', async () => {
    const folder = workspaceOf(FILES);
    const first = await run(folder, 'Loop');
    writeFileSync(path.join(folder, 'configs/agents/research_lite.yaml'), agent('research_lite').replace('You are', 'You were'));
    const again = await json<RunJson>(['replay', first.run_id], folder);
    expect(again.output).toEqual(first.output);
    expect(count(folder, 'agent_spec_versions')).toBe(3);
  });
});

describe('fork', () => {
  it('--from keeps what came before and calls the rest', async () => {
    const folder = workspaceOf(FILES);
    const first = await run(folder, 'Loop');
    const fork = await json<RunJson>(['fork', first.run_id, '--from', 'selection'], folder);
    expect(fork.status).toBe('completed');
    const [research] = rows<{ total_tokens: number }>(folder, "SELECT total_tokens FROM agent_runs_v2 WHERE workflow_run_id = ? AND node_id = 'research'", first.run_id);
    expect(fork.total_tokens).toBe(first.total_tokens - research!.total_tokens);
  });

  it('--from-failure does only what failed again, after the file was mended with --edited', async () => {
    const broken = agent('selection_lite', { fail: { error: 'Some.Error', times: 99 } });
    const folder = workspaceOf({ ...FILES, 'configs/agents/selection_lite.yaml': broken });
    const first = await run(folder, 'Loop');
    expect(first).toMatchObject({ status: 'error', error: { name: 'Some.Error' } });
    writeFileSync(path.join(folder, 'configs/agents/selection_lite.yaml'), AGENTS['configs/agents/selection_lite.yaml']);
    const fork = await json<RunJson>(['fork', first.run_id, '--from-failure', '--edited'], folder);
    expect(fork.status).toBe('completed');
    expect(rows(folder, "SELECT total_tokens FROM agent_runs_v2 WHERE workflow_run_id = ? AND node_id = 'research'", fork.run_id)).toEqual([{ total_tokens: 0 }]);
  });

  it('--only runs one node on its recorded upstream; --set changes an input', async () => {
    const folder = workspaceOf(FILES);
    const first = await run(folder, 'Loop');
    const only = await json<RunJson>(['fork', first.run_id, '--only', 'trader'], folder);
    expect(only.output).toEqual(first.output);
    const other = await json<RunJson>(['fork', first.run_id, '--from', 'research', '--set', 'inputs.label=7'], folder);
    expect(JSON.parse(rows<{ inputs: string }>(folder, 'SELECT inputs FROM workflow_runs WHERE id = ?', other.run_id)[0]!.inputs)).toMatchObject({ label: '7' });
  });

  it.each([[[]], [['--from', 'a', '--only', 'b']]])('with %j is a mistake in the command', async (words) => {
    expect(await dagbook(['fork', 'x', ...words], workspaceOf(FILES))).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--from-failure') as string });
  });
});

describe('a person', () => {
  it('is asked by path, with the command that answers, and the run goes on from there', async () => {
    const folder = workspaceOf(APPROVAL);
    const asked = await dagbook(['run', 'Approve'], folder);
    expect(asked.code).toBe(5);
    expect(asked.stdout).toContain('asked at nodes/approve/ask of ana\n  Shall we publish?\n');
    const command = /^ {2}dagbook (answer (\S+) (\S+) --value '(.*)')$/m.exec(asked.stdout);
    const [id, where, value] = [command![2]!, command![3]!, command![4]!];
    expect((await dagbook(['show', id], folder)).stdout).toContain(command![1]!);
    const wrong = await dagbook(['answer', id, where, '--value', '{"approved": "perhaps"}'], folder);
    expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^answer-invalid: .*approved must be boolean/) as string });
    const done = await json<RunJson>(['answer', id, where, '--value', value], folder);
    expect(done.status).toBe('completed');
    expect(await dagbook(['answer', id, 'approve', '--value', value], folder)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^run-finished: /) as string });
    expect(rows(folder, "SELECT COUNT(*) AS n FROM journal WHERE kind = 'asked' AND path = 'nodes/draft/model/1'")).toEqual([{ n: 1 }]);
  });

  it('decides before each node where the run was paused, by a node id alone', async () => {
    const folder = workspaceOf(FILES);
    const first = await run(folder, 'Loop', '--pause-at', 'selection');
    expect(first.status).toBe('waiting');
    const done = await json<RunJson>(['answer', first.run_id, 'selection', '--value', '{"action": "skip"}'], folder);
    expect(done.status).toBe('completed');
    expect(rows(folder, 'SELECT node_id, status FROM agent_runs_v2 ORDER BY node_id').map((row) => Object.values(row).join(' '))).toEqual(['research completed', 'selection skipped', 'trader skipped']);
  });

  it('who says nothing is not resumed for', async () => {
    const folder = workspaceOf(APPROVAL);
    await run(folder, 'Approve');
    expect(await dagbook(['resume'], folder)).toMatchObject({ code: 0, stdout: '', stderr: 'There is nothing to resume.\n' });
    expect(await json(['resume'], folder)).toEqual([]);
  });
});

describe('looking back', () => {
  it('runs lists them latest first, page by page, with ids that show accepts', async () => {
    const folder = workspaceOf(FILES);
    for (let round = 0; round < 3; round++) await run(folder, 'Loop');
    const { stdout, stderr } = await dagbook(['runs', '--limit', '2'], folder);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}\S* +✓ completed +Loop v1 .*simulated/);
    const shown = lines.slice(1).map((line) => line.split(' ')[0]!);
    expect(stderr).toBe(`More: dagbook runs --limit 2 --cursor ${shown[1]!}\n`);
    const rest = await json<{ id: string; total_cost_usd: number }[]>(['runs', '--cursor', shown[1]!], folder);
    expect(rest).toHaveLength(1);
    const all = await json<{ id: string }[]>(['runs'], folder);
    expect(all.map(({ id }) => id)).toEqual([...rows<{ id: string }>(folder, 'SELECT id FROM runs ORDER BY key DESC')].map(({ id }) => id));
    for (const short of shown) expect((await dagbook(['show', short], folder)).code).toBe(0);
    expect(await json(['runs', '--status', 'halted'], folder)).toEqual([]);
    expect(await json(['runs', '--workflow', 'Loop', '--limit', '1'], folder)).toHaveLength(1);
  });

  it('show has inputs, output and agent runs, and with --steps every request and response in full', async () => {
    const folder = workspaceOf({ ...FILES, 'configs/agents/selection_lite.yaml': agent('selection_lite', { fail: { error: 'Tool.TemporaryFailure', times: 1 } }) });
    const { run_id: id, output } = await run(folder, 'Loop');
    const { stdout } = await dagbook(['show', id, '--steps'], folder);
    expect(stdout).toContain(`  run         ${id}\n`);
    expect(stdout).toMatch(/\nselection +selection_lite +✗ error .*\n {2}↳ attempt 2 +selection_lite +✓ completed/);
    expect(stdout).toMatch(/\n +\d+ llm +nodes\/research\/model\/1 .*\n {6}→ system: You are research_lite/);
    const detail = await json<{ output: unknown; inputs: unknown; agent_runs: { node_id: string; steps: { kind: string; request: { messages: unknown[] }; response: unknown }[] }[] }>(['show', id, '--steps'], folder);
    expect(detail.output).toEqual(output);
    expect(detail.inputs).toEqual({ lookback_days: 30, label: 'none' });
    expect(detail.agent_runs.map(({ node_id: node }) => node)).toEqual(['research', 'selection', 'selection', 'trader']);
    expect(detail.agent_runs[0]!.steps[0]).toMatchObject({ kind: 'llm', request: { messages: expect.any(Array) as unknown[] } });
  });

  it('tail prints every frame of a run that is over, as lines or as NDJSON, and exits as it did', async () => {
    const folder = workspaceOf({ ...FILES, 'configs/agents/trader_paper.yaml': agent('trader_paper', { fail: { error: 'Some.Error', times: 99 } }) });
    const { run_id: id } = await run(folder, 'Loop');
    const { code, stdout, stderr } = await dagbook(['tail', id, '--json'], folder);
    const frames = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as Frame);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, at) => at));
    expect([frames[0]!.stage, frames.at(-1)!.stage]).toEqual(['workflow.started', 'workflow.error']);
    expect(frames.every((frame) => frame.workflow_run_id === id && frame.task_id === id)).toBe(true);
    expect((await dagbook(['tail', id], folder)).stdout).toMatch(/✗ trader .*Some\.Error/);
  });

  it('compare says where two runs differ, down to the value', async () => {
    const folder = workspaceOf(FILES);
    const a = await run(folder, 'Loop', '--pin', 'research={"pick": {"symbol": "SPY", "weight": 1}}');
    const b = await run(folder, 'Loop', '--pin', 'research={"pick": {"symbol": "QQQ", "weight": 1}}');
    const { stdout } = await dagbook(['compare', a.run_id, b.run_id], folder);
    expect(stdout).toContain('output of research\n  pick.symbol\n    - "SPY"\n    + "QQQ"\n');
    expect(stdout).not.toContain('pick.weight');
    const same = await json<{ same: boolean; nodes: unknown[] }>(['compare', a.run_id, a.run_id], folder);
    expect(same.same).toBe(true);
    expect(same.nodes).toHaveLength(3);
  });
});

describe('dagbook snapshot', () => {
  it('locks a document with all it refers to; the same content again is no new version', async () => {
    const folder = workspaceOf(FILES);
    const first = await json<{ version_id: string }>(['snapshot', 'configs/workflows/loop.yaml'], folder);
    expect(Object.keys(first)).toEqual(['spec_id', 'version_id', 'spec_hash', 'created']);
    expect(first).toMatchObject({ created: true });
    writeFileSync(path.join(folder, 'configs/workflows/loop.yaml'), `# a remark\n${LOOP}`);
    expect(await json(['snapshot', 'configs/workflows/loop.yaml'], folder)).toEqual({ ...first, created: false });
    expect(['workflow_spec_versions', 'agent_spec_versions', 'runs'].map((table) => count(folder, table))).toEqual([1, 3, 0]);
    expect((await dagbook(['snapshot', 'configs/agents/trader_paper.yaml'], folder)).stdout).toMatch(/= +agent +trader_paper +1 .* locked before/);
  });
});

describe('dagbook ledger', () => {
  it('sql answers questions, with values for their ?, as a table or as an array', async () => {
    const folder = workspaceOf(FILES);
    const { run_id: id } = await run(folder, 'Loop');
    const question = 'SELECT agent_name, total_tokens FROM agent_runs_v2 WHERE workflow_run_id = ? ORDER BY started_at;';
    expect(await json(['ledger', 'sql', question, id], folder)).toMatchObject([{ agent_name: 'research_lite' }, { agent_name: 'selection_lite' }, { agent_name: 'trader_paper' }]);
    expect((await dagbook(['ledger', 'sql', question, id], folder)).stdout).toMatch(/^agent_name +total_tokens\nresearch_lite +\d+\n/);
    expect(await dagbook(['ledger', 'sql', 'SELECT 1 WHERE 0'], folder)).toMatchObject({ code: 0, stdout: '', stderr: 'No rows.\n' });
  });

  it('sql shows every column, also those of one name', async () => {
    const folder = workspaceOf(FILES);
    await dagbook(['snapshot', 'configs/workflows/loop.yaml'], folder);
    const twice = 'SELECT 1 AS id, 2 AS id, 3 AS id_2, 4 AS "__proto__"';
    expect((await dagbook(['ledger', 'sql', twice], folder)).stdout).toMatch(/^id +id +id_2 +__proto__\n +1 +2 +3 +4\n$/);
    expect((await dagbook(['ledger', 'sql', twice, '--json'], folder)).stdout.replaceAll(/\s/g, '')).toBe('[{"id":1,"id_2":2,"id_2_2":3,"__proto__":4}]');
  });

  it.each([
    ['DELETE FROM holds', 'sql-refused'], ['PRAGMA user_version = 9', 'sql-refused'], ["ATTACH 'x.db' AS x", 'sql-refused'], ['SELECT 1; SELECT 2', 'sql-error'], ['SELEC', 'sql-error'], ['SELECT ?', 'sql-error'],
    ['INSERT INTO holds (action, made_by, made_at) VALUES (1,2,3) RETURNING key', 'sql-refused'],
  ])('sql refuses %s as %s', async (query, code) => {
    const folder = workspaceOf(FILES);
    await dagbook(['snapshot', 'configs/workflows/loop.yaml'], folder);
    const ended = await dagbook(['ledger', 'sql', query], folder);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`^${code}: .`));
    expect(existsSync(path.join(folder, 'x.db'))).toBe(false);
  });

  it('verify says what it checked, prune keeps the chains whole, path says where', async () => {
    const folder = workspaceOf(FILES);
    const { run_id: id } = await run(folder, 'Loop');
    expect(await dagbook(['ledger', 'verify'], folder)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ every row .*\nchecked 4 versions, 1 run with \d+ journal events/) as string });
    const pruned = await json<{ bodies: number }>(['ledger', 'prune', '--before', '2999-01-01'], folder);
    expect(pruned.bodies).toBeGreaterThan(3);
    expect((await dagbook(['ledger', 'verify'], folder)).code).toBe(0);
    expect((await dagbook(['replay', id, '--recorded'], folder)).stderr + (await dagbook(['show', id], folder)).stdout).toContain('runed');
    expect((await dagbook(['ledger', 'path'], folder)).stdout).toBe(`${ledgerOf(folder)}\n`);
    expect(await json(['ledger', 'path', '--ledger', 'x.db'], folder)).toEqual({ path: path.join(folder, 'x.db'), exists: false });
  });

  it.each([[['prune']], [['prune', '--before', 'soon']], [['verify', 'x']], [['path', '--before', '2026-01-01']], [['sql']]])('%j is a mistake in the command', async (words) => {
    expect(await dagbook(['ledger', ...words], workspaceOf(FILES))).toMatchObject({ code: 2, stdout: '' });
  });
});
