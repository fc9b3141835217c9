// Finds what the workbench tests need, or installs it: a VS Code workbench (the npm package `code-server`, kept in the user's cache folder) and a
// Chromium (the system's; from Debian's packages where this process may install them). `node scripts/workbench.mjs` says what it found.
// DAGBOOK_WORKBENCH_CACHE: another folder for the workbench. DAGBOOK_CHROMIUM: the Chromium to use.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { carriedNodes, findNode } from '../cli/find-node.mjs';
import { alone } from './turnstile.mjs';

/** Carries Code 1.139. */
const CODE_SERVER = '4.139.1';

/** Changes with what is done to an installed workbench: with the version it names the folder in the cache. */
const RECIPE = 2;

/** Together well under the half hour that a whole `npm test` may take. */
const STEP_LIMIT_MS = 6 * 60_000;

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @typedef {{ node: string; codeServer: string; chromium: string }} Workbench paths of three programs; `codeServer` is run by `node` */
/** @typedef {{ ok: true; workbench: Workbench } | { ok: false; reason: string }} Answer */

/**
 * What is there already; installs nothing.
 * @returns {Answer}
 */
export function findWorkbench() {
  const node = carriedNodes(root)[0] ?? findNode(root);
  const chromium = findChromium();
  if (node === null) return { ok: false, reason: 'No Node that can run the workbench was found.' };
  if (!existsSync(entryOf(home()))) return { ok: false, reason: `code-server ${CODE_SERVER} is not in ${home()}.` };
  if (chromium === null) return { ok: false, reason: 'No Chromium was found.' };
  return { ok: true, workbench: { node, codeServer: entryOf(home()), chromium } };
}

/**
 * Installs what is missing. Several processes may ask at once; one works.
 * @param {(message: string) => void} say
 * @returns {Promise<Answer>}
 */
