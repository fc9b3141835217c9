import { describe, expect, it } from 'vitest';
import { useDesk, type Theme } from './kit.ts';
import { clickLens, openFile, runCommand, treeRow, webview } from './screen.ts';

const NODES = ['correctness', 'clarity', 'security', 'verdict'];
const THEMES: readonly Theme[] = ['dark', 'light', 'hc-dark', 'hc-light'];
const SIZES = [{ width: 1400, height: 900 }, { width: 900, height: 800 }] as const;

const desk = useDesk({ workspace: 'parallel-review', story: true, settings: { 'editor.minimap.enabled': false } });

/** Everything of these that is shown stands inside the panel. */
async function insideOf(title: string | RegExp, selector: string): Promise<void> {
  const frame = await webview(desk().page, title);
  await expect.poll(async () => await frame.evaluate((target) => {
    const { innerWidth, innerHeight } = globalThis as unknown as { innerWidth: number; innerHeight: number };
    const seen = [...(globalThis as unknown as { document: { querySelectorAll(selector: string): Iterable<{ getBoundingClientRect(): { left: number; right: number; top: number; bottom: number; width: number } }> } }).document.querySelectorAll(target)].map((each) => each.getBoundingClientRect()).filter(({ width }) => width > 0);
    return seen.length > 1 && seen.every(({ left, right, top, bottom }) => left >= -1 && top >= -1 && right <= innerWidth + 1 && bottom <= innerHeight + 1);
  }, selector)).toBe(true);
}

describe('the main views, in every theme and at both widths', () => {
  it('a finished run over its graph, beside the text: the header\'s name and buttons stay inside the panel', async () => {
    const { page, screenshot, setTheme } = desk();
    await openFile(page, 'parallel_review.yaml');
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const frame = await webview(page, 'Graph: parallel_review.yaml');
    await clickLens(page, /^▷ Run Workflow/, { file: 'parallel_review.yaml' });
    for (const node of NODES) await frame.locator(`[data-node="${node}"].s-completed`).waitFor();
    await runCommand(page, 'Dagbook: Show the Ledger');
    await treeRow(page, /\d\d:\d\d ParallelReview/).waitFor();
    for (const size of SIZES) {
      await page.setViewportSize(size);
      if (size.width < 1000) await runCommand(page, 'View: Close Primary Side Bar');
      for (const theme of THEMES) {
        await setTheme(theme);
        await page.mouse.move(0, size.height - 1);
        await insideOf('Graph: parallel_review.yaml', 'header .name, header button');
        await screenshot(`view-graph-${theme}-${size.width}`);
      }
    }
  });

  it('the run panel: the header\'s name and buttons stay inside it', async () => {
    const { page, screenshot, setTheme } = desk();
    await page.setViewportSize(SIZES[0]);
    await runCommand(page, 'Dagbook: Show the Ledger');
    await treeRow(page, /\d\d:\d\d ParallelReview/).click();
    const frame = await webview(page, /^Run: /);
    await frame.getByRole('option', { name: 'verdict' }).first().click();
    for (const size of SIZES) {
      await page.setViewportSize(size);
      if (size.width < 1000) await runCommand(page, 'View: Close Primary Side Bar');
      for (const theme of THEMES) {
        await setTheme(theme);
        await page.mouse.move(0, size.height - 1);
        await insideOf(/^Run: /, 'header .name, header button');
        await screenshot(`view-run-${theme}-${size.width}`);
      }
    }
  });
});
