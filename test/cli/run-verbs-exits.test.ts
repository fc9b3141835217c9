import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodeOfResult, worstOf } from '../../cli/drive-runs.ts';
import type { RunResult } from '../../runtime/index.ts';
import { dagbook } from './kit.ts';
import { AGENTS, APPROVAL, FILES, STALLED, agent, chain, count, eventually, expectCleanFailure, json, openDb, pause, rows, run, start, statusOf, workspaceOf } from './run-kit.ts';
import type { RunJson } from './run-kit.ts';

const FAILING = { ...AGENTS, 'configs/agents/failing.yaml': agent('failing', { fail: { error: 'Some.Error', times: 99 } }), 'configs/workflows/failing.yaml': chain('Failing', 'failing') };
const REJECTED = { ...AGENTS, 'configs/agents/rude.yaml': agent('rude', { reply: 'this is guaranteed' }, 'guardrails: { forbidden_terms: [guaranteed] }\n'), 'configs/workflows/rude.yaml': chain('Rude', 'rude') };

describe('the exit code of a run', () => {
  it.each([
    ['completed', 0, FILES, 'Loop'], ['error', 1, FAILING, 'Failing'], ['rejected', 4, REJECTED, 'Rude'], ['waiting', 5, APPROVAL, 'Approve'],
  ] as const)('that is %s is %i, with and without --json', async (status, code, files, name) => {
    const folder = workspaceOf(files);
    const text = await dagbook(['run', name], folder);
    const { stdout, code: again } = await dagbook(['run', name, '--json'], folder);
    const result = JSON.parse(stdout) as RunJson;
    expect([text.code, again, result.status]).toEqual([code, code, status]);
    expect(text.stdout).toContain(status);
    if (code === 1 || code === 4) expect(text.stdout).toContain(`${result.error!.name}: `);
    if (code !== 5) expect((await dagbook(['tail', result.run_id], folder)).code).toBe(code);
  });

  it('is 70 for a bug of ours, and an error of its own where another process has the run', () => {
    const result = { run_id: 'r', status: 'error', error: { name: 'internal-error', message: 'x' } } as RunResult;
    expect(exitCodeOfResult(result)).toBe(70);
    expect(() => exitCodeOfResult({ ...result, status: 'running', error: null })).toThrow(expect.objectContaining({ code: 'run-taken' }));
    expect([worstOf([]), worstOf([0, 5]), worstOf([5, 3, 4]), worstOf([3, 1, 4, 70])]).toEqual([0, 5, 4, 70]);
  });
});

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('once (%s) halts the run, though its model hears no abort, says so and exits 3', async (signal) => {
    const folder = workspaceOf(STALLED);
    const running = start(['run', 'Stalled', '--json'], folder);
    await running.says('▸ n1');
    running.kill(signal);
    const { code, stdout, stderr } = await running.ended;
    const result = JSON.parse(stdout) as RunJson;
    expect(code).toBe(3);
    expect(result).toMatchObject({ status: 'halted', error: { name: 'Dagbook.Halted' } });
    expect(stderr).toMatch(/^Halted [0-9a-f-]+\. Press Ctrl-C again/m);
    expect(rows(folder, 'SELECT status FROM workflow_runs')).toEqual([{ status: 'halted' }]);
    expect(rows(folder, 'SELECT status FROM agent_runs_v2 ORDER BY node_id')).toEqual([{ status: 'completed' }, { status: 'halted' }]);
    expect(await json(['ledger', 'verify'], folder)).toMatchObject({ problems: [] });
  });

  it('does not leave the process behind with a model that is busy for a minute', async () => {
    const folder = workspaceOf({ ...STALLED, 'configs/agents/stalled.yaml': agent('stalled', { latency_ms: 60_000, ignore_abort: true }) });
    const running = start(['run', 'Stalled'], folder);
    await running.says('▸ n1');
    const began = performance.now();
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(3);
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('twice leaves at once with 130, and the run is halted all the same', async () => {
    const folder = workspaceOf(STALLED);
    const running = start(['run', 'Stalled'], folder);
    await running.says('▸ n1');
    // A writer in the way holds the first one up, so that the second one comes before it is done.
    const db = openDb(folder);
    db.exec('BEGIN IMMEDIATE');
    running.kill('SIGINT');
    await pause(150);
    running.kill('SIGINT');
    await pause(150);
    db.exec('ROLLBACK');
    expect(await running.ended).toMatchObject({ code: 130, signal: null });
    expect(rows(folder, 'SELECT status FROM workflow_runs')).toEqual([{ status: 'halted' }]);
  });

  it('that cannot be written down stops the work and says why', async () => {
    const folder = workspaceOf(STALLED);
    const running = start(['run', 'Stalled'], folder);
    await running.says('▸ n1');
    const db = openDb(folder);
    db.exec('BEGIN IMMEDIATE');
    running.kill('SIGINT');
    expectCleanFailure(await running.ended, 1, /^ledger-busy: /m);
    db.exec('ROLLBACK');
  });
});

