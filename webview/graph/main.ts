import './graph.css';
import elkApi from 'elkjs/lib/elk-api.js';
import type { ELK } from 'elkjs/lib/elk-api.js';
import type { FromGraphPanel } from '../../protocol/graph-panel.ts';
import { startPanel } from '../shared/start-panel.ts';
import type { PanelHost } from '../shared/start-panel.ts';
import { measureByCanvas } from './metrics.ts';
import { GraphPanel } from './panel.ts';

declare function acquireVsCodeApi(): PanelHost<FromGraphPanel>;

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

const host = acquireVsCodeApi();
startPanel(host, (root, bug) => {
  const elk = startElk(root.dataset['layoutWorker'] ?? '');
  elk.catch(bug);
  return new GraphPanel(root, host, elk, measureByCanvas(getComputedStyle(document.body).fontFamily));
});
