// Makes a checkout ready: packages installed, a Node that can run Dagbook found, dist/ built from the sources as they are.
// It runs on any Node from 18 on, before anything is installed: only `node:` builtins. Says nothing when nothing is to do.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { carriedNodes, findNode, whatToDo } from '../cli/find-node.mjs';
import { isBuilt } from './build.mjs';
import { alone } from './turnstile.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const lockFile = path.join(root, 'package-lock.json');
const stamp = path.join(root, 'node_modules', '.dagbook-setup');
const turnstile = path.join(root, '.cache', 'setup.lock');

if (!(isInstalled() && isBuilt() && hasNode())) {
  // Two set-ups at once would tear down each other's node_modules: one works, the others wait and then look again.
  process.exitCode = await alone(turnstile, setUp, () => say('Another set-up is at work in this folder; waiting for it …'));
}

function setUp() {
  if (!isInstalled()) {
    say('Installing packages (once; about half a minute) …');
    const status = install();
    if (status !== 0) {
      say('setup-failed: `npm ci` did not succeed; its message stands above.');
      return 1;
    }
    writeFileSync(stamp, wanted());
  }
  const node = findNode(root);
  if (node === null) {
    say('node-too-old: ' + whatToDo());
    return 70;
  }
  if (isBuilt()) return 0;
  if (!process.argv.includes('--quiet')) say('Building …');
  const built = spawnSync(node, [path.join(root, 'scripts', 'build.mjs')], { cwd: root, stdio: ['ignore', 2, 2] });
  if (built.status !== 0) say('build-failed: the message stands above.');
  return built.status === 0 ? 0 : 1;
}

/** What node_modules must have been installed from: the lock file, for this platform. */
function wanted() {
  return createHash('sha256').update(readFileSync(lockFile)).update(`${process.platform}-${process.arch}`).digest('hex');
}

function isInstalled() {
  try {
    if (readFileSync(stamp, 'utf8') === wanted()) return true;
  } catch {
    // Not set up by us, or not at all.
  }
  return adopt();
}

/**
 * Somebody may have run `npm ci` or `npm install` by hand. npm leaves a list of what it installed: where that says the
 * same as the lock file there is nothing to install again.
 */
function adopt() {
  try {
    const installed = packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
    for (const [where, entry] of Object.entries(packagesOf(lockFile))) {
      if (where === '') continue;
      const there = installed[where];
      if (there === undefined && entry.optional === true) continue;
      if (there === undefined || there.version !== entry.version || there.integrity !== entry.integrity) return false;
    }
    writeFileSync(stamp, wanted());
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} file
 * @returns {Record<string, { version?: string; integrity?: string; optional?: boolean }>}
 */
function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Cheap: whether some Node is there. That it really starts is asked once, when installing. */
function hasNode() {
  return Number(process.versions['napi']) >= 10 || carriedNodes(root).length > 0 || findNode(root) !== null;
}

/** `npm ci`, whatever NODE_ENV or the npm configuration would leave out, with the npm that called us if one did. */
function install() {
  const flags = ['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const caller = process.env['npm_execpath'] ?? '';
  // stdout belongs to the command that called us.
  /** @type {import('node:child_process').SpawnSyncOptions} */
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const run = /npm-cli\.[cm]?js$/.test(caller)
    ? spawnSync(process.execPath, [caller, ...flags], options)
    : spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', flags, { ...options, shell: process.platform === 'win32' });
  if (run.error !== undefined) say(`npm-not-started: ${run.error.message}`);
  return run.status;
}

/** @param {string} message */
function say(message) {
  process.stderr.write(message + '\n');
}
