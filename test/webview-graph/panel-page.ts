import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import type { Page } from 'playwright-core';
import { graphPanelHtml } from '../../client/panels/graph-panel-html.ts';
import type { FromGraphPanel, PictureState, ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { Picture } from '../../protocol/picture.ts';
import { THEMES } from './themes.ts';
import type { Theme } from './themes.ts';

const root = path.resolve(import.meta.dirname, '../..');
export const URI = 'file:///project/configs/workflows/one.workflow.yaml';

/** The page of the panel over loopback, as the extension makes it, with its real Content-Security-Policy. */
export interface PanelServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function servePanel(): Promise<PanelServer> {
  const files = new Map<string, { type: string; body: Buffer | string }>();
  const common: BuildOptions & { write: false } = { absWorkingDir: root, bundle: true, format: 'iife', target: 'chrome134', minify: true, outdir: '/out', write: false, logLevel: 'warning', mainFields: ['module', 'main'] };
  const { outputFiles } = await build({ ...common, entryPoints: { graph: 'webview/graph/main.ts' } });
  files.set('/layout-worker.js', { type: 'text/javascript', body: readFileSync(path.join(root, 'node_modules/elkjs/lib/elk-worker.min.js')) });
  for (const file of outputFiles) files.set(`/${path.basename(file.path)}`, { type: file.path.endsWith('.css') ? 'text/css' : 'text/javascript', body: file.text });
  const fonts = [['Inter', 'inter/files/inter-latin-400-normal', 400], ['Inter', 'inter/files/inter-latin-600-normal', 600], ['JetBrains Mono', 'jetbrains-mono/files/jetbrains-mono-latin-400-normal', 400]] as const;
  for (const [, file] of fonts) files.set(`/${path.basename(file)}.woff2`, { type: 'font/woff2', body: readFileSync(path.join(root, 'node_modules/@fontsource', `${file}.woff2`)) });
  files.set('/fonts.css', { type: 'text/css', body: fonts.map(([family, file, weight]) => `@font-face { font-family: '${family}'; font-weight: ${weight}; src: url(/${path.basename(file)}.woff2); }`).join('\n') });
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = name === '/' ? { type: 'text/html', body: pageHtml() } : files.get(name);
    response.writeHead(file !== undefined ? 200 : name === '/favicon.ico' ? 204 : 404, { 'content-type': `${file?.type ?? 'text/plain'}; charset=utf-8` });
    response.end(file?.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
}

function pageHtml(): string {
  const html = graphPanelHtml({ cspSource: `'self'`, nonce: 'abc123', script: '/graph.js', style: '/graph.css', worker: '/layout-worker.js', title: 'DAG <Preview>', language: 'en' });
  return html.replace('<link rel="stylesheet"', '<link rel="stylesheet" href="/fonts.css">\n<link rel="stylesheet"');
}

export interface PanelPage {
  readonly page: Page;
  send(...messages: readonly ToGraphPanel[]): Promise<void>;
  /** What the panel has told the extension so far. */
  sent(): Promise<readonly FromGraphPanel[]>;
  /** Waits until the layout has come, nothing moves, and everything is painted. */
  settled(): Promise<void>;
  theme(name: Theme): Promise<void>;
}

export function pictureMessage(picture: Picture, version = 1, uri = URI): ToGraphPanel {
  const state: PictureState = { kind: 'picture', picture, others: [] };
  return { kind: 'picture', uri, version, state };
}

/** `kept`: what an earlier panel left with `setState`. */
export async function openPanel(page: Page, server: PanelServer, theme: Theme, kept?: unknown): Promise<PanelPage> {
  await page.addInitScript(({ variables, state }) => {
    const told: unknown[] = [];
    Object.assign(window, {
      told, kept: state,
      acquireVsCodeApi: () => ({ postMessage: (message: unknown) => void told.push(message), getState: () => state, setState: (value: unknown) => void Object.assign(window, { kept: value }) }),
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
  return {
    page,
    // As text: the driver's types cannot follow the union.
    send: (...messages) => page.evaluate((all) => { for (const message of JSON.parse(all) as unknown[]) window.dispatchEvent(new MessageEvent('message', { data: message })); }, JSON.stringify(messages)),
    sent: () => page.evaluate(() => (window as unknown as { told: FromGraphPanel[] }).told),
    settled: () => settled(page),
    theme: (name) => page.evaluate((values) => { (window as unknown as { dress: (values: Readonly<Record<string, string>>) => void }).dress(values); }, THEMES[name]),
  };
}

async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.canvas.planning, .skeleton, .moving, .settling') === null && document.querySelector('.stage') !== null);
  await page.evaluate(() => new Promise<void>((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => resolve())); }));
}
