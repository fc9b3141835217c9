import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { HostFailure } from '../../client/host/host-connection.ts';
import type { HostMethods } from '../../protocol/host.ts';
import { agent, AGENTS, APPROVAL, chain, count, eventually, FILES, ledgerOf, openDb, rows, slow, STALLED, workspaceOf } from '../cli/run-kit.ts';
import { startFaultServer } from '../models/fault-server.ts';
import { forkHost, openHost, settingsOf } from './host-kit.ts';

type RunsPage = ReturnType<HostMethods['runs']>;

const LOOP = 'configs/workflows/loop.yaml';

test('looking makes no ledger, and says what is there: nothing', async () => {
  const folder = workspaceOf(FILES);
  const host = forkHost();
  expect(await host.call('open', settingsOf(folder))).toMatchObject({ pid: host.pid, driver: expect.stringContaining('better-sqlite3') as string, held: false });
  expect(await host.call('runs', { limit: 50, cursor: null, status: null, workflow: null })).toEqual({ runs: [], next: null });
  expect(await host.call('questions', {})).toEqual([]);
  expect(await host.call('resumable', {})).toEqual([]);
  expect(await host.call('versions', { kind: 'workflow', name: null })).toEqual([]);
  expect(await host.call('lastRuns', { workflows: ['Loop'] })).toEqual([]);
  expect(await host.call('schema', {})).toEqual([]);
  expect(await host.call('verify', {})).toEqual({ ok: true, rows: 0, problems: [] });
  expect(await host.call('halt', { run: null, hold: false })).toEqual({ halted: [], held: false });
  expect(await host.call('release', {})).toEqual({ held: false });
  await expect(host.call('show', { run: '0198c3f2-1a2b' })).rejects.toMatchObject({ code: 'ledger-unreadable' });
  await expect(host.call('sql', { query: 'SELECT 1', values: [], limit: 1 })).rejects.toMatchObject({ code: 'ledger-unreadable' });
  expect(existsSync(ledgerOf(folder))).toBe(false);
});

test('a run begins, is told of, ends, and can be looked at to the last body', async () => {
  const folder = workspaceOf(FILES);
  const host = await openHost(folder);
  const { run } = await host.start(LOOP, { inputs: { lookback_days: 10 }, experiment: 'e1', test: 't1' });
  expect(run).toMatchObject({ workflow_name: 'Loop', version: 1, source_path: LOOP, models: 'simulated', cap_micros: 500_000, relation: null, error: null });
  const detail = await host.ended(run.id);
  expect(detail.run).toMatchObject({ status: 'completed', reserved_micros: 0 });
  expect(detail.run.total_cost_micros).toBeGreaterThan(0);
  expect(detail.inputs).toEqual({ lookback_days: 10, label: 'none' });
  expect(detail.agent_runs.map(({ node_id: node, status, replayed, pinned }) => [node, status, replayed, pinned])).toEqual(['research', 'selection', 'trader'].map((node) => [node, 'completed', false, false]));
  expect(detail.nodes).toEqual(['research', 'selection', 'trader'].map((id) => ({ id, kind: 'spawn', count: null })));
  expect(detail.critical_path).toEqual(['research', 'selection', 'trader']);
  expect(detail.output).not.toBeNull();

  const [research] = detail.agent_runs;
  const steps = await host.call('steps', { run: run.id, agentRun: research!.id });
  expect(steps.map(({ kind }) => kind)).toEqual(['llm', 'output']);
  expect(steps.every(({ agent_run_id: owner }) => owner === research!.id)).toBe(true);
  expect(steps[0]).toMatchObject({ marks: ['simulated'], error: null });
  expect(await host.call('steps', { run: run.id, agentRun: null })).toHaveLength(6);
  const bodies = await host.call('stepBodies', { run: run.id, seq: steps[0]!.seq });
  expect(bodies.request).toMatchObject({ kind: 'value', hash: steps[0]!.request_hash, value: { provider: 'simulated', messages: [{ role: 'system' }, { role: 'user' }] } });
  expect(bodies.response).toMatchObject({ kind: 'value', value: { status: 'ok' } });
  const agentRun = await host.call('agentRunBodies', { run: run.id, agentRun: research!.id });
  expect(agentRun).toMatchObject({ inputs: { lookback_days: 10 }, output: expect.any(String) as string });

  expect(await host.call('lastRuns', { workflows: ['Loop', 'Nothing', 'Loop'] })).toEqual([detail.run]);
  const again = await host.start('Loop');
  await host.ended(again.run.id);
  expect((await host.call('lastRuns', { workflows: ['Loop'] })).map(({ id }) => id)).toEqual([again.run.id]);
  expect(rows(folder, 'SELECT experiment_id, test_id FROM workflow_runs WHERE id = ?', run.id)).toEqual([{ experiment_id: 'e1', test_id: 't1' }]);
  await expect(host.call('steps', { run: 'ffffffff-ffff', agentRun: null })).rejects.toMatchObject({ code: 'run-not-found' });
  await expect(host.call('stepBodies', { run: run.id, seq: 999 })).rejects.toMatchObject({ code: 'path-not-found' });
});

