import elk from 'elkjs/lib/elk.bundled.js';
const P = await import('./pictures.ts');
const { diagramOf } = await import('../../webview/graph/diagram.ts');
const { toElk, fromElk, placesOf } = await import('../../webview/graph/elk-graph.ts');
const { estimate } = await import('../../webview/graph/metrics.ts');
const ELK = elk.default ?? elk;
const e = new ELK();
function rnd(n, m) { let s = 5; const r = () => (s = (s * 1664525 + 1013904223) % 4294967296) / 4294967296; const nodes = Array.from({ length: n }, (_, i) => P.node('n' + i, 'spawn', 'x', 'y')); const edges = []; for (let i = 0; i < m; i++) { const a = Math.floor(r() * (n - 1)); const b = a + 1 + Math.floor(r() * (n - a - 1)); edges.push(P.edge('n' + a, 'n' + b)); } return P.picture('r', nodes, edges); }
const d = diagramOf(rnd(1000, 1250), new Set(), estimate);
const N = { 'elk.layered.considerModelOrder.strategy': 'NONE' };
const L = { 'elk.layered.layering.strategy': 'NETWORK_SIMPLEX' };
for (const [name, o] of Object.entries({ noModel: N, simplex: L, poly: { 'elk.edgeRouting': 'POLYLINE' }, prefer: { 'elk.layered.considerModelOrder.strategy': 'PREFER_NODES' }, unstab: { 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF' }, feed: { 'elk.layered.feedbackEdges': 'false' }, both: {...N, ...L, 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF' } , unz: {'elk.layered.unnecessaryBendpoints': 'false', 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF', ...N}})) {
  const g = toElk(d, 'down', false); Object.assign(g.layoutOptions, o);
  const t1 = performance.now(); const r = await e.layout(g, { measureExecutionTime: true }); const t2 = performance.now();
  const lay = JSON.stringify(r.logging ?? {}).match(/"name":"[^"]+","executionTime":[\d.]+/g)?.map((x) => x.match(/"name":"([^"]+)","executionTime":([\d.]+)/)).filter((x) => Number(x[2]) > 0.3).map((x) => x[1] + ' ' + x[2]);
  console.log(name, Math.round(t2 - t1), Math.round(r.width), Math.round(r.height), lay?.slice(0, 12));
}
