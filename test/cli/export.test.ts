import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../runtime/index.ts';
import { dagbook, makeWorkspace } from './kit.ts';
import { APPROVAL, FILES, json, rows, run, workspaceOf } from './run-kit.ts';

interface Shown {
  readonly status: string;
  readonly output: unknown;
}

/** A folder with a ledger of its own and nothing of the workflow. */
function elsewhere(): string {
  return makeWorkspace({ 'configs/.keep': '' });
}

async function exported(folder: string, id: string): Promise<string> {
  const { code, stdout, stderr } = await dagbook(['ledger', 'export', id, '--out', 'run.dagbook', '--json'], folder);
  expect([code, JSON.parse(stdout)], stderr).toMatchObject([0, { run_id: id, file: 'run.dagbook' }]);
  return path.join(folder, 'run.dagbook');
}

/** The bundle with its lines changed and its seal made anew, as somebody would who knows how it is made. */
function forged(file: string, change: (line: string) => string): Buffer {
  const lines = gunzipSync(readFileSync(file)).toString().trim().split('\n').slice(0, -1).map(change).filter((line) => line !== '');
  const text = `${lines.join('\n')}\n`;
  return gzipSync(Buffer.from(`${text}${JSON.stringify({ sha256: sha256(text) })}\n`));
}

