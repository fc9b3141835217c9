// The extension in a real VS Code workbench (test/workbench, docs: CONTRIBUTING.md): activation, first picture, key → picture, frames per second
// while panning, the ledger with 100,000 runs, the memory of each process, the packages. Times are taken inside the browser, on one clock.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { prepareWorkbench } from '../scripts/workbench.mjs';
import { Runtime } from '../runtime/index.ts';
import { packageExtension, TARGETS } from '../scripts/package.mjs';
import { startBrowser } from '../test/workbench/browser.ts';
import { openFile, openFolder, openViewContainer, runCommand, webview } from '../test/workbench/screen.ts';
import { installExtension, startServer } from '../test/workbench/server.ts';
import { fillRuns } from './list.mjs';
import { machine, quantile } from './shared.mjs';

const SIZES = [20, 200, 1_000];
const ROUNDS = Number(process.env.BENCH_EDITOR_ROUNDS ?? 5);
const KEYS = 20;
const RUNS = 100_000;

/** Runs in every frame before its own scripts. Keys are seen where they are pressed, nodes where they are drawn; both are written down with the time. */
function watch() {
  globalThis.dagbookSeen = { keys: [], nodes: [] };
  const now = () => performance.timeOrigin + performance.now();
  addEventListener('keydown', () => dagbookSeen.keys.push(now()), true);
  addEventListener('mousedown', () => dagbookSeen.keys.push(now()), true);
  let before = '';
  new MutationObserver(() => {
    const ids = [...document.querySelectorAll('[data-node]')].map((node) => node.dataset.node).join('\n');
    if (ids === before) return;
    before = ids;
    // What was changed is seen with the next frame.
    requestAnimationFrame(() => dagbookSeen.nodes.push({ at: now(), ids }));
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-node'] });
}

export async function run() {
  const answer = await prepareWorkbench(console.log);
  if (!answer.ok) throw new Error(answer.reason);
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-bench-'));
  try {
    console.log(`${machine()}; Chromium without a graphics card`);
    const packages = await quietly(() => packageExtension(Object.keys(TARGETS), folder));
    const extensions = path.join(folder, 'extensions');
    await installExtension(answer.workbench, path.join(folder, 'dagbook-universal.vsix'), extensions);
    const workspace = path.join(folder, 'workspace');
    writeWorkspace(workspace);
    fillLedger(path.join(workspace, '.dagbook', 'ledger.db'));
    await measure(answer.workbench, extensions, workspace);
    for (const { target, bytes } of packages) console.log(`package ${target}: ${(bytes / 1e6).toFixed(2)} MB`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(workbench, extensions, workspace) {
  const server = await startServer(workbench, { extensions, settings: { 'workbench.colorTheme': 'Dark Modern' } });
  const browser = await startBrowser(workbench.chromium, { width: 1400, height: 900 });
  try {
    const { page, context } = browser;
    await context.addInitScript(watch);
    await openFolder(page, server.url, workspace);
    await openFile(page, 'n20.workflow.yaml');
    await measureActivation(page);
    for (const size of SIZES) await measurePicture(page, size);
    await measureLedger(page);
    measureMemory(server.home);
    await measureHeap(context, page);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** As the editor itself accounts for it. */
async function measureActivation(page) {
  await runCommand(page, 'Developer: Show Running Extensions');
  const row = page.locator('.runtime-extensions-editor .extension', { hasText: 'Dagbook' });
  await row.waitFor();
  console.log(`activation: ${(await row.locator('.activation-time').innerText()).trim()} (aim 100 ms)`);
  await runCommand(page, 'View: Close All Editors');
}

async function measurePicture(page, size) {
  const first = [];
  const keys = [];
  for (let round = 0; round < ROUNDS; round++) {
    await openFile(page, `n${size}.workflow.yaml`);
    await runCommand(page, 'Dagbook: Open DAG Preview');
    const asked = await lastKey(page);
    const frame = await webview(page, new RegExp(`n${size}|N${size}`, 'i'));
    first.push(await nodeTime(frame, () => true) - asked);
    if (round === 0) {
      keys.push(...await measureKeys(page, frame, size));
      console.log(`${size} nodes: ${(await measurePanning(page, frame)).toFixed(0)} frames per second while panning`);
    }
    await runCommand(page, 'View: Revert and Close Editor').catch(() => undefined);
    await runCommand(page, 'View: Close All Editors');
  }
  console.log(`${size} nodes: first picture p50 ${quantile(first, 0.5).toFixed(0)} ms (${first.map((ms) => ms.toFixed(0)).join(', ')})`);
  console.log(`${size} nodes: key → picture p50 ${quantile(keys, 0.5).toFixed(0)} ms, p95 ${quantile(keys, 0.95).toFixed(0)} ms`);
}

/** The id of the first node grows by a letter at each key: each is a picture of its own. */
async function measureKeys(page, frame, size) {
  const times = [];
  const editor = page.locator('.editor-group-container .monaco-editor').first();
  await editor.locator('.view-line', { hasText: 'step-0' }).first().click();
  await page.keyboard.press('End');
  let id = 'step-0';
  for (let key = 0; key < KEYS; key++) {
    id += 'x';
    await page.keyboard.press('x');
    const pressed = await lastKey(page);
    times.push(await nodeTime(frame, (ids) => ids.includes(id)) - pressed);
    await wait(50);
  }
  if (times.length !== KEYS) throw new Error(`${size}: a key had no picture`);
  return times;
}

async function measurePanning(page, frame) {
  const box = await (await frame.frameElement()).boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const counted = frame.evaluate(() => new Promise((resolve) => {
    const started = performance.now();
    let frames = 0;
    requestAnimationFrame(function count() {
      frames += 1;
      const passed = performance.now() - started;
      if (passed < 3_000) requestAnimationFrame(count);
      else resolve((frames * 1_000) / passed);
    });
  }));
  await page.mouse.move(x, y);
  await page.mouse.down();
  let done = false;
  void counted.then(() => (done = true));
  for (let step = 0; !done; step++) await page.mouse.move(x + 200 * Math.sin(step / 20), y + 200 * Math.cos(step / 15));
  await page.mouse.up();
  return await counted;
}

async function measureLedger(page) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    await openViewContainer(page, 'Explorer');
    await openViewContainer(page, 'Dagbook');
    const asked = await lastKey(page);
    await page.locator('.sidebar .monaco-list-row', { hasText: 'w1' }).first().waitFor();
    times.push(await page.evaluate(() => performance.timeOrigin + performance.now()) - asked);
  }
  console.log(`ledger view with ${RUNS.toLocaleString('en')} runs: first ${times[0].toFixed(0)} ms, then p50 ${quantile(times.slice(1), 0.5).toFixed(0)} ms (aim 200 ms)`);
}

/** Resident memory of our processes and of the extension host that we share. Linux only. */
function measureMemory(home) {
  const names = { 'dist/server.mjs': 'language server', 'dist/host.mjs': 'runtime host', '--type=extensionHost': 'extension host (whole)' };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`HOME=${home}\0`)) continue;
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const name = Object.entries(names).find(([part]) => command.includes(part))?.[1];
      const kb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
      if (name !== undefined) console.log(`memory: ${name} ${(kb / 1024).toFixed(0)} MB`);
    } catch {
      // It ended while we looked.
    }
  }
}

async function measureHeap(context, page) {
  await openFile(page, 'n1000.workflow.yaml');
  await runCommand(page, 'Dagbook: Open DAG Preview');
  const frame = await webview(page, /n1000/i);
  await nodeTime(frame, () => true);
  const bytes = await frame.evaluate(() => performance.memory.usedJSHeapSize);
  console.log(`memory: the page with a panel of 1,000 nodes, JavaScript heap ${(bytes / 1e6).toFixed(0)} MB`);
}

async function lastKey(page) {
  return await page.evaluate(() => dagbookSeen.keys.at(-1));
}

/** When the frame first showed nodes that satisfy the test. */
async function nodeTime(frame, test) {
  for (const until = Date.now() + 60_000; Date.now() < until; await wait(10)) {
    const seen = await frame.evaluate(() => dagbookSeen.nodes).catch(() => []);
    const found = seen.find(({ ids }) => ids !== '' && test(ids.split('\n')));
    if (found !== undefined) return found.at;
  }
  throw new Error('The picture did not come within a minute.');
}

function writeWorkspace(workspace) {
  mkdirSync(path.join(workspace, 'configs/agents'), { recursive: true });
  writeFileSync(path.join(workspace, 'configs/agents/writer.yaml'), 'name: Writer\nrole: worker\nmodel: simulated\nsystem_prompt: Write.\n');
  for (const size of SIZES) writeFileSync(path.join(workspace, `n${size}.workflow.yaml`), workflowOf(size));
}

function fillLedger(ledgerFile) {
  const runtime = new Runtime({ ledgerFile, synchronous: 'NORMAL', workspace: null, models: { defaultModel: 'simulated', tiers: {} }, stallMs: 300_000, leaveWaiting: false });
  fillRuns(runtime.ledger.db, RUNS);
  runtime.close();
}

/** Mostly a wide chain with local edges, as workflows of that size are. */
export function workflowOf(size) {
  const nodes = Array.from({ length: size }, (_, i) => {
    const before = [...new Set([i - 1 - (i % 4), i - 5].filter((at) => at >= 0))];
    return `  - id: step-${i}\n    agent_spec: configs/agents/writer.yaml\n${before.length === 0 ? '' : `    depends_on: [${before.map((at) => `step-${at}`).join(', ')}]\n`}`;
  });
  return `name: N${size}\nadapter_kind: graph\nnodes:\n${nodes.join('')}`;
}

/** The packager tells what it does; here only the figures count. */
async function quietly(work) {
  const { log, warn, info } = console;
  Object.assign(console, { log: () => undefined, warn: () => undefined, info: () => undefined });
  try {
    return await work();
  } finally {
    Object.assign(console, { log, warn, info });
  }
}
