import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useDesk } from './kit.ts';
import { clickLens, openFile, runCommand, webview } from './screen.ts';

const workflow = (name: string, nodes: readonly string[]): string => `name: ${name}\nadapter_kind: graph\nnodes:\n${nodes.map((id, at) => `  - id: ${id}\n    task: { goal: Do ${id} }\n${at === 0 ? '' : `    depends_on: [${nodes[at - 1] ?? ''}]\n`}`).join('')}`;

const desk = useDesk({
  workspace: { 'alpha.workflow.yaml': workflow('Alpha', ['a-one', 'a-two']), 'beta.workflow.yaml': workflow('Beta', ['b-one', 'b-two']), 'gamma.workflow.yaml': workflow('Gamma', ['c-one']) },
  story: true,
  settings: { 'files.autoSave': 'off' },
});

function tab(name: string): Locator {
  return desk().page.locator('.tabs-container .tab', { hasText: `Graph: ${name}.workflow.yaml` });
}

/** Brings the panel to the front, and waits until it shows these nodes. */
async function shown(name: string, nodes: readonly string[]): Promise<Frame> {
  await tab(name).click();
  const frame = await webview(desk().page, `Graph: ${name}.workflow.yaml`);
  for (const node of nodes) await frame.locator(`[data-node="${node}"]`).waitFor();
  return frame;
}

describe('several graph panels at once', () => {
  it('one that was told to stay keeps its document; the next document gets a panel of its own', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'alpha.workflow.yaml');
    await clickLens(page, /^▷ Run Workflow/, { file: 'alpha.workflow.yaml' });
    await (await webview(page, 'Graph: alpha.workflow.yaml')).locator('[data-node="a-two"].s-completed').waitFor();
    await shown('alpha', ['a-one', 'a-two']);
    await runCommand(page, 'Dagbook: Keep This Graph on Its Document');
    await openFile(page, 'beta.workflow.yaml');
    await runCommand(page, 'Dagbook: Open DAG Preview');
    await shown('beta', ['b-one', 'b-two']);
    await shown('alpha', ['a-one', 'a-two']);
    await screenshot('panels-1-two');
  });

  it('a panel that is moved to another editor group shows what it showed', async () => {
    const { page, screenshot } = desk();
    const frame = await shown('alpha', ['a-one', 'a-two']);
    await frame.locator('[data-node="a-two"]').click();
    await frame.getByRole('complementary', { name: 'a-two' }).waitFor();
    await runCommand(page, 'View: Move Editor into Next Group');
    await expect.poll(() => page.locator('.editor-group-container').count()).toBe(3);
    const moved = await shown('alpha', ['a-one', 'a-two']);
    await moved.locator('[data-node="a-two"].selected.s-completed').waitFor();
    await screenshot('panels-2-moved');
  });

  it('they are there again after the window was opened anew, with their documents, their runs and what was selected', async () => {
    const { page, screenshot } = desk();
    // Not by the browser, which would not wait until everything is stored.
    await Promise.all([page.waitForEvent('load', { timeout: 120_000 }), runCommand(page, 'Developer: Reload Window')]);
    await tab('alpha').waitFor({ timeout: 60_000 });
    const alpha = await shown('alpha', ['a-one', 'a-two']);
    await alpha.locator('[data-node="a-two"].selected.s-completed').waitFor();
    await shown('beta', ['b-one', 'b-two']);
    await screenshot('panels-3-reloaded');
  });

  it('and go on as they were: the one that stays, stays; the other follows the text', async () => {
    const { page, workspace } = desk();
    // Beside the panels, not over them.
    await openFile(page, 'alpha.workflow.yaml');
    await openFile(page, 'gamma.workflow.yaml');
    await shown('gamma', ['c-one']);
    await shown('alpha', ['a-one', 'a-two']);
    await expect.poll(() => page.locator('.tabs-container .tab', { hasText: 'Graph: ' }).count()).toBe(2);
    await shown('gamma', ['c-one']);
    await openFile(page, 'gamma.workflow.yaml');
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('  - { id: c-two, depends_on: [c-one], task: { goal: More } }');
    await (await webview(page, 'Graph: gamma.workflow.yaml')).locator('[data-node="c-two"]').waitFor();
    expect(readFileSync(path.join(workspace, 'gamma.workflow.yaml'), 'utf8')).not.toContain('c-two');
  });
});
