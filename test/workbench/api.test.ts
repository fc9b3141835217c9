import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CASES, WORKSPACE } from '../electron/cases.ts';
import { buildSuite, writeFiles } from '../electron/prepare.mjs';
import type { CaseResult } from '../electron/suite.ts';
import { startBrowser } from './browser.ts';
import { WIDE } from './kit.ts';
import { startServer } from './server.ts';

const LIMIT_MS = 240_000;

/** The suite of test/electron inside this workbench's extension host, over the extension as it was packaged. */
describe('in an extension host', () => {
  const scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'dagbook-api-')));
  let results: readonly CaseResult[] = [];
  let said = '';

  beforeAll(async () => {
    const { workbench, extensions } = inject('prepared');
    const report = path.join(scratch, 'report.json');
    const workspace = path.join(scratch, 'workspace');
    writeFiles(workspace, WORKSPACE);
    const suite = await buildSuite(scratch);
    const [installed] = readdirSync(extensions).filter((name) => name.startsWith('dagbook.dagbook-'));
    const server = await startServer(workbench, { extensions: null, smokeTestDriver: true, env: { DAGBOOK_SUITE_REPORT: report } });
    const browser = await startBrowser(workbench.chromium, WIDE);
    try {
      const { promise: ended, resolve: end } = Promise.withResolvers<string>();
      await browser.page.exposeFunction('codeAutomationLog', (_: string, args: readonly unknown[]) => void (said += `${args.join(' ')}\n`));
      await browser.page.exposeFunction('codeAutomationExit', () => end('ended'));
      const remote = (file: string): string => `vscode-remote://127.0.0.1:${server.port}${file}`;
      const payload = [['extensionDevelopmentPath', remote(path.join(extensions, installed!))], ['extensionTestsPath', remote(suite)], ['skipWelcome', 'true']];
      await browser.page.goto(`${server.url}/?folder=${encodeURIComponent(workspace)}&payload=${encodeURIComponent(JSON.stringify(payload))}`);
      const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS, 'limit').unref());
      if (await Promise.race([ended, limit]) === 'limit') throw new Error(`The suite did not end within ${LIMIT_MS / 1000} s.\n${said}\n${server.logs()}`);
      results = JSON.parse(readFileSync(report, 'utf8')) as readonly CaseResult[];
    } finally {
      await browser.close();
      await server.stop();
    }
  }, LIMIT_MS + 60_000);

  afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 20 }));

  it.each(CASES.map(({ name }) => name))('%s', (name) => {
    const result = results.find((one) => one.name === name);
    expect(result, `it did not run:\n${said}`).toBeDefined();
    expect(result!.error).toBeNull();
  });
});
