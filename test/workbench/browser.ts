import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Browser {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Requests that left this machine, or would have. */
  readonly strangers: ReadonlySet<string>;
  /** What pages and webviews wrote to their console as an error, and what they threw. */
  readonly errors: readonly string[];
  close(): Promise<void>;
}

const ARGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--force-color-profile=srgb', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'];

/** A Chromium with a profile of its own, closed with everything it started. */
export async function startBrowser(executable: string, size: Size): Promise<Browser> {
  const profile = mkdtempSync(path.join(tmpdir(), 'dagbook-chromium-'));
  // Chromium's sandbox refuses to work for root.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable, timeout: 120_000, headless: true, viewport: size, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'], args: [...sandbox, ...ARGS],
  });
  const page = context.pages()[0] ?? await context.newPage();
  const strangers = new Set<string>();
  const errors: string[] = [];
  context.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url());
    // What a webview loads has a made-up host; the workbench's service worker answers for it.
    const isOurs = hostname === '127.0.0.1' || hostname.endsWith('.vscode-resource.vscode-cdn.net');
    if (/^(https?|wss?):$/.test(protocol) && !isOurs) strangers.add(request.url());
  });
  context.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  context.on('weberror', (error) => {
    errors.push(String(error.error()));
  });
  return {
    context, page, strangers, errors,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
