import './run.css';
import { RunPanel } from './panel.ts';
import type { Host } from './panel.ts';
import { keepFocus } from '../shared/keep-focus.ts';

declare function acquireVsCodeApi(): Host;

const root = document.getElementById('root');
if (root !== null) {
  const host = acquireVsCodeApi();
  // Before anything is made: what it brings comes when all of this has run.
  host.postMessage({ kind: 'ready' });
  const bug = (what: unknown): void => host.postMessage({ kind: 'bug', message: what instanceof Error ? (what.stack ?? what.message) : String(what) });
  window.addEventListener('error', (event) => bug(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => bug(event.reason));
  const panel = new RunPanel(root, host);
  window.addEventListener('message', (event) => panel.receive(event.data));
  keepFocus(window);
}
