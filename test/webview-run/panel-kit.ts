import type { Page } from 'playwright-core';
import { afterAll, onTestFinished } from 'vitest';
import type { FromRunPanel, ToRunPanel } from '../../protocol/run-panel.ts';
import type { RunDetailRecord } from '../../protocol/run-records.ts';
import type { Theme } from '../webview/themes.ts';
import { answerTo, incident, WAITS } from './incident.ts';
import { launchBrowser, openPanel, servePanel } from '../webview/panel-page.ts';
import type { PanelPage } from '../webview/panel-page.ts';

/** A run panel in a page, and what goes between it and the extension. */
export type RunPage = PanelPage<ToRunPanel, FromRunPanel>;

export interface Opened extends RunPage {
  /** Answers what the panel asks for until it asks for nothing more. */
  readonly serve: () => Promise<void>;
}

interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: Theme;
  readonly kept?: unknown;
}

export interface Panels {
  /** A panel that has been told nothing yet. */
  readonly open: (look?: Look) => Promise<Opened>;
  /** The panel of a finished run that has everything. */
  readonly openIncident: (look?: Look, detail?: RunDetailRecord) => Promise<Opened>;
}

/** Run panels in a browser of the test file's own, each put away with its test. */
export async function usePanels(): Promise<Panels> {
  const [browser, server] = await Promise.all([launchBrowser(), servePanel('run')]);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  const open = async ({ width = 1_400, height = 900, theme = 'dark', kept }: Look = {}): Promise<Opened> => {
    const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce' });
    onTestFinished(async () => await page.close());
    const panel = await openPanel<ToRunPanel, FromRunPanel>(page, server, theme, kept);
    let answered = 0;
    const serve = async (): Promise<void> => {
      for (let quiet = 0; quiet < 3; quiet++) {
        const all = await panel.sent();
        const answers = all.slice(answered).map(answerTo).filter((answer) => answer !== null);
        answered = all.length;
        if (answers.length > 0) quiet = -1;
        await panel.send(...answers);
      }
    };
    return { ...panel, serve };
  };
  const openIncident = async (look: Look = {}, detail = incident()): Promise<Opened> => {
    const panel = await open(look);
    await panel.send({ kind: 'running-allowed', reason: null }, { kind: 'detail', detail }, WAITS);
    await panel.serve();
    return panel;
  };
  return { open, openIncident };
}

/** The row of a node in the timeline. */
export const row = (page: Page, node: string) => page.locator('.trow').filter({ has: page.locator('.nm', { hasText: new RegExp(`^${node}( |,)`) }) });
export const selected = (page: Page): Promise<string | null> => page.locator('.trow.on').textContent();
