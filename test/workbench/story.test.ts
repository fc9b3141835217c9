import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousViolations } from './accessibility.ts';
import { clickOnRow } from './hands.ts';
import { pressFor } from './keys.ts';
import { useDesk } from './kit.ts';
import { looksOf, rememberLooks } from './looks.ts';
import { clickLens, openFile, openViewContainer, problems, quickFix, runCommand, statusBar, treeRow, webview } from './screen.ts';

const FILE = 'my_first_research_loop.yaml';
const AGENTS = ['research_lite', 'selection_lite', 'trader_paper'];

/** Slow enough to be seen running, also where a busy window is drawn once a second. */
const LATE_MS = 2_500;
const late = (ms: number) => (text: string): string => text.replace('  extras:\n', `  extras:\n    latency_ms: ${ms}\n`);

/** One afternoon of one person, with mouse and keyboard: each step goes on from the one before. */
const desk = useDesk({
  workspace: 'tutorial',
  story: true,
  edits: {
    [`configs/workflows/${FILE}`]: (text) => text.replace('depends_on: [research]', 'depends_on: [reserch]'),
    ...Object.fromEntries(AGENTS.map((name) => [`configs/agents/${name}.yaml`, late(LATE_MS)])),
  },
});

async function graph(): Promise<Frame> {
  return await webview(desk().page, `Graph: ${FILE}`);
}

describe('the tutorial', () => {
  it('shows a mistake where it stands, and in the problems, and mends it by its quick fix', async () => {
    const { page, screenshot, workspace } = desk();
    await openFile(page, FILE);
    await page.locator('.squiggly-error').first().waitFor({ state: 'attached' });
    const rows = await problems(page);
    const problem = rows.filter({ hasText: 'Did you mean "research"?' });
    await problem.waitFor();
    await screenshot('story-1-mistake');
    await quickFix(page, 'Did you mean "research"?', 'Change to "research"', () => screenshot('story-2-quick-fix'));
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await pressFor(page, 'Control+S', () => readFileSync(path.join(workspace, 'configs/workflows', FILE), 'utf8').includes('depends_on: [research]'));
    await page.keyboard.press('Control+J');
    await page.keyboard.press('Control+Home');
  });

  it('draws the graph beside the text', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const frame = await graph();
    for (const node of ['research', 'selection', 'trader']) await frame.locator(`[data-node="${node}"]`).waitFor();
    await screenshot('story-3-graph');
  });

  it('runs at one click on the lens: each node goes from running to completed in the graph', async () => {
    const { page, screenshot } = desk();
    const frame = await graph();
    await rememberLooks(frame);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await expect.poll(async () => await looksOf(frame, 'selection')).toContain('running');
    await screenshot('story-4-running');
    await frame.locator('[data-node="trader"].s-completed').waitFor();
    await screenshot('story-5-completed');
    for (const node of ['research', 'selection', 'trader']) {
      const looks = await looksOf(frame, node);
      expect(looks.slice(looks.lastIndexOf('running')), `${node}: ${looks.join(' → ')}`).toEqual(['running', 'completed']);
    }
  });

  it('writes the run into the ledger view, and opens it from there', async () => {
    const { page, screenshot } = desk();
    await openViewContainer(page, 'Dagbook');
    const row = treeRow(page, /\d\d:\d\d MyFirstResearchLoop/);
    await row.waitFor();
    await expect.poll(async () => await row.getAttribute('aria-label')).toContain('completed');
    await row.click();
    const frame = await webview(page, /^Run: /);
    for (const node of ['research', 'selection', 'trader']) await frame.getByRole('option', { name: node }).first().waitFor();
    await screenshot('story-6-run');
  });

  it('replays from the record, as a run of its own in the ledger view', async () => {
    const { page, screenshot } = desk();
    const row = treeRow(page, /\d\d:\d\d MyFirstResearchLoop/);
    await clickOnRow(row, 'Replay from Record');
    await treeRow(page, 'replayed from record').waitFor();
    await screenshot('story-7-replayed');
  });

  it('halts a slow run at once by the key: the status bar, the graph and the ledger say so', async () => {
    const { page, screenshot, workspace } = desk();
    const agent = path.join(workspace, 'configs/agents/selection_lite.yaml');
    writeFileSync(agent, readFileSync(agent, 'utf8').replace(`latency_ms: ${String(LATE_MS)}`, 'latency_ms: 120000'));
    await openFile(page, FILE);
    await page.keyboard.press('Control+Home');
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await statusBar(page, '1 running').waitFor();
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const frame = await graph();
    await frame.locator('[data-node="selection"].s-running').waitFor();
    await pressFor(page, 'Control+Alt+Shift+H', async () => await frame.locator('[data-node="selection"].s-halted').count() > 0);
    await frame.locator('[data-node="selection"].s-halted').waitFor();
    await statusBar(page, '1 running').waitFor({ state: 'detached' });
    // A row of the ledger, which says when; that of the workflow says how long ago.
    await page.locator('.sidebar .monaco-list-row[aria-label*="halted"]', { hasText: /\d\d:\d\d/ }).waitFor();
    await screenshot('story-8-halted');
  });

  it('has panels in which Axe finds nothing serious', async () => {
    const { page } = desk();
    expect(await seriousViolations(await graph())).toEqual([]);
    await treeRow(page, /\d\d:\d\d MyFirstResearchLoop/).click();
    const run = await webview(page, /^Run: /);
    await run.getByRole('option', { name: 'research' }).first().waitFor();
    expect(await seriousViolations(run)).toEqual([]);
  });
});
