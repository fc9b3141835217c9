import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, inject, it, onTestFinished } from 'vitest';
import { startBrowser } from './browser.ts';
import { WIDE } from './kit.ts';
import { openFolder } from './screen.ts';

const STARTER = `
  import { startServer } from ${JSON.stringify(path.join(import.meta.dirname, 'server.ts'))};
  const server = await startServer(JSON.parse(process.argv[1]), { extensions: null });
  console.log(JSON.stringify({ home: server.home, url: server.url }));
`;

/** Processes with this home, by command. */
function processesOf(home: string): readonly string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${home}`);
    } catch {
      return false;
    }
  });
}

it.runIf(existsSync('/proc/self/environ'))('a workbench ends with whoever started it, extension hosts included, even when that one is killed', async () => {
  const { workbench } = inject('prepared');
  const starter = spawn(process.execPath, ['--experimental-strip-types', '--input-type=module', '-e', STARTER, JSON.stringify(workbench)], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void starter.kill('SIGKILL'));
  const { value: line } = await createInterface(starter.stdout)[Symbol.asyncIterator]().next() as { value: string };
  const { home, url } = JSON.parse(line) as { home: string; url: string };
  onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 20 }));
  const browser = await startBrowser(workbench.chromium, WIDE);
  try {
    await openFolder(browser.page, url, home);
    await expect.poll(() => processesOf(home).length, { timeout: 60_000 }).toBeGreaterThan(3);
    starter.kill('SIGKILL');
    await expect.poll(() => processesOf(home), { timeout: 60_000 }).toEqual([]);
  } finally {
    await browser.close();
  }
});
