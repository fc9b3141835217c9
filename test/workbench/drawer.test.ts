import { describe, expect, it } from 'vitest';
import { useDesk } from './kit.ts';
import { clickLens, openFile, runCommand, treeRow, webview } from './screen.ts';

const desk = useDesk({ workspace: 'parallel-review', story: true, settings: { 'editor.minimap.enabled': false } });

describe('a node of the graph in a run', () => {
  it('shows what it was asked, what it did step by step, and what came of it, as the ledger has it', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'parallel_review.yaml');
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const frame = await webview(page, 'Graph: parallel_review.yaml');
    await clickLens(page, /^▷ Run Workflow/, { file: 'parallel_review.yaml' });
    await frame.locator('[data-node="verdict"].s-completed').waitFor();
    await frame.locator('.stage [data-node="verdict"]').click();
    const shown = frame.getByRole('tabpanel');
    await frame.getByRole('tab', { name: 'Output' }).click();
    await shown.locator('.json, .prose').first().waitFor();
    await frame.getByRole('tab', { name: 'Request' }).click();
    await expect.poll(async () => await shown.locator('.role').allTextContents()).toEqual(expect.arrayContaining(['system', 'user']));
    await frame.getByRole('tab', { name: 'Steps' }).click();
    await shown.locator('.call.step').first().click();
    await shown.locator('.step-body h3').first().waitFor();
    await screenshot('drawer-steps');
  });

  it('is selected in the graph when the run panel shows it there', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Show the Ledger');
    await treeRow(page, /\d\d:\d\d ParallelReview/).click();
    const run = await webview(page, /^Run: /);
    await run.getByRole('option', { name: 'clarity' }).first().click();
    await run.getByRole('button', { name: 'More about clarity' }).click();
    await run.getByRole('menuitem', { name: 'Show in the graph' }).click();
    const graph = await webview(page, 'Graph: parallel_review.yaml');
    await expect.poll(async () => await graph.locator('.drawer h2').textContent()).toBe('clarity');
    await graph.locator('.stage [data-node="clarity"].selected').waitFor();
    await screenshot('revealed-in-graph');
  });
});
