import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answerBox, boxText, boxTitle, chooseForNode, chooseFromMenu, clickOnRow, pick, unfold } from './hands.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows } from './ledger-file.ts';
import { clickLens, openFile, runCommand, statusBar, treeRow, webview } from './screen.ts';

const FILE = 'my_first_research_loop.yaml';
const NODES = ['research', 'selection', 'trader'];

/** What follows from a run that has been: it is replayed, compared, forked, one of its nodes done again; others are pinned and paused. */
const desk = useDesk({ workspace: 'tutorial', story: true });

const graph = async (): Promise<Frame> => webview(desk().page, `Graph: ${FILE}`);

/** Waits until this many runs have completed, as the file says, and gives the last of them. */
async function completed(count: number): Promise<ReturnType<typeof lastRun>> {
  await expect.poll(() => ledgerRows(desk(), `SELECT id FROM workflow_runs WHERE status = 'completed'`).length, { timeout: 60_000 }).toBe(count);
  return lastRun(desk());
}

/** Executions of the last run: node, what became of it, whether it was done live. */
function executions(): readonly string[] {
  const rows = ledgerRows(desk(), `SELECT node_id, status, (SELECT json_extract(details, '$.served') IS NOT NULL OR json_extract(details, '$.pinned') IS NOT NULL FROM agent_run_steps WHERE agent_run_id = agent_runs_v2.id ORDER BY seq LIMIT 1) AS given FROM agent_runs_v2 WHERE workflow_run_id = ? ORDER BY seq`, String(lastRun(desk())['id']));
  return rows.map(({ node_id: node, status, given }) => `${String(node)} ${String(status)}${given === 1 ? ', given' : ''}`);
}

describe('a run that has been', () => {
  it('is replayed by the button on its row, as a run of its own that says whose replay it is', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    const first = await completed(1);
    await runCommand(page, 'Dagbook: Show the Ledger');
    await clickOnRow(treeRow(page, /\d\d:\d\d MyFirstResearchLoop/), 'Replay');
    const row = treeRow(page, /\d\d:\d\d MyFirstResearchLoopreplay · /);
    await row.waitFor();
    expect(await completed(2)).toMatchObject({ parent_run_id: first['id'], relation: 'replay', spec_version_id: first['spec_version_id'] });
    await row.click();
    const run = await webview(page, /^Run: /);
    await run.getByText('Compared with parent').waitFor();
    // The graph came beside it; alone it is wide enough for everything.
    await runCommand(page, 'View: Close Editors in Other Groups');
    await run.getByText('replay of').waitFor();
    await run.getByRole('button', { name: String(first['id']).slice(0, 13) }).waitFor();
    await screenshot('again-1-replay');
  });

  it('is compared with another, node by node: spec, prompt, output, tokens, cost, time', async () => {
    const { page, screenshot, workspace } = desk();
    const agent = path.join(workspace, 'configs/agents/research_lite.yaml');
    writeFileSync(agent, readFileSync(agent, 'utf8').replace('I compared', 'I have looked at'));
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await completed(3);
    const rows = page.locator('.sidebar .pane-body .monaco-list-row', { hasText: /\d\d:\d\d MyFirstResearchLoop/ });
    await expect.poll(() => rows.count()).toBe(3);
    await chooseFromMenu(page, rows.first(), 'Compare with Another Run…');
    await boxTitle(page, 'With which other run?').waitFor();
    // The first run of all; the other one is its replay.
    await page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row[data-index="1"]').click();
    const run = await webview(page, /^Run: /);
    await run.getByText('Compared with').waitFor();
    await run.getByRole('button', { name: 'Node by node' }).click();
    await runCommand(page, 'View: Close Editors in Other Groups');
    const table = run.getByRole('region', { name: /Comparison/ });
    const columns = ['node', 'spec', 'prompt', 'output', 'tokens', 'cost', 'time'].map((name) => table.getByRole('columnheader', { name, exact: true }));
    for (const shown of [...columns, run.getByRole('button', { name: 'End the comparison' })]) {
      await expect.poll(async () => await shown.evaluate((element) => element.getBoundingClientRect().right - innerWidth), { message: shown.toString() }).toBeLessThanOrEqual(0);
    }
    // What was written anew is another spec with another answer; whoever reads that answer is asked something else.
    await expect.poll(() => table.getByRole('row', { name: /^research/ }).innerText()).toMatch(/differs/);
    await expect.poll(() => table.getByRole('row', { name: /^selection/ }).innerText()).toMatch(/same[\s\S]*differs/);
    await screenshot('again-2-compare');
  });

  it('is forked from a node of the graph: what is before it comes from the record, the rest is done anew', async () => {
    const { page, screenshot } = desk();
    const parent = lastRun(desk());
    await openFile(page, FILE);
    await chooseFromMenu(page, treeRow(page, /\d\d:\d\d MyFirstResearchLoop/), 'Reveal in Graph');
    const frame = await graph();
    await frame.locator('[data-node="trader"].s-completed').waitFor();
    await frame.locator('[data-node="selection"]').click({ button: 'right' });
    await frame.getByRole('menuitem', { name: 'Fork from here' }).waitFor();
    await screenshot('again-3-node-menu');
    await page.keyboard.press('Escape');
    await chooseForNode(frame, 'selection', 'Fork from here', async () => await boxTitle(page, 'Fork MyFirstResearchLoop: on which text?').isVisible());
    await boxTitle(page, 'Fork MyFirstResearchLoop: on which text?').waitFor();
    await screenshot('again-4-fork-text');
    await pick(page, 'As they were then');
    expect(await completed(4)).toMatchObject({ parent_run_id: parent['id'], relation: 'fork', spec_version_id: parent['spec_version_id'] });
    expect(executions()).toEqual(['research completed, given', 'selection completed', 'trader completed']);
    await treeRow(page, /\d\d:\d\d MyFirstResearchLoopfork · /).waitFor();
    await frame.locator('[data-node="research"].s-replayed').waitFor();
    await frame.locator('[data-node="trader"].s-completed').waitFor();
    await screenshot('again-5-forked');
  });

  it('is forked from a step of the ledger view', async () => {
    const { page, screenshot } = desk();
    const row = treeRow(page, /\d\d:\d\d MyFirstResearchLoopreplay · /);
    const parent = ledgerRows(desk(), `SELECT id FROM workflow_runs WHERE relation = 'replay'`)[0];
    await unfold(row, true);
    const step = treeRow(page, /^trader/);
    await step.waitFor();
    await screenshot('again-6-ledger-steps');
    await clickOnRow(step, 'Fork from Here');
    await pick(page, 'As they were then');
    expect(await completed(5)).toMatchObject({ parent_run_id: parent?.['id'], relation: 'fork' });
    expect(executions()).toEqual(['research completed, given', 'selection completed, given', 'trader completed']);
    await unfold(row, false);
  });

  it('has one of its nodes done again, from the graph and from the lens above the node', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    const frame = await graph();
    await chooseForNode(frame, 'selection', 'Run this node', async () => await boxTitle(page, 'Fork MyFirstResearchLoop: on which text?').isVisible());
    await pick(page, 'As they were then');
    expect(await completed(6)).toMatchObject({ relation: 'fork' });
    expect(executions()).toEqual(['research completed, given', 'selection completed']);
    await frame.locator('[data-node="selection"].s-completed').waitFor();
    await screenshot('again-7-one-node');
    await clickLens(page, 'Run this node', { file: FILE });
    await completed(7);
    expect(executions()).toEqual(['research completed']);
  });
});

