import { expect, test } from 'vitest';
import type { ToRunPanel } from '../../protocol/run-panel.ts';
import type { RunDetailRecord } from '../../protocol/run-records.ts';
import { bodiesOf, incident, inMidRun, isoAt, RUN } from './incident.ts';
import { row, selected, usePanels } from './panel-kit.ts';
import { painted } from '../webview/panel-page.ts';

const { open, openIncident } = await usePanels();

test('a run is shown: where it comes from, what it cost of what it may, and every node with its figures', async () => {
  const { page, errors } = await openIncident();
  const head = page.locator('header');
  for (const words of ['incident-response', '8be41d07', 'Completed', 'fork of 0197f2c4-7e11', '60,768 tok', '$0.2130 of $0.50', '43 %', '2 m 21 s', 'Replay']) expect(await head.innerText()).toMatch(new RegExp(words.split(' ').map(quoted).join('\\s+')));
  expect((await page.locator('.trow .nm').allTextContents()).map((words) => words.replace(/, [a-z]+, $/, ''))).toEqual([
    'read-report', 'search-logs', 'find-commits', 'reproduce attempt 3', 'merge-evidence', 'classify-cause', 'confirm-impact', 'rollback-config', 'pick-fix', 'ask-vendor', 'repair 3 of 5', 'notify-customer', 'close-out', 'write-postmortem',
  ]);
  expect(await row(page, 'search-logs').locator('.num').allTextContents()).toEqual(['6,318 tokens, ', '$0.0052, ', '11.4 s']);
  expect(await row(page, 'rollback-config').locator('.num').allInnerTexts()).toEqual(['–', '–', '–']);
  expect(await row(page, 'reproduce').locator('.mark').evaluateAll((marks) => marks.map((mark) => mark.getAttribute('class')))).toEqual(['mark error thin', 'mark waiting hatch thin', 'mark error thin', 'mark waiting hatch thin', 'mark error thin']);
  expect(await row(page, 'confirm-impact').locator('.mark.hatch').count()).toBe(1);
  expect(await row(page, 'repair').locator('.mark').count()).toBe(3);
  expect(await page.locator('.trow', { has: page.locator('.crit', { hasText: '◆' }) }).count()).toBe(7);
  expect(await page.locator('.legend').innerText()).toMatch(/completed\s+failed attempt\s+waiting\s+◆\s+critical path/);
  // What failed is what a person looks at first.
  expect(await selected(page)).toContain('reproduce');
  expect(errors).toEqual([]);
});

function quoted(words: string): string {
  return words.replaceAll(/[$.+]/g, String.raw`\$&`);
}

test('bars stand where their time is', async () => {
  const { page } = await openIncident();
  const plot = (await row(page, 'search-logs').locator('.plot').boundingBox())!;
  const bar = (await row(page, 'search-logs').locator('.mark').boundingBox())!;
  const span = 141_900 * 1.03;
  expect((bar.x - plot.x) / plot.width).toBeCloseTo(2_100 / span, 2);
  expect((bar.x + bar.width - plot.x) / plot.width).toBeCloseTo(13_500 / span, 2);
});

