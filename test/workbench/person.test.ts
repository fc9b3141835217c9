import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answerBox, boxTitle, chooseForNode, pick } from './hands.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows } from './ledger-file.ts';
import { clickLens, openFile, runCommand, statusBar, treeRow, webview } from './screen.ts';

const FILE = 'approve_and_publish.yaml';

const desk = useDesk({ workspace: 'approval', story: true });

/** Asked for again after each form: what is asked about is shown in the graph's place, and then the graph comes back. */
const graph = async (): Promise<Frame> => webview(desk().page, `Graph: ${FILE}`);
/** Above the picture. */
const answer = async (): Promise<void> => (await graph()).locator('.notices').getByRole('button', { name: 'Answer…' }).click();

describe('a person in the middle of a run', () => {
  it('is told that they are asked, sees what it is about, and answers in a form', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await (await graph()).locator('[data-node="approval"].s-waiting').waitFor();
    await statusBar(page, '1 waiting').waitFor();
    await screenshot('person-1-asked');
    await answer();
    await boxTitle(page, 'ApproveAndPublish asks at approval').waitFor();
    await page.locator('.view-line', { hasText: 'From draft' }).first().waitFor();
    await screenshot('person-2-form');
    await pick(page, 'Yes');
    await boxTitle(page, '(2/2)').waitFor();
    await page.locator('.quick-input-widget:visible .quick-input-message', { hasText: 'Comment' }).waitFor();
    await screenshot('person-3-comment');
    await answerBox(page, 'Go, but mention the date.');
    await (await graph()).locator('[data-node="publish"].s-completed').waitFor();
  });

  it('stands in the ledger, with what they said and when', async () => {
    const { page, screenshot } = desk();
    await expect.poll(() => lastRun(desk())).toMatchObject({ status: 'completed' });
    const run = lastRun(desk());
    const [step] = ledgerRows(desk(), `SELECT response, details FROM agent_run_steps WHERE workflow_run_id = ? AND kind = 'ask'`, String(run['id']));
    expect(JSON.parse(String(step?.['response']))).toEqual({ approved: true, comment: 'Go, but mention the date.' });
    const { by, answered_at: at } = JSON.parse(String(step?.['details'])) as { readonly by: string; readonly answered_at: string };
    expect(by).toMatch(/^[^@\s]+@\S+$/);
    expect(Date.parse(at)).toBeGreaterThanOrEqual(Date.parse(String(run['started_at'])));
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.parse(String(run['ended_at'])));
    await runCommand(page, 'Dagbook: Show the Ledger');
    await treeRow(page, /\d\d:\d\d ApproveAndPublish/).click();
    const panel = await webview(page, /^Run: /);
    await panel.getByRole('option', { name: 'approval' }).first().click();
    await panel.getByText('Go, but mention the date.').first().waitFor();
    await panel.getByText(`Answered by ${by}`).waitFor();
    await screenshot('person-4-answered');
  });

  it('may leave the form, and be asked again from the graph', async () => {
    const { page, screenshot } = desk();
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await (await graph()).locator('[data-node="approval"].s-waiting').waitFor();
    await answer();
    await boxTitle(page, 'ApproveAndPublish asks at approval').waitFor();
    await page.locator('.quick-input-widget:visible').press('Escape');
    await boxTitle(page, 'ApproveAndPublish asks at approval').waitFor({ state: 'hidden' });
    expect(lastRun(desk())['status']).toBe('waiting');
    await chooseForNode(await graph(), 'approval', 'Answer…');
    await boxTitle(page, 'ApproveAndPublish asks at approval').waitFor();
    await expect.poll(async () => await page.locator('.editor-group-container').count()).toBe(2);
    await pick(page, 'No');
    await boxTitle(page, '(2/2)').waitFor();
    await answerBox(page, 'Too early.');
    await (await graph()).locator('[data-node="publish"].s-skipped').waitFor();
    await expect.poll(() => lastRun(desk())['status']).toBe('completed');
    expect(JSON.parse(String(lastRun(desk())['output']))).toMatchObject({ approved: false, status: 'held back' });
    await screenshot('person-5-declined');
  });
});
