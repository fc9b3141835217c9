import { describe, expect, it } from 'vitest';
import { useDesk } from './kit.ts';
import { clickLens, codeLens, notifications, openFile, runCommand, statusBar, webview } from './screen.ts';
import { until } from './waiting.ts';

const desk = useDesk({
  workspace: {
    'loop.workflow.yaml': 'name: Loop\nadapter_kind: graph\nnodes:\n  - id: one\n    agent: a\n',
    'long.workflow.yaml': `name: Long\nadapter_kind: graph\nnodes:\n  - id: one\n    agent: a\n${'# a line\n'.repeat(90)}`,
    'other.yaml': 'a: 1\n',
    'configs/agents/a.yaml': 'name: a\nrole: worker\n',
  },
});

describe('the installed extension', () => {
  it('takes workflow and agent files for its own language, and leaves other YAML alone', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'other.yaml');
    await statusBar(page, /^YAML$/).waitFor();
    await openFile(page, 'a.yaml');
    await statusBar(page, /^Dagbook$/).waitFor();
    await openFile(page, 'loop.workflow.yaml');
    await statusBar(page, /^Dagbook$/).waitFor();
    await screenshot('language');
  });

  it('colours its files by its own grammar', async () => {
    const { page } = desk();
    await page.locator('.view-line', { hasText: 'adapter_kind' }).locator('span span').first().click();
    const said = page.locator('.token-inspect-widget', { hasText: 'source.dagbook' }).filter({ hasText: 'entity.name.tag' });
    // What it says is what was known when it opened.
    await expect.poll(async () => {
      await runCommand(page, 'Developer: Inspect Editor Tokens and Scopes');
      const isThere = await until(async () => await said.isVisible(), 5_000);
      await page.keyboard.press('Escape');
      return isThere;
    }).toBe(true);
  });

  it('shows its own icon on its files', async () => {
    const { page } = desk();
    const icon = page.locator('.tabs-container .tab.active .monaco-icon-label');
    await expect.poll(async () => await icon.getAttribute('class')).toContain('dagbook-lang-file-icon');
  });

  it('has lenses that do what they say, also those that were scrolled away while the editor asked for new ones', async () => {
    const { page } = desk();
    await openFile(page, 'long.workflow.yaml');
    await codeLens(page, /^DAG$/, 'long.workflow.yaml').waitFor();
    for (let round = 0; round < 2; round++) {
      await page.keyboard.press('Control+Home');
      await page.keyboard.insertText('# a\n');
      await page.keyboard.press('Control+S');
      await page.keyboard.press('Control+End');
      // The lenses are asked for anew, and those out of sight are not drawn anew.
      await page.waitForTimeout(1_500);
      await page.keyboard.press('Control+Home');
      await clickLens(page, /^DAG$/, { file: 'long.workflow.yaml' });
      await webview(page, 'Graph: long.workflow.yaml');
      expect(await notifications(page).allInnerTexts()).toEqual([]);
    }
  });
});