test('a step that called a model over the network has what went over it; where that was pruned, its hash', async () => {
  const server = await startFaultServer();
  const folder = workspaceOf({
    'w.workflow.yaml': JSON.stringify({ name: 'Ask', adapter_kind: 'graph', nodes: [{ id: 'ask', agent_spec: './a.agent.yaml' }] }),
    'a.agent.yaml': JSON.stringify({ name: 'a', role: 'a', system_prompt: 'Be brief.', model: { provider: 'openai', model: 'm', base_url: `${server.url}/v1` } }),
  });
  const host = await openHost(folder);
  const { run } = await host.start('Ask');
  expect((await host.ended(run.id)).run.status).toBe('completed');
  const [llm, output] = await host.call('steps', { run: run.id, agentRun: null });
  const { wire } = await host.call('stepBodies', { run: run.id, seq: llm!.seq });
  expect(wire).toMatchObject({ kind: 'value', hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string, value: { version: 1, exchanges: [{ request: { url: `${server.url}/v1/chat/completions` }, response: { status: 200 }, end: { how: 'complete' } }] } });
  expect(await host.call('stepBodies', { run: run.id, seq: output!.seq })).not.toHaveProperty('wire');
  const db = openDb(folder);
  db.exec('UPDATE wire_records SET data = NULL');
  db.close();
  expect((await host.call('stepBodies', { run: run.id, seq: llm!.seq })).wire).toEqual({ kind: 'pruned', hash: wire?.kind === 'value' ? wire.hash : '' });
});

test('profiles are told with whether they are in use, without a ledger and without a network', async () => {
  const folder = workspaceOf({
    'configs/llm/off.yaml': 'name: off\nbase_url: http://127.0.0.1:9/v1\nenabled: false\n', 'configs/llm/idle.yaml': 'name: idle\nprovider: ollama\ncommand: ollama\nargs: [serve]\n',
    'configs/llm/used.yaml': 'name: used\nbase_url: http://127.0.0.1:9/v1\nserved_models: [tiny]\n', 'configs/llm/wrong.yaml': 'name: 7\n',
    '.dagbook/model-servers.json': JSON.stringify({ used: { provider: 'openai', base_url: 'http://127.0.0.1:10/v1', process: null } }),
  });
  const host = await openHost(folder);
  expect(await host.call('profiles', {})).toEqual([
    { name: 'idle', path: 'configs/llm/idle.yaml', provider: 'ollama', base_url: null, command: 'ollama serve', served_models: [], state: 'idle', pid: null },
    { name: 'off', path: 'configs/llm/off.yaml', provider: 'openai', base_url: 'http://127.0.0.1:9/v1', command: null, served_models: [], state: 'off', pid: null },
    { name: 'used', path: 'configs/llm/used.yaml', provider: 'openai', base_url: 'http://127.0.0.1:10/v1', command: null, served_models: ['tiny'], state: 'in-use', pid: null },
  ]);
  expect(existsSync(ledgerOf(folder))).toBe(false);
});

