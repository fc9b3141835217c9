import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { RunOverlay } from '../../protocol/graph-panel.ts';
import type { NodeStatus } from '../../protocol/run-records.ts';
import { nodeOf, panels, soon } from './kit.ts';
import { agentRun, node, picture, runRecord } from './pictures.ts';
import { THEME_NAMES } from '../webview/themes.ts';

const open = await panels();

const STATUSES: readonly NodeStatus[] = ['completed', 'running', 'waiting', 'error', 'rejected', 'halted', 'skipped'];
const LOOKS = [...STATUSES, 'replayed'];

/** A node of each status. */
function everyStatus(): RunOverlay {
  const records = STATUSES.map((status) => agentRun(status, status, 100, 100, 1));
  return { run: runRecord({ status: 'running' }), stale: false, criticalPath: [], agentRuns: [...records, agentRun('replayed', 'completed', 100, 0, 1, { replayed: true })] };
}

/** How the bar of a node is drawn, and in which colour: red, green, blue. */
async function barOf(page: Page, look: string): Promise<{ readonly pattern: string; readonly colour: readonly number[] }> {
  return await nodeOf(page, look).locator('.stripe, .edgebar').first().evaluate((bar) => {
    const { strokeDasharray, strokeWidth, stroke, display } = getComputedStyle(bar);
    const canvas = new OffscreenCanvas(1, 1).getContext('2d')!;
    canvas.fillStyle = stroke;
    canvas.fillRect(0, 0, 1, 1);
    const lines = (bar.getAttribute('d') ?? '').split('M').length - 1;
    const { height } = (bar as SVGGraphicsElement).getBBox();
    const whole = bar.closest('[data-node]')!.querySelector<SVGGraphicsElement>('.card')!.getBBox().height;
    return { pattern: display === 'none' ? 'none' : `${lines} × ${strokeWidth} ${strokeDasharray}${height < 0.75 * whole ? ' half' : ''}`, colour: [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3) };
  });
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((part, at) => part - (b[at] ?? 0)));
}

for (const far of [false, true]) {
  test(`statuses are told apart by their icon, and by pattern or colour besides${far ? ', also from afar' : ''}, in four themes`, { timeout: 120_000 }, async () => {
    const panel = await open({ picture: picture('statuses', LOOKS.map((look) => node(look, 'spawn', 'agent', 'm')), []), overlay: everyStatus() });
    const { page } = panel;
    if (far) {
      await page.locator('.stage').focus();
      for (let steps = 0; steps < 30 && await page.locator('.edgebar').count() === 0; steps++) {
        await page.keyboard.press('-');
        await panel.settled();
      }
    }
    await soon(async () => await page.locator(far ? '.stage .edgebar' : '.stage .stripe').count()).toBe(LOOKS.length);
    for (const theme of THEME_NAMES) {
      await panel.theme(theme);
      await panel.settled();
      await panel.shot(`statuses${far ? '-far' : ''}-${theme}`);
      const bars = await Promise.all(LOOKS.map(async (look) => ({ look, ...await barOf(page, look) })));
      const alike = bars.flatMap((a, at) => bars.slice(at + 1).flatMap((b) => (a.pattern === b.pattern && distance(a.colour, b.colour) < 60 ? [`${a.look} and ${b.look}: ${a.pattern}, ${a.colour.join(' ')} and ${b.colour.join(' ')}`] : [])));
      expect.soft(alike, theme).toEqual([]);
      const [running, rejected] = ['running', 'rejected'].map((look) => bars.find((bar) => bar.look === look));
      expect.soft(running?.pattern, `running and rejected in ${theme}`).not.toBe(rejected?.pattern);
    }
    const icons = await Promise.all(LOOKS.map(async (look) => await nodeOf(page, look).locator(far ? '.g' : '.st').last().innerHTML()));
    expect(new Set(icons).size).toBe(LOOKS.length);
    expect(panel.errors).toEqual([]);
  });
}
