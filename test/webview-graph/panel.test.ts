import { expect, test } from 'vitest';
import { findings } from './findings.ts';
import { focusedNode, idsDrawn, nodeOf, panels, placeOf, soon, violations } from './kit.ts';
import type { Opened } from './kit.ts';
import { pictureMessage, URI } from './graph-page.ts';
import { agentRun, audit, auditRun, claims, edge, HOSTILE, hostile, incident, incidentRun, node, picture, polling, runRecord, tutorial } from './pictures.ts';
import { frame, frames, told } from './talk.ts';

const open = await panels();

test('a click selects and shows the text beside; a double click and Enter go there; a click on nothing lets go', async () => {
  const panel = await open({ picture: incident() });
  await nodeOf(panel.page, 'repair').click();
  await soon(() => panel.page.locator('.drawer h2').textContent()).toBe('repair');
  expect((await told(panel, 'reveal')).at(-1)).toMatchObject({ focus: false });
  await panel.settled();
  await nodeOf(panel.page, 'repair').dblclick();
  await soon(async () => (await told(panel, 'reveal')).at(-1)).toMatchObject({ focus: true });
  await panel.page.keyboard.press('Escape');
  await soon(() => panel.page.locator('.drawer').count()).toBe(0);
});

test('the cursor of the editor marks a node and brings it into view, and takes no focus', async () => {
  const large = audit(200);
  const panel = await open({ picture: large });
  await panel.page.locator('.pct').click();
  const before = await panel.page.evaluate(() => document.activeElement?.className);
  const last = large.nodes.at(-1)?.id ?? '';
  await panel.send({ kind: 'cursor', node: last });
  await soon(() => panel.page.locator('.node.current').getAttribute('data-node')).toBe(last);
  const box = await nodeOf(panel.page, last).boundingBox();
  expect(box !== null && box.x > 0 && box.y > 44 && box.x + box.width < 1_400 && box.y + box.height < 900).toBe(true);
  expect(await panel.page.evaluate(() => document.activeElement?.className)).toBe(before);
  await panel.send({ kind: 'cursor', node: null });
  await soon(() => panel.page.locator('.node.current').count()).toBe(0);
});

test('a node called <img onerror=…> is only ever shown', async () => {
  const panel = await open({ picture: hostile(), overlay: { run: runRecord({ error: { name: HOSTILE[0] ?? '', message: HOSTILE[1] ?? '' }, status: 'error', ended_at: new Date().toISOString() }), agentRuns: HOSTILE.map((id) => agentRun(id, 'error', 1, 1, 1, { agent_name: id, model: id, error: { name: id, message: id } })), stale: true, criticalPath: HOSTILE } });
  const { page } = panel;
  await panel.send(frames(frame('agent.token', { message: '<img src=x onerror="window.hacked=1">[x](javascript:alert(1))', node_id: HOSTILE[1] ?? '', agent_run_id: agentRun(HOSTILE[1] ?? '', 'error', 0, 0, 0).id })));
  await page.locator('.node').nth(1).click();
  await soon(() => page.locator('.drawer .text').textContent()).toContain('<img src=x onerror="window.hacked=1">');
  await page.getByRole('button', { name: 'Show as a list' }).click();
  await page.getByRole('treeitem').first().waitFor();
  expect(await page.evaluate(() => [...document.querySelectorAll('img, iframe, a[href], script:not([nonce])')].length)).toBe(0);
  expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
  expect(panel.errors).toEqual([]);
});

test('a message of another shape is not used and is reported, and the panel goes on', async () => {
  const panel = await open({ picture: tutorial() });
  await panel.page.evaluate(() => {
    for (const data of [{ kind: 'who-knows' }, null, 7, { kind: 'cursor', node: 3 }, { kind: 'picture', uri: 'x', version: 1, state: { kind: 'picture', picture: { nodes: 'no' }, others: [] } }]) window.dispatchEvent(new MessageEvent('message', { data }));
  });
  const bugs = await told(panel, 'bug');
  expect(bugs.map(({ message }) => message)).toEqual([expect.stringContaining('who-knows'), expect.any(String), expect.any(String), 'message.node: not a text', 'message.state.picture.name: not a text']);
  expect(await panel.page.locator('.node').count()).toBe(3);
});