describe('dagbook ledger export and import', () => {
  it('take a run to another machine, where it verifies, looks the same, and replays from its record without a network', async () => {
    const here = workspaceOf(FILES);
    const { run_id: id, output } = await run(here, 'Loop', '--input', `label=${'long '.repeat(220)}`);
    const there = elsewhere();
    const { code, stdout, stderr } = await dagbook(['ledger', 'import', await exported(here, id), '--json'], there);
    expect([code, stdout === '' ? stderr : JSON.parse(stdout)]).toEqual([0, { run_id: id, children: [] }]);
    expect((await dagbook(['ledger', 'verify'], there)).code).toBe(0);
    const query = (table: string): string => `SELECT * FROM ${table} ORDER BY 1, 2, 3`;
    for (const table of ['workflow_spec_versions', 'agent_runs_v2', 'agent_run_steps', 'budget_entries']) expect(rows(there, query(table)), table).toEqual(rows(here, query(table)));
    const [row] = rows<Record<string, unknown>>(there, query('workflow_runs'));
    const [original] = rows<Record<string, unknown>>(here, query('workflow_runs'));
    expect({ ...row, epoch: 0 }).toEqual({ ...original, epoch: 0 });
    const replayed = await json<Shown>(['replay', id, '--recorded'], there);
    expect(replayed).toMatchObject({ status: 'completed', output });
    expect((await dagbook(['compare', id, (replayed as unknown as { run_id: string }).run_id], there)).code).toBe(0);
    expect((await dagbook(['ledger', 'verify'], there)).code).toBe(0);
  });

  it('take a replay without its parent, and a fork with what it took over', async () => {
    const here = workspaceOf(FILES);
    const { run_id: first } = await run(here, 'Loop');
    const { run_id: fork, output } = await json<Shown & { run_id: string }>(['fork', first, '--only', 'selection'], here);
    const there = elsewhere();
    await dagbook(['ledger', 'import', await exported(here, fork)], there);
    expect((await dagbook(['ledger', 'verify'], there)).code).toBe(0);
    expect(await json<Shown>(['replay', fork, '--recorded'], there)).toMatchObject({ status: 'completed', output });
  });

  it('refuse a run that goes on, one that was pruned, and a file that is there', async () => {
    const here = workspaceOf({ ...FILES, ...APPROVAL });
    const waiting = await dagbook(['run', 'Approve', '--json'], here);
    const { run_id: open } = JSON.parse(waiting.stdout) as { run_id: string };
    const refused = await dagbook(['ledger', 'export', open], here);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('run-open: ')]);
    const { run_id: id } = await run(here, 'Loop');
    await exported(here, id);
    expect((await dagbook(['ledger', 'export', id, '--out', 'run.dagbook'], here)).stderr).toContain('run.dagbook is there already');
    await dagbook(['ledger', 'prune', '--before', '2999-01-01'], here);
    expect((await dagbook(['ledger', 'export', id], here)).stderr).toContain('body-pruned: ');
  });

  it('refuse a second import of the same run, and leave the ledger as it was', async () => {
    const here = workspaceOf(FILES);
    const { run_id: id } = await run(here, 'Loop');
    const file = await exported(here, id);
    const again = await dagbook(['ledger', 'import', file], here);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is in this ledger already')]);
  });

  it('write to stdout where they are told to', async () => {
    const here = workspaceOf(FILES);
    const { run_id: id } = await run(here, 'Loop');
    const { code, stderr } = await dagbook(['ledger', 'export', id, '--out', '-'], here);
    expect([code, stderr]).toEqual([0, '']);
    expect(existsSync(path.join(here, '-'))).toBe(false);
  });

  it('believe nothing: a bundle that was changed is refused by name, whatever was changed, and nothing of it is kept', { timeout: 120_000 }, async () => {
    const here = workspaceOf(FILES);
    const { run_id: id } = await run(here, 'Loop', '--input', `label=${'long '.repeat(220)}`);
    const file = await exported(here, id);
    const there = elsewhere();
    const whole = readFileSync(file);
    const ofKind = (kind: string, from: string | RegExp, to: string) => (line: string): string => (line.includes(`"kind":"${kind}"`) ? line.replace(from, to) : line);
    const cases: readonly (readonly [what: string, bytes: Buffer])[] = [
      ['no gzip', Buffer.from('hello')],
      ['cut off', whole.subarray(0, whole.length - 40)],
      ['a changed answer without a new seal', gzipSync(Buffer.from(gunzipSync(whole).toString().replace('research', 'risearch')))],
      ['a changed answer', forged(file, ofKind('turn', /"bodies":"\{/, '"bodies":"['))],
      ['a changed event', forged(file, ofKind('turn', 'research_lite', 'research_like'))],
      ['a changed prompt that stands apart', forged(file, ofKind('body', 'long long', 'long lang'))],
      ['another name for a version', forged(file, ofKind('version', '"name":"Loop"', '"name":"Lope"'))],
      ['a changed workflow', forged(file, ofKind('version', 'per_run_max_tokens', 'per_run_max_tokenz'))],
      ['a cheaper run', forged(file, ofKind('run', /"total_cost_micros":\d+/, '"total_cost_micros":1'))],
      ['another status', forged(file, ofKind('run', '"status":"completed"', '"status":"open"'))],
      ['a field more', forged(file, ofKind('run', '"kind":"run"', '"kind":"run","lease":1'))],
      ['a turn less', forged(file, (line) => (line.includes('"kind":"turn"') && line.includes('"seq":0,') ? '' : line))],
      ['no versions', forged(file, ofKind('version', /.*/, ''))],
      ['another format', forged(file, (line) => line.replace('"version":2,"run"', '"version":3,"run"'))],
    ];
    const refuse = async ([what, bytes]: (typeof cases)[number]): Promise<void> => {
      writeFileSync(path.join(there, 'forged'), bytes);
      const { code, stderr } = await dagbook(['ledger', 'import', 'forged'], there);
      expect([code, stderr], what).toEqual([1, expect.stringMatching(/^bundle-invalid: /)]);
    };
    for (const each of cases) {
      await refuse(each);
      expect(readdirSync(there).sort(), `${each[0]}: where there was no ledger there is none`).toEqual(['configs', 'forged']);
    }
    // Where there is one, it stays as it was.
    await dagbook(['halt', '--hold'], there);
    for (const each of cases) await refuse(each);
    expect(rows(there, 'SELECT (SELECT COUNT(*) FROM runs) AS runs, (SELECT COUNT(*) FROM turns) AS turns, (SELECT COUNT(*) FROM blobs) AS blobs, (SELECT COUNT(*) FROM workflow_spec_versions) AS versions')).toEqual([{ runs: 0, turns: 0, blobs: 0, versions: 0 }]);
    writeFileSync(path.join(there, 'whole'), forged(file, (line) => line));
    expect((await dagbook(['ledger', 'import', 'whole'], there)).code).toBe(0);
    expect((await dagbook(['ledger', 'verify'], there)).code).toBe(0);
  });
});
