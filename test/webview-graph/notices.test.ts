import { expect, test } from 'vitest';
import { panels, soon, violations } from './kit.ts';
import { agentRun, node, picture, runRecord } from './pictures.ts';

const open = await panels();
const document = picture('notices', [node('first', 'spawn'), node('asked', 'human'), node('held', 'spawn')], [], { problems: { errors: 1, warnings: 2, messages: [] } });

test('above the picture stands who is waited for, with the button that answers; a node that is held says how to go on', async () => {
  const panel = await open({ picture: document, overlay: { run: runRecord({ status: 'waiting' }), stale: false, criticalPath: [], agentRuns: [agentRun('first', 'completed', 1, 0, 1), agentRun('asked', 'waiting', 0, 0, 0)] } });
  const { page } = panel;
  await panel.send({ kind: 'frames', run: runRecord().id, frames: [{ task_id: 'r', workflow_run_id: runRecord().id, stage: 'node.held.waiting', message: '', timestamp: 1, seq: 1, node_id: 'held', path: 'nodes/held/pause', waits_for: 'person' }] });
  await soon(async () => await page.locator('.notice').allInnerTexts()).toEqual([expect.stringMatching(/^asked waits for an answer\s+Answer…$/), expect.stringMatching(/^held is paused\s+Go on…$/)]);
  await page.getByRole('button', { name: 'Go on…' }).click();
  await soon(async () => (await panel.sent()).filter(({ kind }) => kind === 'answer')).toEqual([{ kind: 'answer', run: runRecord().id, node: 'held' }]);
  expect(await violations(page)).toEqual([]);
});

test('over a run that has ended the problems of the document are still told', async () => {
  const ended = { run: runRecord({ status: 'completed', ended_at: runRecord().started_at }), stale: false, criticalPath: [], agentRuns: [agentRun('first', 'completed', 1, 0, 1)] } as const;
  const panel = await open({ picture: document, overlay: ended, width: 420 });
  const { page } = panel;
  await page.locator('.notice', { hasText: 'The document has 1 error, 2 warnings.' }).getByRole('button', { name: 'Show them' }).click();
  await soon(async () => (await panel.sent()).some(({ kind }) => kind === 'problems')).toBe(true);
  expect(await page.locator('.notices').evaluate((notices) => notices.scrollWidth <= notices.clientWidth)).toBe(true);
});
