import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import type { Workbench } from '../../scripts/workbench.mjs';
import { startBrowser } from './browser.ts';
import type { Browser, Size } from './browser.ts';
import { chooseTheme, openFolder } from './screen.ts';
import { startServer } from './server.ts';
import type { WorkbenchServer } from './server.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** What the global set-up has made ready. */
export interface Prepared {
  readonly workbench: Workbench;
  /** A folder of extensions that holds ours alone, installed from its package. */
  readonly extensions: string;
  readonly vsix: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    prepared: Prepared;
  }
}

export const WIDE: Size = { width: 1400, height: 900 };

export type Theme = 'dark' | 'light' | 'hc-dark' | 'hc-light';

const THEMES: Readonly<Record<Theme, readonly [label: string, bodyClass: string]>> = {
  dark: ['Dark Modern', 'vscode-theme-defaults-themes-dark_modern-json'],
  light: ['Light Modern', 'vscode-theme-defaults-themes-light_modern-json'],
  'hc-dark': ['Dark High Contrast', 'hc-black'],
  'hc-light': ['Light High Contrast', 'hc-light'],
};

export interface DeskOptions {
  /** A folder of `examples/`, copied; or files by name; or null: no folder is open. */
  readonly workspace: string | Readonly<Record<string, string>> | null;
  /** Files beside these, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Changes to its files before it is opened, by name. */
  readonly edits?: Readonly<Record<string, (text: string) => string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly size?: Size;
  readonly trust?: 'asked';
  /** A folder of extensions to install instead of ours alone, and the URI of a folder to open instead of the one on the disk; null = that one. */
  readonly virtual?: () => Promise<{ readonly extensions: string; readonly folder: string | null }>;
  /** The tests of the file follow one another: after one that failed, the others fail at once instead of waiting for what does not come. */
  readonly story?: true;
}

/** A workbench of one's own, with a folder open. */
export interface Desk {
  readonly page: Page;
  readonly browser: Browser;
  readonly server: WorkbenchServer;
  readonly workspace: string;
  readonly setSettings: (settings: Readonly<Record<string, unknown>>) => void;
  readonly setTheme: (theme: Theme) => Promise<void>;
  /** Those called `view-…` go into docs/images with DAGBOOK_SCREENSHOTS=docs, all others into the cache. */
  readonly screenshot: (name: string) => Promise<void>;
}

/** One desk for the tests of a file, put away after the last. What was seen at a failure is kept in .cache/workbench/failures. */
export function useDesk(options: DeskOptions): () => Desk {
  let desk: Desk | undefined;
  beforeAll(async () => {
    desk = await setUpDesk(options);
  });
  let failed: string | null = null;
  beforeEach(() => {
    if (failed !== null && options.story === true) throw new Error(`Not tried, because this failed before: ${failed}`);
  });
  afterEach(async ({ task }) => {
    if (desk === undefined || failed !== null || task.result?.state !== 'fail') return;
    failed = task.name;
    await keepEvidence(desk, task.name);
  });
  afterAll(async () => {
    if (desk !== undefined) await clearDesk(desk);
  });
  return () => desk!;
}

async function setUpDesk(options: DeskOptions): Promise<Desk> {
  const { workbench, extensions: ours } = inject('prepared');
  const { extensions, folder } = await options.virtual?.() ?? { extensions: ours, folder: null };
  const workspace = makeWorkspace(options);
  const settings = { 'workbench.colorTheme': THEMES.dark[0], ...options.settings };
  const server = await startServer(workbench, { extensions, settings, ...(options.env === undefined ? {} : { env: options.env }), workspaceTrust: options.trust === 'asked' });
  const browser = await startBrowser(workbench.chromium, options.size ?? WIDE);
  const desk: Desk = {
    page: browser.page,
    browser, server, workspace,
    setSettings: (more) => changeSettings(server.home, more),
    setTheme: async (theme) => {
      const [label, bodyClass] = THEMES[theme];
      await chooseTheme(browser.page, label);
      await browser.page.locator(`.monaco-workbench.${bodyClass}`).waitFor();
    },
    screenshot: async (name) => {
      const folder = process.env['DAGBOOK_SCREENSHOTS'] === 'docs' && name.startsWith('view-') ? path.join(root, 'docs/images') : path.join(root, '.cache/workbench/screenshots');
      mkdirSync(folder, { recursive: true });
      await browser.page.screenshot({ path: path.join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
    },
  };
  try {
    await openFolder(browser.page, server.url, options.workspace === null ? null : (folder ?? workspace));
    return desk;
  } catch (error) {
    await keepEvidence(desk, 'start');
    await clearDesk(desk);
    throw error;
  }
}

/** Everything is put away, whatever was in order; then it is said what was not. */
async function clearDesk({ browser, server, workspace }: Desk): Promise<void> {
  const strangers = [...browser.strangers];
  const faults = server.logs().split('\n').filter((line) => /\[error\] (?:graph|run) panel: /.test(line));
  const ends = await Promise.allSettled([browser.close(), server.stop()]);
  rmSync(workspace, { recursive: true, force: true, maxRetries: 20 });
  expect(strangers, 'requests to other machines').toEqual([]);
  expect(faults, 'bugs that a panel has told of').toEqual([]);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function makeWorkspace({ workspace: content, files = {}, edits = {} }: DeskOptions): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dagbook-workspace-')));
  if (typeof content === 'string') {
    cpSync(path.join(root, 'examples', content), folder, { recursive: true, filter: (file) => path.basename(file) !== '.dagbook' });
  }
  for (const [name, text] of Object.entries({ ...(typeof content === 'string' ? {} : content), ...files })) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  for (const [name, edit] of Object.entries(edits)) {
    const before = readFileSync(path.join(folder, name), 'utf8');
    const after = edit(before);
    if (after === before) throw new Error(`The edit of ${name} changed nothing.`);
    writeFileSync(path.join(folder, name), after);
  }
  return folder;
}

function changeSettings(home: string, more: Readonly<Record<string, unknown>>): void {
  const file = path.join(home, 'data/User/settings.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')) as object, ...more }, null, 2));
}

async function keepEvidence({ page, server, browser }: Desk, name: string): Promise<void> {
  const folder = path.join(root, '.cache/workbench/failures', name.replaceAll(/[^\w-]+/g, '-').slice(0, 80));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const logs = `${server.logs()}\n── console\n${browser.errors.join('\n')}\n`;
  writeFileSync(path.join(folder, 'logs.txt'), logs);
  await page.screenshot({ path: path.join(folder, 'screen.png') }).catch(() => undefined);
  process.stderr.write(`What was seen when “${name}” failed: ${path.relative(process.cwd(), folder)}\n${logs.split('\n').slice(-30).join('\n')}\n`);
}
