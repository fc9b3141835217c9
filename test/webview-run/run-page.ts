import { accessSync, constants, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { runPanelHtml } from '../../client/panels/run-panel-html.ts';
import type { FromRunPanel, ToRunPanel } from '../../protocol/run-panel.ts';
import { THEMES } from '../webview-graph/themes.ts';
import type { Theme } from '../webview-graph/themes.ts';

const root = path.resolve(import.meta.dirname, '../..');

export interface PanelServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The page of the panel over loopback, as the extension makes it, with its real Content-Security-Policy. */
export async function servePanel(): Promise<PanelServer> {
  const files = new Map<string, { readonly type: string; readonly body: Buffer | string }>();
  const bundled = await build({ absWorkingDir: root, bundle: true, format: 'iife', target: 'chrome134', outdir: '/out', write: false, logLevel: 'warning', mainFields: ['module', 'main'], entryPoints: { run: 'webview/run/main.ts' } });
  for (const file of bundled.outputFiles) files.set(`/${path.basename(file.path)}`, { type: file.path.endsWith('.css') ? 'text/css' : 'text/javascript', body: file.text });
  const fonts = [['Inter', 'inter/files/inter-latin-400-normal', 400], ['Inter', 'inter/files/inter-latin-600-normal', 600], ['JetBrains Mono', 'jetbrains-mono/files/jetbrains-mono-latin-400-normal', 400]] as const;
  for (const [, file] of fonts) files.set(`/${path.basename(file)}.woff2`, { type: 'font/woff2', body: readFileSync(path.join(root, 'node_modules/@fontsource', `${file}.woff2`)) });
  files.set('/fonts.css', { type: 'text/css', body: fonts.map(([family, file, weight]) => `@font-face { font-family: '${family}'; font-weight: ${weight}; src: url(/${path.basename(file)}.woff2); }`).join('\n') });
  const html = runPanelHtml({ cspSource: `'self'`, nonce: 'abc123', script: '/run.js', style: '/run.css', language: 'en' }).replace('<link rel="stylesheet"', '<link rel="stylesheet" href="/fonts.css">\n<link rel="stylesheet"');
  // Every browser asks for one.
  files.set('/favicon.ico', { type: 'image/x-icon', body: '' });
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = name === '/' ? { type: 'text/html', body: html } : files.get(name);
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8` });
    response.end(file?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
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

export interface PanelPage {
  readonly page: Page;
  /** What the page wrote to its console as an error (a refused style or script among them), and what it threw. */
  readonly errors: readonly string[];
  readonly send: (...messages: readonly ToRunPanel[]) => Promise<void>;
  /** What the panel has told the extension so far. */
  readonly sent: () => Promise<readonly FromRunPanel[]>;
  /** What the panel has kept for its next life. */
  readonly kept: () => Promise<unknown>;
  readonly theme: (name: Theme) => Promise<void>;
}

/** `kept`: what an earlier panel left with `setState`. */
export async function openPanel(page: Page, server: PanelServer, theme: Theme, kept?: unknown): Promise<PanelPage> {
  const errors: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.addInitScript(({ variables, state }) => {
    const told: unknown[] = [];
    Object.assign(window, {
      told, kept: state,
      acquireVsCodeApi: () => ({ postMessage: (message: unknown) => void told.push(structuredClone(message)), getState: () => state, setState: (value: unknown) => void Object.assign(window, { kept: value }) }),
      dress: (values: Readonly<Record<string, string>>) => {
        document.documentElement.removeAttribute('style');
        for (const [name, value] of Object.entries(values)) document.documentElement.style.setProperty(name, value);
      },
    });
    const dress = (): void => { for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value); };
    new MutationObserver((_, observer) => { if (document.documentElement as Element | null !== null) { observer.disconnect(); dress(); } }).observe(document, { childList: true });
  }, { variables: THEMES[theme], state: kept });
  await page.goto(server.url);
  await page.evaluate(async () => { await Promise.all(['400 13px Inter', '600 13px Inter', '400 12px "JetBrains Mono"'].map((font) => document.fonts.load(font))); });
  await page.waitForFunction(() => (window as unknown as { told: { kind: string }[] }).told.some(({ kind }) => kind === 'ready'));
  return {
    page, errors,
    send: async (...messages) => {
      await page.evaluate((text) => { for (const data of JSON.parse(text) as unknown[]) window.dispatchEvent(new MessageEvent('message', { data })); }, JSON.stringify(messages));
      await painted(page);
    },
    sent: () => page.evaluate(() => (window as unknown as { told: FromRunPanel[] }).told),
    kept: () => page.evaluate(() => (window as unknown as { kept: unknown }).kept),
    theme: async (name) => {
      await page.evaluate((values) => { (window as unknown as { dress: (values: Readonly<Record<string, string>>) => void }).dress(values); }, THEMES[name]);
      await painted(page);
    },
  };
}

/** Whatever was to be drawn is drawn. */
export async function painted(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => resolve())); }));
}
