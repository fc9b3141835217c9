import { expect, test } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import type { ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { StepRecord } from '../../protocol/run-records.ts';
import { findings } from './findings.ts';
import { nodeOf, panels, soon, violations } from './kit.ts';
import { agentRun, incident, incidentRun, node, picture, runRecord } from './pictures.ts';
import { frame, frames, told } from './talk.ts';
import { THEME_NAMES } from '../webview/themes.ts';

const open = await panels();

function step(seq: number, agentRun: string, kind: string, more: Partial<StepRecord> = {}): StepRecord {
  return { seq, agent_run_id: agentRun, kind, name: `nodes/repair/${kind}/${seq}`, attempt: 1, model: kind === 'llm' ? 'anthropic:sonnet-4.5' : null, request_hash: null, tokens: 0, cost_micros: 0, duration_ms: 40, error: null, marks: [], ...more };
}

const LIVE = 'repair/2/1/';
const EARLIER = 'repair/1/1/';

test('of a selected node the record is read as it grows: what was asked, step by step, and what came of it; all of it as text', async () => {
  const panel = await open({ picture: incident(), overlay: incidentRun(Date.now()) });
  const { page } = panel;
  const tab = (name: string): ReturnType<typeof page.locator> => page.getByRole('tab', { name, exact: true });
  const shown = page.getByRole('tabpanel');
  expect(await told(panel, 'steps')).toEqual([]);
  await nodeOf(page, 'repair').click();
  await soon(() => page.getByRole('tab').allTextContents()).toEqual(['Stream', 'Request', 'Steps', 'Output']);
  await soon(() => told(panel, 'steps')).toContainEqual({ kind: 'steps', agentRun: LIVE });
  await panel.send({ kind: 'steps', agentRun: LIVE, steps: [step(11, LIVE, 'llm'), step(12, LIVE, 'tool', { name: 'nodes/repair/tool/run_tests' })], inputs: { file: 'retry.ts' }, output: null });
  await soon(() => shown.locator('.call .mono').allTextContents()).toEqual(['gpt-5-mini', 'sonnet-4.5', 'run_tests', 'sonnet-4.5']);
  await tab('Request').click();
  await soon(() => told(panel, 'bodies')).toEqual([{ kind: 'bodies', agentRun: LIVE, seq: 11 }]);
  const [system, user] = ['Be <b>brief</b>.', '<img src=x onerror="window.hacked=1"> failed'];
  await panel.send({ kind: 'bodies', seq: 11, bodies: { details: null, request: { kind: 'value', hash: null, value: { model: 'm', messages: [{ role: 'system', content: system }, { role: 'user', content: user }] } }, response: { kind: 'value', hash: null, value: { text: 'Done.' } } } });
  await soon(() => shown.textContent()).toContain(user);
  expect(await shown.textContent()).toContain(system);
  expect(await shown.locator('.role').allTextContents()).toEqual(['system', 'user', 'settings']);
  await page.getByRole('button', { name: 'Open the request in an editor' }).click();
  await page.getByRole('button', { name: 'Copy the request' }).click();
  expect(await told(panel, 'open-body')).toEqual([{ kind: 'open-body', seq: 11, part: 'request' }]);
  expect(JSON.parse((await told(panel, 'copy'))[0]?.text ?? '')).toMatchObject({ model: 'm', messages: [{ content: system }, { content: user }] });
  await tab('Steps').click();
  await soon(async () => (await told(panel, 'steps')).some(({ agentRun: of }) => of === EARLIER)).toBe(true);
  await panel.send({ kind: 'steps', agentRun: EARLIER, steps: [step(5, EARLIER, 'llm'), step(7, EARLIER, 'output')], inputs: {}, output: { summary: 'seconds' } });
  await soon(() => shown.locator('.call.step').count()).toBe(4);
  await shown.locator('.call.step').nth(2).click();
  await soon(() => shown.locator('.step-body').textContent()).toContain('Done.');
  expect(await findings(page)).toEqual([]);
  await panel.shot('drawer-steps');
  await tab('Output').click();
  await soon(() => shown.textContent()).toContain('There is none yet.');
  await shown.getByRole('combobox').selectOption(EARLIER);
  await soon(() => shown.textContent()).toContain('"seconds"');
  await page.getByRole('button', { name: 'Open in run panel' }).click();
  expect(await told(panel, 'node-action')).toEqual([{ kind: 'node-action', action: 'show-steps', node: 'repair' }]);
  expect(await page.evaluate(() => [document.querySelectorAll('img, b:not(header b):not(.failure b)').length, (window as unknown as { hacked?: number }).hacked])).toEqual([0, undefined]);
  expect(await violations(page)).toEqual([]);
  expect(panel.errors).toEqual([]);
});

test('what still runs is read again, what has ended once more and then never; what cannot be read says why', async () => {
  const panel = await open({ picture: incident(), overlay: incidentRun(Date.now()) });
  const asked = async (id: string): Promise<number> => (await told(panel, 'steps')).filter(({ agentRun: of }) => of === id).length;
  const answer = (id: string): ToGraphPanel => ({ kind: 'steps', agentRun: id, steps: [], inputs: {}, output: 'all of it' });
  await nodeOf(panel.page, 'repair').click();
  await soon(() => asked(LIVE)).toBe(1);
  await panel.send(answer(LIVE));
  await soon(() => asked(LIVE)).toBe(2);
  await panel.send(answer(LIVE), frames(frame('node.repair.completed', { node_id: 'repair', path: 'nodes/repair', agent_run_id: LIVE, timestamp: Date.now() / 1_000, tokens: 1, cost_usd: 0 })));
  await soon(() => asked(LIVE)).toBe(3);
  await panel.send(answer(LIVE));
  await soon(() => panel.page.getByRole('tabpanel').textContent()).toContain('all of it');
  await nodeOf(panel.page, 'read-report').click();
  await soon(() => asked('read-report/1/1/')).toBe(1);
  await panel.send({ kind: 'unreadable', agentRun: 'read-report/1/1/', message: 'The ledger is busy.' });
  await soon(() => panel.page.getByRole('tabpanel').textContent()).toContain('The ledger is busy.');
  expect([await asked(LIVE), await asked('read-report/1/1/')]).toEqual([3, 1]);
});

test('what is written scrolls along with its end, until somebody looks further up', async () => {
  const panel = await open({ picture: incident(), overlay: incidentRun(Date.now()) });
  const { page } = panel;
  const shown = page.getByRole('tabpanel');
  const below = (): Promise<number> => shown.evaluate(({ scrollHeight, scrollTop, clientHeight }) => Math.round(scrollHeight - scrollTop - clientHeight));
  const say = (words: string): Promise<void> => panel.send(frames(frame('agent.token', { message: words, node_id: 'repair', agent_run_id: LIVE })));
  await nodeOf(page, 'repair').click();
  await say('A line of many.\n\n'.repeat(60));
  await soon(below).toBe(0);
  await soon(() => page.locator('.dfoot').textContent()).toContain('following');
  await shown.hover();
  await page.mouse.wheel(0, -400);
  await soon(below).toBeGreaterThan(200);
  await say('More of it.\n\n'.repeat(20));
  await soon(() => shown.textContent()).toContain('More of it.');
  expect(await below()).toBeGreaterThan(200);
  await page.getByRole('button', { name: 'Follow', exact: true }).click();
  await soon(below).toBe(0);
});

test('a person with a time to answer is waited for as a person, with the time that is left; a timer is a timer', async () => {
  const own = picture('small', [node('asked', 'human', 'form'), node('timed', 'wait', '1 h')], []);
  const panel = await open({ picture: own, overlay: { run: runRecord({ status: 'waiting' }), agentRuns: [agentRun('asked', 'waiting', 0, 0, 0), agentRun('timed', 'waiting', 0, 0, 0)], stale: false, criticalPath: [] } });
  const until = new Date(Date.now() + 23.5 * 3_600_000).toISOString();
  const waiting = (id: string, more: Partial<Frame>): Frame => frame(`node.${id}.waiting`, { node_id: id, agent_run_id: `${id}/1/1/`, ...more });
  await panel.send(frames(waiting('asked', { path: 'nodes/asked/ask', waits_for: 'person' }), waiting('asked', { path: 'nodes/asked/timeout', waits_for: 'timer', until }), waiting('timed', { path: 'nodes/timed/wait', waits_for: 'timer', until })));
  await soon(() => nodeOf(panel.page, 'asked').locator('.m').allTextContents()).toEqual(['for a person', expect.stringMatching(/^23 h \d\d m left$/)]);
  expect(await nodeOf(panel.page, 'timed').locator('.m').allTextContents()).toEqual(['for a timer', expect.stringMatching(/^23 h \d\d m left$/)]);
  await nodeOf(panel.page, 'asked').click();
  await soon(() => panel.page.locator('.drawer .facts').textContent()).toMatch(/Waits\s*for a person, until /);
  await panel.page.locator('.drawer').getByRole('button', { name: 'Answer…' }).waitFor();
  expect(await findings(panel.page)).toEqual([]);
});

for (const width of [1_400, 900]) {
  test(`every tab of the drawer is legible and whole at ${width} px, in four themes`, async () => {
    const panel = await open({ picture: incident(), overlay: incidentRun(Date.now()), width });
    const { page } = panel;
    await nodeOf(page, 'repair').click();
    await panel.settled();
    const prompt = 'The tests of `checkout` said:\n\n```\nwaits for a date in Retry-After: expected 2000 ms, got 2 ms\n```\n\n{"files": ["src/retry.ts"], "failed": 1}';
    const failed = { name: 'Tool.TemporaryFailure', message: 'The checkout did not answer.' };
    await panel.send(
      { kind: 'steps', agentRun: LIVE, steps: [step(11, LIVE, 'llm', { tokens: 3_502 }), step(12, LIVE, 'tool', { name: 'nodes/repair/tool/run_the_whole_suite_of_the_checkout', error: failed })], inputs: { report: 'Retry-After is ignored', files: ['src/retry.ts'] }, output: { loop_continue: true } },
      { kind: 'steps', agentRun: EARLIER, steps: [step(5, EARLIER, 'llm'), step(7, EARLIER, 'output')], inputs: {}, output: 'Converted **seconds**.' },
      { kind: 'bodies', seq: 11, bodies: { details: null, request: { kind: 'value', hash: null, value: { model: 'm', messages: [{ role: 'system', content: 'You repair one defect.' }, { role: 'user', content: prompt }] } }, response: { kind: 'value', hash: null, value: { text: prompt } } } },
      { kind: 'bodies', seq: 12, bodies: { details: null, request: { kind: 'value', hash: null, value: { path: 'checkout' } }, response: { kind: 'pruned', hash: 'ab'.repeat(32) } } },
    );
    for (const name of ['Stream', 'Request', 'Steps', 'Output']) {
      await page.getByRole('tab', { name, exact: true }).click();
      if (name === 'Steps') for (const at of [2, 3]) await page.locator('.call.step').nth(at).click();
      await page.mouse.move(width / 2, 4);
      for (const theme of THEME_NAMES) {
        await panel.theme(theme);
        await panel.settled();
        await panel.shot(`drawer-${name.toLowerCase()}-${width}-${theme}`);
        expect.soft(await findings(page), `${name} ${theme}`).toEqual([]);
      }
      expect(await violations(page)).toEqual([]);
    }
  });
}