describe('halt', () => {
  it('without a run halts everything, and says when there is nothing', async () => {
    const folder = workspaceOf({ ...STALLED, ...APPROVAL });
    await run(folder, 'Approve');
    const running = start(['run', 'Stalled'], folder);
    await running.says('▸ n1');
    const halted = await json<{ halted: string[]; held: boolean }>(['halt'], folder);
    expect(halted).toMatchObject({ held: false, halted: expect.objectContaining({ length: 2 }) as string[] });
    expect((await running.ended).code).toBe(3);
    expect(halted.halted.map((id) => statusOf(folder, id))).toEqual(['halted', 'halted']);
    expect(await dagbook(['halt'], folder)).toMatchObject({ code: 0, stdout: 'Nothing was running.\n' });
    expect(await dagbook(['halt', halted.halted[0]!], folder)).toMatchObject({ code: 0, stdout: 'It had ended already.\n' });
  });

  it('--hold refuses new runs until --release', async () => {
    const folder = workspaceOf(FILES);
    expect(await json(['halt', '--hold'], folder)).toEqual({ halted: [], held: true });
    expectCleanFailure(await dagbook(['run', 'Loop'], folder), 1, /^run-held: .*dagbook halt --release/m);
    expect(count(folder, 'runs')).toBe(0);
    expect(await json(['halt', '--release'], folder)).toEqual({ halted: [], held: false });
    expect((await run(folder, 'Loop')).status).toBe('completed');
    expect((await dagbook(['halt', '--hold', '--release'], folder)).code).toBe(2);
  });
});

describe('--detach', () => {
  it('prints the run id at once; the run goes on in a process of its own and ends there', async () => {
    const folder = workspaceOf(FILES);
    const { code, stdout, stderr } = await dagbook(['run', 'Loop', '--detach'], folder);
    const id = stdout.trim();
    expect(code).toBe(0);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(stderr).toContain(`dagbook tail ${id}`);
    const tail = await dagbook(['tail', id], folder);
    expect(tail.code).toBe(0);
    expect(tail.stdout).toMatch(/✓ workflow/);
    expect(statusOf(folder, id)).toBe('completed');
  });

  it('with --json prints the documented object, and what is wrong is said before anything is detached', async () => {
    const folder = workspaceOf(STALLED);
    const result = await json<RunJson>(['run', 'Stalled', '--detach'], folder);
    expect(result).toMatchObject({ status: 'pending', output: null, error: null });
    await eventually(() => statusOf(folder, result.run_id) === 'running', 'the detached run to start');
    // A process group of its own: closing the terminal ends the group that stands in it.
    const pid = /:(\d+)$/.exec(String(rows(folder, 'SELECT lease FROM workflow_runs')[0]!['lease']))![1]!;
    expect(spawnSync('ps', ['-o', 'pgid=', '-p', pid], { encoding: 'utf8' }).stdout.trim()).toBe(pid);
    expect((await json<{ halted: string[] }>(['halt'], folder)).halted).toEqual([result.run_id]);
    expectCleanFailure(await dagbook(['run', 'Stalled', '--detach', '--model', 'openai:gpt'], folder), 1, /^model-not-available: /m);
    expect(count(folder, 'runs')).toBe(1);
  });
});