test('typing in an id moves nothing; another node moves the others gently, and the one looked at stays where it is', async () => {
  const before = incident();
  const panel = await open({ picture: before });
  const place = await placeOf(panel.page, 'close-out');
  const renamed = { ...before, nodes: before.nodes.map((one) => (one.id === 'repair' ? { ...one, id: 'repair-it' } : one)), edges: before.edges.map((one) => ({ ...one, from: one.from === 'repair' ? 'repair-it' : one.from, to: one.to === 'repair' ? 'repair-it' : one.to })) };
  await panel.send(pictureMessage(renamed, 2));
  await soon(() => nodeOf(panel.page, 'repair-it').count()).toBe(1);
  expect(await placeOf(panel.page, 'close-out')).toEqual(place);
  expect(await nodeOf(panel.page, 'repair').count()).toBe(0);
  await nodeOf(panel.page, 'confirm-impact').click();
  await panel.settled();
  await panel.page.mouse.move(60, 500);
  await panel.page.mouse.down();
  await panel.page.mouse.move(40, 480, { steps: 4 });
  await panel.page.mouse.up();
  await panel.settled();
  const looked = await placeOf(panel.page, 'confirm-impact');
  const more = { ...renamed, nodes: [...renamed.nodes, node('added', 'spawn', 'new'), node('added-too', 'spawn', 'new')], edges: [...renamed.edges, edge('read-report', 'added'), edge('read-report', 'added-too')] };
  await panel.send(pictureMessage(more, 3));
  await soon(() => nodeOf(panel.page, 'added').count()).toBe(1);
  await panel.settled();
  expect(await placeOf(panel.page, 'confirm-impact')).toEqual(looked);
});

test('a document with a mistake in it keeps its picture, with the problems on it', async () => {
  const panel = await open({ picture: tutorial() });
  expect(await nodeOf(panel.page, 'trader').locator('.problem.error').count()).toBe(1);
  await nodeOf(panel.page, 'trader').click();
  await panel.page.getByRole('button', { name: 'Show problems' }).click();
  await panel.page.getByRole('button', { name: /^Go to line/ }).click();
  await soon(async () => [(await told(panel, 'problems')).length, (await told(panel, 'reveal')).at(-1)?.focus]).toEqual([1, true]);
  await panel.page.getByRole('button', { name: 'Explain' }).click();
  await panel.page.getByRole('button', { name: 'Fix…' }).click();
  expect([await told(panel, 'explain'), await told(panel, 'fix')]).toEqual([[{ kind: 'explain', code: 'agent-not-found' }], [{ kind: 'fix', node: 'trader', code: 'agent-not-found' }]]);
  await panel.page.getByRole('button', { name: 'Details' }).click();
  await soon(() => panel.page.locator('.drawer .problems').count()).toBe(1);
});

test('of a thousand nodes only those in view are in the document, and from afar each is a block', async () => {
  const huge = audit(1_000);
  const panel = await open({ picture: huge, overlay: auditRun(huge, Date.now()) });
  expect(await panel.page.locator('.node.block').count()).toBe(1_000);
  expect(await panel.page.locator('.lines > g').count()).toBeLessThan(6);
  // A status is never told by its colour alone.
  expect(await panel.page.locator('.node.block:not(:has(.g))').count()).toBe(0);
  await panel.page.locator('.pct').click();
  await soon(() => panel.page.locator('.node.block').count()).toBe(0);
  const near = (await idsDrawn(panel.page)).length;
  expect(near).toBeGreaterThan(0);
  expect(near).toBeLessThan(120);
  const before = await idsDrawn(panel.page);
  await panel.page.mouse.move(500, 500);
  await panel.page.mouse.down();
  await panel.page.mouse.move(-2_500, 500, { steps: 6 });
  await panel.page.mouse.up();
  await panel.settled();
  expect(await idsDrawn(panel.page)).not.toEqual(before);
});

