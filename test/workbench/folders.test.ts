import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { goToSecondGroup, pressFor } from './keys.ts';
import { useDesk } from './kit.ts';
import { notifications, openFile, problems, runCommand, treeRow, webview } from './screen.ts';
import { makeVirtualFolder } from './virtual-folder.ts';
import type { VirtualFolder } from './virtual-folder.ts';
import { until } from './waiting.ts';

const workflow = (name: string, ...lines: readonly string[]): string => `name: ${name}\nadapter_kind: graph\nnodes:\n  - {id: one, task: {goal: Do it}}\n${lines.map((line) => `${line}\n`).join('')}`;

describe('a window with several folders', () => {
  let virtual: VirtualFolder | null = null;
  const desk = useDesk({
    workspace: { 'here/loop.workflow.yaml': workflow('Here'), 'there/other.workflow.yaml': workflow('There') },
    settings: { 'files.autoSave': 'off' },
    story: true,
    virtual: async () => (virtual = await makeVirtualFolder({ 'far.workflow.yaml': workflow('Far', '  - {id: two, depends_on: [noone], task: {goal: Do it}}') })),
  });
  afterAll(() => { virtual?.dispose(); });

  /** The workbench follows the file of its workspace. */
  const setFolders = (...folders: readonly object[]): string => {
    const file = path.join(desk().workspace, 'several.code-workspace');
    writeFileSync(file, JSON.stringify({ folders }));
    return file;
  };

  it('lists the workflows of each', async () => {
    const { page, server } = desk();
    const file = setFolders({ path: 'here' }, { path: 'there' });
    const there = page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'there' }).first();
    // Once more, where the window was quicker than its own reading of the file and shows no folder at all.
    for (let tries = 0; tries < 5 && !await there.isVisible(); tries++) {
      await page.goto(`${server.url}/?workspace=${encodeURIComponent(file)}`);
      await until(async () => await there.isVisible(), 30_000);
    }
    await there.waitFor();
    await openFile(page, 'loop.workflow.yaml');
    await runCommand(page, 'Dagbook: Focus on Workflows View');
    for (const row of ['Here', 'There']) await treeRow(page, new RegExp(`^${row}`)).waitFor();
  });

  it('has the lenses of what was typed last, also when the keyboard has gone to the graph', async () => {
    const { page } = desk();
    await openFile(page, 'loop.workflow.yaml');
    const lenses = page.locator('.codelens-decoration', { hasText: 'Run this node' });
    await expect.poll(async () => await lenses.count()).toBe(1);
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const graph = await webview(page, 'Graph: loop.workflow.yaml');
    await graph.locator('[data-node="one"]').waitFor();
    await page.locator('.monaco-editor .view-line').first().click();
    await page.locator('.monaco-editor.focused').waitFor();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('  - {id: two, task: {goal: Do it}}');
    await goToSecondGroup(page, graph);
    await graph.locator('[data-node="two"]').waitFor();
    await expect.poll(async () => await lenses.count()).toBe(2);
    expect(await page.locator('.monaco-editor.focused').count()).toBe(0);
  });

  it('has them, too, when the keyboard has gone to the side bar', async () => {
    const { page } = desk();
    const lenses = page.locator('.codelens-decoration', { hasText: 'Run this node' });
    await page.locator('.monaco-editor .view-line').first().click();
    await page.locator('.monaco-editor.focused').waitFor();
    // What is asked for because this editor became the active one is over by then. Were it not, the test would hold less, and pass.
    await page.waitForTimeout(2_000);
    await page.keyboard.press('Control+End');
    // The editor indents the new line as the one above.
    await page.keyboard.insertText('\n- {id: three, task: {goal: Do it}}');
    await pressFor(page, 'Control+Shift+E', async () => await page.locator('.explorer-folders-view .monaco-list:focus').count() > 0);
    await expect.poll(async () => await lenses.count()).toBe(3);
    expect(await page.locator('.monaco-editor.focused').count()).toBe(0);
  });

  it('looks after the documents of a folder on no disk from the moment it is added', async () => {
    const { page, screenshot } = desk();
    setFolders({ path: 'here' }, { path: 'there' }, { name: 'far', uri: 'virtualfs:/' });
    await runCommand(page, 'Dagbook: Focus on Workflows View');
    const far = treeRow(page, /^Far/);
    await far.getByText('1 error').waitFor();
    await far.click();
    await page.locator('.tab.active[data-resource-name="far.workflow.yaml"]').waitFor();
    await (await problems(page)).filter({ hasText: 'No node "noone"' }).waitFor();
    await page.locator('.codelens-decoration', { hasText: 'Run this node' }).nth(1).waitFor();
    await screenshot('folders-far');
    expect(await notifications(page).allInnerTexts()).toEqual([]);
    // Those that were there before are still looked after, by one server.
    await openFile(page, 'other.workflow.yaml');
    await page.locator('.codelens-decoration', { hasText: 'Run this node' }).first().waitFor();
  });
});
