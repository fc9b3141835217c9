import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousViolations } from './accessibility.ts';
import { answerBox, boxText, boxTitle, row, toast } from './hands.ts';
import { hostPids } from './host-process.ts';
import { useDesk } from './kit.ts';
import { clickLens, codeLens, openFile, problems, runCommand, statusBar, treeRow, webview } from './screen.ts';

const FILE = 'my_first_research_loop.yaml';
const WORKFLOW = 'name: Small\nadapter_kind: graph\nnodes:\n  - id: hello\n    task: { goal: Say hello }\n';

/** What a view says instead of rows. */
function welcome(page: Page, view: string): Locator {
  return page.locator('.sidebar .pane', { has: page.locator('.pane-header', { hasText: view }) }).locator('.welcome-view');
}

async function showModels(page: Page): Promise<void> {
  await runCommand(page, 'Dagbook: Focus on Models View');
}

describe('in a folder that is not trusted', () => {
  const desk = useDesk({ workspace: 'tutorial', story: true, trust: 'asked', edits: { [`configs/workflows/${FILE}`]: (text) => text.replace('depends_on: [research]', 'depends_on: [reserch]') } });

  it('documents are checked and drawn', async () => {
    const { page } = desk();
    await statusBar(page, 'Restricted Mode').waitFor();
    await openFile(page, FILE);
    await (await problems(page)).filter({ hasText: 'Did you mean "research"?' }).waitFor();
    await page.keyboard.press('Control+J');
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const graph = await webview(page, `Graph: ${FILE}`);
    for (const node of ['research', 'selection', 'trader']) await graph.locator(`[data-node="${node}"]`).waitFor();
  });

  it('nothing runs: every view, the graph and the lens say why, with one button to what can be done', async () => {
    const { page, screenshot } = desk();
    const graph = await webview(page, `Graph: ${FILE}`);
    await graph.getByText('Nothing can be run here: This workspace is in Restricted Mode.').waitFor();
    await expect.poll(async () => await graph.getByRole('button', { name: /^Run \(/ }).isDisabled()).toBe(true);
    expect(await seriousViolations(graph)).toEqual([]);
    await showModels(page);
    await welcome(page, 'Ledger').getByText('needs your trust').waitFor();
    await welcome(page, 'Models').getByText('Models are called for folders that you trust').waitFor();
    for (const view of ['Ledger', 'Models']) await expect.poll(async () => await welcome(page, view).locator('.monaco-button').allInnerTexts()).toEqual(['Manage Workspace Trust']);
    await treeRow(page, 'MyFirstResearchLoop').waitFor();
    await expect.poll(async () => await treeRow(page, 'MyFirstResearchLoop').innerText()).not.toContain('never ran');
    await screenshot('trust-1-restricted');
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await toast(page, 'Restricted Mode').getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    expect(hostPids(desk())).toEqual([]);
  });

  it('once it is trusted, everything works without the window being opened anew', async () => {
    const { page, screenshot } = desk();
    await welcome(page, 'Models').locator('.monaco-button').click();
    await page.locator('.workspace-trust-editor .monaco-button', { hasText: /^Trust/ }).first().click();
    await statusBar(page, 'Restricted Mode').waitFor({ state: 'detached' });
    // What it was done in lies over the window.
    await page.locator('.monaco-modal-editor-block .codicon-close').first().click();
    await page.locator('.workspace-trust-editor').waitFor({ state: 'detached' });
    await page.locator('.sidebar .pane', { hasText: 'Models' }).getByText('Default model').waitFor();
    await welcome(page, 'Ledger').getByText('Nothing has run here yet').waitFor();
    await openFile(page, FILE);
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const graph = await webview(page, `Graph: ${FILE}`);
    await expect.poll(async () => await graph.getByRole('button', { name: /^Run \(/ }).isEnabled()).toBe(true);
    await expect.poll(async () => await graph.getByText('Nothing can be run here').count()).toBe(0);
    await screenshot('trust-2-trusted');
  });
});

describe('where no folder is open', () => {
  const desk = useDesk({ workspace: null });

  it('each view says so, and offers to open one; the first offers the tutorial as well', async () => {
    const { page, screenshot } = desk();
    await showModels(page);
    await welcome(page, 'Models').getByText('Models are chosen per folder').waitFor();
    await expect.poll(async () => await welcome(page, 'Workflows').locator('.monaco-button').allInnerTexts()).toEqual(['Open Folder']);
    await welcome(page, 'Workflows').locator('a', { hasText: 'the tutorial' }).waitFor();
    for (const view of ['Ledger', 'Models']) await expect.poll(async () => await welcome(page, view).locator('.monaco-button').allInnerTexts()).toEqual(['Open Folder']);
    await screenshot('trust-3-no-folder');
  });
});

describe('in a folder without workflows', () => {
  const desk = useDesk({ workspace: { 'README.md': 'Nothing yet.\n' }, story: true });

  it('the views say so, and offer to make one', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Focus on Workflows View');
    await welcome(page, 'Workflows').getByText('There is no workflow here yet').waitFor();
    await expect.poll(async () => await welcome(page, 'Workflows').locator('.monaco-button').allInnerTexts()).toEqual(['New Workflow from Template']);
    await welcome(page, 'Ledger').getByText('Nothing has run here yet').waitFor();
    await expect.poll(async () => await welcome(page, 'Ledger').locator('.monaco-button').allInnerTexts()).toEqual(['Run Workflow']);
    await screenshot('trust-4-nothing');
  });

  it('a workflow is made from a template, without a mistake in it, and is there at once', async () => {
    const { page, screenshot } = desk();
    await welcome(page, 'Workflows').locator('.monaco-button').click();
    await boxTitle(page, 'New workflow: from which template?').waitFor();
    await row(page, /./).waitFor();
    await screenshot('trust-5-templates');
    await row(page, /./).click();
    await boxTitle(page, 'New workflow: its name').waitFor();
    await answerBox(page, await boxText(page));
    await codeLens(page, /^▷ Run Workflow/).waitFor();
    await page.locator('.sidebar .pane', { has: page.locator('.pane-header', { hasText: 'Workflows' }) }).locator('.monaco-list-row').first().waitFor();
    await (await problems(page)).first().waitFor({ state: 'detached' });
    await screenshot('trust-6-new');
  });
});

describe('where the ledger cannot be read', () => {
  const desk = useDesk({ workspace: { 'small.workflow.yaml': WORKFLOW, '.dagbook/ledger.db': 'This is no ledger, whatever it is called. '.repeat(200) }, story: true });

  it('the view says that the host does not run, and offers to start it again', async () => {
    const { page, screenshot, workspace } = desk();
    await runCommand(page, 'Dagbook: Focus on Ledger View');
    await welcome(page, 'Ledger').getByText('The runtime host does not run').waitFor();
    await screenshot('trust-7-down');
    rmSync(path.join(workspace, '.dagbook'), { recursive: true });
    writeFileSync(path.join(workspace, 'note.txt'), '');
    await welcome(page, 'Ledger').locator('.monaco-button', { hasText: 'Restart the Runtime Host' }).click();
    await welcome(page, 'Ledger').getByText('Nothing has run here yet').waitFor();
    await treeRow(page, 'Small').waitFor();
  });
});
