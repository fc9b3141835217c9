import { expect, test } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import { findings } from './findings.ts';
import { nodeOf, panels, soon } from './kit.ts';
import { edge, incident, incidentRun, node, picture, REPAIR_TEXT, runRecord, tutorial } from './pictures.ts';
import { frame, frames, RUN, told } from './talk.ts';

const open = await panels();

test('a run is followed frame by frame: running, a retry, tokens as they come, waiting, skipped, completed', async () => {
  const own = picture('small', [node('one', 'spawn', 'agent-one', 'gpt-5-mini'), node('two', 'loop', 'agent-two', 'gpt-5-mini', { count: 5 }), node('three', 'human', 'form'), node('four', 'spawn', 'agent-four')], [edge('one', 'two'), edge('two', 'three'), edge('one', 'four')]);
  const panel = await open({ picture: own, overlay: { run: runRecord({ started_at: new Date().toISOString(), total_tokens: 0, total_cost_micros: 0 }), agentRuns: [], stale: false, criticalPath: [] } });
  const { page } = panel;
  const at = (more: Partial<Frame>): Partial<Frame> => ({ timestamp: Date.now() / 1_000, ...more });
  const look = async (id: string): Promise<string> => /\bs-(\w+)/.exec(await nodeOf(page, id).getAttribute('class') ?? '')?.[1] ?? '';
  expect(await Promise.all(['one', 'two', 'three', 'four'].map(look))).toEqual(['pending', 'pending', 'pending', 'pending']);
  await panel.send(frames(frame('node.one.started', at({ node_id: 'one', path: 'nodes/one', agent_run_id: 'r1', agent: 'agent-one', attempt: 1 }))));
  await soon(() => look('one')).toBe('running');
  await panel.send(frames(frame('node.one.error', at({ node_id: 'one', path: 'nodes/one', agent_run_id: 'r1', tokens: 10, cost_usd: 0.001, error: { name: 'Tool.TemporaryFailure', message: 'Later.' } })), frame('node.one.retry', at({ node_id: 'one', path: 'nodes/one', agent_run_id: 'r2', attempt: 2 }))));
  await soon(() => nodeOf(page, 'one').locator('.count').textContent()).toBe('attempt 2');
  await panel.send(frames(frame('node.one.completed', at({ node_id: 'one', path: 'nodes/one', agent_run_id: 'r2', tokens: 1_000, cost_usd: 0.0042 })), frame('node.four.skipped', at({ node_id: 'four', path: 'nodes/four', agent_run_id: 'r9', error: { name: 'Dagbook.Skipped', message: 'Skipped: its condition is not true.' } }))));
  await soon(() => nodeOf(page, 'one').locator('.m').allTextContents()).toEqual(['1,010 tok', '$0.0052', expect.stringMatching(/ms|s$/)]);
  expect(await look('four')).toBe('skipped');
  expect(await nodeOf(page, 'four').locator('.m').allTextContents()).toEqual(['its condition is not true']);
  expect(await page.locator('.edge.skip').count()).toBe(1);
  await panel.send(frames(frame('node.two.started', at({ node_id: 'two', path: 'nodes/two', agent_run_id: 'r3', attempt: 1 })), frame('node.two.completed', at({ node_id: 'two', path: 'nodes/two', agent_run_id: 'r3', tokens: 5, cost_usd: 0 })), frame('node.two.started', at({ node_id: 'two', path: 'nodes/two', agent_run_id: 'r4', attempt: 1 }))));
  await soon(() => nodeOf(page, 'two').locator('.count').textContent()).toBe('2/5');
  await nodeOf(page, 'two').click();
  await panel.send(frames(...REPAIR_TEXT.split(/(?<= )/).map((message) => frame('agent.token', { message, node_id: 'two', agent_run_id: 'r4' }))));
  await soon(() => page.locator('.drawer .text').textContent()).toContain('I will convert once');
  expect(await page.locator('.drawer .text li').count()).toBe(3);
  await panel.send(frames(frame('node.two.completed', at({ node_id: 'two', path: 'nodes/two', agent_run_id: 'r4', tokens: 5, cost_usd: 0 })), frame('node.three.waiting', at({ node_id: 'three', path: 'nodes/three/ask', agent_run_id: 'r5', waits_for: 'person' })), frame('workflow.waiting')));
  await soon(() => look('three')).toBe('waiting');
  // Said above the picture, wherever the node is.
  await page.locator('.notices').getByText('three waits for an answer').waitFor();
  await page.locator('.notices').getByRole('button', { name: 'Answer…' }).click();
  await nodeOf(page, 'three').click();
  await page.locator('.drawer').getByRole('button', { name: 'Answer…' }).click();
  await soon(() => told(panel, 'answer')).toEqual([{ kind: 'answer', run: RUN, node: 'three' }, { kind: 'answer', run: RUN, node: 'three' }]);
  await panel.send(frames(frame('node.three.completed', at({ node_id: 'three', path: 'nodes/three', agent_run_id: 'r5', tokens: 0, cost_usd: 0 })), frame('workflow.completed', at({ tokens: 1_020, cost_usd: 0.0052 }))));
  await soon(() => page.locator('header .state').first().textContent()).toContain('Completed');
  await soon(() => page.locator('header .btn.primary').textContent()).toContain('Run again');
  expect(panel.errors).toEqual([]);
});

test('frames of another run change nothing', async () => {
  const panel = await open({ picture: tutorial(), overlay: { run: runRecord(), agentRuns: [], stale: false, criticalPath: [] } });
  await panel.send({ kind: 'frames', run: 'another', frames: [frame('node.research.started', { node_id: 'research', agent_run_id: 'x' })] });
  await panel.settled();
  expect(await nodeOf(panel.page, 'research').getAttribute('class')).toContain('s-pending');
});

test('the critical path of a finished run is shown on request', async () => {
  const overlay = { ...incidentRun(Date.now()), run: runRecord({ status: 'completed', ended_at: new Date().toISOString(), reserved_micros: 0 }), criticalPath: ['merge-evidence', 'classify-cause', 'pick-fix', 'repair'] };
  const panel = await open({ picture: incident(), overlay });
  await panel.page.getByRole('button', { name: /^Show the critical path/ }).click();
  await soon(() => panel.page.locator('.lines .edge.critical').count()).toBe(3);
  await panel.shot('critical-path');
});

test('where nothing can be run the button says why; halting and running again are asked of the extension', async () => {
  const panel = await open({ picture: incident() });
  await panel.send({ kind: 'running-allowed', reason: 'This folder is not trusted.' });
  const run = panel.page.locator('header .btn.primary');
  await soon(() => run.isDisabled()).toBe(true);
  expect(await panel.page.locator('.notices').textContent()).toContain('This folder is not trusted.');
  expect(await findings(panel.page)).toEqual([]);
  await panel.send({ kind: 'running-allowed', reason: null });
  await run.click();
  await panel.page.getByRole('button', { name: 'Run with inputs…' }).click();
  await panel.send({ kind: 'run', overlay: incidentRun(Date.now()) });
  await panel.page.getByRole('button', { name: 'Halt' }).click();
  await panel.page.locator('.chip').click();
  await soon(async () => (await panel.sent()).slice(-4)).toEqual([{ kind: 'run', askInputs: false }, { kind: 'run', askInputs: true }, { kind: 'halt', run: RUN }, { kind: 'show-run', run: RUN }]);
});
