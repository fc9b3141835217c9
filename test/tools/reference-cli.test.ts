import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { BIN, dagbook, makeWorkspace, plainEnv } from '../cli/kit.ts';
import { openDb, rows } from '../cli/run-kit.ts';
import { until } from '../runtime/workshop.ts';
import { everything, filesystem, memory, processesWith } from './tool-kit.ts';

/** Servers that no one here wrote, through the command line, as a person has them. */

/** The same server, with something in its arguments by which its processes are found, and which does nothing. */
function marked(server: JsonObject, mark: string): JsonObject {
  return { ...server, args: [`--conditions=${mark}`, ...(server['args'] as readonly Json[])] };
}

/** One node whose simulated model makes these calls, one a turn, and then says `done`. */
function workspaceOf(server: JsonObject, calls: readonly JsonObject[], more: JsonObject = {}, caps: JsonObject = {}): string {
  return makeWorkspace({
    'w.workflow.yaml': JSON.stringify({ name: 'Ref', adapter_kind: 'graph', nodes: [{ id: 'work', agent_spec: './a.agent.yaml', isolation: 'shared' }], cost_caps: caps }),
    'a.agent.yaml': JSON.stringify({
      name: 'a', role: 'helper', mcp_servers: [server], tools: [...new Set(calls.map(({ name }) => name))],
      model: { provider: 'simulated', price: { input: 10, output: 10 }, extras: { tool_calls: calls.map((call) => [call]), reply: 'done' } }, ...more,
    }),
  });
}

interface Ran {
  readonly run_id: string;
  readonly status: string;
  readonly output: JsonObject;
  readonly error: { readonly name: string; readonly message: string } | null;
  readonly total_cost_usd: number;
}

interface Step extends Record<string, unknown> {
  readonly kind: string;
  readonly name: string;
  readonly response: string;
  readonly cost_micros: number;
  readonly error: string | null;
}

const stepsIn = (folder: string): Step[] => rows<Step>(folder, 'SELECT kind, name, response, cost_micros, error FROM agent_run_steps ORDER BY seq');