test('a step is shown by role, as JSON that folds, raw, and beside the same step of the parent', async () => {
  const { page, serve, sent } = await openIncident();
  await row(page, 'repair').click();
  await serve();
  expect(await page.locator('.steps .state').innerText()).toBe('9 steps');
  await page.locator('.step').nth(4).click();
  await serve();
  expect(await page.locator('.request .role').allInnerTexts()).toEqual(['system', 'user', 'settings']);
  expect(await page.locator('.request pre').innerText()).toContain('expected 2000 ms, got 2 ms');
  expect(await page.locator('.response li').allInnerTexts()).toEqual(['Retry-After: 2', 'Retry-After: Wed, 21 Oct 2026 07:28:00 GMT']);
  await page.getByRole('button', { name: 'Diff with parent' }).click();
  await painted(page);
  expect(await page.locator('.response .dl.removed').innerText()).toContain('one form');
  expect(await page.locator('.response .dl.added').allInnerTexts()).toHaveLength(2);
  expect(await page.locator('.request').innerText()).toContain('The same, to the letter.');
  await page.getByRole('button', { name: 'Raw' }).click();
  await painted(page);
  expect(await page.locator('.response pre.raw').innerText()).toContain('"finish": "stop"');
  expect(await page.locator('.request h3').innerText()).toMatch(/3,502 tok · b19c04e2/);
  expect(await page.locator('.response h3').innerText()).toMatch(/616 tok · 13\.1 s · first words after 0\.6 s · 77aa01cc/);
  await page.getByRole('button', { name: 'Network' }).click();
  await painted(page);
  expect(await page.locator('.wire').innerText()).toMatch(/POST https:\/\/api\.example\.org\/v1\/messages after 0 ms[^]*content-type[^]*"model": "sonnet-4\.5"[^]*200 after 0\.6 s[^]*req_0197[^]*600 ms\s+event: message_start[^]*640 ms\s+data: \{"text":"The date <b>form<\/b>"\}[^]*base64 8J\+Y[^]*It came to its end after 13\.1 s/);

  await page.getByRole('button', { name: 'Rendered' }).click();
  await page.locator('.step').nth(6).click();
  await serve();
  const tree = page.locator('.response .json');
  expect(await tree.innerText()).toContain('"confidence": 0.93');
  const before = (await tree.innerText()).length;
  await tree.getByRole('button', { name: /^files/ }).click();
  await painted(page);
  expect(await tree.innerText()).toContain('2 items');
  expect((await tree.innerText()).length).toBeLessThan(before);
  await page.getByRole('button', { name: 'Copy the response' }).click();
  await page.getByRole('button', { name: 'Open the response in an editor' }).click();
  await page.getByRole('button', { name: 'Copy the request' }).click();
  await page.getByRole('button', { name: 'Open the request in an editor' }).click();
  expect((await sent()).slice(-2)).toEqual([{ kind: 'copy', text: expect.stringContaining('You repair one defect.') as string }, { kind: 'open', seq: 95, part: 'request' }]);
  expect((await sent()).slice(-4, -2)).toEqual([{ kind: 'copy', text: expect.stringContaining('"loop_continue":false') as string }, { kind: 'open', seq: 95, part: 'response' }]);
  // Of the output only its hash is left.
  await page.locator('.step').nth(8).click();
  await serve();
  expect(await page.locator('.pruned').innerText()).toMatch(/pruned.*77aa01cc/s);
});

test('what a model wrote is read as it is meant: tables, lists in lists, emphasis; an address is shown in full and only asked for', async () => {
  const text = [
    '## Findings', '| file | hits | note |', '|:--|--:|---|', '| `a.ts` | 3 | **two** _new_ |', '| b.ts | 12 | ~~old~~ |', '', '- outer', '  - inner', '- [x] done', '', '> quoted', '', '3. third', '4. fourth', '',
    'See [the manual](https://example.org/a?b=1), <https://example.org/plain>, [harmless](https://xn--e1afmkfd.example/), [script](javascript:alert(1)), [ref][r] and ![a picture](https://example.org/p.png).', '', '[r]: https://example.org/ref', '', '<b>bold</b>',
  ].join('\n');
  const { page, send, sent, errors } = await openIncident();
  await row(page, 'repair').click();
  await painted(page);
  await send({ kind: 'steps', agentRun: 'repair-3-1', steps: [{ seq: 5, agent_run_id: 'repair-3-1', kind: 'llm', name: 'model/1', attempt: 1, model: 'm', request_hash: null, tokens: 1, cost_micros: 1, duration_ms: 1, error: null, marks: [] }], inputs: {}, output: null });
  await page.locator('.step', { hasText: 'm' }).last().click();
  await send({ kind: 'bodies', seq: 5, bodies: bodiesOf({ messages: [] }, { status: 'ok', text, finish: 'stop' }), parent: null });
  const answer = page.locator('.response .prose');
  expect(await answer.locator('.heading').innerText()).toBe('Findings');
  expect(await answer.locator('tr').evaluateAll((rows) => rows.map((one) => [...one.children].map((cell) => `${cell.tagName} ${cell.className} ${cell.textContent}`)))).toEqual([
    ['TH left file', 'TH right hits', 'TH  note'], ['TD left a.ts', 'TD right 3', 'TD  two new'], ['TD left b.ts', 'TD right 12', 'TD  old'],
  ]);
  expect(await answer.locator('ul ul li').innerText()).toBe('inner');
  expect(await answer.locator('ol').getAttribute('start')).toBe('3');
  expect(await answer.locator('blockquote').innerText()).toBe('quoted');
  expect(await answer.innerText()).toContain('See the manual (https://example.org/a?b=1), https://example.org/plain, harmless (https://xn--e1afmkfd.example/), script (javascript:alert(1)), ref (https://example.org/ref) and a picture (https://example.org/p.png).');
  expect(await answer.innerText()).toContain('<b>bold</b>');
  expect(await answer.locator('a, img, b').count()).toBe(0);
  expect(await answer.getByRole('button').allInnerTexts()).toEqual(['https://example.org/a?b=1', 'https://example.org/plain', 'https://xn--e1afmkfd.example/', 'https://example.org/ref', 'https://example.org/p.png']);
  await answer.getByRole('button', { name: 'https://example.org/a?b=1' }).click();
  expect((await sent()).at(-1)).toEqual({ kind: 'open-address', address: 'https://example.org/a?b=1' });
  expect(errors).toEqual([]);
});

