import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, dagbook, makeWorkspace, plainEnv } from './kit.ts';
import { FILES, rows, statusOf, workspaceOf } from './run-kit.ts';

/** Every write to it fails: a disk that is full. */
const FULL = '/dev/full';

async function withFull(stream: 'stdout' | 'stderr', args: readonly string[], cwd: string): Promise<{ readonly code: number | null; readonly other: string }> {
  const full = openSync(FULL, 'w');
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: plainEnv(), stdio: ['ignore', stream === 'stdout' ? full : 'pipe', stream === 'stderr' ? full : 'pipe'] });
  closeSync(full);
  let other = '';
  (stream === 'stdout' ? child.stderr : child.stdout)?.setEncoding('utf8').on('data', (text: string) => (other += text));
  return await new Promise((resolve) => child.on('close', (code) => resolve({ code, other })));
}

describe('a disk that is full', () => {
  it.each([['check'], ['run', 'Loop'], ['run', 'Loop', '--json'], ['--help'], ['explain']])('under stdout of %s %s %s is told of on stderr in one line, without a stack, and exits 1', async (...args) => {
    const { code, other } = await withFull('stdout', args, workspaceOf(FILES));
    expect(code).toBe(1);
    expect(other).toMatch(/^output-lost: The result could not be written to stdout \(ENOSPC\)/m);
    expect(other).not.toMatch(/^\s+at /m);
  });

  it('under stderr ends no run: the result is told as ever', async () => {
    const folder = workspaceOf(FILES);
    const { code, other } = await withFull('stderr', ['run', 'Loop', '--json'], folder);
    expect([code, JSON.parse(other)]).toEqual([0, expect.objectContaining({ status: 'completed' })]);
    expect(rows<{ id: string }>(folder, 'SELECT id FROM runs').map(({ id }) => statusOf(folder, id))).toEqual(['completed']);
  });

  it('does not hide how the command would have ended', async () => {
    expect((await withFull('stdout', ['runs', '--limit', 'x'], workspaceOf(FILES))).code).toBe(2);
    expect((await withFull('stdout', ['--version'], workspaceOf(FILES))).code).toBe(1);
  });
});

it('the version is told as JSON to who asks for it so', async () => {
  const { stdout } = await dagbook(['--version', '--json'], workspaceOf(FILES));
  expect(JSON.parse(stdout)).toEqual({ dagbook: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string, node: process.versions.node });
});

it('a check that could not look everywhere says so, also where it found nothing', async () => {
  const deep = Array.from({ length: 40 }, (_, level) => `d${level}`).join('/');
  const folder = makeWorkspace({ [path.join(deep, 'x.txt')]: '' });
  const { stdout, stderr } = await dagbook(['check', '-C', folder], folder);
  expect([stdout, stderr]).toEqual(['0 documents checked, nothing to say\n', expect.stringMatching(/^note: .* holds more files than are looked at/) as string]);
});
