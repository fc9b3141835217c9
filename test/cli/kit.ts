import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const BIN = path.join(ROOT, 'cli/bin.mjs');

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder with these files, removed when the test ends. */
export function makeWorkspace(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

/** Runs the built command as a person would, with nothing of our own colours in its environment. */
export async function dagbook(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return await runNode([BIN, ...args], cwd, env);
}

export async function runNode(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, env: { ...plainEnv(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return await new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
}

export function plainEnv(): NodeJS.ProcessEnv {
  const { NO_COLOR: _no, FORCE_COLOR: _force, NODE_OPTIONS: _options, ...env } = process.env;
  return env;
}

/** Said by a process on its way out: how long it has computed, in microseconds. */
const METER = `import { writeFileSync } from 'node:fs'; process.on('exit', () => { const { user, system } = process.cpuUsage(); writeFileSync(process.env.DAGBOOK_TEST_METER, String(user + system)); });`;

/** Runs a script as `runNode` does, and says for how many milliseconds it computed: unlike a clock's, they hold on a machine that does much else. */
export async function metered(args: readonly string[], cwd: string): Promise<Ended & { readonly processorMs: number }> {
  const file = path.join(makeWorkspace({}), 'meter');
  const ended = await runNode(['--import', `data:text/javascript,${encodeURIComponent(METER)}`, ...args], cwd, { DAGBOOK_TEST_METER: file });
  return { ...ended, processorMs: Number(readFileSync(file, 'utf8')) / 1_000 };
}
