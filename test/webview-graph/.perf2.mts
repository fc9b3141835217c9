import elk from 'elkjs/lib/elk.bundled.js';
const P = await import('./pictures.ts');
const { diagramOf } = await import('../../webview/graph/diagram.ts');
const { toElk, fromElk, placesOf } = await import('../../webview/graph/elk-graph.ts');
const { estimate } = await import('../../webview/graph/metrics.ts');
const ELK = elk.default ?? elk;
const e = new ELK();
function rnd(n, m) { let s = 5; const r = () => (s = (s * 1664525 + 1013904223) % 4294967296) / 4294967296; const nodes = Array.from({ length: n }, (_, i) => P.node('n' + i, 'spawn', 'x', 'y')); const edges = []; for (let i = 0; i < m; i++) { const a = Math.floor(r() * (n - 1)); const b = a + 1 + Math.floor(r() * (n - a - 1)); edges.push(P.edge('n' + a, 'n' + b)); } return P.picture('r', nodes, edges); }
for (const [name, p] of [['20', P.audit(20,2)], ['200', P.audit(200)], ['1000/5', P.audit(1000,5)], ['1000/25', P.audit(1000, 25)], ['2000', P.audit(2000,10)], ['r200', rnd(200, 250)], ['r1000', rnd(1000, 1250)]]) {
  const d = diagramOf(p, new Set(), estimate);
  const t = performance.now(); const g = toElk(d, 'down', false); const t1 = performance.now();
  const r = await e.layout(g); const t2 = performance.now(); const plan = fromElk(r);
  console.log(name, 'places', placesOf(d), 'toElk', Math.round(t1 - t), 'elk', Math.round(t2 - t1), 'from', Math.round(performance.now() - t2), plan.width, plan.height, g.layoutOptions['elk.layered.thoroughness'], g.layoutOptions['elk.layered.nodePlacement.strategy']);
}
