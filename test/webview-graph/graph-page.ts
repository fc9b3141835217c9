import type { Page } from 'playwright-core';
import type { FromGraphPanel, PictureState, ToGraphPanel } from '../../protocol/graph-panel.ts';
import type { Picture } from '../../protocol/picture.ts';
import { openPanel, painted, servePanel } from '../webview/panel-page.ts';
import type { PanelPage, PanelServer } from '../webview/panel-page.ts';
import type { Theme } from '../webview/themes.ts';

export const URI = 'file:///project/configs/workflows/one.workflow.yaml';

export interface GraphPage extends PanelPage<ToGraphPanel, FromGraphPanel> {
  /** Waits until the layout has come, nothing moves, and everything is painted. */
  settled(): Promise<void>;
}

export function serveGraph(): Promise<PanelServer> {
  return servePanel('graph', 'node_modules/elkjs/lib/elk-worker.min.js');
}

/** `kept`: what an earlier panel left with `setState`. */
export async function openGraph(page: Page, server: PanelServer, theme: Theme, kept?: unknown): Promise<GraphPage> {
  const panel = await openPanel<ToGraphPanel, FromGraphPanel>(page, server, theme, kept);
  const settled = async (): Promise<void> => {
    await page.waitForFunction(() => document.querySelector('.canvas.planning, .skeleton, .moving, .settling') === null && document.querySelector('.stage') !== null);
    await painted(page);
  };
  return { ...panel, settled };
}

export function pictureMessage(picture: Picture, version = 1, uri = URI): ToGraphPanel {
  const state: PictureState = { kind: 'picture', picture, others: [] };
  return { kind: 'picture', uri, version, state };
}
