import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answerBox, boxTitle, pick, toast, typeInTerminal } from './hands.ts';
import { pressFor } from './keys.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows } from './ledger-file.ts';
import { clickLens, openFile, runCommand, statusBar, treeRow, webview } from './screen.ts';

const FILE = 'approve_and_publish.yaml';
const TOLD = 'ApproveAndPublish waits for you at "approval".';

const desk = useDesk({ workspace: 'approval', story: true, settings: { 'terminal.integrated.gpuAcceleration': 'off' } });

const graph = async (): Promise<Frame> => webview(desk().page, `Graph: ${FILE}`);
const tabs = (name: string): Locator => desk().page.locator('.tabs-container .tab', { hasText: name });

async function closeGraph(): Promise<void> {
  const tab = tabs(`Graph: ${FILE}`);
  await tab.click({ button: 'middle' });
  await tab.waitFor({ state: 'detached' });
}

describe('a question of a run that nobody looks at', () => {
  it('is told by a notification, also where the run was begun in a terminal', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    // What it puts on the path of terminals is there then.
    await statusBar(page, 'Dagbook: idle').waitFor();
    await runCommand(page, 'Terminal: Create New Terminal');
    await typeInTerminal(page, 'dagbook run ApproveAndPublish');
    await toast(page, TOLD).waitFor({ timeout: 90_000 });
    await statusBar(page, '1 waiting').waitFor();
    await screenshot('questions-1-told');
    await expect.poll(async () => await toast(page, TOLD).locator('.notification-list-item-message a').allInnerTexts()).toEqual(['Answer…']);
  });

  it('is not told any more once it is answered, by whomever: its notification goes by itself', async () => {
    const { page, screenshot } = desk();
    await typeInTerminal(page, `dagbook answer ${String(lastRun(desk())['id'])} approval --value '{"approved": true, "comment": "Go."}'`);
    await toast(page, TOLD).waitFor({ state: 'detached' });
    await statusBar(page, '1 waiting').waitFor({ state: 'detached' });
    await screenshot('questions-2-gone');
    await pressFor(page, 'Control+J', async () => !await page.locator('.terminal-wrapper.active').isVisible());
  });
});

describe('a question of a run that is looked at', () => {
  it('is asked in the graph, above the picture; no notification says it a second time', async () => {
    const { page, screenshot } = desk();
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await (await graph()).locator('[data-node="approval"].s-waiting').waitFor();
    await (await graph()).locator('.notices').getByText('approval waits for an answer').waitFor();
    await statusBar(page, '1 waiting').waitFor();
    await expect.poll(async () => await toast(page, TOLD).count()).toBe(0);
    await screenshot('questions-3-asked-in-the-graph');
  });

  it('a graph that was closed and is opened again shows the run that is open, without being asked for it', async () => {
    const { page } = desk();
    await closeGraph();
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const again = await graph();
    await again.locator('[data-node="approval"].s-waiting').waitFor();
    await again.locator('.notices').getByRole('button', { name: 'Answer…' }).click();
    await boxTitle(page, 'ApproveAndPublish asks at approval').waitFor();
    await pick(page, 'Yes');
    await boxTitle(page, '(2/2)').waitFor();
    await answerBox(page, 'Go.');
    await (await graph()).locator('[data-node="publish"].s-completed').waitFor();
    await expect.poll(async () => await (await graph()).getByText('waits for an answer').count()).toBe(0);
  });

  it('and its last run where none is open; the picture alone is one command away', async () => {
    const { page, screenshot } = desk();
    await closeGraph();
    await runCommand(page, 'Dagbook: Open DAG Preview');
    await (await graph()).locator('[data-node="publish"].s-completed').waitFor();
    await screenshot('questions-4-last-run');
    await tabs(`Graph: ${FILE}`).click();
    await runCommand(page, 'Dagbook: Show the Graph without a Run');
    await (await graph()).locator('[data-node="publish"]:not([class*="s-"])').waitFor();
    await (await graph()).getByText('no problems').waitFor();
  });
});

describe('two runs of one workflow', () => {
  it('have tabs that say which is which', async () => {
    const { page, screenshot } = desk();
    const began = ledgerRows(desk(), 'SELECT started_at FROM workflow_runs ORDER BY id').map(({ started_at: at }) => String(at).slice(11, 19));
    await runCommand(page, 'Dagbook: Show the Ledger');
    for (const index of [0, 1]) {
      await page.locator('.sidebar .pane-body .monaco-list-row', { hasText: /\d\d:\d\d ApproveAndPublish/ }).nth(index).click();
      await expect.poll(async () => await tabs('Run: ApproveAndPublish · ').count()).toBe(index + 1);
    }
    const times = async (): Promise<readonly (string | undefined)[]> => (await tabs('Run: ApproveAndPublish').allInnerTexts()).map((title) => /\d\d:\d\d:\d\d/.exec(title)?.[0]).sort();
    await expect.poll(times).toEqual([...began].sort());
    await treeRow(page, /\d\d:\d\d ApproveAndPublish/).waitFor();
    await screenshot('questions-5-tabs');
  });
});
