import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { FromRunPanel, ToRunPanel } from '../../protocol/run-panel.ts';
import { ROOT } from '../cli/kit.ts';
import { workspaceOf } from '../cli/run-kit.ts';
import { openHost } from '../host/host-kit.ts';
import type { TestHost } from '../host/host-kit.ts';
import { launchBrowser, openPanel, servePanel } from '../webview/panel-page.ts';
import type { RunPage } from './panel-kit.ts';

const [browser, server] = await Promise.all([launchBrowser(), servePanel('run')]);
afterAll(async () => {
  await browser.close();
  await server.close();
});

function example(name: string): string {
  const folder = path.join(ROOT, 'examples', name);
  return workspaceOf(Object.fromEntries(globSync('**/*.yaml', { cwd: folder }).map((file) => [file, readFileSync(path.join(folder, file), 'utf8')])));
}

/** Plays the extension: what the panel asks for is asked of a real host, what the host tells is told to the panel. */
async function follow(host: TestHost, run: string): Promise<RunPage> {
  const page = await browser.newPage({ viewport: { width: 1_400, height: 900 }, reducedMotion: 'reduce' });
  onTestFinished(async () => await page.close());
  const panel = await openPanel<ToRunPanel, FromRunPanel>(page, server, 'light');
  const ends = new AbortController();
  onTestFinished(() => ends.abort());
  let answered = 0;
  let told = 0;
  const relay = async (): Promise<void> => {
    const all = await panel.sent();
    const frames = host.frames(run);
    const messages: ToRunPanel[] = frames.length > told ? [{ kind: 'frames', run, frames: frames.slice(told) }] : [];
    if (frames.slice(told).some(({ stage }) => /^workflow\.(completed|error|rejected|halted)$/.test(stage))) messages.push({ kind: 'detail', detail: await host.call('show', { run }) });
    told = frames.length;
    for (const message of all.slice(answered)) messages.push(...await answerOf(host, run, message));
    answered = all.length;
    if (messages.length > 0) await panel.send(...messages);
  };
  await panel.send({ kind: 'running-allowed', reason: null }, { kind: 'detail', detail: await host.call('show', { run }) });
  await host.call('subscribe', { run });
  void (async () => {
    while (!ends.signal.aborted && !page.isClosed()) {
      await relay().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return panel;
}

async function answerOf(host: TestHost, run: string, message: FromRunPanel): Promise<readonly ToRunPanel[]> {
  switch (message.kind) {
    case 'steps':
      return [{ kind: 'steps', agentRun: message.agentRun, steps: await host.call('steps', { run, agentRun: message.agentRun }), ...await host.call('agentRunBodies', { run, agentRun: message.agentRun }) }];
    case 'bodies':
      return [{ kind: 'bodies', seq: message.seq, bodies: await host.call('stepBodies', { run, seq: message.seq }), parent: null }];
    case 'compare': {
      const { parent_run_id: parent } = (await host.call('show', { run })).run;
      return parent === null ? [] : [{ kind: 'comparison', comparison: await host.call('compare', { a: parent, b: run }) }];
    }
    default:
      return [];
  }
}

/** Goes through every node and every step, and sees that each has something to show. */
async function lookAtEverything(page: Page): Promise<void> {
  const nodes = await page.locator('.trow').count();
  for (let node = 0; node < nodes; node++) {
    await page.locator('.trow').nth(node).click();
    await expect.poll(() => page.locator('.slist [role=option]').count(), { timeout: 30_000 }).toBeGreaterThan(0);
    const steps = await page.locator('.step').count();
    for (let step = 0; step < steps; step++) {
      await page.locator('.step').nth(step).click();
      await expect.poll(() => page.locator('.io').innerText(), { timeout: 30_000 }).toMatch(new RegExp(`^Step ${step + 1}\\b(?![^]*Reading…)[^]*(Request|Response|Output)\\b`));
    }
  }
}

async function sound(panel: RunPage): Promise<void> {
  expect((await panel.sent()).filter(({ kind }) => kind === 'bug')).toEqual([]);
  expect(panel.errors).toEqual([]);
}

test('the tutorial is followed from its first frame to its last, then looked through', async () => {
  const host = await openHost(example('tutorial'));
  const { run } = await host.start('MyFirstResearchLoop');
  const panel = await follow(host, run.id);
  await expect.poll(() => panel.page.locator('header .state').innerText(), { timeout: 30_000 }).toBe('Completed');
  expect(await panel.page.locator('.trow .crit', { hasText: '◆' }).count()).toBe(3);
  await lookAtEverything(panel.page);
  await panel.page.locator('.trow').last().click();
  await panel.page.locator('.step').first().click();
  await expect.poll(() => panel.page.locator('.response').innerText(), { timeout: 30_000 }).toContain('"symbol": "QQQ"');
  await sound(panel);
});

test('a replay from the record says so, stands beside its parent, and differs in nothing', async () => {
  const host = await openHost(example('tutorial'));
  const first = await host.start('MyFirstResearchLoop');
  await host.ended(first.run.id);
  const { run } = await host.call('replay', { run: first.run.id, recorded: true });
  await host.ended(run.id);
  const { page, ...panel } = await follow(host, run.id);
  await expect.poll(() => page.locator('.compare').innerText(), { timeout: 30_000 }).toMatch(/Compared with parent[^]*all the same[^]*same/);
  expect(await page.locator('header').innerText()).toMatch(/Replayed from record[^]*record of/);
  expect(await page.locator('.trow .nm').allTextContents()).toEqual(expect.arrayContaining([expect.stringContaining('replayed from record')]));
  await lookAtEverything(page);
  await sound({ page, ...panel });
});

test('a review in parallel shows its branches beside one another', async () => {
  const host = await openHost(example('parallel-review'));
  const [workflow] = globSync('configs/workflows/*.yaml', { cwd: path.join(ROOT, 'examples/parallel-review') });
  const { run } = await host.start(workflow!);
  const panel = await follow(host, run.id);
  await expect.poll(() => panel.page.locator('header .state').innerText(), { timeout: 30_000 }).toBe('Completed');
  await lookAtEverything(panel.page);
  await sound(panel);
});

test('a person is waited for, answers, and the run goes on before their eyes', async () => {
  const host = await openHost(example('approval'));
  const [workflow] = globSync('configs/workflows/*.yaml', { cwd: path.join(ROOT, 'examples/approval') });
  const { run } = await host.start(workflow!);
  await expect.poll(async () => (await host.call('questions', {})).length, { timeout: 30_000 }).toBe(1);
  const panel = await follow(host, run.id);
  const { page } = panel;
  await expect.poll(() => page.locator('.notice').innerText(), { timeout: 30_000 }).toMatch(/waits for/);
  await page.locator('.notice').getByRole('button').click();
  const asked = (await panel.sent()).find(({ kind }) => kind === 'answer') as Extract<FromRunPanel, { kind: 'answer' }>;
  const [question] = await host.call('questions', {});
  expect(asked).toEqual({ kind: 'answer', run: run.id, path: question!.path });
  const properties = question!.form['properties'] as Readonly<Record<string, { readonly type?: string }>>;
  const answer = Object.fromEntries(Object.entries(properties).map(([name, { type }]) => [name, type === 'boolean' ? true : 'Go on.']));
  await host.call('answer', { run: run.id, path: asked.path, value: answer });
  await expect.poll(() => page.locator('header .state').innerText(), { timeout: 30_000 }).toBe('Completed');
  expect(await page.locator('.mark.hatch').count()).toBeGreaterThan(0);
  await lookAtEverything(page);
  await sound(panel);
});