describe('what was mistyped', () => {
  it.each<readonly [string, readonly string[], number, RegExp]>([
    ['an input without =', ['run', 'Loop', '--input', 'x'], 2, /^usage: --input takes KEY=VALUE/],
    ['an inputs file that is not there', ['run', 'Loop', '--inputs', 'no.json'], 2, /^file-not-found: There is no file no\.json\./],
    ['an inputs file that is no JSON', ['run', 'Loop', '--inputs', 'bad.json'], 1, /^bad\.json:2:8: inputs-invalid: bad\.json is not valid JSON: invalid symbol\./],
    ['a pin file that is not there', ['run', 'Loop', '--pin', 'research=@no.json'], 2, /^file-not-found: There is no file no\.json\./],
    ['a pin file that is no JSON', ['run', 'Loop', '--pin', 'research=@bad.json'], 1, /^bad\.json:2:8: inputs-invalid: /],
    ['a pin without its output', ['run', 'Loop', '--pin', 'research'], 2, /^usage: --pin takes NODE=JSON or NODE=@FILE, not "research"\./],
    ['a pin on no node', ['run', 'Loop', '--pin', 'reserch=1'], 1, /^path-not-found: Loop has no node "reserch"\. Its nodes: research/],
    ['a pin that would never be used', ['run', 'Loop', '--until', 'research', '--pin', 'trader=1'], 2, /^usage: A run of Loop until research does not come to trader, so nothing can be pinned or paused there\./],
    ['an until on no node', ['run', 'Loop', '--until', 'x'], 1, /^path-not-found: /],
    ['an input of the wrong type', ['run', 'Loop', '--input', 'lookback_days=soon'], 1, /^inputs-invalid: .*lookback_days: must be integer/],
    ['a model that is none', ['run', 'Loop', '--model', '7up'], 2, /^usage: "7up" is no model/],
    ['a model that is not here', ['run', 'Loop', '--model', 'openai:gpt-5'], 1, /^model-not-available: .*--model simulated/],
    ['a workflow that is not there', ['run', 'Lop'], 1, /^workflow-not-found: /],
    ['a file that is not there', ['run', 'configs/lop.yaml'], 2, /^file-not-found: There is no file configs\/lop\.yaml\./],
    ['a folder', ['run', 'configs/workflows'], 2, /^usage: configs\/workflows is a folder/],
    ['a file elsewhere', ['run', '-C', 'configs', 'bad.json'], 2, /^usage: bad\.json lies outside the workspace/],
    ['an agent', ['run', 'configs/agents/trader_paper.yaml'], 1, /error\[not-a-workflow\][^]*document-invalid: Nothing was locked and nothing was run/],
    ['an answer that is no JSON', ['answer', 'x', 'y', '--value', '{a'], 2, /^usage: --value takes JSON/],
    ['no answer', ['answer', 'x', 'y'], 2, /^usage: .*--value/],
    ['an experiment of no name', ['run', 'Loop', '--experiment', ''], 2, /^usage: The option --experiment needs a value: --experiment ID\./],
    ['a workspace of no name', ['run', 'Loop', '-C', ''], 2, /^usage: The option -C needs a value/],
    ['a folder by its bare name', ['run', 'configs'], 1, /^workflow-not-found: There is no file configs/],
    ['a workflow that is nearly there', ['run', 'Loopp'], 1, /^workflow-not-found: .* Did you mean Loop\?/],
    ['a folder that is to be locked', ['snapshot', 'configs'], 2, /^usage: configs is a folder/],
    ['a folder as a ledger', ['run', 'Loop', '--ledger', 'configs'], 1, /^ledger-unreadable: .*configs is a folder, and a ledger is a file/],
    ['a folder as inputs', ['run', 'Loop', '--inputs', 'configs'], 2, /^file-not-found: configs is a folder, not a file\./],
    ['a verb that help is asked about', ['help', 'rnu'], 2, /^usage: There is no verb "rnu"\. Did you mean `dagbook run`\?/],
    ['a name without a template', ['new', '--name', 'x'], 2, /^usage: --name goes with a template/],
    ['every step and one step', ['show', 'x', '--step', '1', '--steps'], 2, /^usage: --steps shows every step and --step one of them/],
    ['a day that no month has', ['ledger', 'prune', '--before', '2026-02-30'], 2, /^usage: --before takes a date/],
    ['a limit', ['runs', '--limit', '0'], 2, /^usage: --limit takes a whole number from 1/],
    ['a status', ['runs', '--status', 'done'], 2, /^usage: --status is one of pending, /],
  ])('%s', async (_, args, code, message) => {
    const folder = workspaceOf({ ...FILES, 'bad.json': '{\n  "a": x\n}' });
    const ended = await dagbook(args, folder);
    expectCleanFailure(ended, code, message);
    expect(ended.stdout).toBe('');
    expect(existsSync(path.join(folder, '.dagbook')), 'nothing is left behind').toBe(false);
  });

  it('a run that is not there, or that could be several', async () => {
    const folder = workspaceOf(FILES);
    const ids = await Promise.all([run(folder, 'Loop'), run(folder, 'Loop')]);
    for (const verb of [['show'], ['tail'], ['replay'], ['resume'], ['halt'], ['fork', '--from-failure'], ['runs', '--cursor']]) {
      expectCleanFailure(await dagbook([...verb, 'ffffffff'], folder), 1, /^run-not-found: There is no run ffffffff .*dagbook runs/);
    }
    expectCleanFailure(await dagbook(['show', ids[0].run_id.slice(0, 4)], folder), 1, /^run-ambiguous: /);
    expectCleanFailure(await dagbook(['show', ids[0].run_id.slice(0, 3)], folder), 1, /^run-not-found: "\w{3}" is too little to tell a run by: give at least 4 characters/);
  });
});
