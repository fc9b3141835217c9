import './graph.css';
import elkApi from 'elkjs/lib/elk-api.js';
import type { ELK } from 'elkjs/lib/elk-api.js';
import { measureByCanvas } from './metrics.ts';
import { GraphPanel } from './panel.ts';
import type { Host } from './panel.ts';
import { keepFocus } from '../shared/keep-focus.ts';

declare function acquireVsCodeApi(): Host;

/** A worker may not come from another origin: its text is fetched and started from a blob. */
async function startElk(uri: string): Promise<Pick<ELK, 'layout'>> {
  const answer = await fetch(uri);
  if (!answer.ok) throw new Error(`the layout worker could not be read: ${answer.status}`);
  const blob = URL.createObjectURL(new Blob([await answer.blob()], { type: 'text/javascript' }));
  const elk = new elkApi.default({ workerFactory: () => new Worker(blob) });
  // The first layout of a worker is its slowest: let it be one that nobody waits for.
  void elk.layout({ id: 'root', layoutOptions: { 'elk.algorithm': 'layered' }, children: [{ id: 'a', width: 8, height: 8 }, { id: 'b', width: 8, height: 8 }], edges: [{ id: 'e', sources: ['a'], targets: ['b'] }] });
  return elk;
}

const root = document.getElementById('root');
if (root !== null) {
  const host = acquireVsCodeApi();
  // Before anything is made: what it brings comes when all of this has run.
  host.postMessage({ kind: 'ready' });
  const bug = (what: unknown): void => host.postMessage({ kind: 'bug', message: what instanceof Error ? (what.stack ?? what.message) : String(what) });
  window.addEventListener('error', (event) => bug(event.error ?? event.message));
  window.addEventListener('unhandledrejection', (event) => bug(event.reason));
  const elk = startElk(root.dataset['layoutWorker'] ?? '');
  elk.catch(bug);
  const panel = new GraphPanel(root, host, elk, measureByCanvas(getComputedStyle(document.body).fontFamily));
  window.addEventListener('message', (event) => panel.receive(event.data));
  keepFocus(window);
}