test('a text that nests without end, or is endless, is shown as it is', async () => {
  const { page, send, errors } = await openIncident();
  await row(page, 'repair').click();
  await painted(page);
  const deepList = Array.from({ length: 300 }, (_, at) => `${'  '.repeat(at)}- item ${at}`).join('\n');
  const deepMarks = `${'*a **b '.repeat(400)}${'** *'.repeat(400)}`;
  for (const [seq, text] of [[5, '>'.repeat(20_000)], [6, 'word '.repeat(60_000)]] as const) {
    await send({ kind: 'steps', agentRun: 'repair-3-1', steps: [{ seq, agent_run_id: 'repair-3-1', kind: 'llm', name: 'model/1', attempt: 1, model: 'm', request_hash: null, tokens: 1, cost_micros: 1, duration_ms: 1, error: null, marks: [] }], inputs: {}, output: null });
    await page.locator('.step').last().click();
    await send({ kind: 'bodies', seq, bodies: bodiesOf({ messages: [] }, { status: 'ok', text, finish: 'stop' }), parent: null });
    expect((await page.locator('.response pre').textContent())!.length).toBe(text.length);
  }
  for (const [seq, text, last] of [[7, deepList, 'item 299'], [8, deepMarks, 'b']] as const) {
    await send({ kind: 'steps', agentRun: 'repair-3-1', steps: [{ seq, agent_run_id: 'repair-3-1', kind: 'llm', name: 'model/1', attempt: 1, model: 'm', request_hash: null, tokens: 1, cost_micros: 1, duration_ms: 1, error: null, marks: [] }], inputs: {}, output: null });
    await page.locator('.step').last().click();
    await send({ kind: 'bodies', seq, bodies: bodiesOf({ messages: [] }, { status: 'ok', text, finish: 'stop' }), parent: null });
    expect(await page.locator('.response .prose').textContent()).toContain(last);
    expect(await page.locator('.response .prose').evaluate((root) => { let depth = 0; for (let one: Element | null = root; one !== null; one = one.querySelector(':scope > * :is(ul, em, strong)')) depth++; return depth; })).toBeLessThan(60);
  }
  expect(errors).toEqual([]);
});

test('another run beside this one: in a line, and node by node', async () => {
  const { page, sent, serve } = await openIncident();
  expect((await sent()).filter(({ kind }) => kind === 'compare')).toEqual([{ kind: 'compare', with: 'parent' }]);
  expect(await page.locator('.compare').innerText()).toMatch(/Compared with parent\s+tokens\s+64,105 → 60,768\s+−5.2 %[^]*5 of 18 differ[^]*same/);
  await page.getByRole('button', { name: 'Node by node' }).click();
  await painted(page);
  expect(await page.locator('.table tbody tr').count()).toBe(18);
  expect(await page.locator('.table tr', { hasText: 'search-logs' }).innerText()).toMatch(/completed\s+same\s+differs\s+differs\s+6,418 → 6,318/);
  await page.getByRole('button', { name: 'pick-fix' }).click();
  await serve();
  expect(await page.locator('.steps h2').innerText()).toBe('pick-fix');
  await page.getByRole('button', { name: 'classify-cause: the spec differs: show it' }).click();
  expect((await sent()).at(-1)).toEqual({ kind: 'diff-versions', of: 'agent', a: 'v', b: 'w' });
  // From what differs to the difference, of the very attempt.
  await page.getByRole('button', { name: 'repair iteration 3: the output differs: show it' }).click();
  await serve();
  expect(await page.locator('.sh h2').allInnerTexts()).toEqual(['repair', 'Step 7']);
  expect(await page.locator('.response .dl.removed').first().innerText()).toContain('"confidence": 0.71');
  await page.getByRole('button', { name: 'End the comparison' }).click();
  await serve();
  expect(await page.locator('.compare').count()).toBe(0);
  expect(await page.locator('.rows').count()).toBe(1);
});