describe('server-everything', () => {
  test('asks a person: the run waits, says what and where, and goes on with the answer in another process', { timeout: 120_000 }, async () => {
    const mark = `ref-${randomUUID()}`;
    const folder = workspaceOf(marked(everything, mark), [{ name: 'trigger-elicitation-request', arguments: {} }]);
    const asked = await dagbook(['run', 'Ref'], folder);
    const at = 'nodes/work/tool/1/trigger-elicitation-request/asks/1';
    expect(asked.code, asked.stderr).toBe(5);
    expect(asked.stdout + asked.stderr).toContain(at);
    await until(() => processesWith(mark).length === 0, 'no server to wait with us', 20_000);
    const run = rows<{ readonly id: string }>(folder, 'SELECT id FROM workflow_runs')[0]?.id ?? '';
    const wrong = await dagbook(['answer', run, at, '--value', '{"name": 5}'], folder);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('answer-invalid')]);
    const answered = await dagbook(['answer', run, at, '--value', '{"name": "Ada Lovelace"}', '--json'], folder);
    expect(answered.code, answered.stderr).toBe(0);
    expect(stepsIn(folder).some(({ kind, response }) => kind === 'tool' && response.includes('Ada Lovelace'))).toBe(true);
    await until(() => processesWith(mark).length === 0, 'the server to go', 20_000);
    expect((await dagbook(['replay', run, '--recorded', '--json'], folder)).code).toBe(0);
    expect((await dagbook(['ledger', 'verify'], folder)).code).toBe(0);
  });

  test('is told when the person declines', { timeout: 240_000 }, async () => {
    const folder = workspaceOf(everything, [{ name: 'trigger-elicitation-request', arguments: {} }]);
    const asked = JSON.parse((await dagbook(['run', 'Ref', '--json'], folder)).stdout) as Ran;
    const answered = await dagbook(['answer', asked.run_id, 'nodes/work/tool/1/trigger-elicitation-request/asks/1', '--value', 'null', '--json'], folder);
    expect(answered.code, answered.stderr).toBe(0);
    expect(stepsIn(folder).some(({ kind, response }) => kind === 'tool' && /declined/i.test(response))).toBe(true);
  });

  test('asks a model: it is a call of the agent’s own, and the purse pays for it, or does not', { timeout: 240_000 }, async () => {
    const call = { name: 'trigger-sampling-request', arguments: { prompt: 'A line?', maxTokens: 40 } };
    const folder = workspaceOf(everything, [call]);
    const ran = JSON.parse((await dagbook(['run', 'Ref', '--json'], folder)).stdout) as Ran;
    expect(ran).toMatchObject({ status: 'completed' });
    const steps = stepsIn(folder);
    const lent = steps.filter(({ kind, name }) => kind === 'llm' && name.includes('/asks/'));
    expect(lent).toHaveLength(1);
    expect(lent[0]?.cost_micros).toBeGreaterThan(0);
    expect(steps.reduce((sum, { cost_micros: cost }) => sum + cost, 0)).toBe(Math.round(ran.total_cost_usd * 1e6));
    // With two calls in all, none is left to lend: the server is told so, and the agent still has its own.
    const poor = workspaceOf(everything, [call], { max_calls: 2 });
    const refused = JSON.parse((await dagbook(['run', 'Ref', '--json'], poor)).stdout) as Ran;
    expect(refused).toMatchObject({ status: 'completed' });
    expect(stepsIn(poor).filter(({ kind, name }) => kind === 'llm' && name.includes('/asks/'))).toHaveLength(0);
    expect(stepsIn(poor).some(({ kind, response }) => kind === 'tool' && response.includes('no more than 2 calls'))).toBe(true);
  });

  test('sees nothing of our environment', { timeout: 240_000 }, async () => {
    const folder = workspaceOf(everything, [{ name: 'get-env', arguments: {} }]);
    const ended = await dagbook(['run', 'Ref', '--json'], folder, { CANARY_PLAIN: 'canary-0123456789', OPENAI_API_KEY: 'canary-key-0123456789' });
    expect(ended.code, ended.stderr).toBe(0);
    const said = stepsIn(folder).find(({ name }) => name.endsWith('/get-env'))?.response ?? '';
    expect(said).toContain('PATH');
    expect(said).not.toMatch(/CANARY|OPENAI|canary|VITEST|npm_/);
  });

  test('that is killed in the middle of a call is tried again; killed each time, it is an error with a name', { timeout: 120_000 }, async () => {
    for (const kills of [1, 3]) {
      const mark = `ref-${randomUUID()}`;
      const folder = workspaceOf(marked(everything, mark), [{ name: 'trigger-long-running-operation', arguments: { duration: 2, steps: 4 } }]);
      const running = dagbook(['run', 'Ref', '--json'], folder);
      const pids = (): readonly number[] => processesWith(mark).filter((line) => line.includes('server-everything') && !line.includes('/bin/sh')).map((line) => Number.parseInt(line, 10));
      const called = (): number => (rows(folder, "SELECT 1 FROM journal WHERE kind = 'asked' AND path LIKE '%trigger-long%'")).length;
      for (let kill = 1; kill <= kills; kill++) {
        await until(() => pids().length > 0 && called() >= kill, `call ${kill} to be under way`, 30_000);
        await new Promise((resolve) => setTimeout(resolve, 300));
        for (const pid of pids()) process.kill(pid, 'SIGKILL');
        await until(() => pids().length === 0, 'it to be dead', 10_000);
      }
      const ran = JSON.parse((await running).stdout) as Ran;
      expect(ran).toMatchObject(kills === 1 ? { status: 'completed' } : { status: 'error', error: { name: 'Tool.TemporaryFailure', message: expect.stringContaining('SIGKILL') as string } });
      expect(stepsIn(folder).filter(({ error }) => error === 'Tool.TemporaryFailure')).toHaveLength(kills);
      await until(() => processesWith(mark).length === 0, 'every process to go', 20_000);
    }
  });
});

