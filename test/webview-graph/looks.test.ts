import { expect, test } from 'vitest';
import type { Direction, RunOverlay } from '../../protocol/graph-panel.ts';
import type { Picture } from '../../protocol/picture.ts';
import { covered, findings } from './findings.ts';
import { nodeOf, panels, violations } from './kit.ts';
import { audit, auditRun, claims, hostile, incident, incidentRun, polling, tutorial } from './pictures.ts';
import { THEME_NAMES } from '../webview/themes.ts';

const open = await panels();

interface SceneToLookAt {
  readonly name: string;
  readonly picture: Picture;
  readonly run?: (now: number) => RunOverlay;
  readonly direction?: Direction;
  readonly select?: string;
}

const large = audit(200);
const huge = audit(1_000);
const SCENES: readonly SceneToLookAt[] = [
  { name: 'A-idle-with-a-problem', picture: tutorial(), select: 'trader' },
  { name: 'B-in-mid-run', picture: incident(), run: incidentRun, select: 'repair' },
  { name: 'B-idle', picture: incident() },
  { name: 'B-left-right', picture: incident(), run: incidentRun, direction: 'right' },
  { name: 'C-states', picture: claims() },
  { name: 'C-left-right', picture: claims(), direction: 'right' },
  { name: 'D-loops-maps-and-branches', picture: polling(), select: 'Fetch' },
  { name: 'E-200-nodes', picture: large, run: (now) => auditRun(large, now) },
  { name: 'F-1000-nodes', picture: huge, run: (now) => auditRun(huge, now) },
  { name: 'G-hostile-names', picture: hostile() },
];

for (const { name, picture, run, direction = 'down', select } of SCENES) {
  for (const width of [1_400, 900]) {
    test(`${name} at ${width} px: every text is legible and whole, nothing lies on anything, in four themes`, { timeout: 120_000 }, async () => {
      const panel = await open({ picture, direction, width, ...(run === undefined ? {} : { overlay: run(Date.now()) }) });
      expect(select === undefined ? await covered(panel.page) : []).toEqual([]);
      if (select !== undefined) {
        await nodeOf(panel.page, select).click();
        await panel.settled();
      }
      await panel.page.mouse.move(width / 2, 4);
      for (const theme of THEME_NAMES) {
        await panel.theme(theme);
        await panel.settled();
        await panel.shot(`${name}-${width}-${theme}`);
        expect.soft(await findings(panel.page), theme).toEqual([]);
      }
      expect(await violations(panel.page)).toEqual([]);
      expect(panel.errors).toEqual([]);
      expect((await panel.sent()).filter(({ kind }) => kind === 'bug')).toEqual([]);
    });
  }
}

test('the eye that looks at all this sees what is wrong', async () => {
  const { page } = await open({ picture: incident(), overlay: incidentRun(Date.now()) });
  expect(await findings(page)).toEqual([]);
  await page.evaluate(() => {
    const node = (id: string): SVGElement | null => document.querySelector(`[data-node="${id}"]`);
    node('search-logs')?.querySelector<SVGElement>('.id')?.style.setProperty('fill', '#333');
    node('rollback-config')?.style.setProperty('transform', getComputedStyle(node('pick-fix') ?? document.body).transform);
    const { e, f } = new DOMMatrix(getComputedStyle(node('notify-customer') ?? document.body).transform);
    node('notify-customer')?.style.setProperty('transform', `translate(${e}px, ${f + 100}px)`);
    const long = node('merge-evidence')?.querySelector('.id');
    if (long != null) long.textContent = 'a name that is far too long for any card there is';
  });
  const found = (await findings(page)).join('\n');
  for (const wanted of [/text contrast .*search-logs/, /card on card/, /text leaves its card .*far too/, /text on text/, /line through card/]) expect(found).toMatch(wanted);
});
