import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { boxTitle, clickOnRow, fillPath, toast } from './hands.ts';
import { pressFor } from './keys.ts';
import { ledgerRows } from './ledger-file.ts';
import { useDesk } from './kit.ts';
import { clickLens, openFile, quickFix, runCommand, statusBar, treeRow, webview } from './screen.ts';
import { until } from './waiting.ts';

const FILE = 'my_first_research_loop.yaml';
const STEPS = ['open', 'fix', 'run', 'look', 'replay', 'halt', 'real'] as const;

/** From an empty window to the end of the walkthrough, as somebody who has just installed it. */
const desk = useDesk({ workspace: null, story: true, settings: { 'files.autoSave': 'off' } });

function step(name: typeof STEPS[number]): Locator {
  return desk().page.locator(`.getting-started-step[data-step-id$="dagbook.start#${name}"]`);
}

/** Where the tutorial has come to lie. */
const file = (): string => path.join(desk().server.home, 'tmp/dagbook-tutorial/configs/workflows', FILE);

/** The list or box that has opened. */
async function leave(): Promise<void> {
  await desk().page.locator('.quick-input-widget:visible').waitFor();
  await pressFor(desk().page, 'Escape', async () => await desk().page.locator('.quick-input-widget:visible').count() === 0);
}

async function done(): Promise<readonly string[]> {
  const marks = await Promise.all(STEPS.map(async (name) => [name, await step(name).getAttribute('aria-checked')] as const));
  return marks.flatMap(([name, checked]) => (checked === 'true' ? [name] : []));
}

describe('the walkthrough', () => {
  it('begins with a step that explains trust and opens the tutorial', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Get Started');
    await step('open').waitFor();
    const words = step('open').getByText('In Restricted Mode documents are checked and drawn');
    if (!await until(async () => await words.isVisible(), 3_000)) await step('open').click();
    await words.waitFor();
    await expect.poll(async () => await step('open').locator('.monaco-button').allInnerTexts()).toEqual(['Open the Tutorial', 'Manage Workspace Trust']);
    await expect.poll(async () => await done()).toEqual([]);
    await screenshot('walkthrough-1-begin');
  });

  it('goes on in the window that is opened for the tutorial: its first step is done, the second is open beside the text', async () => {
    const { page, server, screenshot } = desk();
    await step('open').locator('.monaco-button', { hasText: 'Open the Tutorial' }).click();
    await page.locator('.quick-input-widget:visible .quick-input-title', { hasText: 'dagbook-tutorial' }).waitFor();
    await fillPath(page, `${server.home}/tmp/`);
    await page.locator('.quick-input-widget:visible .monaco-button', { hasText: 'Copy Here' }).click();
    const folder = path.join(server.home, 'tmp/dagbook-tutorial');
    await page.waitForURL((url) => url.searchParams.get('folder') === folder, { timeout: 60_000 });
    await step('fix').getByText('Put the cursor on the squiggle').waitFor({ timeout: 60_000 });
    await expect.poll(async () => await done()).toEqual(['open']);
    await page.locator(`.tabs-container .tab[data-resource-name="${FILE}"]`).waitFor();
    await page.locator('.squiggly-error').first().waitFor({ state: 'attached' });
    expect(existsSync(path.join(folder, '.dagbook'))).toBe(false);
    await screenshot('walkthrough-2-tutorial');
  });

  it('marks each step when it is done: fix, run, look, replay, halt, real model', async () => {
    const { page, server, screenshot } = desk();
    await step('fix').locator('.monaco-button').click();
    await page.locator('.markers-panel').waitFor();
    await quickFix(page, 'Did you mean "research"?', 'Change to "research"');
    await page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await pressFor(page, 'Control+S', () => readFileSync(file(), 'utf8').includes('depends_on: [research]'));
    await page.keyboard.press('Control+J');
    await expect.poll(done).toEqual(['open', 'fix']);
    await page.keyboard.press('Control+Home');
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await (await webview(page, `Graph: ${FILE}`)).locator('[data-node="trader"].s-completed').waitFor();
    await expect.poll(done).toContain('run');
    await runCommand(page, 'Dagbook: Show the Ledger');
    await treeRow(page, /\d\d:\d\d MyFirstResearchLoop/).waitFor();
    await expect.poll(done).toContain('look');
    await clickOnRow(treeRow(page, /\d\d:\d\d MyFirstResearchLoop/), 'Replay from Record');
    await treeRow(page, 'replayed from record').waitFor();
    await expect.poll(done).toContain('replay');
    await statusBar(page, 'Dagbook: idle').click();
    await leave();
    await expect.poll(done).toContain('halt');
    await runCommand(page, 'Dagbook: Use a Real Model…');
    await boxTitle(page, 'Use a real model').waitFor();
    await leave();
    await expect.poll(done).toEqual([...STEPS]);
    await screenshot('walkthrough-3-done');
    expect(ledgerRows({ ...desk(), workspace: path.join(server.home, 'tmp/dagbook-tutorial') }, 'SELECT relation, total_cost_usd FROM workflow_runs ORDER BY started_at').map(({ relation }) => relation)).toEqual([null, 'recorded']);
  });

  it('a run of a text that is not saved tells the person that the text in the editor is what is locked', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    await page.keyboard.press('Control+Home');
    await page.keyboard.insertText('# not saved\n');
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await toast(page, 'The text in the editor was locked and runs, not the saved file.').waitFor();
    await screenshot('walkthrough-4-unsaved');
    expect(readFileSync(file(), 'utf8')).not.toContain('# not saved');
  });
});
