import type { ComparisonRecord, NodeComparisonRecord, Pair } from '../../protocol/run-records.ts';
import { count, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import type { Acts, PanelView } from './run-view.ts';

/** The other run beside this one, in a line. */
export function comparisonStrip({ comparison, state: { run }, view }: PanelView, acts: Acts): VElement | null {
  if (comparison === null) return null;
  const parent = comparison.a === run.parent_run_id;
  const differ = comparison.nodes.filter(({ output }) => !output.same).length;
  return h('section', { class: 'compare', 'aria-label': 'Comparison' }, [
    h('span', {}, ['Compared with ', parent ? 'parent' : h('button', { class: 'link mono', title: `Show run ${comparison.a}` }, comparison.a.slice(0, 13), { on: { click: () => acts.send({ kind: 'show-run', run: comparison.a }) } })]),
    change('tokens', comparison.tokens, count),
    change('cost', comparison.cost_micros, money),
    change('time', comparison.duration_ms, duration),
    h('span', { class: 'cmp hide-narrow' }, [h('span', { class: 'dim' }, 'outputs'), differ === 0 ? h('span', {}, 'all the same') : h('b', {}, `${differ} of ${comparison.nodes.length} differ`)]),
    h('span', { class: 'cmp hide-narrow' }, [h('span', { class: 'dim' }, 'spec'), comparison.workflow_spec.same ? h('span', {}, 'same') : h('b', {}, 'differs')]),
    h('span', { class: 'spacer' }),
    h('button', { class: 'link', 'aria-pressed': String(view.table === 'comparison') }, view.table === 'comparison' ? 'Timeline' : 'Node by node', { on: { click: () => acts.set({ table: view.table === 'comparison' ? 'timeline' : 'comparison' }) } }),
    h('button', { class: 'btn icon-only small', title: 'End the comparison', 'aria-label': 'End the comparison' }, icon('close'), { on: { click: () => acts.send({ kind: 'compare', with: '' }) } }),
  ], { key: 'compare' });
}

function change(label: string, { a, b }: Pair<number>, words: (value: number) => string): Child {
  if (a === null || b === null) return null;
  const share = a === 0 ? null : ((b - a) / a) * 100;
  return h('span', { class: 'cmp' }, [
    h('span', { class: 'dim' }, label),
    a === b ? h('span', {}, words(b)) : h('span', {}, [`${words(a)} → `, h('b', {}, words(b))]),
    share !== null && a !== b && h('span', { class: 'dim share' }, `${share < 0 ? '−' : '+'}${Math.abs(share) >= 1_000 ? count(Math.round(Math.abs(share))) : Math.abs(share).toFixed(1)} %`),
  ]);
}

/** Node by node, attempt by attempt: what is the same, and what is not. */
export function comparisonTable(comparison: ComparisonRecord, panel: PanelView, acts: Acts): VElement {
  const columns = ['node', 'status', 'spec', 'prompt', 'output', 'tokens', 'cost', 'time'];
  return h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Comparison, node by node' }, h('table', {}, [
    h('thead', {}, h('tr', {}, columns.map((column, at) => h('th', { scope: 'col', class: at >= 5 ? 'num' : '' }, column)))),
    h('tbody', {}, comparison.nodes.map((node) => comparisonRow(node, panel, acts))),
  ]), { key: 'comparison' });
}

function comparisonRow(node: NodeComparisonRecord, { view }: PanelView, acts: Acts): VElement {
  const id = nodeIdOf(node.path);
  const more = [node.iteration > 1 ? `iteration ${node.iteration}` : '', node.attempt > 1 ? `attempt ${node.attempt}` : ''].filter((word) => word !== '').join(', ');
  return h('tr', { class: id === view.node ? 'on' : '' }, [
    h('th', { scope: 'row' }, h('button', { class: 'link plain' }, [id, more !== '' && h('span', { class: 'dim' }, ` ${more}`)], { on: { click: () => acts.selectNode(id) } })),
    h('td', {}, sides(node.status, (status) => status)),
    h('td', {}, mark(node.spec)),
    h('td', {}, mark(node.prompt)),
    h('td', {}, mark(node.output)),
    h('td', { class: 'num' }, sides(node.tokens, count)),
    h('td', { class: 'num' }, sides(node.cost_micros, money)),
    h('td', { class: 'num' }, sides(node.duration_ms, duration)),
  ], { key: `${node.path}#${node.attempt}#${node.iteration}` });
}

/** `nodes/<id>`, `states/<name>@2/…` */
export function nodeIdOf(path: string): string {
  const segment = path.split('/')[1] ?? path;
  try {
    return decodeURIComponent(segment.replace(/@\d+$/, ''));
  } catch {
    return segment;
  }
}

function mark({ a, b, same }: Pair<unknown>): Child {
  if (a === null && b === null) return h('span', { class: 'dim' }, '–');
  if (same) return h('span', { class: 'dim' }, 'same');
  return h('b', {}, a === null ? 'only here' : b === null ? 'only there' : 'differs');
}

function sides<T>({ a, b }: Pair<T>, words: (value: T) => string): Child {
  const one = (value: T | null): string => (value === null ? '–' : words(value));
  return a === b ? h('span', { class: 'dim' }, one(b)) : [`${one(a)} → `, h('b', {}, one(b))];
}