test('a node is found by its name and by what it does, one after the other', async () => {
  const large = audit(200);
  const panel = await open({ picture: large });
  await panel.page.keyboard.press('/');
  await panel.page.locator('#find').waitFor();
  await panel.page.keyboard.type('verify');
  await soon(() => panel.page.locator('.finder [role=status]').textContent()).toBe('1/22');
  await panel.page.keyboard.press('Enter');
  await panel.page.keyboard.press('Shift+Enter');
  await panel.page.keyboard.press('Shift+Enter');
  await soon(() => panel.page.locator('.finder [role=status]').textContent()).toBe('22/22');
  await panel.page.keyboard.press('Escape');
  await soon(() => panel.page.locator('.drawer h2').textContent()).toMatch(/^verify-signature-/);
  await soon(() => focusedNode(panel.page)).toMatch(/^verify-signature-/);
  await panel.page.keyboard.press('/');
  await panel.page.keyboard.type('no such thing');
  await soon(() => panel.page.locator('.finder [role=status]').textContent()).toBe('none');
  await panel.page.keyboard.press('Escape');
  await soon(() => focusedNode(panel.page)).not.toBeNull();
});

test('a container closes and opens, and says how much it hides', async () => {
  const panel = await open({ picture: polling() });
  await panel.page.locator('[data-toggle="Both"]').click();
  await panel.settled();
  expect(await nodeOf(panel.page, 'Index').count()).toBe(0);
  expect(await nodeOf(panel.page, 'Both').textContent()).toContain('3 inside');
  expect(await findings(panel.page)).toEqual([]);
  await panel.shot('collapsed');
  await panel.page.locator('[data-toggle="Both"]').click();
  await panel.settled();
  expect(await nodeOf(panel.page, 'Index').count()).toBe(1);
});

test('a tournament opens to its bracket', async () => {
  const panel = await open({ picture: incident(), overlay: incidentRun(Date.now()) });
  await nodeOf(panel.page, 'pick-fix').click();
  await soon(() => panel.page.locator('.bracket .slot').count()).toBe(7);
  expect(await panel.page.locator('.bracket text').allTextContents()).toEqual(['entrant 1', 'entrant 2', 'entrant 3', 'entrant 4', 'match 1', 'match 2', 'winner']);
  await panel.settled();
  expect(await findings(panel.page)).toEqual([]);
  await panel.shot('bracket');
});

test('hover lights the way to a node and from it', async () => {
  const panel = await open({ picture: incident() });
  await nodeOf(panel.page, 'confirm-impact').hover();
  await soon(() => panel.page.locator('.lines .edge.path').count()).toBe(6);
  await panel.page.mouse.move(20, 400);
  await soon(() => panel.page.locator('.lines .edge.path').count()).toBe(0);
});

test('what is seen comes back after a reload: camera, direction, selection, closed containers', async () => {
  const panel = await open({ picture: polling() });
  await panel.page.getByRole('button', { name: /^Direction: top-down/ }).click();
  await panel.settled();
  await panel.page.locator('[data-toggle="EachFile"]').click();
  await panel.settled();
  await panel.page.keyboard.press('+');
  await nodeOf(panel.page, 'Poll').click();
  await panel.settled();
  expect(await told(panel, 'direction')).toEqual([{ kind: 'direction', direction: 'right' }]);
  const kept = async (): Promise<unknown> => await panel.page.evaluate(() => (window as unknown as { kept: unknown }).kept);
  await soon(kept).toMatchObject({ uri: URI, document: 0, direction: 'right', collapsed: ['EachFile'], selected: 'Poll' });
  const { a, e, f } = await panel.page.evaluate(() => {
    const matrix = (name: string): DOMMatrix => new DOMMatrix(getComputedStyle(document.querySelector(name) ?? document.body).transform);
    return { a: matrix('.world').a, e: matrix('.sheet').e, f: matrix('.sheet').f };
  });
  await soon(async () => ((await kept()) as { camera: unknown }).camera).toEqual({ x: e, y: f, zoom: expect.closeTo(a, 4) as number });
  const state = await kept();
  const place = await placeOf(panel.page, 'Poll');
  const again = await open({ picture: polling(), kept: state, direction: 'right' });
  expect(await placeOf(again.page, 'Poll')).toEqual(place);
  expect(await again.page.locator('.drawer h2').textContent()).toBe('Poll');
  expect(await nodeOf(again.page, 'Fetch').count()).toBe(0);
});

