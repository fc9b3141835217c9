import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Ended } from './kit.ts';
import { makeWorkspace, plainEnv, ROOT, runNode } from './kit.ts';
import { eventually } from './run-kit.ts';

const OLD_NODE = "Object.defineProperty(process, 'versions', { value: { ...process.versions, napi: '9', node: '20.0.0' } });";

/** Runs until it is told to end; says how often it was interrupted. */
const COUNTING = `
import { withInterrupts } from ${JSON.stringify(path.join(ROOT, 'cli/interrupts.ts'))};
let first = 0;
await withInterrupts(() => { first += 1; process.stdout.write('first ' + first + '\\n'); }, async () => {
  process.stdout.write('ready\\n');
  await new Promise((resolve) => setTimeout(resolve, 20_000));
});
`;

/** Says its pid and runs until it is told to end. */
const LASTING = `
import { endWithLauncher } from ${JSON.stringify(path.join(ROOT, 'cli/interrupts.ts'))};
endWithLauncher(process.env);
process.stdout.write('pid ' + process.pid + '\\n');
await new Promise((resolve) => setTimeout(resolve, 600_000));
`;

/** A package of its own with our launcher and the given program, started on a Node that seems too old. */
function makePackage(program: string | null): { readonly folder: string; readonly args: readonly string[] } {
  const folder = makeWorkspace({ 'old.cjs': OLD_NODE, 'package.json': '{"type":"module"}', ...(program === null ? {} : { 'dist/cli.mjs': program }) });
  mkdirSync(path.join(folder, 'cli'));
  for (const file of ['bin.mjs', 'find-node.mjs']) copyFileSync(path.join(ROOT, 'cli', file), path.join(folder, 'cli', file));
  return { folder, args: ['--require', path.join(folder, 'old.cjs'), path.join(folder, 'cli/bin.mjs')] };
}

interface Running {
  readonly pid: number;
  said(text: string): Promise<void>;
  readonly output: () => string;
  readonly ended: Promise<Pick<Ended, 'code' | 'signal'>>;
}

/** In a process group of its own, as a shell starts a command. */
function start(program: string): Running {
  const { folder, args } = makePackage(program);
  const child = spawn(process.execPath, args, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'inherit'], env: withThisNode() });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const ended = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
  const said = async (text: string): Promise<void> => {
    while (!output.includes(text)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  return { pid: child.pid!, said, output: () => output, ended };
}

function withThisNode(): NodeJS.ProcessEnv {
  const env = plainEnv();
  return { ...env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${env['PATH'] ?? ''}` };
}

function isThere(pid: number, signal: NodeJS.Signals | 0 = 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

const settle = async (): Promise<void> => await new Promise((resolve) => setTimeout(resolve, 200));

describe('the launcher on an old Node', () => {
  it('finds a right one and passes arguments, output and exit code through', async () => {
    const { folder, args } = makePackage('console.log(JSON.stringify([process.versions.napi >= 10, ...process.argv.slice(2)])); process.exitCode = 5;');
    const env = withThisNode();
    const { code, stdout } = await runNode([...args, 'a b', '--c'], folder, { PATH: env['PATH']! });
    expect({ code, stdout }).toEqual({ code: 5, stdout: '[true,"a b","--c"]\n' });
  });

  it('says what to do where there is none, and exits 70', async () => {
    const { folder, args } = makePackage('');
    const { code, stderr } = await runNode(args, folder, { PATH: folder });
    expect(code).toBe(70);
    expect(stderr).toMatch(/^node-too-old: Dagbook needs Node 22/);
    expect(stderr).toContain('nodejs.org');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('asks for a build where there is none, and exits 70', async () => {
    const { folder, args } = makePackage(null);
    const { code, stderr } = await runNode(args, folder);
    expect(code).toBe(70);
    expect(stderr).toMatch(/^not-built: .*npm run build/);
  });

  it('counts a Ctrl-C, which reaches both processes, once', async () => {
    const running = start(COUNTING);
    await running.said('ready');
    process.kill(-running.pid, 'SIGINT');
    await running.said('first 1');
    await settle();
    expect(running.output()).toBe('ready\nfirst 1\n');
    process.kill(-running.pid, 'SIGINT');
    expect(await running.ended).toEqual({ code: 130, signal: null });
  });

  it('killed by a signal that nobody can pass on, takes the command with it', async () => {
    const running = start(LASTING);
    await running.said('\n');
    const pid = Number(/pid (\d+)/.exec(running.output())?.[1]);
    onTestFinished(() => void isThere(pid, 'SIGKILL'));
    expect(isThere(pid)).toBe(true);
    process.kill(running.pid, 'SIGKILL');
    await running.ended;
    await eventually(() => !isThere(pid), 'the command to end', 60_000);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes a %s that only it was sent on, once', async (signal) => {
    const running = start(COUNTING);
    await running.said('ready');
    process.kill(running.pid, signal);
    await running.said('first 1');
    await settle();
    expect(running.output()).toBe('ready\nfirst 1\n');
    process.kill(running.pid, signal);
    expect(await running.ended).toEqual({ code: 130, signal: null });
  });

  it('dies of the signal that its child dies of', async () => {
    const running = start("process.stdout.write('ready\\n'); setTimeout(() => {}, 20_000);");
    await running.said('ready');
    process.kill(running.pid, 'SIGTERM');
    expect(await running.ended).toEqual({ code: null, signal: 'SIGTERM' });
  });
});
