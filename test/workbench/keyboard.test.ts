import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { seriousViolations, seriousViolationsOfCopy } from './accessibility.ts';
import { boxText, boxTitle } from './hands.ts';
import { answerBox, chooseForRow, chooseRow, command, expectFocus, focusIn, goToFile, goToRow, goToSecondGroup, goToView, pressFor, pressUntil, tabTo } from './keys.ts';
import { useDesk } from './kit.ts';
import { statusBar, treeRow, webview } from './screen.ts';
import { viewNote } from './view-note.ts';
import { atRest } from './waiting.ts';

const FILE = 'approve_and_publish.yaml';
const NAME = 'ApproveAndPublish';

/** Somebody without a mouse goes through every view. Each step goes on from the one before. */
const desk = useDesk({ workspace: 'approval', story: true });

const graph = async (): Promise<Frame> => await webview(desk().page, `Graph: ${FILE}`);
const run = async (): Promise<Frame> => await webview(desk().page, new RegExp(`^Run: ${NAME} · `));

const press = async (key: string): Promise<void> => desk().page.keyboard.press(key);

describe('by keyboard alone', () => {
  it('workflows: arrows walk the rows, Enter opens the document, the menu runs it with inputs that a form asks for', async () => {
    const { page, screenshot } = desk();
    await statusBar(page, 'Dagbook: idle').waitFor();
    await goToView(page, 'Workflows');
    await goToRow(page, 'Workflows', NAME);
    await screenshot('keyboard-1-workflows');
    await press('Enter');
    await page.locator(`.editor-group-container.active .monaco-editor.focused[data-uri$="/${FILE}"] .view-line`).first().waitFor();
    await goToView(page, 'Workflows');
    await chooseForRow(page, 'Workflows', NAME, 'Run Workflow with Inputs…', async () => await boxTitle(page, `Run ${NAME}`).isVisible());
    await answerBox(page, 'topic', '');
    await page.locator('.quick-input-widget:visible', { hasText: `Run ${NAME} (2/2)` }).waitFor();
    await screenshot('keyboard-2-form');
    await chooseRow(page, 'partners');
    await (await graph()).locator('[data-node="approval"].s-waiting').waitFor();
  });

  it('ledger: the menu of a run that waits asks for the answer, and the run goes on', async () => {
    const { page, screenshot } = desk();
    await goToView(page, 'Ledger');
    await chooseForRow(page, 'Ledger', new RegExp(`^\\d\\d:\\d\\d ${NAME}, waiting`), 'Answer…', async () => await boxTitle(page, `${NAME} asks`).isVisible());
    await chooseRow(page, 'Yes');
    await answerBox(page, 'Comment', 'Gladly.');
    await (await graph()).locator('[data-node="publish"].s-completed').waitFor();
    await screenshot('keyboard-3-answered');
  });

  it('ledger: arrows open a run, its agent runs and their steps; Enter opens the run panel, which takes the keyboard', async () => {
    const { page, screenshot } = desk();
    await goToView(page, 'Ledger');
    await goToRow(page, 'Ledger', new RegExp(`^\\d\\d:\\d\\d ${NAME}, completed`));
    await press('ArrowRight');
    await treeRow(page, 'publish').waitFor();
    await goToRow(page, 'Ledger', /^draft, completed/);
    await press('ArrowRight');
    await treeRow(page, 'llm: simulated').waitFor();
    await goToRow(page, 'Ledger', /^llm: simulated/);
    await screenshot('keyboard-4-ledger');
    await press('Enter');
    const frame = await run();
    await frame.getByRole('option', { name: 'publish' }).waitFor();
    await expect.poll(async () => await frame.evaluate(() => document.hasFocus())).toBe(true);
  });

  it('run panel: Tab goes through it, arrows walk the timeline and the steps, Enter goes from one to the other, Space changes the face', async () => {
    const { page, screenshot } = desk();
    const frame = await run();
    await tabTo(page, frame, 'Nodes in the order in which they began');
    await press('Home');
    await frame.locator('[role=option][aria-selected=true]', { hasText: 'draft' }).first().waitFor();
    for (const node of ['approval', 'publish']) {
      await press('ArrowDown');
      await frame.locator('.rows [role=option][aria-selected=true]', { hasText: node }).waitFor();
    }
    await press('Enter');
    await expectFocus(frame, 'Steps of publish');
    // The steps come a moment later than their list.
    await frame.locator('.slist [aria-selected=true]').waitFor();
    await press('Home');
    await frame.locator('.slist [aria-selected=true]', { hasText: 'simulated' }).waitFor();
    await screenshot('keyboard-5-run');
    await press('ArrowDown');
    await frame.locator('.slist [aria-selected=true]', { hasText: 'output' }).waitFor();
    await press('ArrowUp');
    await tabTo(page, frame, 'Raw');
    await press('Space');
    await frame.locator('pre.raw').first().waitFor();
    await tabTo(page, frame, 'Request');
    await press('Shift+Tab');
    await expect.poll(async () => await focusIn(frame)).toMatchObject({ name: expect.not.stringMatching(/^Request$/) as unknown, unseen: null });
  });

  it('run panel: its menu opens, is walked and left by keys; an entry replays from the record, and the parent is compared', async () => {
    const { page, screenshot } = desk();
    const frame = await run();
    await tabTo(page, frame, 'More about this run', 'Shift+Tab');
    await press('Enter');
    await expectFocus(frame, /^Replay from record/);
    await press('ArrowDown');
    await expectFocus(frame, /^Compare with/);
    await screenshot('keyboard-6-menu');
    await press('Escape');
    await expectFocus(frame, 'More about this run');
    await press('Enter');
    await expectFocus(frame, /^Replay from record/);
    await press('Enter');
    await treeRow(page, 'replayed from record').waitFor();
    await goToView(page, 'Ledger');
    await chooseForRow(page, 'Ledger', /replayed from record/, 'Compare with Its Parent', async () => await (await run()).getByText('Compared with').count() === 1);
    const compared = await run();
    await tabTo(page, compared, 'Node by node');
    await press('Enter');
    await compared.getByRole('region', { name: 'Comparison, node by node' }).waitFor();
    await tabTo(page, compared, 'Comparison, node by node');
    await screenshot('keyboard-7-compare');
    expect(await seriousViolations(compared)).toEqual([]);
    await tabTo(page, compared, /^approval/);
    await press('Enter');
    await compared.locator('tr.on', { hasText: 'approval' }).waitFor();
  });

  it('graph: Tab comes to a node, arrows walk the edges, Space selects, Enter goes to the text', async () => {
    const { page, screenshot, workspace } = desk();
    await goToFile(page, FILE);
    await pressFor(page, 'Control+Alt+Shift+G', async () => await webview(page, `Graph: ${FILE}`, 1_000).then(() => true, () => false));
    const frame = await graph();
    await goToSecondGroup(page, frame);
    await tabTo(page, frame, /^(draft|approval|publish)$/);
    // Two of them lead to the first from any of the three; the second stays there.
    await press('ArrowUp');
    await press('ArrowUp');
    await expectFocus(frame, 'draft');
    await press('ArrowDown');
    await expectFocus(frame, 'approval');
    await press('Space');
    await frame.locator('.node.selected[data-node="approval"]').waitFor();
    await frame.getByRole('complementary', { name: 'approval' }).waitFor();
    await expectFocus(frame, 'approval');
    await screenshot('keyboard-8-graph');
    await press('ArrowDown');
    await expectFocus(frame, 'publish');
    await press('Enter');
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    const line = readFileSync(path.join(workspace, 'configs/workflows', FILE), 'utf8').split('\n').findIndex((text) => text.includes('- id: publish')) + 1;
    await statusBar(page, `Ln ${line}, `).waitFor();
  });

  it('graph: the menu of a node, search by /, + − 0, and the list, all by keys', async () => {
    const { page, screenshot } = desk();
    const frame = await graph();
    await goToSecondGroup(page, frame);
    await expectFocus(frame, 'publish');
    await press('Shift+F10');
    await expectFocus(frame, /^Go to the text/);
    await press('ArrowDown');
    await expectFocus(frame, /^(?!Go to the text)./);
    await screenshot('keyboard-9-node-menu');
    await press('Escape');
    await expectFocus(frame, 'publish');
    await press('/');
    await expectFocus(frame, 'Find node');
    await page.keyboard.type('dra');
    await press('Escape');
    await frame.locator('.node.selected[data-node="draft"]').waitFor();
    await expectFocus(frame, 'draft');
    const zoom = async (): Promise<number> => parseInt(await frame.locator('.pct').innerText(), 10);
    let fits = -1;
    // The second that changes nothing says that the first was heard.
    for (let before = 0; fits !== before;) {
      before = fits;
      await press('0');
      fits = await atRest(zoom);
    }
    await press('+');
    await expect.poll(zoom).toBeGreaterThan(fits);
    await press('-');
    await press('-');
    await expect.poll(zoom).toBeLessThan(fits);
    await press('0');
    await expect.poll(zoom).toBe(fits);
    await command(page, 'Dagbook: Show the Graph as a List');
    await frame.getByRole('tree').waitFor();
    await goToSecondGroup(page, frame);
    await expectFocus(frame, 'draft');
    await pressUntil(page, frame, 'End', 'publish');
    await pressUntil(page, frame, 'Home', 'draft');
    await screenshot('keyboard-10-list');
    await tabTo(page, frame, /^Output./);
    await tabTo(page, frame, 'draft', 'Shift+Tab');
    expect(await seriousViolations(frame)).toEqual([]);
    await press('Enter');
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
  });

  it('query: the keyboard runs it, comes to its buttons and its table, and exports', async () => {
    const { page, screenshot, workspace } = desk();
    await command(page, 'Dagbook: Query Ledger');
    await page.locator('.tab.active', { hasText: 'Ledger query' }).waitFor();
    await page.locator('.editor-group-container.active .monaco-editor.focused .view-line', { hasText: 'SELECT' }).waitFor();
    await pressFor(page, 'Control+Enter', async () => await webview(page, 'Query Result', 1_000).then(() => true, () => false));
    const frame = await webview(page, 'Query Result');
    await frame.getByRole('cell', { name: NAME }).first().waitFor();
    await goToSecondGroup(page, frame);
    await tabTo(page, frame, 'Query Result');
    await screenshot('keyboard-11-query');
    expect(await seriousViolationsOfCopy(frame)).toEqual([]);
    await tabTo(page, frame, 'Export as JSON', 'Shift+Tab');
    await press('Enter');
    const file = path.join(workspace, 'ledger.json');
    await expect.poll(async () => await boxText(page)).toBe(file);
    await press('Enter');
    // It is there before it is whole.
    await expect.poll(() => JSON.parse(readFileSync(file, 'utf8')) as unknown).toHaveLength(2);
  });

  it('models: arrows walk the rows, the menu of the default model calls it', async () => {
    const { page, screenshot } = desk();
    await goToView(page, 'Models');
    await goToRow(page, 'Models', /^Default model/);
    await screenshot('keyboard-12-models');
    await chooseForRow(page, 'Models', /^Default model/, 'Test a Model…', async () => await viewNote(page, 'answered in').isVisible());
    // It costs nothing, so nothing is asked.
    await viewNote(page, 'answered in').waitFor();
  });
});
