import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Workbench } from '../../scripts/workbench.mjs';
import { freePort } from '../free-port.ts';

/** A workbench without a person's habits: nothing asks, updates or phones. */
const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'window.autoDetectColorScheme': false,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  // Whatever else on this machine begins to listen is told in a notification, over what is looked at.
  'remote.autoForwardPorts': false,
} as const;

export interface ServerOptions {
  /** A folder of installed extensions; copied, so that nothing of one test reaches another. */
  readonly extensions: string | null;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs an extension's own test suite: dialogs throw, notifications are kept back. */
  readonly smokeTestDriver?: boolean;
  /** Off: every folder is trusted. */
  readonly workspaceTrust?: boolean;
}

export interface WorkbenchServer {
  readonly url: string;
  readonly port: number;
  /** Everything that the server and its extension host write is below this folder. */
  readonly home: string;
  readonly pid: number;
  /** The server's own output and the extension hosts' logs, the newest lines. */
  logs(): string;
  stop(): Promise<void>;
}

/** Starts code-server on a free loopback port, in a new home of its own, and waits until it answers. */
export async function startServer({ node, codeServer }: Workbench, options: ServerOptions): Promise<WorkbenchServer> {
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'dagbook-workbench-')));
  const folders = prepareHome(home, options);
  const port = await freePort();
  const output = openSync(path.join(home, 'server.log'), 'a');
  const args = [
    codeServer, ...folders, '--bind-addr', `127.0.0.1:${String(port)}`, '--auth', 'none', '--config', path.join(home, 'config.yaml'),
    '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override', '--ignore-last-opened',
    ...(options.workspaceTrust === true ? [] : ['--disable-workspace-trust']),
    ...(options.smokeTestDriver === true ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  const leash = spawn(process.execPath, [path.join(import.meta.dirname, 'leash.mjs'), node, ...args], { cwd: home, env: environmentOf(home, options), stdio: ['pipe', output, output] });
  closeSync(output);
  const server: WorkbenchServer = {
    url: `http://127.0.0.1:${String(port)}`,
    port,
    home,
    pid: leash.pid ?? 0,
    logs: () => logsBelow(home),
    stop: () => stop(leash, home),
  };
  try {
    await answers(`${server.url}/healthz`, leash);
  } catch (error) {
    const said = server.logs();
    await server.stop();
    throw new Error(`The workbench did not start.\n${said}`, { cause: error });
  }
  return server;
}

/** Puts a packaged extension into a folder of extensions, by the workbench itself. */
export async function installExtension({ node, codeServer }: Workbench, vsix: string, extensions: string): Promise<void> {
  const home = mkdtempSync(path.join(tmpdir(), 'dagbook-workbench-'));
  try {
    mkdirSync(extensions, { recursive: true });
    const folders = ['--user-data-dir', path.join(home, 'data'), '--extensions-dir', extensions, '--config', path.join(home, 'config.yaml')];
    const child = spawn(node, [codeServer, ...folders, '--install-extension', vsix], { env: environmentOf(home, {}), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) throw new Error(`${path.basename(vsix)} was not installed:\n${said}`);
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  }
}

function prepareHome(home: string, options: ServerOptions): readonly string[] {
  const data = path.join(home, 'data');
  const extensions = path.join(home, 'extensions');
  mkdirSync(path.join(data, 'User'), { recursive: true });
  mkdirSync(extensions);
  if (options.extensions !== null) cpSync(options.extensions, extensions, { recursive: true });
  writeFileSync(path.join(data, 'User', 'settings.json'), JSON.stringify({ ...SETTINGS, ...options.settings }, null, 2));
  return ['--user-data-dir', data, '--extensions-dir', extensions];
}

/** The person's own environment, without what would lead to the person's own files or to another editor. */
function environmentOf(home: string, { env }: Partial<ServerOptions>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => name !== 'PORT' && !/^(VSCODE_|VITEST|NODE_OPTIONS$|npm_)/.test(name));
  const folders = { HOME: home, TMPDIR: path.join(home, 'tmp'), XDG_CONFIG_HOME: path.join(home, '.config'), XDG_DATA_HOME: path.join(home, '.local/share'), XDG_CACHE_HOME: path.join(home, '.cache') };
  mkdirSync(folders.TMPDIR, { recursive: true });
  // No gallery: the workbench would ask it for news of its extensions.
  return { ...Object.fromEntries(inherited), ...folders, EXTENSIONS_GALLERY: '{}', ...env };
}

async function answers(url: string, leash: ChildProcess): Promise<void> {
  for (const until = Date.now() + 120_000; Date.now() < until; await wait(100)) {
    if (leash.exitCode !== null) throw new Error(`It ended with ${leash.exitCode}.`);
    const response = await fetch(url).catch(() => null);
    if (response?.ok === true) return;
  }
  throw new Error('It did not answer within two minutes.');
}

/** Ends the whole group, waits for it, and looks whether anything of it is left. */
async function stop(leash: ChildProcess, home: string): Promise<void> {
  if (leash.exitCode === null) {
    const gone = new Promise((resolve) => leash.once('exit', resolve));
    leash.stdin?.end();
    await gone;
  }
  const left = await processesBelow(home);
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  if (left.length > 0) throw new Error(`Left running after the workbench had ended:\n${left.map(({ pid, command }) => `${pid} ${command}`).join('\n')}`);
}

/** Processes whose home is this one, whoever started them. Linux only; elsewhere nothing is seen. Waits for those that are about to end. */
async function processesBelow(home: string): Promise<readonly { readonly pid: number; readonly command: string }[]> {
  for (const until = Date.now() + 30_000; ; await wait(100)) {
    const pids = process.platform === 'linux' ? readdirSync('/proc').filter((name) => /^\d+$/.test(name)) : [];
    const left = pids.filter((pid) => readQuietly(`/proc/${pid}/environ`).split('\0').includes(`HOME=${home}`))
      .map((pid) => ({ pid: Number(pid), command: readQuietly(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }));
    if (left.length === 0 || Date.now() > until) return left;
  }
}

function logsBelow(home: string): string {
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((file) => file === 'server.log' || /^data.logs.*\.log$/.test(file));
  return files.sort().map((file) => ({ file, text: readQuietly(path.join(home, file)).trim() })).filter(({ text }) => text !== '')
    .map(({ file, text }) => `── ${file}\n${text.split('\n').slice(-40).join('\n')}`).join('\n');
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
