import { describe, expect, it } from 'vitest';
import { dagbook } from './kit.ts';
import { STALLED, count, eventually, json, openDb, rows, slow, start, statusOf, workspaceOf } from './run-kit.ts';
import type { RunJson } from './run-kit.ts';

/** Makes a lease look as old as it is after a while: what is waited for here is not the clock. */
function ageLeases(folder: string): void {
  openDb(folder).exec('UPDATE runs SET lease_at = lease_at - 60000 WHERE lease_at IS NOT NULL');
}

async function killedInSlow(folder: string): Promise<string> {
  const running = start(['run', 'Slow'], folder);
  await running.says('▸ n1');
  running.kill('SIGKILL');
  expect(await running.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
  const [row] = rows<{ id: string; status: string }>(folder, 'SELECT id, status FROM workflow_runs');
  expect(row!.status).toBe('running');
  return row!.id;
}

function made(folder: string, id: string, path: string): readonly unknown[] {
  return rows(folder, 'SELECT j.kind FROM journal j JOIN runs r ON r.key = j.run JOIN journal a ON a.run = j.run AND a.seq = j.ref WHERE r.id = ? AND a.path = ? ORDER BY j.seq', id, path).map((row) => row['kind']);
}

describe('kill -9', () => {
  it('of a run, then resume: it completes, nothing completed is called again, and the lost call is on record', async () => {
    const folder = workspaceOf(slow(1_500));
    const id = await killedInSlow(folder);
    const resumed = await dagbook(['resume', '--json'], folder);
    expect(resumed.code).toBe(0);
    expect(resumed.stderr, 'a process that is gone for sure is waited for by nobody').not.toMatch(/lease/);
    const [result] = JSON.parse(resumed.stdout) as RunJson[];
    expect(result).toMatchObject({ run_id: id, status: 'completed' });
    expect(made(folder, id, 'nodes/n0/model/1')).toEqual(['reserved', 'done']);
    expect(made(folder, id, 'nodes/n1/model/1')).toEqual(['reserved', 'lost', 'reserved', 'done']);
    expect(rows(folder, "SELECT name, error FROM agent_run_steps WHERE error = 'process.died'")).toEqual([{ name: 'nodes/n1/model/1', error: 'process.died' }]);
    expect(rows(folder, 'SELECT SUM(total_tokens) AS n FROM agent_runs_v2')).toEqual([{ n: result!.total_tokens }]);
    expect(await json(['ledger', 'verify'], folder)).toMatchObject({ problems: [] });
  });

  it('and two that resume: one wins, the other says who has the run', async () => {
    const folder = workspaceOf(slow(1_500));
    const id = await killedInSlow(folder);
    ageLeases(folder);
    const both = await Promise.all([dagbook(['resume', id], folder), dagbook(['resume', id], folder)]);
    const codes = both.map(({ code }) => code);
    expect([...codes].sort()).toEqual([0, 1]);
    const loser = both[codes.indexOf(1)]!;
    expect(loser.stderr).toMatch(new RegExp(`^run-taken: Run ${id} is driven by .*, which is alive\\. Watch it with: dagbook tail ${id}$`, 'm'));
    expect(loser.stdout).toBe('');
    expect(statusOf(folder, id)).toBe('completed');
    expect(made(folder, id, 'nodes/n1/model/1')).toEqual(['reserved', 'lost', 'reserved', 'done']);
  });

  it('leaves a run that can be halted by anybody', async () => {
    const folder = workspaceOf(slow(1_500));
    const id = await killedInSlow(folder);
    expect(await json(['halt', id], folder)).toEqual({ halted: [id], held: false });
    expect(await dagbook(['resume', id], folder)).toMatchObject({ code: 1, stderr: expect.stringMatching(/^run-finished: /) as string });
  });
});

describe('a second process', () => {
  it('halts a run that the first one drives: the rows are closed when the verb is done, and the first one exits 3', async () => {
    const folder = workspaceOf(STALLED);
    const running = start(['run', 'Stalled'], folder);
    await running.says('▸ n1');
    const [{ id }] = rows<{ id: string }>(folder, 'SELECT id FROM workflow_runs') as [{ id: string }];
    await dagbook(['halt', id], folder);
    const halted = performance.now();
    expect(statusOf(folder, id)).toBe('halted');
    expect(rows(folder, 'SELECT status FROM agent_runs_v2 ORDER BY node_id')).toEqual([{ status: 'completed' }, { status: 'halted' }]);
    const { code, stdout, stderr } = await running.ended;
    // The process hears of it within its watch interval, and its model never answers; the margin is for a machine with much else to do.
    expect(performance.now() - halted).toBeLessThan(30_000);
    expect(code).toBe(3);
    expect(stderr).toMatch(/■ n1 /);
    expect(stdout).toMatch(/^■ halted {2}Stalled/m);
  });

  it('that keeps the ledger locked ends the first one with just that, and no result; the run goes on afterwards', async () => {
    const folder = workspaceOf(slow(2_000));
    const running = start(['run', 'Slow', '--json'], folder);
    await running.says('▸ n1');
    const db = openDb(folder);
    db.exec('BEGIN IMMEDIATE');
    const { code, stdout, stderr } = await running.ended;
    db.exec('ROLLBACK');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^ledger-busy: Another process has held /m);
    const [{ id }] = rows<{ id: string }>(folder, 'SELECT id FROM workflow_runs') as [{ id: string }];
    ageLeases(folder);
    expect((await dagbook(['resume', id], folder)).code).toBe(0);
    expect(await json(['ledger', 'verify'], folder)).toMatchObject({ problems: [] });
  });

  it('may look while the first one writes', async () => {
    const folder = workspaceOf(slow(6_000));
    const running = start(['run', 'Slow'], folder);
    await running.says('▸ n1');
    const [{ id }] = rows<{ id: string }>(folder, 'SELECT id FROM workflow_runs') as [{ id: string }];
    const following = dagbook(['tail', id, '--json'], folder);
    expect((await dagbook(['show', id], folder)).stdout).toMatch(/n1 +slow +▸ running/);
    for (const words of [['runs'], ['show', id, '--steps'], ['compare', id, id], ['ledger', 'verify'], ['ledger', 'sql', 'SELECT 1 AS one']]) {
      expect(await dagbook(words, folder), words.join(' ')).toMatchObject({ code: 0, stderr: '' });
    }
    expect((await running.ended).code).toBe(0);
    const { code, stdout } = await following;
    expect(code).toBe(0);
    const stages = stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { stage: string }).stage);
    expect(stages).toHaveLength(8);
    expect(stages.at(-1)).toBe('workflow.completed');
  });

  it('runs the same workflow at the same time: one set of versions, two runs', async () => {
    const folder = workspaceOf(slow(1_000));
    const first = start(['run', 'Slow'], folder);
    const second = start(['run', 'Slow'], folder);
    await Promise.all([first.says('▸ n1'), second.says('▸ n1')]);
    expect((await Promise.all([first.ended, second.ended])).map(({ code }) => code)).toEqual([0, 0]);
    expect(['workflow_spec_versions', 'agent_spec_versions', 'runs'].map((table) => count(folder, table))).toEqual([1, 3, 2]);
    await eventually(() => rows(folder, "SELECT id FROM runs WHERE status <> 'completed'").length === 0, 'both runs to complete');
  });
});