test('calls go to a profile from the moment it is in use until it is stopped, also of a host that runs already', async () => {
  const server = await startFaultServer();
  const files = { ...AGENTS, 'configs/agents/real.yaml': 'name: real\nrole: real\nsystem_prompt: Be brief.\nmodel: { provider: openai, model: tiny }\n', 'configs/workflows/real.yaml': chain('Real', 'real'), 'configs/workflows/plain.yaml': chain('Plain', 'research_lite') };
  const folder = workspaceOf(files);
  const host = await openHost(folder);
  await host.ended((await host.start('Plain')).run.id);
  const inUse = path.join(folder, '.dagbook', 'model-servers.json');
  writeFileSync(inUse, JSON.stringify({ mine: { provider: 'openai', base_url: `${server.url}/v1`, process: null } }));
  const { run } = await host.start('Real');
  expect((await host.ended(run.id)).run).toMatchObject({ status: 'completed', total_cost_micros: 0 });
  expect(server.seen).toMatchObject([{ path: '/v1/chat/completions', headers: { host: new URL(server.url).host } }]);
  expect(server.seen[0]!.headers.authorization).toBeUndefined();
  const [step] = await host.call('steps', { run: run.id, agentRun: null });
  expect((await host.call('stepBodies', { run: run.id, seq: step!.seq })).wire).toMatchObject({ kind: 'value', value: { exchanges: [{ request: { method: 'POST', url: `${server.url}/v1/chat/completions` }, response: { status: 200 } }] } });
  rmSync(inUse);
  await expect(host.start('Real')).rejects.toMatchObject({ message: expect.stringContaining('OPENAI_API_KEY') as string });
});

test('a step that failed says why, in the words of what failed', async () => {
  const files = {
    'configs/agents/broken.yaml': agent('broken', { fail: { error: 'Tool.TemporaryFailure', times: 99 } }), 'configs/agents/rude.yaml': agent('rude', { reply: 'a frightful word' }, 'guardrails: { forbidden_terms: [frightful] }\n'),
    'configs/workflows/broken.yaml': chain('Broken', 'broken'), 'configs/workflows/rude.yaml': chain('Rude', 'rude'),
  };
  const host = await openHost(workspaceOf(files));
  for (const [workflow, kind, name] of [['Broken', 'llm', 'Tool.TemporaryFailure'], ['Rude', 'guardrail', 'Dagbook.GuardrailFailed']] as const) {
    const { run } = await host.start(workflow);
    const detail = await host.ended(run.id);
    const failed = (await host.call('steps', { run: run.id, agentRun: null })).findLast(({ error }) => error !== null);
    expect(failed).toMatchObject({ kind, error: { name } });
    expect(failed!.error!.message).not.toBe('');
    expect(detail.agent_runs.at(-1)!.error!.message).toContain(failed!.error!.message);
  }
});

test('of a file with several workflows the one that is named runs, and is locked', async () => {
  const several = `${chain('First', 'research_lite')}---\n${chain('Second', 'selection_lite')}`;
  const host = await openHost(workspaceOf({ ...AGENTS, 'configs/workflows/several.yaml': several }));
  const file = 'configs/workflows/several.yaml';
  const { run } = await host.start(file, { target: { workflow: file, name: 'Second' } });
  expect(run.workflow_name).toBe('Second');
  expect((await host.ended(run.id)).run.status).toBe('completed');
  const unsaved = several.replace('name: Second', 'name: Third');
  expect((await host.start(file, { target: { workflow: file, text: unsaved, name: 'Third' } })).run.workflow_name).toBe('Third');
  expect((await host.call('snapshot', { target: { workflow: file, name: 'First' } })).at(-1)).toMatchObject({ name: 'First', created: true });
  await expect(host.start(file)).rejects.toMatchObject({ message: expect.stringContaining('holds several workflows') as string });
});

test('the text of an unsaved editor is what runs', async () => {
  const host = await openHost(workspaceOf(FILES));
  const text = FILES[LOOP].replace('name: Loop', 'name: Unsaved');
  const { run } = await host.start(LOOP, { target: { workflow: LOOP, text } });
  expect(run.workflow_name).toBe('Unsaved');
});

test('a document that cannot run is refused with file, line and column, and opens no run', async () => {
  const folder = workspaceOf({ ...FILES, 'configs/workflows/bad.yaml': 'name: Bad\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: configs/agents/nobody.yaml\n' });
  const host = await openHost(folder);
  const failure = (await host.start('configs/workflows/bad.yaml').catch((error: unknown) => error)) as HostFailure;
  expect(failure).toMatchObject({ code: 'document-invalid', place: { file: 'configs/workflows/bad.yaml', line: 5, column: 17 } });
  expect(count(folder, 'workflow_runs')).toBe(0);
});

