import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dagbook, ROOT, runNode } from './kit.ts';
import { rows } from './run-kit.ts';

describe('npm start', () => {
  it('runs the tutorial on a ledger of its own, shows the rows of both questions, and says what is simulated and what next', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'dagbook-tutorial-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const { code, stdout, stderr } = await runNode(['scripts/tutorial.mjs'], ROOT, { DAGBOOK_TUTORIAL_HOME: home });
    expect(code, stderr).toBe(0);
    for (const id of ['research', 'selection', 'trader']) expect(stderr).toMatch(new RegExp(`✓ ${id} +[\\d,]+ tokens`));
    expect(stdout).toMatch(/\nid +workflow_name +status +started_at +ended_at +total_tokens +total_cost_usd\n\S+ +MyFirstResearchLoop +completed /);
    expect(stdout).toMatch(/\nid +agent_name +node_id +status +total_tokens\n\S+ +research_lite +research +completed +\d+\n\S+ +selection_lite .*\n\S+ +trader_paper /);
    expect(stdout).toContain('It is simulated');
    expect(stdout + stderr).not.toContain('\u001b');
    // What it says to try next works as it stands.
    const commands = [...stdout.matchAll(/^ {2}npm run -s dagbook -- (.*?) {2}/gm)].map(([, words]) => words!.split(' '));
    expect(commands.map(([verb]) => verb)).toEqual(['show', 'replay', 'replay', 'compare', 'halt', 'ledger']);
    for (const words of commands.filter(([verb]) => verb !== 'compare')) expect((await dagbook(words, ROOT)).code, words.join(' ')).toBe(0);
  });

  it('leaves one workflow version, three agent versions, one run and three agent runs, below the cap', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'dagbook-tutorial-'));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const ledger = path.join(home, '.dagbook/ledger.db');
    const words = ['-C', 'examples/tutorial', '--ledger', ledger, '--json'];
    const first = JSON.parse((await dagbook(['run', 'MyFirstResearchLoop', ...words], ROOT)).stdout) as { run_id: string; output: unknown };
    const count = (table: string): unknown => rows(home, `SELECT COUNT(*) AS n FROM ${table}`)[0]?.['n'];
    expect(['workflow_spec_versions', 'agent_spec_versions', 'workflow_runs', 'agent_runs_v2'].map(count)).toEqual([1, 3, 1, 3]);
    expect(rows(home, 'SELECT total_cost_usd <= 0.5 AND total_cost_usd > 0 AS ok FROM workflow_runs')).toEqual([{ ok: 1 }]);
    const recorded = JSON.parse((await dagbook(['replay', first.run_id, '--recorded', ...words], ROOT)).stdout) as { output: unknown };
    expect(JSON.stringify(recorded.output)).toBe(JSON.stringify(first.output));
    expect(['workflow_spec_versions', 'agent_spec_versions', 'workflow_runs'].map(count)).toEqual([1, 3, 2]);
    expect(rows(home, 'SELECT parent_run_id FROM workflow_runs WHERE parent_run_id IS NOT NULL')).toEqual([{ parent_run_id: first.run_id }]);
  });

  it('has put its output into the README', () => {
    const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
    const block = /<!-- output:start -->([^]*?)<!-- output:end -->/.exec(readme)?.[1] ?? '';
    for (const words of ['MyFirstResearchLoop', 'SELECT id, agent_name, node_id', 'trader_paper', 'total_cost_usd']) expect(block).toContain(words);
    expect(block).not.toContain(ROOT);
  });
});
