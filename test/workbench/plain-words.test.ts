import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { boxTitle, row, toast } from './hands.ts';
import { useDesk } from './kit.ts';
import { clickLens, openFile, runCommand, statusBar, treeRow, webview } from './screen.ts';

const NAME = '$(flame) [x](command:workbench.action.closeSidebar)';
const PRESS = '$(star) [press](command:workbench.action.closeSidebar)';

const desk = useDesk({
  story: true,
  workspace: {
    'hostile.workflow.yaml': `name: "${NAME}"
adapter_kind: graph
description: "about ${PRESS} <b>bold</b> ![i](https://example.org/x.png)"
inputs:
  topic: { type: string, default: a, title: "${PRESS}", description: "${PRESS}" }
nodes:
  - id: ask
    task: { goal: "${PRESS}?" }
    human:
      assignees: ["${PRESS}"]
      timeoutSeconds: 604800
      form:
        type: object
        required: [way]
        properties:
          way: { enum: ["${PRESS}", b] }
          word: { type: string, title: "${PRESS}", description: "${PRESS}", pattern: "^ok$" }
`,
  },
});

/** As people read it, without what keeps marks apart. */
function words(text: string): string {
  return text.replaceAll('⁠', '');
}

/** What stands in the list or box that is open; nothing of it is an icon or a link that a document has written. */
async function readBox(page: Page): Promise<string> {
  const box = page.locator('.quick-input-widget:visible');
  expect(await box.locator('a:visible', { hasText: /^(x|press)$/ }).count()).toBe(0);
  expect(await box.locator('.codicon-flame, .codicon-star').count()).toBe(0);
  return words(await box.innerText());
}

describe('a workflow whose words are marks of the editor', () => {
  it('is shown as it is written: in its row and in lists of the palette', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'hostile.workflow.yaml');
    await clickLens(page, /^▷ Run Workflow/);
    await (await webview(page, 'Graph: hostile.workflow.yaml')).getByText(NAME).first().waitFor();
    await statusBar(page, '1 waiting').waitFor();
    await runCommand(page, 'Dagbook: Focus on Workflows View');
    await treeRow(page, NAME).waitFor();
    await runCommand(page, 'Dagbook: Show Status');
    await row(page, /asks|flame|ask/).waitFor();
    await expect.poll(async () => await readBox(page)).toContain(NAME);
    await screenshot('plain-1-status');
    await page.keyboard.press('Escape');
    await runCommand(page, 'Dagbook: Show a Run…');
    await boxTitle(page, 'Which run?').waitFor();
    await expect.poll(async () => await readBox(page)).toContain(NAME);
    await page.keyboard.press('Escape');
  });

  it('asks what it asks in its own words, and a mistake is told in them', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Answer…');
    await boxTitle(page, NAME).waitFor();
    await expect.poll(async () => await readBox(page)).toContain(PRESS);
    await screenshot('plain-2-choice');
    await row(page, 'b').click();
    await boxTitle(page, /\(2\/2\)/).waitFor();
    await expect.poll(async () => await readBox(page)).toContain(PRESS);
    await page.locator('.quick-input-widget:visible input').fill('no');
    await page.locator('.quick-input-widget:visible .quick-input-message', { hasText: '^ok$' }).waitFor();
    await readBox(page);
    await screenshot('plain-3-word');
    // The page beside it is words, too: what looks like an address of a command is none.
    const about = page.locator('.monaco-editor[data-uri^="dagbook-question:"]');
    await about.locator('.view-line', { hasText: 'press' }).first().waitFor();
    await page.locator('.monaco-editor:not([data-uri^="dagbook-question:"]) .detected-link').first().waitFor({ state: 'attached' });
    expect(await about.locator('.detected-link').count()).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('is locked under its name', async () => {
    const { page } = desk();
    await openFile(page, 'hostile.workflow.yaml');
    await runCommand(page, 'Dagbook: Snapshot');
    const said = statusBar(page, 'Nothing has changed since it was last locked');
    await expect.poll(async () => words(await said.innerText())).toContain(`${NAME} v1`);
    expect(await said.locator('.codicon-flame').count()).toBe(0);
    await runCommand(page, 'Dagbook: Halt All Runs');
    await statusBar(page, 'Dagbook: idle').waitFor();
    expect(await toast(page, /./).count()).toBe(0);
  });
});