test('replay, fork, compare and snapshot say what they made', async () => {
  const folder = workspaceOf(FILES);
  const host = await openHost(folder);
  const [agentLock, ...locks] = await host.call('snapshot', { target: { workflow: LOOP } });
  expect([agentLock?.kind, locks.length, locks.at(-1)]).toMatchObject(['agent', 3, { kind: 'workflow', name: 'Loop', version: 1, created: true, source_path: LOOP }]);
  expect((await host.call('snapshot', { target: { workflow: LOOP } })).every(({ created }) => !created)).toBe(true);

  const first = await host.start(LOOP);
  await host.ended(first.run.id);
  const replayed = await host.call('replay', { run: first.run.id, recorded: true });
  expect(replayed.run).toMatchObject({ relation: 'recorded', parent_run_id: first.run.id, spec_hash: first.run.spec_hash });
  const record = await host.ended(replayed.run.id);
  expect(record.agent_runs.map(({ replayed: served }) => served)).toEqual([true, true, true]);
  expect((await host.call('steps', { run: replayed.run.id, agentRun: null }))[0]?.marks).toEqual(['replayed', 'simulated']);
  expect(await host.call('compare', { a: first.run.id, b: replayed.run.id })).toMatchObject({ same: true, output: { same: true } });

  const forked = await host.call('fork', { run: first.run.id, point: { kind: 'from', path: 'selection' }, set: {}, edited: false });
  expect((await host.ended(forked.run.id)).agent_runs.map(({ replayed: served }) => served)).toEqual([true, false, false]);
  expect((await host.call('show', { run: first.run.id })).children.map(({ relation }) => relation)).toEqual(['recorded', 'fork']);
  await expect(host.call('fork', { run: first.run.id, point: { kind: 'from-failure' }, set: {}, edited: false })).rejects.toMatchObject({ code: 'path-not-found' });
});

test('a pinned output is marked, and a paused run waits for the operator', async () => {
  const host = await openHost(workspaceOf(FILES));
  const { run } = await host.start(LOOP, { pins: { research: { pick: 'SPY' } }, pauseAt: ['selection'], until: 'selection' });
  await eventually(() => host.events.some((event) => event.kind === 'questions-changed' && event.questions.length === 1), 'the pause');
  const [question] = await host.call('questions', {});
  expect(question).toMatchObject({ run: run.id, kind: 'pause', node_id: 'selection', workflow_name: 'Loop', form: { required: ['action'] } });
  expect(question?.form).not.toHaveProperty('inputs');
  await host.call('answer', { run: run.id, path: question!.path, value: { action: 'go' } });
  const detail = await host.ended(run.id);
  expect(detail.agent_runs.map(({ node_id: node, pinned }) => [node, pinned])).toEqual([['research', true], ['selection', false]]);
  expect(await host.call('questions', {})).toEqual([]);
});

test('a question is told of when it is asked, and is gone when it is answered', async () => {
  const host = await openHost(workspaceOf(APPROVAL));
  const { run } = await host.start('Approve');
  await eventually(() => host.openRuns().some(({ id, status }) => id === run.id && status === 'waiting'), 'the run to wait');
  const { questions } = await host.call('show', { run: run.id });
  expect(questions).toMatchObject([{ path: 'nodes/approve/ask', node_id: 'approve', kind: 'ask', assignees: ['ana'], form: { required: ['approved'] }, about: { goal: 'Shall we publish?' } }]);
  await expect(host.call('answer', { run: run.id, path: 'approve', value: { approved: 'perhaps' } })).rejects.toMatchObject({ code: 'answer-invalid' });
  await host.call('answer', { run: run.id, path: 'approve', value: { approved: true } });
  expect((await host.ended(run.id)).run.status).toBe('completed');
  await eventually(() => host.events.findLast((event) => event.kind === 'questions-changed')?.questions.length === 0, 'the question to go');
});

