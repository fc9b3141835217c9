import axeCore from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { THEME_NAMES } from '../webview/themes.ts';
import { inMidRun } from './incident.ts';
import { row, usePanels } from './panel-kit.ts';
import { painted } from '../webview/panel-page.ts';

const { open, openIncident } = await usePanels();

test.each([[1_400, 900], [900, 700], [640, 800], [420, 800], [310, 800]])('at %i × %i nothing is cut off and nothing lies over another', async (width, height) => {
  const { page, serve } = await openIncident({ width, height });
  await row(page, 'repair').click();
  await serve();
  const cut = await page.evaluate(() => {
    const outside = [...document.querySelectorAll<HTMLElement>('header > *, .compare > *, .sh > *, .thead > *, .trow.on > *, .step.on > *, .legend > *')].filter((one) => {
      if (one.offsetParent === null || one.classList.contains('sr-only')) return false;
      const [own, parent] = [one.getBoundingClientRect(), one.parentElement!.getBoundingClientRect()];
      return own.right > parent.right + 1 || own.left < parent.left - 1 || own.right > window.innerWidth + 1;
    });
    const lines = [...document.querySelectorAll('header, .sh, .compare, .trow.on, .step.on')].flatMap((line) => {
      const boxes = [...line.children].map((one) => one.getBoundingClientRect()).filter(({ width: w }) => w > 0).sort((a, b) => a.left - b.left);
      return boxes.slice(1).filter((box, at) => box.left < boxes[at]!.right - 1).map(() => line.className || line.tagName);
    });
    const labels = [...document.querySelectorAll('.axis span, .thead > .num')].map((one) => { const range = document.createRange(); range.selectNodeContents(one); return range.getBoundingClientRect(); }).filter(({ width: w }) => w > 0);
    if (labels.slice(1).some((label, at) => label.left < labels[at]!.right + 4)) lines.push('axis');
    return { outside: outside.map((one) => `${one.parentElement!.className} > ${one.className || one.tagName}`), lines, wide: document.documentElement.scrollWidth > window.innerWidth };
  });
  expect(cut).toEqual({ outside: [], lines: [], wide: false });
});

test.each(THEME_NAMES)('in the theme %s there is nothing that axe would call serious', async (theme) => {
  const panel = await openIncident({ theme });
  await row(panel.page, 'repair').click();
  await panel.serve();
  expect(await seriousIn(panel.page)).toEqual([]);
  await panel.page.getByRole('button', { name: 'Diff with parent' }).click();
  await panel.page.getByRole('button', { name: 'Node by node' }).click();
  await painted(panel.page);
  expect(await seriousIn(panel.page)).toEqual([]);
  const live = await open({ theme });
  await live.send({ kind: 'running-allowed', reason: null }, ...inMidRun());
  await live.serve();
  expect(await seriousIn(live.page)).toEqual([]);
  expect([...panel.errors, ...live.errors]).toEqual([]);
});

/** Run from outside the page's own policy, which allows no script but its own. */
async function seriousIn(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeCore.source);
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
    return (await axe.run()).violations;
  });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`);
}
