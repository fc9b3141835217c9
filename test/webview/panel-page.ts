import { accessSync, constants, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { panelHtml } from '../../client/panels/panel-html.ts';
import { THEMES } from './themes.ts';
import type { Theme } from './themes.ts';

/** Panels in a browser, without an editor around them: what the tests of both panels stand on. */

const root = path.resolve(import.meta.dirname, '../..');

export interface PanelServer {
  readonly url: string;
  close(): Promise<void>;
}

interface File {
  readonly type: string;
  readonly body: Buffer | string;
}

/** The page of a panel over loopback, as the extension makes it, with its real Content-Security-Policy. `worker`: the file of what lays out, from the project's root. */
export async function servePanel(panel: 'graph' | 'run', worker: string | null = null): Promise<PanelServer> {
  const files = new Map<string, File>([...await bundled(panel), ...fonts()]);
  if (worker !== null) files.set('/layout-worker.js', { type: 'text/javascript', body: readFileSync(path.join(root, worker)) });
  const html = panelHtml({ cspSource: `'self'`, nonce: 'abc123', script: `/${panel}.js`, style: `/${panel}.css`, worker: worker === null ? null : '/layout-worker.js', title: 'A <Panel>', language: 'en' });
  files.set('/', { type: 'text/html', body: html.replace('<link rel="stylesheet"', '<link rel="stylesheet" href="/fonts.css">\n<link rel="stylesheet"') });
  // Every browser asks for one.
  files.set('/favicon.ico', { type: 'image/x-icon', body: '' });
  const server = createServer((request, response) => {
    const file = files.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8` });
    response.end(file?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
}

async function bundled(panel: string): Promise<(readonly [string, File])[]> {
  const { outputFiles } = await build({ absWorkingDir: root, bundle: true, format: 'iife', target: 'chrome134', minify: true, outdir: '/out', write: false, logLevel: 'warning', mainFields: ['module', 'main'], entryPoints: { [panel]: `webview/${panel}/main.ts` } });
  return outputFiles.map((file) => [`/${path.basename(file.path)}`, { type: file.path.endsWith('.css') ? 'text/css' : 'text/javascript', body: file.text }]);
}

/** The fonts of the themes, so that a text is as wide on every machine. */
function fonts(): (readonly [string, File])[] {
  const faces = [['Inter', 'inter/files/inter-latin-400-normal', 400], ['Inter', 'inter/files/inter-latin-600-normal', 600], ['JetBrains Mono', 'jetbrains-mono/files/jetbrains-mono-latin-400-normal', 400]] as const;
  const style = faces.map(([family, file, weight]) => `@font-face { font-family: '${family}'; font-weight: ${weight}; src: url(/${path.basename(file)}.woff2); }`).join('\n');
  return [
    ['/fonts.css', { type: 'text/css', body: style }],
    ...faces.map(([, file]): readonly [string, File] => [`/${path.basename(file)}.woff2`, { type: 'font/woff2', body: readFileSync(path.join(root, 'node_modules/@fontsource', `${file}.woff2`)) }]),
  ];
}

/** As the workbench tests find theirs. Without one these tests fail: nobody may take silence for success. */
export async function launchBrowser(): Promise<Browser> {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = process.env['DAGBOOK_CHROMIUM'] ?? (process.env['PATH'] ?? '').split(path.delimiter).flatMap((folder) => names.map((name) => path.join(folder, name))).find(isProgram);
  if (found === undefined || found === '') throw new Error('No Chromium was found. Install Chromium or Chrome, or set DAGBOOK_CHROMIUM to its path.');
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return await chromium.launch({ executablePath: found, headless: true, args: [...sandbox, '--disable-gpu', '--disable-background-networking', '--force-color-profile=srgb'] });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A panel and the two ends of its channel: `ToPanel` is what it is told, `FromPanel` what it tells. */
export interface PanelPage<ToPanel, FromPanel> {
  readonly page: Page;
  /** What the page wrote to its console as an error (a refused style or script among them), and what it threw. */
  readonly errors: readonly string[];
  readonly send: (...messages: readonly ToPanel[]) => Promise<void>;
  /** What the panel has told the extension so far. */
  readonly sent: () => Promise<readonly FromPanel[]>;
  /** What the panel has kept for its next life. */
  readonly kept: () => Promise<unknown>;
  readonly theme: (name: Theme) => Promise<void>;
}

/** What the page is given in place of the editor. */
interface StandIn {
  readonly told: { readonly kind: string }[];
  readonly kept: unknown;
  readonly dress: (values: Readonly<Record<string, string>>) => void;
}

/** Opens the panel and waits until it says that it is ready. `kept`: what an earlier panel left with `setState`. */
export async function openPanel<ToPanel, FromPanel>(page: Page, server: PanelServer, theme: Theme, kept?: unknown): Promise<PanelPage<ToPanel, FromPanel>> {
  const errors: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript(({ variables, state }) => {
    const told: unknown[] = [];
    const dress = (values: Readonly<Record<string, string>>): void => {
      document.documentElement.removeAttribute('style');
      for (const [name, value] of Object.entries(values)) document.documentElement.style.setProperty(name, value);
    };
    Object.assign(window, {
      told, kept: state, dress,
      acquireVsCodeApi: () => ({ postMessage: (message: unknown) => void told.push(structuredClone(message)), getState: () => state, setState: (value: unknown) => void Object.assign(window, { kept: value }) }),
    });
    new MutationObserver((_, observer) => { if (document.documentElement as Element | null !== null) { observer.disconnect(); dress(variables); } }).observe(document, { childList: true });
  }, { variables: THEMES[theme], state: kept });
  await page.goto(server.url);
  await page.evaluate(async () => { await Promise.all(['400 13px Inter', '600 13px Inter', '400 12px "JetBrains Mono"'].map((font) => document.fonts.load(font))); });
  await page.waitForFunction(() => (window as unknown as StandIn).told.some(({ kind }) => kind === 'ready'));
  return {
    page, errors,
    // As text: the driver's types cannot follow a union.
    send: async (...messages) => {
      await page.evaluate((text) => { for (const data of JSON.parse(text) as unknown[]) window.dispatchEvent(new MessageEvent('message', { data })); }, JSON.stringify(messages));
      await painted(page);
    },
    sent: () => page.evaluate(() => (window as unknown as StandIn).told) as Promise<unknown> as Promise<readonly FromPanel[]>,
    kept: () => page.evaluate(() => (window as unknown as StandIn).kept),
    theme: async (name) => {
      await page.evaluate((values) => { (window as unknown as StandIn).dress(values); }, THEMES[name]);
      await painted(page);
    },
  };
}

/** Whatever was to be drawn is drawn. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => resolve())); }));
}
