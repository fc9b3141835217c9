import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { boxTitle, clickOnRow, pick, pickTask, toast, unfold } from './hands.ts';
import { pressFor } from './keys.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows } from './ledger-file.ts';
import { clickLens, notifications, openFile, runCommand, statusBar, treeRow, webview } from './screen.ts';
import { viewNote } from './view-note.ts';

const FILE = 'my_first_research_loop.yaml';
const MACHINE = `Comment: Two steps
StartAt: Fetch
States:
  Fetch:
    Type: Pass
    Result: { found: 3 }
    Next: Report
  Report:
    Type: Pass
    End: true
`;

/** What is done with what has been recorded, and with documents that are no run yet. */
const desk = useDesk({ workspace: 'tutorial', files: { 'machine.asl.yaml': MACHINE }, story: true, settings: { 'terminal.integrated.gpuAcceleration': 'off' } });

/** The list of suggestions takes the first Escape, where it has opened. */
async function runQuery(): Promise<void> {
  const { page } = desk();
  await page.keyboard.press('Escape');
  await pressFor(page, 'Control+Enter', async () => await webview(page, 'Query Result', 1_000).then(() => true, () => false));
}

const completed = async (count: number): Promise<void> => {
  await expect.poll(() => ledgerRows(desk(), `SELECT id FROM workflow_runs WHERE status = 'completed'`).length, { timeout: 60_000 }).toBe(count);
};

describe('the ledger by hand', () => {
  it('is asked in SQL, in an editor that knows its tables and columns, and answers in a table', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await completed(1);
    await runCommand(page, 'Dagbook: Query Ledger');
    const line = page.locator('.monaco-editor.focused .view-line');
    await line.filter({ hasText: 'FROM workflow_runs' }).waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('SELECT node_id, status, total_tok');
    // Once more, where the columns are not known yet: they are asked of the ledger.
    await pressFor(page, 'Control+Space', async () => await page.locator('.suggest-widget.visible .monaco-list-row.focused', { hasText: 'total_tokens' }).isVisible());
    await screenshot('records-1-completion');
    await page.keyboard.press('Enter');
    await line.filter({ hasText: /total_tokens/ }).waitFor();
    await page.keyboard.insertText(' FROM agent_runs_v2 ORDER BY seq');
    await runQuery();
    const result = await webview(page, 'Query Result');
    await result.getByText('3 rows').waitFor();
    await expect.poll(async () => await result.locator('tbody tr td:nth-child(2)').allInnerTexts()).toEqual(['research', 'selection', 'trader']);
    await screenshot('records-2-result');
  });

  it('refuses what would change it, and says so', async () => {
    const { page, screenshot } = desk();
    await page.locator('.monaco-editor.focused .view-line', { hasText: 'agent_runs_v2' }).waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText('DELETE FROM runs');
    await page.locator('.monaco-editor.focused .view-line', { hasText: 'DELETE' }).waitFor();
    await page.keyboard.press('Escape');
    await pressFor(page, 'Control+Enter', async () => await toast(page, 'Only queries are allowed').isVisible());
    await screenshot('records-3-refused');
    expect(ledgerRows(desk(), 'SELECT count(*) AS n FROM workflow_runs')).toEqual([{ n: 1 }]);
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('is verified: every row against the hash chains', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Verify Ledger');
    await statusBar(page, /The ledger is intact: \d+ rows verified\./).waitFor();
    await runCommand(page, 'Dagbook: Focus on Ledger View');
    await viewNote(page, /^\d\d:\d\d · The ledger is intact: \d+ rows verified\.$/).waitFor();
    await screenshot('records-4-verified');
    // It was no question: nobody has to put it away.
    expect(await notifications(page).allInnerTexts()).toEqual([]);
  });
});

describe('versions', () => {
  it('are shown below their document: each as it was, and against the one before', async () => {
    const { page, screenshot, workspace } = desk();
    const file = path.join(workspace, 'configs/workflows', FILE);
    writeFileSync(file, readFileSync(file, 'utf8').replace('budget_usd: 1000', 'budget_usd: 250'));
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await completed(2);
    await runCommand(page, 'Dagbook: Show the Ledger');
    await unfold(treeRow(page, /^MyFirstResearchLoop(?!\d)/), true);
    await treeRow(page, /^Version 1/).waitFor();
    await clickOnRow(treeRow(page, /^Version 2/), 'Compare with the Version Before');
    await page.locator('.tab.active', { hasText: 'MyFirstResearchLoop: v1 ↔ v2' }).waitFor();
    await page.locator('.monaco-diff-editor [class*="char-insert"], .monaco-diff-editor [class*="line-insert"]').first().waitFor({ state: 'attached' });
    await screenshot('records-5-diff');
    await treeRow(page, /^Version 1/).click();
    await page.locator('.tab.active', { hasText: 'MyFirstResearchLoop v1.yaml' }).waitFor();
    // Not the comparison, whose tab may still be the one before: its editor.
    const version = page.locator('.editor-group-container.active .monaco-editor[data-uri*="v1.yaml"]:not(.monaco-diff-editor .monaco-editor)');
    await version.locator('.view-line', { hasText: 'adapter_kind' }).first().click({ position: { x: 30, y: 8 } });
    await page.locator('.monaco-editor.focused[data-uri*="v1.yaml"]').waitFor();
    await pressFor(page, 'x', async () => await page.locator('.monaco-editor-overlaymessage', { hasText: 'read-only' }).isVisible());
    await screenshot('records-6-as-it-was');
  });
});

describe('a state machine', () => {
  it('is converted into a states document and back', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'machine.asl.yaml');
    await runCommand(page, 'Dagbook: Convert…');
    await boxTitle(page, 'Convert machine.asl.yaml to what?').waitFor();
    await pick(page, 'States document');
    await page.locator('.editor-group-container.active .view-line', { hasText: 'agentrc.workflow' }).waitFor();
    await screenshot('records-7-states');
    await page.locator('.tab.active', { hasText: 'machine.workflow.yaml' }).waitFor();
    await page.locator('.editor-group-container.active .monaco-editor.focused .view-line', { hasText: 'agentrc.workflow' }).waitFor();
    await runCommand(page, 'Dagbook: Convert…');
    await boxTitle(page, 'Convert machine.workflow.yaml to what?').waitFor();
    await pick(page, 'Amazon States Language');
    await page.locator('.editor-group-container.active .view-line', { hasText: '"StartAt": "Fetch"' }).waitFor();
    await page.locator('.tab.active', { hasText: 'machine.asl.json' }).first().waitFor();
    await screenshot('records-8-asl');
  });
});

describe('the task', () => {
  it('`dagbook: run …` runs the workflow in a terminal, into the same ledger', async () => {
    const { page, screenshot } = desk();
    await pickTask(page, 'run MyFirstResearchLoop');
    await completed(3);
    await page.locator('.xterm-rows', { hasText: String(lastRun(desk())['id']).slice(0, 13) }).waitFor();
    await screenshot('records-9-task');
    expect(readdirSync(path.join(desk().workspace, '.dagbook')).filter((name) => name.endsWith('.db'))).toEqual(['ledger.db']);
  });
});