test('halt closes what runs, hold refuses what is new, release allows it again', async () => {
  const host = await openHost(workspaceOf(STALLED));
  const first = await host.start('Stalled');
  const second = await host.start('Stalled');
  await eventually(() => host.openRuns().length === 2, 'both to be open');
  await eventually(() => host.openRuns().every(({ reserved_micros: held }) => held > 0), 'money to be set aside');
  expect((await host.call('halt', { run: first.run.id, hold: false })).halted).toEqual([first.run.id]);
  expect(await host.call('halt', { run: null, hold: true })).toEqual({ halted: [second.run.id], held: true });
  expect((await host.call('show', { run: second.run.id })).run).toMatchObject({ status: 'halted', error: { name: 'Dagbook.Halted' } });
  await expect(host.start('Stalled')).rejects.toMatchObject({ code: 'run-held' });
  await eventually(() => host.events.some((event) => event.kind === 'open-runs' && event.held && event.runs.length === 0), 'the hold to be told of');
  expect(await host.call('release', {})).toEqual({ held: false });
  expect((await host.start('Stalled')).run.status).toMatch(/pending|running/);
});

test('pages of runs follow one another without a gap or a double, filtered or not', async () => {
  const host = await openHost(workspaceOf({ ...FILES, ...STALLED }));
  const started: string[] = [];
  for (let n = 0; n < 5; n++) started.push((await host.start(LOOP)).run.id);
  for (const id of started) await host.ended(id);
  const stalled = await host.start('Stalled');
  const seen: string[] = [];
  for (let cursor: string | null = null, pages = 0; pages < 10; pages++) {
    const page: RunsPage = await host.call('runs', { limit: 2, cursor, status: null, workflow: 'Loop' });
    seen.push(...page.runs.map(({ id }) => id));
    cursor = page.next;
    if (cursor === null) break;
  }
  expect(seen).toEqual(started.toReversed());
  await eventually(async () => (await host.call('runs', { limit: 9, cursor: null, status: 'running', workflow: null })).runs.length === 1, 'the run to be running');
  expect((await host.call('runs', { limit: 9, cursor: null, status: 'completed', workflow: null })).runs).toHaveLength(5);
  expect((await host.call('runs', { limit: 1, cursor: null, status: null, workflow: null })).runs[0]?.id).toBe(stalled.run.id);
});

test('queries read, are cut off where they are long, and cannot write', async () => {
  const folder = workspaceOf(FILES);
  const host = await openHost(folder);
  const { run } = await host.start(LOOP);
  await host.ended(run.id);
  expect(await host.call('sql', { query: 'SELECT id, node_id AS node, total_tokens > 0 AS spent FROM agent_runs_v2 WHERE workflow_run_id = ? ORDER BY seq', values: [run.id], limit: 2 })).toMatchObject({
    columns: ['id', 'node', 'spent'], rows: [[expect.any(String), 'research', 1], [expect.any(String), 'selection', 1]], more: true,
  });
  expect(await host.call('sql', { query: 'SELECT 1 AS a, 2 AS a', values: [], limit: 5 })).toEqual({ columns: ['a', 'a'], rows: [[1, 2]], more: false });
  expect(await host.call('sql', { query: 'SELECT 9007199254740993 AS n', values: [], limit: 5 }), 'every digit').toMatchObject({ rows: [['9007199254740993']] });
  await expect(host.call('sql', { query: 'DELETE FROM runs', values: [], limit: 5 })).rejects.toMatchObject({ code: 'sql-refused' });
  await expect(host.call('sql', { query: 'SELEC 1', values: [], limit: 5 })).rejects.toMatchObject({ code: 'sql-error' });
  const tables = await host.call('schema', {});
  expect(tables).toContainEqual({ name: 'agent_run_steps', kind: 'view', columns: expect.arrayContaining(['request', 'response', 'cost_micros']) as string[] });
  expect(tables.find(({ name }) => name === 'turns')?.kind).toBe('table');
  expect(await host.call('verify', {})).toMatchObject({ ok: true, problems: [] });
});

test('a query that takes for ever is stopped by whoever asked, and holds nobody up meanwhile', async () => {
  const host = await openHost(workspaceOf(FILES));
  const { run } = await host.start(LOOP);
  await host.ended(run.id);
  const abort = new AbortController();
  const query = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n';
  const endless = host.call('sql', { query, values: [], limit: 1 }, abort.signal).catch((error: unknown) => error);
  expect((await host.call('runs', { limit: 1, cursor: null, status: null, workflow: null })).runs).toHaveLength(1);
  await eventually(() => queriesOf(host.pid).length === 1, 'the query to have a process');
  abort.abort(new Error('enough'));
  expect(await endless).toMatchObject({ message: 'enough' });
  await eventually(() => queriesOf(host.pid).length === 0, 'its process to end');
});

