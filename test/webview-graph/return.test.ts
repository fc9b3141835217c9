import { expect, test } from 'vitest';
import type { KeptLayout } from '../../protocol/graph-panel.ts';
import { nodeOf, panels, placeOf, soon } from './kit.ts';
import { pictureMessage } from './graph-page.ts';
import { audit, auditRun, incident, polling } from './pictures.ts';
import { told } from './talk.ts';

const open = await panels();

test('a node that somebody wants to see elsewhere is selected and in view, also before there is a picture, and out of a closed container', async () => {
  const large = audit(200);
  const last = large.nodes.at(-1)?.id ?? '';
  const panel = await open();
  await panel.send({ kind: 'select', node: last }, pictureMessage(large), { kind: 'run', overlay: auditRun(large, Date.now()) });
  await panel.settled();
  await soon(() => panel.page.locator('.drawer h2').textContent()).toBe(last);
  const inView = async (id: string): Promise<boolean> => {
    const [box, stage] = [await nodeOf(panel.page, id).locator('.card:not(.back)').boundingBox(), await panel.page.locator('.stage').boundingBox()];
    return box !== null && stage !== null && box.x >= stage.x && box.y >= stage.y && box.x + box.width <= stage.x + stage.width && box.y + box.height <= stage.y + stage.height;
  };
  await soon(() => inView(last)).toBe(true);
  await panel.page.locator('.pct').click();
  await panel.send({ kind: 'select', node: large.nodes[0]?.id ?? '' });
  await soon(() => inView(large.nodes[0]?.id ?? '')).toBe(true);
  await panel.send(pictureMessage(polling(), 2, 'file:///project/other.yaml'));
  await panel.settled();
  await panel.page.locator('[data-toggle="Both"]').click();
  await panel.settled();
  await panel.send({ kind: 'select', node: 'Announce' });
  await soon(() => nodeOf(panel.page, 'Announce').count()).toBe(1);
  await panel.settled();
  await soon(() => panel.page.locator('.drawer h2').textContent()).toBe('Announce');
});

test('a document that was laid out before is there at once, with its lines, even if nothing can be laid out', async () => {
  const first = await open({ picture: incident() });
  const [{ layout } = { layout: null }] = await told(first, 'layout');
  const place = await placeOf(first.page, 'repair');
  if (layout === null) throw new Error('no layout was told');
  const again = await open();
  await again.page.route('**/layout-worker.js', (route) => route.abort());
  await again.page.reload();
  // Letters of another font are of other widths, and labels of other widths another structure.
  await again.page.evaluate(async () => { await Promise.all(['400 13px Inter', '600 13px Inter'].map((font) => document.fonts.load(font))); });
  const other: KeptLayout = { ...layout, numbers: layout.numbers.slice(1) };
  await again.send({ kind: 'layout', layout: other }, { kind: 'layout', layout }, pictureMessage(incident()));
  await again.settled();
  expect(await placeOf(again.page, 'repair')).toEqual(place);
  expect(await again.page.locator('.lines .edge').count()).toBe(await first.page.locator('.lines .edge').count());
  const wrong = await open();
  await wrong.send({ kind: 'layout', layout: other }, pictureMessage(incident()));
  await wrong.settled();
  expect(await placeOf(wrong.page, 'repair')).toEqual(place);
});