export async function prepareWorkbench(say) {
  const found = findWorkbench();
  if (found.ok) return found;
  try {
    const lock = path.join(cacheFolder(), 'install.lock');
    return await alone(lock, () => install(say), () => say('Another process installs the workbench; waiting for it …'));
  } catch (error) {
    return { ok: false, reason: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Throws where a part could not be had; the message says what to do.
 * @param {(message: string) => void} say
 * @returns {Promise<Answer>}
 */
async function install(say) {
  const parts = [];
  if (!existsSync(entryOf(home()))) parts.push(installCodeServer(say));
  if (findChromium() === null) parts.push(installChromium(say));
  // One that failed must not be left running by the other.
  const failed = (await Promise.allSettled(parts)).filter((part) => part.status === 'rejected');
  if (failed.length > 0) throw new Error(failed.map(({ reason }) => String(reason.message)).join('\n'));
  return findWorkbench();
}

/**
 * Into a draft folder, tried, and only then under the name that others look for: a folder of that name is whole.
 * @param {(message: string) => void} say
 */
async function installCodeServer(say) {
  const node = carriedNodes(root)[0] ?? findNode(root);
  if (node === null) throw new Error('No Node that can run the workbench was found.');
  say(`Installing the workbench (code-server ${CODE_SERVER}, once, about 800 MB) into ${home()} …`);
  clearDrafts();
  rmSync(home(), { recursive: true, force: true });
  const draft = `${home()}.${String(process.pid)}.draft`;
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(path.join(draft, 'package.json'), '{ "private": true }\n');
    const vscode = path.join(draft, 'node_modules', 'code-server', 'lib', 'vscode');
    await npm(draft, ['--save-exact', `code-server@${CODE_SERVER}`]);
    // Its own install script would compile and download; these two are all that it does that is needed.
    await npm(vscode, ['--omit=dev']);
    await npm(path.join(vscode, 'extensions'), ['--omit=dev']);
    replaceNatives(path.join(vscode, 'node_modules', '@vscode'));
    await run(node, [entryOf(draft), '--version', '--config', path.join(draft, 'config.yaml')], draft);
    renameSync(draft, home());
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Two modules would have to be compiled; plain ones do for tests.
 * @param {string} modules
 */
function replaceNatives(modules) {
  const stands = path.join(root, 'scripts', 'workbench');
  copyFileSync(path.join(stands, 'spdlog.cjs'), path.join(modules, 'spdlog', 'index.js'));
  const release = path.join(modules, 'native-watchdog', 'build', 'Release');
  mkdirSync(release, { recursive: true });
  copyFileSync(path.join(stands, 'watchdog.cjs'), path.join(release, 'watchdog.js'));
}

/** What installers that died have left. We hold the lock, so none of it is in use. */
function clearDrafts() {
  const folder = path.dirname(home());
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) if (name.endsWith('.draft')) rmSync(path.join(folder, name), { recursive: true, force: true });
}

/**
 * Only where this is nobody's decision but ours: as root on a system with apt, which is a container. A person's machine is theirs.
 * @param {(message: string) => void} say
 */
async function installChromium(say) {
  const named = process.env['DAGBOOK_CHROMIUM'] ?? '';
  if (named !== '') throw new Error(`DAGBOOK_CHROMIUM names ${named}, which is not there.`);
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && onPath(['apt-get']) !== null;
  if (!mayInstall) throw new Error('No Chromium was found. Install Chromium or Chrome, or set DAGBOOK_CHROMIUM to its path.');
  say('Installing Chromium (once, by apt-get) …');
  const apt = (/** @type {string[]} */ ...args) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=240', ...args], root, { DEBIAN_FRONTEND: 'noninteractive' });
  await apt('update');
  await apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
}

/** @returns {string | null} */
function findChromium() {
  const named = process.env['DAGBOOK_CHROMIUM'] ?? '';
  if (named !== '') return existsSync(named) ? named : null;
  if (process.platform === 'darwin') {
    const apps = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
    return apps.find((app) => existsSync(app)) ?? null;
  }
  return onPath(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']);
}

/**
 * @param {readonly string[]} names
 * @returns {string | null}
 */
function onPath(names) {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) => existsSync(file)) ?? null;
}

function cacheFolder() {
  const own = process.env['DAGBOOK_WORKBENCH_CACHE'] ?? '';
  if (own !== '') return path.resolve(own);
  const shared = process.env['XDG_CACHE_HOME'] ?? '';
  return path.join(shared === '' ? path.join(homedir(), '.cache') : shared, 'dagbook');
}

/** One folder per version and platform. */
function home() {
  return path.join(cacheFolder(), `code-server-${CODE_SERVER}-${process.platform}-${process.arch}-${String(RECIPE)}`);
}

/** @param {string} folder */
function entryOf(folder) {
  return path.join(folder, 'node_modules', 'code-server', 'out', 'node', 'entry.js');
}

/**
 * @param {string} folder
 * @param {readonly string[]} args
 */
async function npm(folder, args) {
  const flags = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', ...args];
  const caller = process.env['npm_execpath'] ?? '';
  // What `npm test --something` was told is not meant for this one; NODE_ENV=production would leave nothing out that we want, but might.
  const env = { NODE_ENV: '', npm_config_global: 'false', npm_config_workspaces: '', npm_config_dry_run: 'false' };
  if (/npm-cli\.[cm]?js$/.test(caller)) await run(process.execPath, [caller, ...flags], folder, env);
  else await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', flags, folder, env);
}

/**
 * Throws, with the end of what the program said, where it fails or takes too long.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} env
 * @returns {Promise<void>}
 */
function run(program, args, folder, env = {}) {
  const shown = [path.basename(program), ...args].join(' ');
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it started ends with it.
    const group = process.platform !== 'win32';
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: group, shell: !group, env: { ...process.env, ...env } });
    let said = '';
    const listen = (/** @type {Buffer} */ text) => (said = (said + text.toString()).slice(-4_000));
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const end = () => {
      if (child.pid === undefined) return;
      if (group) process.kill(-child.pid, 'SIGKILL');
      else spawnSync('taskkill', ['/pid', String(child.pid), '/t', '/f']);
    };
    const limit = setTimeout(() => {
      said += `\nIt was ended after ${String(STEP_LIMIT_MS / 60_000)} minutes.`;
      end();
    }, STEP_LIMIT_MS);
    child.on('error', (error) => {
      clearTimeout(limit);
      reject(new Error(`${shown}: ${error.message}`));
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      if (code === 0) resolve();
      else reject(new Error(`${shown} (in ${folder}) ended with ${String(code)}:\n${said.trim().split('\n').slice(-12).join('\n')}`));
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const answer = await prepareWorkbench((message) => console.log(message));
  if (answer.ok) {
    for (const [name, file] of Object.entries(answer.workbench)) console.log(`${name.padEnd(12)} ${file}`);
  } else {
    console.log(`workbench-missing: ${answer.reason}`);
    process.exitCode = 1;
  }
}
