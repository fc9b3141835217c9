import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { giveFile, pick, pressOn, toast } from './hands.ts';
import { goToSecondGroup, pressFor } from './keys.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows, rowsOf } from './ledger-file.ts';
import { clickLens, openFile, runCommand, statusBar, treeRow, webview } from './screen.ts';
import { viewNote } from './view-note.ts';

const NAME = 'QuarterlyResearchOfEverythingThatMayMatterToAnybody';
const FILE = 'quarterly.workflow.yaml';
const BUNDLE = 'kept.dagbook';

/** What comes into a ledger and goes out of it by hand. At first the setting names a file that is none. */
const desk = useDesk({
  workspace: {
    [FILE]: `name: ${NAME}\nadapter_kind: graph\nnodes:\n  - { id: look, agent_spec: scout.agent.yaml }\n`,
    'scout.agent.yaml': 'name: scout\nrole: custom\nsystem_prompt: You look around.\nmodel: { provider: simulated }\n',
    'notes.db': 'These are the notes of somebody, and no ledger at all.\n'.repeat(40),
  },
  settings: { 'dagbook.ledger.path': 'notes.db' },
  story: true,
});

describe('a ledger that is none', () => {
  it('is told when a run is asked for; the button leads to the setting, and with another one runs begin at once', async () => {
    const { page, screenshot, workspace } = desk();
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    const told = toast(page, /notes\.db is not a SQLite database/);
    await told.waitFor();
    await screenshot('transfers-1-no-ledger');
    await pressOn(told, 'Choose Another Ledger');
    const setting = page.locator('.settings-editor .setting-item-contents', { hasText: 'The ledger file: relative to the workspace, or absolute.' }).first().locator('input');
    await setting.waitFor();
    await screenshot('transfers-2-setting');
    await setting.fill('.dagbook/ledger.db');
    await statusBar(page, 'Dagbook: idle').waitFor();
    await pressFor(page, 'Escape', async () => !await setting.isVisible());
    await openFile(page, FILE);
    await clickLens(page, /^▷ Run Workflow/, { file: FILE });
    await (await webview(page, `Graph: ${FILE}`)).locator('[data-node="look"].s-completed').waitFor();
    expect(lastRun(desk())).toMatchObject({ workflow_name: NAME, status: 'completed' });
    expect(readFileSync(path.join(workspace, 'notes.db'), 'utf8')).toMatch(/^These are the notes of somebody/);
  });
});

describe('a run in a narrow window', () => {
  it('shows its time in the ledger view, however long the name of its workflow is', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Show the Ledger');
    await page.setViewportSize({ width: 900, height: 800 });
    const row = treeRow(page, /\d\d:\d\d/);
    await row.waitFor();
    /** How far beyond the side bar's edge the words end. */
    const beyond = async (words: string): Promise<number> => await row.evaluate((element, source) => {
      const bar = element.closest('.sidebar')?.getBoundingClientRect();
      const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text !== null && bar !== undefined; text = walker.nextNode()) {
        const found = new RegExp(source).exec(text.textContent ?? '');
        if (found === null) continue;
        const range = document.createRange();
        range.setStart(text, found.index);
        range.setEnd(text, found.index + found[0].length);
        return range.getBoundingClientRect().right - bar.right;
      }
      return Number.NaN;
    }, words);
    // The name does not fit, the time does.
    await expect.poll(async () => await beyond(NAME)).toBeGreaterThan(0);
    await expect.poll(async () => await beyond(String.raw`\d\d:\d\d`)).toBeLessThan(0);
    await screenshot('transfers-3-narrow');
    await page.setViewportSize({ width: 1400, height: 900 });
  });
});

describe('an agent', () => {
  it('is locked by the lens above it, as it stands in the editor', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'scout.agent.yaml');
    await clickLens(page, /^Snapshot · used by 1 node/, { file: 'scout.agent.yaml' });
    await statusBar(page, /Nothing has changed since it was last locked: scout v1 \([0-9a-f]{8}\)/).waitFor();
    await openFile(page, 'scout.agent.yaml');
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('description: Looks twice\n');
    await clickLens(page, /^Snapshot · used by 1 node/, { file: 'scout.agent.yaml' });
    await statusBar(page, /Locked: scout v2 \([0-9a-f]{8}\)/).waitFor();
    await screenshot('transfers-4-locked');
    expect(ledgerRows(desk(), 'SELECT name, version FROM agent_spec_versions ORDER BY version')).toEqual([{ name: 'scout', version: 1 }, { name: 'scout', version: 2 }]);
    expect(readFileSync(path.join(desk().workspace, 'scout.agent.yaml'), 'utf8')).not.toContain('Looks twice');
  });
});

describe('the picture of a graph', () => {
  it('is saved where it is wanted: as SVG by its button, as PNG by the command', async () => {
    const { page, workspace } = desk();
    const isSaved = async (name: string, begins: RegExp): Promise<void> => {
      const file = path.join(workspace, name);
      await giveFile(page, file);
      await expect.poll(() => (existsSync(file) ? readFileSync(file, 'latin1') : '')).toMatch(begins);
    };
    await openFile(page, FILE);
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const frame = await webview(page, `Graph: ${FILE}`);
    await frame.locator('[data-node="look"].s-completed').waitFor();
    await frame.getByRole('button', { name: 'Export as SVG' }).click();
    await isSaved('picture.svg', /^<svg [\s\S]*>look<[\s\S]*<\/svg>$/);
    await goToSecondGroup(page, frame);
    await runCommand(page, 'Dagbook: Export the Graph as PNG…');
    await isSaved('picture.png', /^\u0089PNG[\s\S]*IEND/);
  });
});

describe('a run', () => {
  it('goes to another ledger by way of a file, and is shown there: every hash is looked at', async () => {
    const { page, screenshot, workspace } = desk();
    const { id } = lastRun(desk());
    await runCommand(page, 'Dagbook: Export a Run…');
    await pick(page, new RegExp(NAME));
    await giveFile(page, path.join(workspace, BUNDLE));
    await expect.poll(() => existsSync(path.join(workspace, BUNDLE))).toBe(true);
    mkdirSync(path.join(workspace, '.vscode'));
    writeFileSync(path.join(workspace, '.vscode/settings.json'), JSON.stringify({ 'dagbook.ledger.path': '.dagbook/second.db' }));
    await runCommand(page, 'Dagbook: Show the Ledger');
    // What the ledger before it had is not shown as if it were in this one.
    await page.locator('.sidebar').getByText('Nothing has run here yet.').waitFor();
    await runCommand(page, 'Dagbook: Import a Run…');
    await giveFile(page, path.join(workspace, BUNDLE));
    await viewNote(page, /^\d\d:\d\d · Imported: every hash holds\.$/).waitFor();
    const panel = await webview(page, /^Run: /);
    await panel.getByRole('option', { name: 'look' }).first().waitFor();
    await treeRow(page, new RegExp(String.raw`\d\d:\d\d ${NAME}`)).waitFor();
    expect(rowsOf(path.join(workspace, '.dagbook/second.db'), 'SELECT id, status FROM workflow_runs')).toEqual([{ id, status: 'completed' }]);
    await screenshot('transfers-5-imported');
  });
});
