import { describe, expect, it } from 'vitest';
import { useDesk } from './kit.ts';
import { clickLens, openFile, webview } from './screen.ts';

const workflow = (name: string, node: string): string => `name: ${name}\nadapter_kind: graph\nnodes:\n  - { id: ${node}, task: { goal: Say hello. } }\n`;

const desk = useDesk({ workspace: { 'configs/workflows/several.yaml': `${workflow('First', 'one')}---\n${workflow('Second', 'two')}` } });

describe('a file with several workflows', () => {
  it('runs the one whose lens is clicked, and shows its graph wherever the cursor stands', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'several.yaml');
    await clickLens(page, '▷ Run Workflow', { file: 'several.yaml', at: 1 });
    const graph = await webview(page, 'Graph: several.yaml');
    await graph.locator('[data-node="two"].s-completed').waitFor();
    await expect.poll(async () => await graph.locator('header').innerText()).toContain('Second');
    await screenshot('several-second');
    await expect.poll(async () => await page.locator('.codelens-decoration > :is(a, span):visible', { hasText: '▷ Run Workflow' }).count()).toBe(2);
    await clickLens(page, '▷ Run Workflow', { file: 'several.yaml' });
    await graph.locator('[data-node="one"].s-completed').waitFor();
  });
});