/** Process ids of the children of a process, by the system's own account. */
function queriesOf(parent: number): readonly string[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(parent)], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

test('what is tampered with is named', async () => {
  const folder = workspaceOf(FILES);
  const host = await openHost(folder);
  const { run } = await host.start(LOOP);
  await host.ended(run.id);
  const db = openDb(folder);
  db.exec('DROP TRIGGER workflow_spec_versions_no_update');
  db.prepare("UPDATE workflow_spec_versions SET content = replace(content, 'Loop', 'Pool')").run();
  const found = await host.call('verify', {});
  expect(found.ok).toBe(false);
  expect(found.problems.join('\n')).toMatch(/workflow_spec_versions/);
});

test('versions are listed newest first and open as the text that was locked', async () => {
  const folder = workspaceOf({ ...FILES, 'configs/agents/other.yaml': agent('other') });
  const host = await openHost(folder);
  await host.call('snapshot', { target: { workflow: LOOP } });
  await host.call('snapshot', { target: { workflow: LOOP, text: FILES[LOOP].replace('default: 30', 'default: 31') } });
  const versions = await host.call('versions', { kind: 'workflow', name: 'Loop' });
  expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  expect((await host.call('versions', { kind: 'agent', name: null })).map(({ name }) => name)).toEqual(Object.keys(AGENTS).map((file) => file.replace(/^.*\/|\.yaml$/g, '')).sort());
  for (const version of versions) {
    const { text, version: told } = await host.call('versionText', { kind: 'workflow', id: version.id });
    expect(told).toEqual(version);
    expect(text).toContain(version.spec_hash);
    const locked = (await host.call('snapshot', { target: { workflow: LOOP, text } })).at(-1);
    expect(locked).toMatchObject({ id: version.id, created: false });
  }
  const hashes = versions.map(({ spec_hash }) => spec_hash);
  const found = await host.call('lockedSpecs', { specHashes: [...hashes, '0'.repeat(64)] });
  expect(found.map(({ specHash, kind, name }) => [specHash, kind, name])).toEqual(hashes.map((hash) => [hash, 'workflow', 'Loop']));
  expect(found.map(({ specHash, content }) => createHash('sha256').update(content).digest('hex') === specHash)).toEqual([true, true]);
  await expect(host.call('versionText', { kind: 'agent', id: versions[0]!.id })).rejects.toMatchObject({ code: 'version-missing' });
});

test('settings that change hold from the next run on; another ledger is another ledger', async () => {
  const folder = workspaceOf({ ...FILES, 'configs/agents/plain.yaml': 'name: plain\nrole: plain\nsystem_prompt: You are plain.\n', 'configs/workflows/plain.yaml': chain('Plain', 'plain') });
  const host = await openHost(folder);
  const first = await host.start('Plain');
  expect(first.run.models).toBe('simulated');
  await host.ended(first.run.id);
  await host.call('configure', settingsOf(folder, { defaultModel: 'ollama:nothing-here' }));
  await expect(host.start('Plain', { until: 'n0' }).then(({ run }) => run.models)).resolves.toBe('ollama:nothing-here');
  await host.call('configure', settingsOf(folder, { ledgerFile: `${ledgerOf(folder)}.other` }));
  expect((await host.call('runs', { limit: 5, cursor: null, status: null, workflow: null })).runs).toEqual([]);
});

test('a slow run shows its money while it runs', async () => {
  const host = await openHost(workspaceOf(slow(1_500)));
  const { run } = await host.start('Slow');
  await eventually(() => host.events.some((event) => event.kind === 'open-runs' && event.runs.some(({ id, total_cost_micros: micros, reserved_micros: held }) => id === run.id && micros > 0 && held > 0)), 'spent and reserved money');
  await host.ended(run.id);
  await eventually(() => host.openRuns().length === 0, 'no run to be open');
  expect(host.events.filter((event) => event.kind === 'runs-changed').flatMap(({ runs }) => runs.filter(({ id }) => id === run.id).map(({ status }) => status)).at(-1)).toBe('completed');
});
