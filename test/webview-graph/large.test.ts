import { expect, test } from 'vitest';
import { focusedNode, nodeOf, panels, soon, violations } from './kit.ts';
import { audit, auditRun } from './pictures.ts';
import { frame, frames } from './talk.ts';

const open = await panels();

test('ten thousand nodes: the panel says so; the list has in the document only what is in sight, goes to its end by a key or a search, and follows the run', async () => {
  const huge = audit(10_000);
  const last = huge.nodes.at(-1)?.id ?? '';
  const panel = await open({ picture: huge, overlay: auditRun(huge, Date.now()) });
  const { page } = panel;
  await soon(() => page.locator('.blank h2').textContent()).toBe('10,000 nodes are too many to draw well');
  await page.getByRole('button', { name: 'Show the list' }).click();
  const rows = page.getByRole('treeitem');
  await soon(() => rows.count()).toBeGreaterThan(20);
  expect(await rows.count()).toBeLessThan(80);
  expect(await rows.first().getAttribute('aria-setsize')).toBe('10000');
  await rows.first().focus();
  await page.keyboard.press('End');
  await soon(() => focusedNode(page)).toBe(last);
  const inView = async (): Promise<boolean> => {
    const [row, list] = [await nodeOf(page, last).boundingBox(), await page.locator('.list').boundingBox()];
    return row !== null && list !== null && row.y >= list.y && row.y + row.height <= list.y + list.height - 56;
  };
  await soon(inView).toBe(true);
  expect(await rows.count()).toBeLessThan(80);
  await panel.send(frames(frame(`node.${last}.started`, { node_id: last, path: `nodes/${last}`, agent_run_id: 'late', attempt: 1 })));
  await soon(() => nodeOf(page, last).locator('.word').textContent()).toBe('running');
  await page.keyboard.press('Home');
  await soon(() => focusedNode(page)).toBe(huge.nodes[0]?.id ?? '');
  await page.keyboard.press('/');
  await page.keyboard.type(last);
  await soon(inView).toBe(true);
  expect(await violations(page)).toEqual([]);
  await panel.shot('ten-thousand');
  expect(panel.errors).toEqual([]);
});
