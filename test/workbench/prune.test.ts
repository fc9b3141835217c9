import { describe, expect, it } from 'vitest';
import { answerBox, boxTitle, pick } from './hands.ts';
import { useDesk } from './kit.ts';
import { clickLens, openFile, runCommand, webview } from './screen.ts';
import { viewNote } from './view-note.ts';

const desk = useDesk({ workspace: 'parallel-review' });

describe('old prompts and answers', () => {
  it('are dropped once that was agreed; what a run cost and how it went stays, and the ledger still verifies', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'parallel_review.yaml');
    await clickLens(page, /^▷ Run Workflow/, { file: 'parallel_review.yaml' });
    const graph = await webview(page, 'Graph: parallel_review.yaml');
    await graph.locator('[data-node="verdict"].s-completed').waitFor();
    await runCommand(page, 'Dagbook: Prune Old Prompts and Answers…');
    await boxTitle(page, 'Drop prompts and answers of which runs?').waitFor();
    await screenshot('prune-1-which');
    await pick(page, 'Before a day of your choice…');
    await boxTitle(page, 'Runs that ended before which day?').waitFor();
    await answerBox(page, '2026-02-31');
    await page.locator('.quick-input-widget:visible', { hasText: 'Write a day such as 2026-01-31.' }).waitFor();
    await answerBox(page, new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10));
    const dialog = page.locator('.monaco-dialog-box');
    await expect.poll(async () => await dialog.innerText()).toContain('cannot be had back');
    await screenshot('prune-2-sure');
    await dialog.locator('.monaco-button', { hasText: 'Drop Them' }).click();
    await runCommand(page, 'Dagbook: Focus on Ledger View');
    await viewNote(page, /Dropped \d+ bodies/).waitFor();
    await runCommand(page, 'Dagbook: Verify Ledger');
    await viewNote(page, 'The ledger is intact').waitFor();
    await screenshot('prune-3-noted');
  });
});
