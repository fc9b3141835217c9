import { expect, test } from 'vitest';
import { panels } from './kit.ts';
import { incident, incidentRun } from './pictures.ts';

const open = await panels();

/** What ends up beside the panel, or on its neighbour: rectangles in CSS pixels. */
function misplaced(width: number): readonly string[] {
  const parts = [...document.querySelectorAll('header > *:not(.spacer)')].map((part) => ({ name: part.className || part.tagName, box: part.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
  const outside = parts.filter(({ box }) => box.left < 0 || box.right > width).map(({ name, box }) => `${name} ends at ${String(box.right)}`);
  const touching = parts.slice(1).flatMap(({ name, box }, at) => (box.left < (parts[at]?.box.right ?? 0) ? [`${name} begins on ${parts[at]?.name ?? ''}`] : []));
  const tools = [...document.querySelectorAll('.tools > div')].filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map(({ textContent }) => `tools cut off: ${textContent}`);
  return [...outside, ...touching, ...tools];
}

test.each(['running', 'completed', 'replayed', 'rejected', 'idle'] as const)('however narrow the panel, the head of a graph that is %s stays whole', async (status) => {
  const run = incidentRun(Date.now());
  const overlay = { ...run, run: { ...run.run, status: status === 'replayed' || status === 'idle' ? 'completed' as const : status, ...(status === 'replayed' ? { relation: 'recorded' as const } : {}) } };
  const panel = await open({ picture: incident(), ...(status === 'idle' ? {} : { overlay }) });
  for (const width of [900, 760, 700, 641, 600, 560, 520, 500, 470, 440, 400, 360, 320]) {
    await panel.page.setViewportSize({ width, height: 700 });
    await panel.settled();
    expect.soft(await panel.page.evaluate(misplaced, width), `at ${String(width)} px`).toEqual([]);
    const word = { running: 'Running', completed: 'Completed', replayed: 'Replayed', rejected: 'Rejected', idle: 'problem' }[status];
    expect.soft(await panel.page.locator('header .state', { hasText: word }).first().ariaSnapshot(), `what is heard at ${String(width)} px`).toContain(word);
    if (width > 400) expect.soft(await panel.page.locator('header .state > span:not(.icon)', { hasText: word }).first().evaluate((part) => part.getBoundingClientRect().width), `the word at ${String(width)} px`).toBeGreaterThan(16);
    if (width === 500 || width === 440) await panel.shot(`narrow-${status}-${String(width)}`);
  }
});

test('however narrow the panel, what can be done with a node is in sight', async () => {
  const panel = await open({ picture: incident(), overlay: incidentRun(Date.now()) });
  await panel.page.locator('[data-node="read-report"]').click();
  await panel.page.locator('.dfoot').waitFor();
  for (const width of [900, 640, 500, 420, 400, 360, 310]) {
    await panel.page.setViewportSize({ width, height: 700 });
    await panel.settled();
    const cut = await panel.page.evaluate((right) => [...document.querySelectorAll('.dfoot > :not(.spacer)')].map((part) => ({ name: part.textContent || part.getAttribute('aria-label'), box: part.getBoundingClientRect() })).filter(({ box }) => box.width > 0 && box.right > right).map(({ name }) => name), width);
    expect.soft(cut, `at ${String(width)} px`).toEqual([]);
    expect.soft(await panel.page.locator('.dfoot').getByRole('button', { name: /^More for/ }).isVisible()).toBe(true);
  }
});