test.each([['Home', 'step-91'], ['ArrowDown', 'step-91'], ['End', 'step-98']])('%s that comes before the steps do leads to one as soon as they are there', async (key, id) => {
  const whole = incident();
  const { page, serve } = await openIncident({}, { ...whole, agent_runs: whole.agent_runs.filter(({ node_id, id }) => node_id !== 'repair' || id === 'repair-3-1') });
  await row(page, 'repair').click();
  await painted(page);
  await page.locator('.slist').focus();
  await page.keyboard.press(key);
  await painted(page);
  expect(await page.locator('.step').count()).toBe(0);
  await serve();
  expect(await page.locator('.slist .on').getAttribute('id')).toBe(id);
});

test('everything is reached with the keyboard alone', async () => {
  const { page, serve, sent } = await openIncident();
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '');
  for (let presses = 0; presses < 12 && !(await focused()).startsWith('Nodes in the order'); presses++) await page.keyboard.press('Tab');
  expect(await focused()).toContain('Nodes in the order');
  await page.keyboard.press('Home');
  await painted(page);
  expect(await selected(page)).toContain('read-report, completed');
  await page.keyboard.press('ArrowDown');
  await painted(page);
  expect(await selected(page)).toContain('search-logs');
  await page.keyboard.press('End');
  await painted(page);
  expect(await selected(page)).toContain('write-postmortem');
  await row(page, 'repair').click();
  await serve();
  await page.locator('.rows').focus();
  await page.keyboard.press('Enter');
  await painted(page);
  expect(await focused()).toBe('Steps of repair');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await serve();
  expect(await page.locator('.slist .on').textContent()).toContain('llm, sonnet-4.5, 2,604 tokens');
  expect(await page.locator('.slist').getAttribute('aria-activedescendant')).toBe(await page.locator('.slist .on').getAttribute('id'));
  await page.keyboard.press('Enter');
  await painted(page);
  expect(await focused()).toContain('nodes/repair/1/model/1');
  await page.locator('.slist').focus();
  await page.keyboard.press('Escape');
  await painted(page);
  expect(await focused()).toContain('Nodes in the order');

  await page.getByRole('button', { name: 'More about this run' }).focus();
  await page.keyboard.press('Enter');
  await painted(page);
  expect(await focused()).toContain('Replay from record');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  await painted(page);
  expect(await page.locator('.menu').count()).toBe(0);
  expect(await focused()).toBe('More about this run');
  await page.keyboard.press('Enter');
  await painted(page);
  await page.keyboard.press('Enter');
  expect((await sent()).at(-1)).toEqual({ kind: 'action', action: 'replay-recorded' });
});

test('what can be done is asked of the extension, and what may not be is refused with the reason', async () => {
  const { page, sent, send } = await openIncident();
  const menuItem = async (button: string, item: string): Promise<void> => {
    await page.getByRole('button', { name: button }).click();
    await page.getByRole('menuitem', { name: item }).click();
    await painted(page);
  };
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  await page.getByRole('button', { name: /Spec hash/ }).click();
  await page.getByRole('button', { name: '0197f2c4-7e11' }).click();
  await menuItem('More about this run', 'Do only what failed again');
  await menuItem('More about this run', 'Show in the graph');
  await menuItem('More about reproduce', 'Fork from here');
  await menuItem('More about reproduce', 'Run only this node');
  expect((await sent()).filter(({ kind }) => kind === 'action' || kind === 'fork' || kind === 'show-run')).toEqual([
    { kind: 'action', action: 'replay' }, { kind: 'action', action: 'open-version' }, { kind: 'show-run', run: incident().run.parent_run_id }, { kind: 'action', action: 'fork-from-failure' },
    { kind: 'action', action: 'reveal-graph' }, { kind: 'fork', path: 'nodes/reproduce', only: false }, { kind: 'fork', path: 'nodes/reproduce', only: true },
  ]);
  await send({ kind: 'running-allowed', reason: 'This folder is not trusted.' });
  const replay = page.getByRole('button', { name: 'Replay', exact: true });
  expect(await replay.isDisabled()).toBe(true);
  expect(await replay.getAttribute('title')).toBe('This folder is not trusted.');
});