test('server-filesystem: a long file is cut, and the cut is told and recorded', { timeout: 240_000 }, async () => {
  const folder = workspaceOf(filesystem('.'), [{ name: 'read_text_file', arguments: { path: 'long.txt' } }]);
  writeFileSync(path.join(folder, 'long.txt'), 'ü'.repeat(150_000));
  expect((await dagbook(['run', 'Ref', '--json'], folder)).code).toBe(0);
  const { value } = JSON.parse(stepsIn(folder).find(({ name }) => name.endsWith('/read_text_file'))?.response ?? '{}') as { readonly value: { readonly text: string; readonly cut: Json } };
  expect(value.cut).toEqual({ bytes: 65_536, of: 300_000 });
  expect(value.text).toMatch(/^ü{32768}\n\[cut here: the first 65536 of 300000 bytes\]$/);
});

describe('server-memory', () => {
  const notes = (file: string, isolation: string, more: JsonObject): string => makeWorkspace({
    'w.workflow.yaml': JSON.stringify({ name: 'Ref', adapter_kind: 'graph', nodes: [{ id: 'work', agent_spec: './a.agent.yaml', isolation, ...more }] }),
    'a.agent.yaml': JSON.stringify({ name: 'a', role: 'helper', mcp_servers: [memory(path.join(makeWorkspace({}), file))], tools: ['create_entities'] }),
  });

  test('may not write where the node only reads, nor be used at all in quarantine', { timeout: 240_000 }, async () => {
    const read = JSON.parse((await dagbook(['run', 'Ref', '--json'], notes('a.json', 'read_only', {}))).stdout) as Ran;
    expect(read).toMatchObject({ status: 'error', error: { name: 'States.Permissions' } });
    const quarantined = await dagbook(['run', 'Ref', '--json'], notes('b.json', 'read_only', { trust: 'quarantined' }));
    expect([quarantined.code, quarantined.stderr]).toEqual([1, expect.stringContaining('quarantined-has-tools')]);
  });
});

test('kill -9 of ours in the middle of calls of three servers leaves none of them, and the run goes on', { timeout: 180_000 }, async () => {
  const mark = `ref-${randomUUID()}`;
  const agent = (name: string, server: JsonObject, call: JsonObject): string => JSON.stringify({
    name, role: 'helper', mcp_servers: [marked(server, mark)], tools: [call['name'] ?? ''], model: { provider: 'simulated', extras: { tool_calls: [[call]], reply: `${name} done` } },
  });
  const nodes = ['slow', 'files', 'notes'];
  const folder = makeWorkspace({
    'a.txt': 'hello',
    'w.workflow.yaml': JSON.stringify({ name: 'Ref', adapter_kind: 'graph', nodes: nodes.map((id) => ({ id, agent_spec: `./${id}.agent.yaml`, isolation: 'shared' })) }),
    'slow.agent.yaml': agent('slow', everything, { name: 'trigger-long-running-operation', arguments: { duration: 4, steps: 8 } }),
    'files.agent.yaml': agent('files', filesystem('.'), { name: 'read_text_file', arguments: { path: 'a.txt' } }),
    'notes.agent.yaml': agent('notes', memory(path.join(makeWorkspace({}), 'm.json')), { name: 'read_graph', arguments: {} }),
  });
  const child = spawn(process.execPath, [BIN, 'run', 'Ref'], { cwd: folder, env: plainEnv(), stdio: 'ignore' });
  const gone = new Promise((resolve) => child.on('close', resolve));
  await until(() => new Set(processesWith(mark).filter((line) => !line.includes('/bin/sh')).map((line) => /server-\w+/.exec(line)?.[0])).size >= 3 && rows(folder, "SELECT 1 FROM journal WHERE kind = 'asked' AND path LIKE '%trigger-long%'").length === 1, 'three servers at work', 60_000);
  child.kill('SIGKILL');
  await gone;
  await until(() => processesWith(mark).length === 0, 'all of them to go with us', 20_000);
  openDb(folder).prepare('UPDATE runs SET lease_at = lease_at - 20000 WHERE lease_at IS NOT NULL').run();
  const resumed = await dagbook(['resume', '--json'], folder);
  expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
  expect(rows(folder, 'SELECT status FROM workflow_runs')).toEqual([{ status: 'completed' }]);
  await until(() => processesWith(mark).length === 0, 'the second ones to go', 20_000);
});
