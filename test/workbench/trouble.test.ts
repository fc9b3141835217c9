import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { followTerminalLink, pressOn, row, toast, typeInTerminal } from './hands.ts';
import { hostPids } from './host-process.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows } from './ledger-file.ts';
import { clickLens, openFile, runCommand, statusBar, webview } from './screen.ts';

const FILE = 'my_first_research_loop.yaml';
const AGENTS = ['research_lite', 'selection_lite', 'trader_paper'];
/** From the click to the end, by the ledger's own times: milliseconds. Long before the calls would have ended; how soon, `bench/halt.mjs` says. */
const HALT_MS = 10_000;

/** How long the second of three agents takes: time to see it run, and to end the process that runs it. */
const SELECTION_MS = 15_000;

const late = (ms: number) => (text: string): string => text.replace(/ {2}extras:\n(?: {4}latency_ms: \d+\n)?/, `  extras:\n    latency_ms: ${String(ms)}\n`);

/** What goes wrong, or is stopped, in mid-run. */
const desk = useDesk({
  workspace: 'tutorial', story: true, settings: { 'terminal.integrated.gpuAcceleration': 'off' },
  edits: { 'configs/agents/selection_lite.yaml': late(SELECTION_MS) },
});

const graph = async (): Promise<Frame> => webview(desk().page, `Graph: ${FILE}`);

const agentFile = (name: string): string => path.join(desk().workspace, `configs/agents/${name}.yaml`);

/** How long the agents of the runs from now on take to answer. */
function slow(ms: number, agents: readonly string[] = AGENTS): void {
  for (const name of agents) writeFileSync(agentFile(name), late(ms)(readFileSync(agentFile(name), 'utf8')));
}

/** As the file says; none where there is no file yet. */
function runningSelections(): number {
  if (!existsSync(path.join(desk().workspace, '.dagbook/ledger.db'))) return 0;
  return ledgerRows(desk(), `SELECT id FROM agent_runs_v2 WHERE node_id = 'selection' AND status = 'running'`).length;
}

describe('a runtime host that is killed in mid-run', () => {
  it('is started again, the person is told, and the run goes on where it was: nothing is paid twice', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    await runCommand(page, 'Dagbook: Open DAG Preview');
    await (await graph()).locator('[data-node="trader"]').waitFor();
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    // Seen by the person, not only written down: a host that dies before it has said that a run began is another story.
    await (await graph()).locator('[data-node="selection"].s-running').waitFor();
    expect(runningSelections()).toBe(1);
    const [pid] = hostPids(desk());
    process.kill(pid!, 'SIGKILL');
    const run = lastRun(desk());
    await (await graph()).locator('[data-node="selection"].s-running').waitFor();
    const told = toast(page, /The runtime host of .* has ended .* and was started again\. A run was interrupted: MyFirstResearchLoop\./);
    await told.waitFor();
    await expect.poll(() => hostPids(desk())).not.toContain(pid);
    expect(lastRun(desk())).toMatchObject({ id: run['id'], status: 'running', ended_at: null });
    await screenshot('trouble-1-killed');
    await pressOn(told, 'Resume');
    await (await graph()).locator('[data-node="trader"].s-completed').waitFor({ timeout: 120_000 });
    await screenshot('trouble-2-resumed');
    const ended = lastRun(desk());
    expect(ended).toMatchObject({ id: run['id'], status: 'completed' });
    const calls = ledgerRows(desk(), `SELECT name, attempt, error, cost_micros FROM agent_run_steps WHERE workflow_run_id = ? AND kind = 'llm' ORDER BY seq`, String(run['id']));
    // What had been answered was not asked again; what was under way is in the record twice: lost, and answered.
    expect(calls.map(({ name, error }) => [name, error])).toEqual([['nodes/research/model/1', null], ['nodes/selection/model/1', 'process.died'], ['nodes/selection/model/1', null], ['nodes/trader/model/1', null]]);
    expect(calls.reduce((sum, { cost_micros: cost }) => sum + Number(cost), 0)).toBe(ended['total_cost_micros']);
    const [settled] = ledgerRows(desk(), `SELECT count(*) AS times FROM budget_entries WHERE workflow_run_id = ? AND path = 'nodes/research/model/1' AND kind = 'settlement'`, String(run['id']));
    expect(settled).toEqual({ times: 1 });
  });
});