test('a run that goes on is followed: bars grow, text streams, a person is asked, and the end is seen', async () => {
  const { page, send, serve, sent } = await open();
  await send({ kind: 'running-allowed', reason: null }, ...inMidRun());
  await serve();
  expect(await page.locator('.notice').innerText()).toMatch(/confirm-impact waits for ana: Are customers affected/);
  await page.getByRole('button', { name: 'Answer…' }).first().click();
  expect((await sent()).at(-1)).toEqual({ kind: 'answer', run: RUN, path: 'nodes/confirm-impact/ask' });
  await row(page, 'search-logs').click();
  await serve();
  expect(await page.locator('.io .prose').innerText()).toContain('412 timeouts, all of them after');
  const frame = { task_id: RUN, workflow_run_id: RUN, timestamp: Date.parse(isoAt(15)) / 1_000, seq: 12, node_id: 'search-logs', path: 'nodes/search-logs', agent_run_id: 'search-logs-1-1' };
  await send({ kind: 'frames', run: RUN, frames: [{ ...frame, stage: 'agent.token', message: ' 09:12.' }] });
  expect(await page.locator('.io .prose').innerText()).toContain('all of them after 09:12.');
  const width = (await row(page, 'search-logs').locator('.mark').boundingBox())!.width;
  await expect.poll(async () => Number((await row(page, 'search-logs').locator('.num').last().innerText()).replace(' s', '')), { timeout: 30_000 }).toBeGreaterThan(12.8);
  expect(width).toBeGreaterThan(100);
  await expect.poll(async () => (await sent()).filter((message) => message.kind === 'steps' && message.agentRun === 'search-logs-1-1').length, { timeout: 30_000 }).toBeGreaterThan(1);
  await send({ kind: 'frames', run: RUN, frames: [{ ...frame, stage: 'node.search-logs.completed', message: '', tokens: 6_318, cost_usd: 0.0052 }, { ...frame, seq: 13, stage: 'workflow.halted', message: 'halted', error: { name: 'Dagbook.Halted', message: 'Halted by ana.' } }] });
  expect(await row(page, 'search-logs').textContent()).toContain('search-logs, completed, 6,318 tokens');
  expect(await page.locator('header .state').innerText()).toBe('Halted');
  expect(await page.locator('.notices').innerText()).toContain('Halted by ana.');
});

test('a node called <img onerror=…> and an answer full of HTML are only ever shown', async () => {
  const evil = '<img src=x onerror="window.pwned = 1"><script>window.pwned = 2</script>';
  const base = incident();
  const detail: RunDetailRecord = {
    ...base,
    run: { ...base.run, workflow_name: evil, status: 'error', error: { name: evil, message: evil, path: evil }, models: evil },
    nodes: [{ id: evil, kind: 'spawn', count: null }], critical_path: [evil],
    agent_runs: [{ ...base.agent_runs[0]!, id: 'evil', node_id: evil, path: `nodes/${encodeURIComponent(evil)}`, agent_name: evil, model: evil, error: { name: evil, message: evil } }],
    questions: [{ run: RUN, workflow_name: evil, path: evil, node_id: evil, form: {}, assignees: [evil], about: { goal: evil }, asked_at: isoAt(0), kind: 'ask' }],
  };
  const { page, send, errors } = await open();
  const request = { messages: [{ role: evil, content: `${evil}\n\n# ${evil}\n- **${evil}**\n\`${evil}\`\n\`\`\`${evil}\n${evil}\n\`\`\`\n[link](javascript:alert(1))` }], [evil]: evil };
  await send(
    { kind: 'detail', detail },
    { kind: 'steps', agentRun: 'evil', steps: [{ seq: 5, agent_run_id: 'evil', kind: 'llm', name: evil, attempt: 1, model: evil, request_hash: null, tokens: 1, cost_micros: 1, duration_ms: 1, error: null, marks: [evil] }], inputs: { [evil]: evil }, output: evil },
    { kind: 'bodies', seq: 5, bodies: bodiesOf(request, { status: 'ok', text: `${evil} {"a": "${evil}"}`, finish: 'stop' }), parent: bodiesOf(request, { status: 'ok', text: evil }) },
    { kind: 'failed', message: evil, hint: evil },
  );
  expect(await page.locator('.nm').textContent()).toBe(`${evil}, completed, `);
  expect(await page.locator('.response').innerText()).toContain(evil);
  await page.getByRole('button', { name: 'Diff with parent' }).click();
  await page.getByRole('button', { name: 'Raw' }).click();
  await painted(page);
  const found = await page.evaluate(() => ({ strangers: document.querySelectorAll('img, #root script, a[href], iframe').length, pwned: (window as unknown as { pwned?: number }).pwned }));
  expect(found).toEqual({ strangers: 0, pwned: undefined });
  expect(errors).toEqual([]);
});

