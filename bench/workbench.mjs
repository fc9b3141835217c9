// In a real VS Code workbench, over loopback: activation, first picture, key → picture, frames per second, the ledger view over many runs, memory
// of each process, sizes of the packages. A load of other work on the machine stands in the first line.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Runtime } from '../runtime/index.ts';
import { prepareWorkbench } from '../scripts/workbench.mjs';
import { startBrowser } from '../test/workbench/browser.ts';
import { openFile, openFolder, runCommand, statusBar, webview } from '../test/workbench/screen.ts';
import { installExtension, startServer } from '../test/workbench/server.ts';
import { frames } from './graph.mjs';
import { fillRuns } from './list.mjs';
import { machine, quantile, root } from './shared.mjs';

const ROUNDS = Number(process.env.BENCH_WORKBENCH_ROUNDS ?? 5);
const RUNS = Number(process.env.BENCH_WORKBENCH_RUNS ?? 100_000);
const FIRST_PICTURE = { 20: 150, 200: 400, 1_000: 1_500 };

export async function run() {
  const answer = await prepareWorkbench(console.log);
  if (!answer.ok) {
    console.log(answer.reason);
    return;
  }
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dagbook-bench-')));
  try {
    console.log(`${machine()}; load of the last minute ${loadavg()[0].toFixed(1)} at the beginning`);
    execFileSync(process.execPath, [path.join(root, 'scripts/package.mjs'), '--out', folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const packages = readdirSync(folder).filter((name) => name.endsWith('.vsix')).sort();
    const extensions = path.join(folder, 'extensions');
    await installExtension(answer.workbench, path.join(folder, 'dagbook-universal.vsix'), extensions);
    const bench = { workbench: answer.workbench, extensions, folder };
    await measureActivation(bench);
    await measureFirstPanel(bench);
    await measureGraph(bench);
    await measureLedgerView(bench);
    console.log(`packages: ${packages.map((name) => `${name.replace(/^dagbook-|\.vsix$/g, '')} ${(statSync(path.join(folder, name)).size / 1e6).toFixed(2)} MB`).join(', ')}`);
    console.log(`load of the last minute at the end: ${loadavg()[0].toFixed(1)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const spread = (times) => `p50 ${quantile(times, 0.5).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms`;

/** A workbench over a folder of these files, put away after the work. */
async function atDesk({ workbench, extensions, folder }, files, work) {
  const workspace = mkdtempSync(path.join(folder, 'workspace-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace, name)), { recursive: true });
    if (typeof content === 'string') writeFileSync(path.join(workspace, name), content);
    else content(path.join(workspace, name));
  }
  const server = await startServer(workbench, { extensions, settings: { 'editor.minimap.enabled': false, 'files.autoSave': 'off' } });
  const browser = await startBrowser(workbench.chromium, { width: 1400, height: 900 });
  try {
    await browser.context.addInitScript(WATCH);
    await openFolder(browser.page, server.url, workspace);
    return await work({ page: browser.page, server });
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Layers of eight, each node after one or two of the layer before. */
function workflowOf(size) {
  const nodes = Array.from({ length: size }, (_, i) => {
    const before = i < 8 ? [] : [i - 8, ...(i % 3 === 0 && i % 8 !== 7 ? [i - 7] : [])];
    return `  - id: step-${i}\n    task: { goal: Do the part ${i} }\n${before.length === 0 ? '' : `    depends_on: [${before.map((n) => `step-${n}`).join(', ')}]\n`}`;
  });
  return `name: Size${size}\nadapter_kind: graph\nnodes:\n${nodes.join('')}`;
}

/** As the extension itself says it in its log: the time that its activation holds up the extension host. */
async function measureActivation(bench) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    await atDesk(bench, { 'one.workflow.yaml': workflowOf(3) }, async ({ page, server }) => {
      await statusBar(page, 'Dagbook: idle').waitFor();
      times.push(await eventually(() => /Activated in ([\d.]+) ms/.exec(logOf(server.home))?.[1]).then(Number));
    });
  }
  console.log(`activation, our own time: ${spread(times)} (aim 100)`);
}

/** An extension with a panel that holds next to nothing: what VS Code takes for the first one of a window, whatever is in it. */
const BARE = {
  'package.json': JSON.stringify({
    name: 'bare', publisher: 'bench', version: '0.0.1', license: 'MIT', files: ['**'], engines: { vscode: '^1.101.0' }, main: './extension.cjs', activationEvents: ['onStartupFinished'],
    contributes: { commands: [{ command: 'bare.open', title: 'Open' }], keybindings: [{ command: 'bare.open', key: 'ctrl+alt+shift+b' }] },
  }),
  'extension.cjs': `const vscode = require('vscode');
    exports.activate = ({ subscriptions }) => { subscriptions.push(vscode.commands.registerCommand('bare.open', () => {
      vscode.window.createWebviewPanel('bare', 'Bare', vscode.ViewColumn.Beside, { enableScripts: true }).webview.html = '<!DOCTYPE html><title>Bare</title><p class="canvas"><span class="node">Nothing</span></p>';
    })); };`,
};

/** The first panel of a fresh window, ours and an empty one, in turn. */
async function measureFirstPanel(bench) {
  const { workbench, folder } = bench;
  const source = path.join(folder, 'bare');
  mkdirSync(source);
  for (const [name, text] of Object.entries(BARE)) writeFileSync(path.join(source, name), text);
  const { createVSIX } = await import('@vscode/vsce');
  await createVSIX({ cwd: source, packagePath: path.join(folder, 'bare.vsix'), dependencies: false, allowMissingRepository: true, skipLicense: true });
  const extensions = path.join(folder, 'extensions-and-bare');
  cpSync(bench.extensions, extensions, { recursive: true });
  await installExtension(workbench, path.join(folder, 'bare.vsix'), extensions);
  const name = 'size-20.workflow.yaml';
  const times = { ours: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const which of ['ours', 'bare']) {
      await atDesk({ ...bench, extensions }, { [name]: workflowOf(20) }, async ({ page }) => {
        await openFile(page, name);
        await lensIsThere(page);
        await page.keyboard.press(which === 'ours' ? 'Control+Alt+Shift+G' : 'Control+Alt+Shift+B');
        const frame = await webview(page, which === 'ours' ? `Graph: ${name}` : 'Bare');
        const [shown, began] = [await seenAt(frame, '.canvas .node'), await frame.evaluate('performance.timeOrigin')];
        const pressed = await pressedAt(page);
        times[which].push({ shown: shown - pressed, before: began - pressed });
      });
    }
  }
  const all = (which, part) => times[which].map((one) => one[part].toFixed(0)).join(' ');
  console.log(`first panel of a window, key → shown: ours ${all('ours', 'shown')} ms, of which before our page began ${all('ours', 'before')}; a panel with nothing in it ${all('bare', 'shown')} ms, ${all('bare', 'before')}`);
}

async function measureGraph(bench) {
  const sizes = Object.keys(FIRST_PICTURE).map(Number);
  const files = Object.fromEntries(sizes.map((size) => [`size-${size}.workflow.yaml`, workflowOf(size)]));
  await atDesk(bench, files, async ({ page, server }) => {
    for (const size of sizes) {
      const name = `size-${size}.workflow.yaml`;
      const opened = [];
      for (let round = 0; round < ROUNDS; round++) opened.push(await firstPicture(page, name, size));
      // The layout is kept: only the first opening has to make one.
      const of = (part) => `${opened[0][part].toFixed(0)} ms, again ${spread(opened.slice(1).map((one) => one[part]))}`;
      console.log(`${size} nodes: key → nodes on the screen ${of('shown')}; from the start of our page ${of('own')} (aim ${FIRST_PICTURE[size]}); key → final places and lines ${of('laidOut')}`);
      if (size === 20) {
        const frame = await webview(page, `Graph: ${name}`);
        await frame.getByRole('button', { name: /^Run \(/ }).click();
        await frame.locator('[data-node="step-19"].s-completed').waitFor();
      }
      if (size === 200) console.log(`200 nodes: a letter in an id → picture ${spread(await keysToPicture(page, name))} (aim 100)`);
      if (size === 1_000) console.log(`1,000 nodes: ${await frames(await webview(page, `Graph: ${name}`), 'pan')} while panning over all of it`);
    }
    console.log(`memory with three graphs seen and one run: ${memoryOf(server.home)}`);
  });
}

/** In every frame, from its beginning: when the last key or button went down here; when what is looked for was first seen and painted. */
const WATCH = `{
  const now = () => performance.timeOrigin + performance.now();
  const seen = (window.dagbookBench = { wanted: ['.canvas .node', '.canvas:not(.planning) .edge'], at: {} });
  for (const kind of ['keydown', 'pointerdown']) addEventListener(kind, () => { seen.pressed = now(); }, true);
  setInterval(() => {
    for (const selector of seen.wanted) {
      if (selector in seen.at || document.querySelector(selector) === null) continue;
      seen.at[selector] = null;
      requestAnimationFrame(() => setTimeout(() => { seen.at[selector] = now(); }));
    }
  }, 2);
}`;

const pressedAt = (page) => page.evaluate('dagbookBench.pressed');
/** Milliseconds since the epoch. */
const seenAt = (frame, selector) => frame.waitForFunction((wanted) => window.dagbookBench?.at[wanted] ?? null, selector, { timeout: 60_000 }).then((handle) => handle.jsonValue());
const lookFor = (frame, selector) => frame.evaluate((wanted) => { window.dagbookBench.wanted = [wanted]; window.dagbookBench.at = {}; }, selector);

/** As a link: what the editor only remembers is none, and a key that is pressed before the extension is there is lost. */
const lensIsThere = (page) => page.locator('.codelens-decoration > a', { hasText: 'DAG' }).first().waitFor();

/** The panel is opened anew by its key, the text being there. */
async function firstPicture(page, name, size) {
  await runCommand(page, 'View: Close All Editors');
  await openFile(page, name);
  await lensIsThere(page);
  await page.keyboard.press('Control+Alt+Shift+G');
  const frame = await webview(page, `Graph: ${name}`);
  const [shown, laidOut] = [await seenAt(frame, '.canvas .node'), await seenAt(frame, '.canvas:not(.planning) .edge')];
  const nodes = await frame.locator('[data-node]').count();
  if (nodes === 0 || (size <= 20 && nodes !== size)) throw new Error(`${nodes} of ${size} nodes were drawn.`);
  const pressed = await pressedAt(page);
  return { shown: shown - pressed, own: shown - await frame.evaluate('performance.timeOrigin'), laidOut: laidOut - pressed };
}

async function keysToPicture(page, name) {
  const frame = await webview(page, `Graph: ${name}`);
  await openFile(page, name);
  await page.keyboard.press('Control+Home');
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'End']) await page.keyboard.press(key);
  const times = [];
  let id = 'step-0';
  for (const letter of 'abcdefghijklmnopqrst') {
    id += letter;
    const selector = `[data-node="${id}"]`;
    await lookFor(frame, selector);
    await page.keyboard.press(letter);
    const seen = await seenAt(frame, selector);
    times.push(seen - await pressedAt(page));
    await page.keyboard.press('Escape');
    await wait(100);
  }
  await runCommand(page, 'File: Revert File');
  return times;
}

/** From a click on our icon to the first row; the runtime host is there already, as it is in a folder with a ledger soon after the window opens. */
async function measureLedgerView(bench) {
  const rows = '.monaco-list[aria-label="Ledger"] .monaco-list-row';
  const first = [];
  for (let round = 0; round < ROUNDS; round++) {
    await atDesk(bench, { 'one.workflow.yaml': workflowOf(3), '.dagbook/ledger.db': fill }, async ({ page, server }) => {
      await eventually(() => processesOf(server.home).find(({ role }) => role === 'runtime host'));
      await wait(2_000);
      await lookFor(page, rows);
      await page.locator('.activitybar .action-item a[aria-label^="Dagbook"]').click();
      first.push(await seenAt(page, rows) - await pressedAt(page));
      if (round === ROUNDS - 1) console.log(`memory with ${RUNS.toLocaleString('en')} runs: ${memoryOf(server.home)}`);
    });
  }
  console.log(`ledger view with ${RUNS.toLocaleString('en')} runs: click → rows, the first time ${spread(first)} (aim 200)`);
}

function fill(file) {
  const runtime = new Runtime({ ledgerFile: file, synchronous: 'NORMAL', workspace: null, models: { defaultModel: 'simulated', tiers: {} }, stallMs: 300_000, leaveWaiting: false });
  try {
    fillRuns(runtime.ledger, RUNS);
  } finally {
    runtime.close();
  }
}

const ROLES = [['runtime host', /\/dist\/host\.mjs/], ['language server', /\/dist\/server\.\w+/], ['extension host, with VS Code\'s own extensions', /--type=extensionHost/]];

/** Linux only. */
function processesOf(home) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    const role = ROLES.find(([, pattern]) => pattern.test(quietly(`/proc/${pid}/cmdline`)))?.[0];
    return role === undefined || !quietly(`/proc/${pid}/environ`).split('\0').includes(`HOME=${home}`) ? [] : [{ role, kilobytes: Number(/^Pss:\s+(\d+)/m.exec(quietly(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) }];
  });
}

function memoryOf(home) {
  return processesOf(home).map(({ role, kilobytes }) => `${role} ${(kilobytes / 1024).toFixed(0)} MiB`).join(', ');
}

function logOf(home) {
  return readdirSync(path.join(home, 'data'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('Dagbook.log')).map((file) => quietly(path.join(home, 'data', file))).join('\n');
}

function quietly(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** Looks until there is an answer. */
async function eventually(look) {
  for (const until = Date.now() + 60_000; Date.now() < until; await wait(50)) {
    const found = look();
    if (found !== undefined) return found;
  }
  throw new Error(`Nothing came of ${String(look)}`);
}
