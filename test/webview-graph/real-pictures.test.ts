import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import elkModule from 'elkjs/lib/elk.bundled.js';
import { expect, test } from 'vitest';
import { pictures } from '../../language/index.ts';
import type { Picture } from '../../protocol/picture.ts';
import { diagramOf } from '../../webview/graph/diagram.ts';
import { openMessage } from '../../webview/graph/door.ts';
import { fromElk, toElk } from '../../webview/graph/elk-graph.ts';
import { estimate } from '../../webview/graph/metrics.ts';
import { openFiles } from '../features/feature-kit.ts';
import { findings } from './findings.ts';
import { panels } from './kit.ts';
import { pictureMessage } from './graph-page.ts';

const root = path.resolve(import.meta.dirname, '../..');
const elk = new elkModule.default();

/** Whatever the language draws of the documents of this repository, those with mistakes first of all. */
const real: readonly (readonly [string, Picture])[] = globSync(['test/fixtures/**/*.yaml', 'examples/**/*.yaml'], { cwd: root }).toSorted().flatMap((file) => {
  const text = readFileSync(path.join(root, file), 'utf8');
  return pictures(openFiles(new Map([[file, text]]))(file), {}).map((picture) => [`${file}#${picture.document}`, picture] as const);
});

test('every document of this repository that has a picture is laid out, with everything in its place', { timeout: 120_000 }, async () => {
  expect(real.length).toBeGreaterThan(100);
  const wrong: string[] = [];
  for (const [name, picture] of real) {
    if (!openMessage(pictureMessage(picture)).ok) wrong.push(`${name}: refused at the door`);
    const diagram = diagramOf(picture, new Set(), estimate);
    const plan = fromElk(await elk.layout(toElk(diagram, 'down', picture.family === 'states')));
    for (const box of diagram.boxes.values()) if (plan.boxes[box.index] === undefined) wrong.push(`${name}: ${box.id} stands nowhere`);
    for (const link of diagram.links) {
      const points = plan.links[link.index]?.points ?? [];
      if (points.length < 2) wrong.push(`${name}: ${link.id} is not drawn`);
      if (points.some((point, at) => at > 0 && point.x !== points[at - 1]?.x && point.y !== points[at - 1]?.y)) wrong.push(`${name}: ${link.id} is slanted`);
    }
  }
  expect(wrong).toEqual([]);
});

const open = await panels();
const looked = ['examples/tutorial/', 'examples/parallel-review/', 'examples/approval/', 'test/fixtures/features/picture/'];
for (const folder of looked) {
  test(`the pictures of ${folder} are fit to be seen`, { timeout: 120_000 }, async () => {
    const some = real.filter(([name]) => name.startsWith(folder));
    expect(some.length).toBeGreaterThan(0);
    for (const [name, picture] of some) {
      const panel = await open({ picture, theme: 'light' });
      await panel.shot(`real-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
      expect.soft(await findings(panel.page), name).toEqual([]);
      expect(panel.errors).toEqual([]);
    }
  });
}