test('before the run, without it, and where nothing has begun, the panel says so', async () => {
  const { page, send, sent } = await open();
  await expect.poll(() => page.locator('.blank').innerText()).toContain('Reading the run…');
  await send({ kind: 'failed', message: 'The run cannot be read.', hint: 'There is no ledger here yet.' });
  expect(await page.locator('.blank').innerText()).toMatch(/The run cannot be read\.\s+There is no ledger here yet\./);
  const base = incident();
  await send({ kind: 'detail', detail: { ...base, run: { ...base.run, status: 'pending', ended_at: null, cap_micros: null }, agent_runs: [], nodes: [] } });
  expect(await page.locator('.timeline').innerText()).toContain('Nothing has begun yet.');
  expect(await page.locator('.blank').count()).toBe(0);
  for (const noise of [null, 7, { kind: 'detail' }, { kind: 'detail', detail: { run: {} } }, { kind: 'frames', run: RUN, frames: [{}] }, { kind: 'unheard' }]) await send(noise as unknown as ToRunPanel);
  expect((await sent()).filter(({ kind }) => kind === 'bug')).toHaveLength(6);
});

test('the panel comes back as it was left', async () => {
  const first = await openIncident();
  await row(first.page, 'repair').click();
  await first.serve();
  await first.page.locator('.step').nth(4).click();
  await first.serve();
  const kept = await first.kept();
  expect(kept).toMatchObject({ run: RUN, node: 'repair', step: 91 });
  const second = await openIncident({ kept });
  expect(await second.page.locator('.sh h2').allInnerTexts()).toEqual(['repair', 'Step 5']);
});

test('of a node that ran two hundred times every turn can be looked at', async () => {
  const base = incident();
  const one = base.agent_runs[0]!;
  const detail = { ...base, nodes: [{ id: 'turns', kind: 'loop' as const, count: 200 }], agent_runs: Array.from({ length: 200 }, (_, at) => ({ ...one, id: `turn-${at}`, node_id: 'turns', path: 'nodes/turns', iteration: at + 1, started_at: isoAt(at), ended_at: isoAt(at + 0.9) })), critical_path: [] };
  const { page, serve, sent } = await openIncident({}, detail);
  await page.locator('.it').first().click();
  await serve();
  expect((await sent()).filter(({ kind }) => kind === 'steps').length).toBeLessThan(60);
  expect(await page.locator('.io').innerText()).toMatch(/turns\s+iteration 1[^]*Output[^]*loop_continue[^]*Inputs/);
});

test('of a thousand nodes only those in sight are drawn, and the last is one key away', async () => {
  const base = incident();
  const one = base.agent_runs[0]!;
  const ids = Array.from({ length: 1_000 }, (_, at) => `node-${at}`);
  const detail = { ...base, nodes: ids.map((id) => ({ id, kind: 'spawn' as const, count: null })), agent_runs: ids.map((id, at) => ({ ...one, id: `run-${at}`, node_id: id, path: `nodes/${id}`, started_at: isoAt(at / 10), ended_at: isoAt(at / 10 + 1) })), critical_path: [] };
  const { page } = await openIncident({}, detail);
  expect(await page.locator('.trow').count()).toBeLessThan(80);
  await page.locator('.rows').focus();
  await page.keyboard.press('End');
  await painted(page);
  await painted(page);
  expect(await selected(page)).toContain('node-999');
  expect(await page.locator('.trow.on').isVisible()).toBe(true);
  const [list, last] = [(await page.locator('.rows').boundingBox())!, (await page.locator('.trow.on').boundingBox())!];
  expect(last.y + last.height).toBeLessThanOrEqual(list.y + list.height + 1);
});
