import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeWorkspace, ROOT, runNode } from '../cli/kit.ts';

/** A checkout in small: our scripts, a program of one file, and our installed packages behind a link. */
function makeCheckout(): string {
  const folder = makeWorkspace({ 'cli/main.ts': "process.stdout.write('one');\n", 'server/entry.ts': "process.stdout.write('server');\n" });
  for (const file of ['scripts/setup.mjs', 'scripts/build.mjs', 'scripts/turnstile.mjs', 'cli/bin.mjs', 'cli/find-node.mjs', 'package.json', 'package-lock.json']) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    copyFileSync(path.join(ROOT, file), path.join(folder, file));
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

async function setUp(folder: string): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const { code, stderr } = await runNode([path.join(folder, 'scripts/setup.mjs')], folder);
  return { code, stderr };
}

describe('set-up', () => {
  beforeAll(() => {
    // Adopts the packages that are there, whoever installed them.
    execFileSync(process.execPath, [path.join(ROOT, 'scripts/setup.mjs')], { stdio: 'inherit' });
  });

  it('builds once, then says nothing and is quick', async () => {
    const folder = makeCheckout();
    expect(await setUp(folder)).toEqual({ code: 0, stderr: 'Building …\n' });
    // Beside a Node that does nothing, which takes its time on a busy machine as well.
    const bare: number[] = [];
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const started = performance.now();
      await runNode(['--eval', '0'], folder);
      bare.push(performance.now() - started);
      expect(await setUp(folder)).toEqual({ code: 0, stderr: '' });
      times.push(performance.now() - started - (bare.at(-1) ?? 0));
    }
    expect(Math.min(...times)).toBeLessThan(100 + 2 * Math.min(...bare));
  });

  it.each<readonly [string, (folder: string) => void]>([
    ['a source changed', (folder) => writeFileSync(path.join(folder, 'cli/main.ts'), "process.stdout.write('two');\n")],
    ['a source came, older than the build', (folder) => {
      writeFileSync(path.join(folder, 'cli/more.ts'), '');
      utimesSync(path.join(folder, 'cli/more.ts'), 1, 1);
    }],
    ['a source went', (folder) => rmSync(path.join(folder, 'cli/extra.ts'))],
    ['dist went', (folder) => rmSync(path.join(folder, 'dist'), { recursive: true })],
  ])('builds again when %s', async (_, change) => {
    const folder = makeCheckout();
    writeFileSync(path.join(folder, 'cli/extra.ts'), '');
    await setUp(folder);
    change(folder);
    expect(await setUp(folder)).toEqual({ code: 0, stderr: 'Building …\n' });
  });

  it('lets three at once end well, with one build', async () => {
    const folder = makeCheckout();
    const answers = await Promise.all([setUp(folder), setUp(folder), setUp(folder)]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(answers.filter(({ stderr }) => stderr.includes('Building'))).toHaveLength(1);
    expect((await runNode([path.join(folder, 'cli/bin.mjs')], folder)).stdout).toBe('one');
    expect(existsSync(path.join(folder, '.cache/setup.lock'))).toBe(false);
  });

  it('takes over from a set-up that died', async () => {
    const folder = makeCheckout();
    mkdirSync(path.join(folder, '.cache/setup.lock'), { recursive: true });
    writeFileSync(path.join(folder, '.cache/setup.lock/pid'), '999999999');
    expect((await setUp(folder)).code).toBe(0);
  });

  it('says what failed, with exit 1, and tries again next time', async () => {
    const folder = makeCheckout();
    writeFileSync(path.join(folder, 'cli/main.ts'), 'const = ;\n');
    for (let round = 0; round < 2; round++) {
      const { code, stderr } = await setUp(folder);
      expect(code).toBe(1);
      expect(stderr).toContain('cli/main.ts:1:6');
      expect(stderr).toContain('build-failed');
    }
  });

  it('keeps what an earlier build left running whole: its chunks stay for an hour', async () => {
    const folder = makeCheckout();
    writeFileSync(path.join(folder, 'cli/main.ts'), "await import('./part.ts');\n");
    writeFileSync(path.join(folder, 'cli/part.ts'), "process.stdout.write('part one');\n");
    await setUp(folder);
    const before = readFileSync(path.join(folder, 'dist/cli.mjs'), 'utf8');
    writeFileSync(path.join(folder, 'cli/part.ts'), "process.stdout.write('part two');\n");
    await setUp(folder);
    const chunk = /chunks\/part-[A-Z0-9]+\.mjs/.exec(before)![0];
    expect(statSync(path.join(folder, 'dist', chunk)).isFile()).toBe(true);
    expect((await runNode([path.join(folder, 'cli/bin.mjs')], folder)).stdout).toBe('part two');
  });
});

describe('the lock file', () => {
  it('names no host', () => {
    const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as { packages: Record<string, { resolved?: string }> };
    expect(Object.entries(lock.packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });
});
