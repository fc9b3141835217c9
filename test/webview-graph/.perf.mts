import elk from 'elkjs/lib/elk.bundled.js';
const P = await import('./pictures.ts');
const { diagramOf } = await import('../../webview/graph/diagram.ts');
const { toElk, fromElk } = await import('../../webview/graph/elk-graph.ts');
const { estimate } = await import('../../webview/graph/metrics.ts');
const ELK = elk.default ?? elk;
const e = new ELK();
for (const [n, lanes] of [[200, 5], [1000, 5], [1000, 25]]) {
  const p = P.audit(n, lanes);
  const d = diagramOf(p, new Set(), estimate);
  for (const [name, o] of Object.entries({ now: {}, t1bk: { 'elk.layered.thoroughness': '1', 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', }, t1bkb: { 'elk.layered.thoroughness': '1', 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED' }, t3bkb: { 'elk.layered.thoroughness': '3', 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED' }, ls: { 'elk.layered.thoroughness': '1', 'elk.layered.nodePlacement.strategy': 'LINEAR_SEGMENTS' }, bkL: { 'elk.layered.thoroughness': '1', 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'LEFTUP' } , force: {'elk.layered.thoroughness': '1', 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED','elk.layered.crossingMinimization.forceNodeModelOrder':'true'}})) {
    const g = toElk(d, 'down', false); Object.assign(g.layoutOptions, o);
    const times = [];
    let r; for (let i = 0; i < 2; i++) { const t = performance.now(); r = await e.layout(structuredClone(g)); times.push(Math.round(performance.now() - t)); }
    const plan = fromElk(r);
    const len = plan.links.reduce((a, l) => a + (l ? l.points.slice(1).reduce((b, q, i) => b + Math.abs(q.x - l.points[i].x) + Math.abs(q.y - l.points[i].y), 0) : 0), 0);
    console.log(n, lanes, name, times, plan.width, plan.height, 'edge length', Math.round(len / 1000) + 'k', 'edges', d.links.length);
  }
}
