import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeWorkspace, ROOT, runNode } from '../cli/kit.ts';
import type { Ended } from '../cli/kit.ts';

/** Does what npm would, as far as the script looks, slowly enough for another to come meanwhile; `fail` fails at the second of its three installs. */
const NPM = `
const fs = require('node:fs');
const path = require('node:path');
const home = path.dirname(__filename);
fs.appendFileSync(path.join(home, 'installs'), process.cwd() + '\\n');
const vscode = path.join(process.cwd(), 'node_modules/code-server/lib/vscode');
if (process.argv.some((argument) => argument.startsWith('code-server@'))) {
  fs.mkdirSync(path.join(vscode, 'extensions'), { recursive: true });
  for (const name of ['spdlog', 'native-watchdog']) fs.mkdirSync(path.join(vscode, 'node_modules/@vscode', name), { recursive: true });
  fs.mkdirSync(path.join(process.cwd(), 'node_modules/code-server/out/node'), { recursive: true });
  fs.writeFileSync(path.join(process.cwd(), 'node_modules/code-server/out/node/entry.js'), '');
} else if (fs.existsSync(path.join(home, 'fail'))) {
  console.error('npm error code ENOTFOUND');
  process.exit(1);
}
setTimeout(() => undefined, 300);
`;

interface Machine {
  readonly folder: string;
  readonly cache: string;
  readonly prepare: () => Promise<Ended>;
  readonly installs: () => number;
}

/** A cache folder, an npm and a Chromium of its own. */
function makeMachine(): Machine {
  const folder = makeWorkspace({ 'npm-cli.js': NPM, chromium: '' });
  chmodSync(path.join(folder, 'chromium'), 0o755);
  const cache = path.join(folder, 'cache');
  const env = { npm_execpath: path.join(folder, 'npm-cli.js'), DAGBOOK_WORKBENCH_CACHE: cache, DAGBOOK_CHROMIUM: path.join(folder, 'chromium') };
  return {
    folder, cache,
    prepare: () => runNode([path.join(ROOT, 'scripts/workbench.mjs')], folder, env),
    installs: () => (existsSync(path.join(folder, 'installs')) ? readFileSync(path.join(folder, 'installs'), 'utf8').trim().split('\n').length : 0),
  };
}

describe('the workbench', () => {
  it('is installed once, in three steps without install scripts, and then found', async () => {
    const machine = makeMachine();
    expect(await machine.prepare()).toMatchObject({ code: 0 });
    expect(await machine.prepare()).toMatchObject({ code: 0 });
    expect(machine.installs()).toBe(3);
  });

  it('is installed by one of two that want it at once; the other waits', async () => {
    const machine = makeMachine();
    const answers = await Promise.all([machine.prepare(), machine.prepare()]);
    expect(answers.map(({ code }) => code)).toEqual([0, 0]);
    expect(machine.installs()).toBe(3);
    expect(answers.filter(({ stdout }) => stdout.includes('waiting for it'))).toHaveLength(1);
  });

  it('is never half there: what an installation that died has left is removed, and not used', async () => {
    const machine = makeMachine();
    mkdirSync(path.join(machine.cache, 'code-server-1-linux-x64-1.123.draft/node_modules'), { recursive: true });
    mkdirSync(path.join(machine.cache, 'install.lock'));
    writeFileSync(path.join(machine.cache, 'install.lock/pid'), '999999999');
    expect(await machine.prepare()).toMatchObject({ code: 0 });
    const left = readdirSync(machine.cache);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatch(/^code-server-[\d.]+-\w+-\w+-\d+$/);
  });

  it('says what failed where it cannot be installed, leaves nothing behind, and tries again next time', async () => {
    const machine = makeMachine();
    writeFileSync(path.join(machine.folder, 'fail'), '');
    for (let round = 1; round <= 2; round++) {
      const { code, stdout } = await machine.prepare();
      expect(code).toBe(1);
      expect(stdout).toMatch(/workbench-missing: [^]*npm error code ENOTFOUND/);
      expect(readdirSync(machine.cache)).toEqual([]);
      expect(machine.installs()).toBe(2 * round);
    }
  });

  it('needs a Chromium: one that is named and not there is said so', async () => {
    const folder = makeWorkspace({ 'npm-cli.js': NPM });
    const env = { npm_execpath: path.join(folder, 'npm-cli.js'), DAGBOOK_WORKBENCH_CACHE: path.join(folder, 'cache'), DAGBOOK_CHROMIUM: path.join(folder, 'nowhere') };
    const { code, stdout } = await runNode([path.join(ROOT, 'scripts/workbench.mjs')], folder, env);
    expect(code).toBe(1);
    expect(stdout).toContain(`DAGBOOK_CHROMIUM names ${path.join(folder, 'nowhere')}, which is not there.`);
  });
});