test('the picture is exported whole, with the colours it has, and needs nothing else', async () => {
  const panel = await open({ picture: incident(), overlay: incidentRun(Date.now()), theme: 'light' });
  await panel.page.keyboard.press('+');
  await panel.send({ kind: 'do', what: 'export-svg' }, { kind: 'do', what: 'export-png' });
  await soon(async () => (await told(panel, 'export')).map(({ format }) => format)).toEqual(['svg', 'png']);
  const [svg, png] = await told(panel, 'export');
  expect(svg?.data).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  for (const id of incident().nodes) expect(svg?.data).toContain(id.id);
  expect(svg?.data).not.toMatch(/var\(|class=|<script|<style|color-mix|href=|style=/);
  expect(Buffer.from(png?.data ?? '', 'base64').subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
  const shown = await open();
  await shown.page.setContent(`<body style="margin:0">${svg?.data ?? ''}</body>`);
  await shown.shot('exported');
  expect(panel.errors).toEqual([]);
});

test('of several documents in a file the shown one is chosen', async () => {
  const panel = await open();
  await panel.send({ kind: 'picture', uri: URI, version: 1, state: { kind: 'picture', picture: { ...tutorial(), document: 1 }, others: [{ document: 0, name: 'first' }, { document: 1, name: 'MyFirstResearchLoop' }] } });
  await panel.settled();
  expect(await panel.page.locator('header select').inputValue()).toBe('1');
  await panel.page.locator('header select').selectOption('0');
  await soon(() => told(panel, 'document')).toEqual([{ kind: 'document', document: 0 }]);
});

test('before there is a picture, and where there is none, the panel says what to do', async () => {
  const panel = await open();
  await soon(() => panel.page.locator('.skeleton').textContent()).toContain('Reading the document');
  await panel.send({ kind: 'picture', uri: URI, version: 1, state: { kind: 'nothing', message: 'This file holds no workflow', hint: 'Open one, or make one with New Workflow from Template.' } });
  await soon(() => panel.page.locator('.blank h2').textContent()).toBe('This file holds no workflow');
  expect(await findings(panel.page)).toEqual([]);
  await panel.shot('nothing');
  await panel.send(pictureMessage(picture('empty', [], [])));
  await panel.page.getByRole('button', { name: 'Go to the text' }).click();
  await soon(() => told(panel, 'reveal')).toHaveLength(1);
  const many = Array.from({ length: 4_001 }, (_, at) => node(`n${at}`, 'spawn', 'x'));
  await panel.send(pictureMessage(picture('vast', many, [])));
  await soon(() => panel.page.locator('.blank h2').textContent()).toBe('4,001 nodes are too many to draw well');
  expect(await violations(panel.page)).toEqual([]);
  await panel.shot('too-large');
  await panel.page.getByRole('button', { name: 'Show the list' }).click();
  await soon(() => panel.page.getByRole('treeitem').first().getAttribute('aria-setsize')).toBe('4001');
  expect(panel.errors).toEqual([]);
});

test('a layout that fails is reported, and the picture is there all the same', async () => {
  const panel = await open();
  await panel.page.route('**/layout-worker.js', (route) => route.abort());
  await panel.page.reload();
  await panel.page.waitForFunction(() => (window as unknown as { told: { kind: string }[] }).told.some(({ kind }) => kind === 'ready'));
  await panel.send(pictureMessage(claims()));
  await panel.settled();
  await soon(() => panel.page.locator('.node').count()).toBe(6);
  expect(await panel.page.locator('.lines .edge').count()).toBeGreaterThan(6);
  expect((await told(panel, 'bug')).map(({ message }) => message).join('\n')).toContain('layout');
});

test('nothing moves for those who asked for that: by the system, by the editor', async () => {
  const running = { run: runRecord(), agentRuns: [agentRun('research', 'running', 1, 1, 1)], stale: false, criticalPath: [] };
  const animation = async (panel: Opened): Promise<string> => await panel.page.evaluate(() => getComputedStyle(document.querySelector('.stripe.running') ?? document.body).animationName);
  const still = await open({ picture: tutorial(), overlay: running });
  expect(await animation(still)).toBe('none');
  const lively = await open({ picture: tutorial(), overlay: running, motion: true });
  expect(await animation(lively)).toBe('march');
  await lively.send({ kind: 'settings', direction: 'down', reducedMotion: true });
  await soon(() => animation(lively)).toBe('none');
});
