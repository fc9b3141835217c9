import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { hostPids } from './host-process.ts';
import { clearNotifications, toast } from './hands.ts';
import { useDesk } from './kit.ts';
import { clickLens, problems, runCommand, treeRow, webview } from './screen.ts';
import { makeVirtualFolder } from './virtual-folder.ts';
import type { VirtualFolder } from './virtual-folder.ts';
import { until } from './waiting.ts';

const FILE = 'my_first_research_loop.yaml';
const AGENT = 'configs/agents/research_lite.yaml';
const tutorial = path.resolve(import.meta.dirname, '../../examples/tutorial');
const files = Object.fromEntries(readdirSync(tutorial, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file)).map((file) => [file, readFileSync(path.join(tutorial, file), 'utf8')]));

/** By the explorer: *Go to File* finds nothing where no disk can be searched. */
async function openInExplorer(page: Page, ...names: readonly string[]): Promise<void> {
  await page.keyboard.press('Control+Shift+E');
  for (const name of names) {
    const row = page.locator('.explorer-folders-view .monaco-list-row', { has: page.locator('.label-name', { hasText: new RegExp(`^${name}$`) }) }).first();
    const isDone = async (): Promise<boolean> => (name.endsWith('.yaml')
      ? await page.locator(`.editor-group-container.active .monaco-editor[data-uri$="/${name}"] .view-line`).first().isVisible()
      : await row.getAttribute('aria-expanded') === 'true');
    await row.waitFor();
    for (let tries = 0; tries < 5 && !await isDone(); tries++) {
      await row.click();
      await until(isDone, 10_000);
    }
  }
}

/** What a view says instead of rows. */
function welcome(page: Page, view: string): Locator {
  return page.locator('.sidebar .pane', { has: page.locator('.pane-header', { hasText: view }) }).locator('.welcome-view');
}

describe('in a folder that lies on no disk', () => {
  let virtual: VirtualFolder | null = null;
  const edited = {
    [`configs/workflows/${FILE}`]: files[`configs/workflows/${FILE}`]!.replace('depends_on: [research]', 'depends_on: [reserch]'),
    [AGENT]: files[AGENT]!.replace('name: research_lite', 'name: fund_reader'),
  };
  const desk = useDesk({ workspace: {}, story: true, virtual: async () => (virtual = await makeVirtualFolder({ ...files, ...edited })) });
  afterAll(() => { virtual?.dispose(); });

  it('a document is checked, with the others that it names', async () => {
    const { page, screenshot } = desk();
    await openInExplorer(page, 'configs', 'workflows', FILE);
    const rows = await problems(page);
    await rows.filter({ hasText: 'Did you mean "research"?' }).waitFor();
    await page.locator('.monaco-editor .view-line').first().click();
    await page.locator('.monaco-editor.focused').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('nodes_more: 1');
    await rows.filter({ hasText: 'nodes_more' }).first().waitFor();
    await page.keyboard.press('Control+Shift+K');
    await expect.poll(async () => await rows.filter({ hasText: 'nodes_more' }).count()).toBe(0);
    await expect.poll(async () => await page.locator('.markers-panel .monaco-list-row[aria-level="2"]').allInnerTexts()).toEqual([expect.stringContaining('No node "reserch"')]);
    await screenshot('virtual-1-checked');
    await page.keyboard.press('Control+Home');
    await page.keyboard.press('Control+J');
  });

  it('it is drawn, and agents are known by what stands in their own files', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const graph = await webview(page, `Graph: ${FILE}`);
    for (const node of ['research', 'selection', 'trader']) await graph.locator(`[data-node="${node}"]`).waitFor();
    await graph.locator('[data-node="research"]', { hasText: 'fund_reader' }).waitFor();
    await runCommand(page, 'Dagbook: Focus on Workflows View');
    await treeRow(page, /^MyFirstResearchLoop.*1 error/).waitFor();
    await expect.poll(async () => await treeRow(page, 'MyFirstResearchLoop').innerText()).not.toContain('never ran');
    await screenshot('virtual-2-drawn');
  });

  it('nothing runs: the graph, the lens, the views and the palette say why, and what to do', async () => {
    const { page, screenshot } = desk();
    const graph = await webview(page, `Graph: ${FILE}`);
    await graph.getByText('Nothing can be run here: This workspace is virtual.').waitFor();
    await expect.poll(async () => await graph.getByRole('button', { name: /^Run \(/ }).isDisabled()).toBe(true);
    await runCommand(page, 'Dagbook: Focus on Models View');
    await welcome(page, 'Ledger').getByText('This workspace is virtual').waitFor();
    await welcome(page, 'Models').getByText('Models are called where files are on a disk').waitFor();
    for (const view of ['Ledger', 'Models']) await expect.poll(async () => await welcome(page, view).locator('.monaco-button').allInnerTexts()).toEqual(['Open Folder']);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await toast(page, 'This workspace is virtual').getByRole('button', { name: 'Open Folder' }).waitFor();
    await screenshot('virtual-3-run');
    await clearNotifications(page);
    for (const command of ['Run Workflow', 'Query Ledger', 'Verify Ledger', 'Show a Run…', 'Snapshot']) {
      await runCommand(page, `Dagbook: ${command}`);
      await toast(page, 'This workspace is virtual').waitFor();
      await clearNotifications(page);
    }
    expect(hostPids(desk())).toEqual([]);
  });
});