/** How a run and those of its nodes that had begun and not completed have ended, and when. */
function haltOf(run: string): { readonly ends: readonly string[]; readonly statuses: readonly string[] } {
  const [row] = ledgerRows(desk(), 'SELECT status, ended_at FROM workflow_runs WHERE id = ?', run);
  const nodes = ledgerRows(desk(), `SELECT status, ended_at FROM agent_runs_v2 WHERE workflow_run_id = ? AND status NOT IN ('completed', 'skipped')`, run);
  return { ends: [row, ...nodes].map((one) => String(one?.['ended_at'])), statuses: [row, ...nodes].map((one) => String(one?.['status'])) };
}

describe('the switch', () => {
  it('halts a run of the editor and one of a terminal at once: the ledger and the graph say so', async () => {
    const { page, screenshot } = desk();
    slow(120_000, ['selection_lite']);
    await runCommand(page, 'Terminal: Create New Terminal');
    await typeInTerminal(page, 'dagbook run MyFirstResearchLoop');
    await statusBar(page, '1 running').waitFor({ timeout: 60_000 });
    const fromTerminal = String(lastRun(desk())['id']);
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await statusBar(page, '2 running').waitFor();
    const fromEditor = String(lastRun(desk())['id']);
    await (await graph()).locator('[data-node="selection"].s-running').waitFor();
    await expect.poll(runningSelections).toBe(2);
    await screenshot('trouble-3-two-running');
    await statusBar(page, '2 running').click();
    await row(page, /Halt all 2 open runs/).waitFor();
    const thrown = Date.now();
    await row(page, /Halt all 2 open runs/).click();
    await (await graph()).locator('[data-node="selection"].s-halted').waitFor();
    await statusBar(page, 'Dagbook: idle').waitFor();
    const halts = [haltOf(fromTerminal), haltOf(fromEditor)];
    expect(halts.map(({ statuses }) => statuses)).toEqual([['halted', 'halted'], ['halted', 'halted']]);
    // One transaction: nothing goes on a moment longer than anything else.
    const [end, ...others] = new Set(halts.flatMap(({ ends }) => ends));
    expect(others).toEqual([]);
    expect(Date.parse(end ?? '')).toBeGreaterThanOrEqual(thrown);
    expect(Date.parse(end ?? '')).toBeLessThanOrEqual(thrown + HALT_MS);
    await page.locator('.xterm-rows', { hasText: /halted/ }).waitFor();
    await runCommand(page, 'Dagbook: Show the Ledger');
    await expect.poll(() => page.locator('.sidebar .monaco-list-row[aria-label*="halted"]', { hasText: /\d\d:\d\d/ }).count()).toBe(2);
    await screenshot('trouble-4-halted');
  });

  it('holds: nothing starts until it is released', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Halt and Hold New Runs');
    await statusBar(page, 'Dagbook: held').waitFor();
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    const refused = toast(page, /on hold/);
    await refused.waitFor();
    await screenshot('trouble-5-held');
    const before = ledgerRows(desk(), 'SELECT count(*) AS n FROM workflow_runs');
    await pressOn(refused, 'Release the Hold');
    await statusBar(page, 'Dagbook: idle').waitFor();
    expect(ledgerRows(desk(), 'SELECT count(*) AS n FROM workflow_runs')).toEqual(before);
    slow(0);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await expect.poll(() => lastRun(desk())['status']).toBe('completed');
  });
});

describe('the id of a run in a terminal', () => {
  it('is a link that opens the run', async () => {
    const { page, screenshot } = desk();
    const [halted] = ledgerRows(desk(), `SELECT id FROM workflow_runs WHERE status = 'halted' ORDER BY id LIMIT 1`);
    await followTerminalLink(page, String(halted?.['id']));
    const panel = await webview(page, /^Run: /);
    await panel.getByText('Halted', { exact: true }).first().waitFor();
    await panel.getByRole('option', { name: 'selection' }).first().waitFor();
    await screenshot('trouble-6-terminal-link');
  });
});
