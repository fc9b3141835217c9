import { mkdirSync } from 'node:fs';
import path from 'node:path';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, expect, onTestFinished, vi } from 'vitest';
import type { Direction, RunOverlay, ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { Picture } from '../../protocol/picture.ts';
import { launchBrowser } from '../webview/panel-page.ts';
import type { Theme } from '../webview/themes.ts';
import { openGraph, pictureMessage, serveGraph } from './graph-page.ts';
import type { GraphPage } from './graph-page.ts';

const SHOTS = path.resolve(import.meta.dirname, '../../.cache/webview-graph');

export interface Opening {
  readonly picture?: Picture;
  readonly overlay?: RunOverlay;
  readonly direction?: Direction;
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly kept?: unknown;
  readonly motion?: boolean;
}

export interface Opened extends GraphPage {
  /** Kept for whoever wants to look: `.cache/webview-graph`. */
  shot(name: string): Promise<void>;
}

// A machine may be busy with everything else.
vi.setConfig({ testTimeout: 120_000 });

/** Until it is so; a busy machine may take its time. */
export function soon<T>(look: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: 30_000 });
}

/** A browser for one file of tests, and a panel in it per call. */
export async function panels(): Promise<(opening?: Opening) => Promise<Opened>> {
  const [browser, server] = await Promise.all([launchBrowser(), serveGraph()]);
  mkdirSync(SHOTS, { recursive: true });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  return async ({ picture, overlay, direction = 'down', theme = 'dark', width = 1_400, height = 900, kept, motion = false } = {}) => {
    const page = await browser.newPage({ viewport: { width, height }, reducedMotion: motion ? 'no-preference' : 'reduce' });
    onTestFinished(async () => await page.close());
    const panel = await openGraph(page, server, theme, kept);
    const messages: ToGraphPanel[] = [{ kind: 'settings', direction, reducedMotion: null }, { kind: 'running-allowed', reason: null }];
    if (picture !== undefined) messages.push(pictureMessage(picture));
    if (overlay !== undefined) messages.push({ kind: 'run', overlay });
    await panel.send(...messages);
    if (picture !== undefined) await panel.settled();
    return { ...panel, shot: async (name) => { await page.screenshot({ path: path.join(SHOTS, `${name}.png`) }); } };
  };
}

/** What Axe holds to be serious or critical, one line each. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations: all } = await page.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return all.filter(({ impact }) => impact === 'serious' || impact === 'critical').flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

export function nodeOf(page: Page, id: string): ReturnType<Page['locator']> {
  return page.locator(`.stage [data-node=${JSON.stringify(id)}]`);
}

/** Where a node stands on the screen. */
export async function placeOf(page: Page, id: string): Promise<{ readonly x: number; readonly y: number }> {
  const box = await nodeOf(page, id).locator('.card:not(.back), .box').first().boundingBox();
  if (box === null) throw new Error(`${id} is not on the screen`);
  return { x: Math.round(box.x), y: Math.round(box.y) };
}

export async function idsDrawn(page: Page): Promise<readonly string[]> {
  return await page.evaluate(() => [...document.querySelectorAll('.canvas [data-node]')].map((node) => node.getAttribute('data-node') ?? ''));
}

export async function focusedNode(page: Page): Promise<string | null> {
  return await page.evaluate(() => document.activeElement?.getAttribute('data-node') ?? null);
}
