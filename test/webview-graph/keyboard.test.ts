import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { focusedNode, nodeOf, panels, soon, violations } from './kit.ts';
import { incident, incidentRun, tutorial } from './pictures.ts';
import { told } from './talk.ts';

const open = await panels();

test('with the keyboard alone: in by Tab, along the edges by arrows, across by the others, Space selects, Enter reveals, Escape closes', async () => {
  const panel = await open({ picture: incident() });
  const { page } = panel;
  for (let at = 0; at < 12 && await focusedNode(page) === null; at++) await page.keyboard.press('Tab');
  expect(await focusedNode(page)).toBe('read-report');
  const walked: (string | null)[] = [];
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowUp']) {
    await page.keyboard.press(key);
    await panel.settled();
    walked.push(await focusedNode(page));
  }
  expect(walked).toEqual(['gather-evidence', 'search-logs', 'find-commits', 'reproduce', 'merge-evidence', 'classify-cause', 'pick-fix', 'repair', 'rollback-config', 'classify-cause']);
  await page.keyboard.press('Space');
  await soon(() => page.locator('.drawer h2').textContent()).toBe('classify-cause');
  await page.keyboard.press('Enter');
  await soon(async () => (await told(panel, 'reveal')).at(-1)).toMatchObject({ focus: true });
  await page.keyboard.press('Escape');
  await soon(() => page.locator('.drawer').count()).toBe(0);
  await page.keyboard.press('Shift+F10');
  await page.locator('.menu').waitFor();
  await soon(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('menuitem');
  for (let at = 0; at < 12 && !(await page.evaluate(() => document.activeElement?.textContent ?? '')).startsWith('Run until'); at++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await soon(() => told(panel, 'node-action')).toEqual([{ kind: 'node-action', action: 'run-until', node: 'classify-cause' }]);
  await soon(() => page.locator('.menu').count()).toBe(0);
});

test('focus is visible in every theme', async () => {
  const panel = await open({ picture: tutorial() });
  for (const theme of ['dark', 'light', 'hc-dark', 'hc-light'] as const) {
    await panel.theme(theme);
    await panel.page.keyboard.press('Tab');
    for (let at = 0; at < 12 && await focusedNode(panel.page) === null; at++) await panel.page.keyboard.press('Tab');
    await soon(() => panel.page.evaluate(() => Number.parseFloat(getComputedStyle(document.activeElement?.querySelector('.border') ?? document.body).strokeWidth))).toBe(3);
    await panel.shot(`focus-${theme}`);
  }
});

test('the next key goes on from where the keyboard was, when the editor has taken it and when the graph has become a list', async () => {
  const panel = await open({ picture: incident() });
  const { page } = panel;
  const taken = async (): Promise<void> => {
    await page.evaluate(() => { if (document.activeElement instanceof HTMLElement || document.activeElement instanceof SVGElement) document.activeElement.blur(); });
    expect(await focusedNode(page)).toBeNull();
  };
  await nodeOf(page, 'repair').focus();
  await taken();
  await page.keyboard.press('Shift');
  expect(await focusedNode(page)).toBe('repair');
  await taken();
  await panel.send({ kind: 'do', what: 'list' });
  await page.getByRole('tree').waitFor();
  await page.keyboard.press('Shift');
  expect(await focusedNode(page)).toBe('repair');
  await page.keyboard.press('Home');
  await soon(() => focusedNode(page)).toBe('read-report');
  await page.locator('header').click();
  await page.keyboard.press('Shift');
  expect(await focusedNode(page), 'who points elsewhere has left it').toBeNull();
});

test('each node has a name and a description, and the list has the same as a tree', async () => {
  const overlay = incidentRun(Date.now());
  const panel = await open({ picture: incident(), overlay });
  const { page } = panel;
  expect(await nodeOf(page, 'read-report').getAttribute('aria-label')).toBe('read-report');
  expect(await nodeOf(page, 'read-report').getAttribute('aria-description')).toBe('agent, intake_reader, gpt-5-mini, completed, 1,204 tokens, $0.0009, 2.1 s, Quarantined: what leaves it is marked untrusted, depends on nothing');
  await page.getByRole('button', { name: 'Show as a list' }).click();
  const rows = page.getByRole('treeitem');
  await soon(() => rows.count()).toBe(15);
  const labels = await rows.evaluateAll((all) => all.map((row) => [row.getAttribute('aria-level'), row.querySelector('.t')?.textContent]));
  expect(labels.slice(0, 4)).toEqual([['1', 'read-report'], ['1', 'gather-evidence'], ['2', 'search-logs'], ['2', 'find-commits']]);
  expect(await rows.nth(13).getAttribute('aria-description')).toMatch(/^reduce, merge_json_arrays, pending.*depends on rollback-config, repair, ask-vendor, notify-customer$/);
  await rows.first().focus();
  for (const key of ['ArrowDown', 'ArrowLeft']) await page.keyboard.press(key);
  await soon(() => rows.count()).toBe(12);
  await page.keyboard.press('ArrowRight');
  await soon(() => rows.count()).toBe(15);
  await page.keyboard.press('ArrowRight');
  await soon(() => focusedNode(page)).toBe('search-logs');
  await page.keyboard.press('w');
  await soon(() => focusedNode(page)).toBe('write-postmortem');
  await page.keyboard.press('Space');
  await soon(() => page.locator('.drawer h2').textContent()).toBe('write-postmortem');
  expect(await violations(page)).toEqual([]);
  expect(await findings(page)).toEqual([]);
  await panel.shot('list');
});