describe('a run whose nodes are taken in hand', () => {
  it('takes a pinned output for that of its node, and says so', async () => {
    const { page, screenshot } = desk();
    const frame = await graph();
    await chooseForNode(frame, 'selection', 'Pin its output…');
    await boxTitle(page, 'Pin selection').waitFor();
    // The run over the graph had stopped before it; there the box would hold its last answer.
    await expect.poll(async () => await boxText(page)).toBe('');
    await answerBox(page, '{"symbol": "IWM", "confidence": 0.9, "rationale": "Because I say so."');
    await page.locator('.quick-input-widget:visible .quick-input-message', { hasText: /JSON/ }).waitFor();
    await screenshot('again-8-pin-refused');
    await answerBox(page, '{"symbol": "IWM", "confidence": 0.9, "rationale": "Because I say so."}');
    const run = await completed(8);
    expect(JSON.parse(String(run['output']))).toMatchObject({ pick: 'IWM', why: 'Because I say so.' });
    expect(executions()).toEqual(['research completed', 'selection completed, given', 'trader completed']);
    await frame.locator('[data-node="trader"].s-completed').waitFor();
    await frame.locator('[data-node="selection"][aria-description*="pinned"]').waitFor();
    await chooseForNode(frame, 'selection', 'Pin another output…');
    await boxTitle(page, 'Pin selection').waitFor();
    await expect.poll(async () => JSON.parse(await boxText(page)) as unknown).toMatchObject({ symbol: 'IWM' });
    await page.locator('.quick-input-widget:visible .quick-input-box input').press('Escape');
    await page.locator('.quick-input-widget:visible').waitFor({ state: 'hidden' });
    const row = treeRow(page, /\d\d:\d\d MyFirstResearchLoop/);
    await unfold(row, true);
    await treeRow(page, /^selectionpinned · /).waitFor();
    await screenshot('again-9-pinned');
  });

  it('waits before a node until it is told to go on', async () => {
    const { page, screenshot } = desk();
    const frame = await graph();
    await chooseForNode(frame, 'trader', 'Run, and pause before it');
    await frame.locator('[data-node="trader"].s-waiting').waitFor();
    await statusBar(page, '1 waiting').waitFor();
    expect(lastRun(desk())['status']).toBe('waiting');
    await screenshot('again-10-paused');
    await statusBar(page, '1 waiting').click();
    await pick(page, /trader/);
    await boxTitle(page, 'MyFirstResearchLoop is paused before trader').waitFor();
    await screenshot('again-11-pause-form');
    await pick(page, /Go on with "trader"/);
    await completed(9);
    expect(executions()).toEqual(NODES.map((node) => `${node} completed`));
    await frame.locator('[data-node="trader"].s-completed').waitFor();
    await statusBar(page, 'Dagbook: idle').waitFor();
  });
});
