import type { ComparisonRecord, NodeComparisonRecord, Pair } from '../../protocol/run-records.ts';
import { count, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import type { Acts, PanelView } from './run-view.ts';
import { visiblePart } from './windowing.ts';

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
    h('span', { class: 'cmp hide-narrow' }, [h('span', { class: 'dim' }, 'spec'), specWords(comparison.workflow_spec, 'workflow', 'The workflow', acts)]),
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

/** Of each row of the table: pixels. */
const ROW_HEIGHT = 24;
const COLUMNS = ['node', 'status', 'spec', 'prompt', 'output', 'tokens', 'cost', 'time'];

/** Node by node, attempt by attempt: what is the same, and what is not. Of many, those in sight. */
export function comparisonTable({ nodes }: ComparisonRecord, panel: PanelView, acts: Acts): VElement {
  const part = visiblePart(nodes.map(() => ROW_HEIGHT), panel.scroll.top, panel.scroll.height);
  const room = (key: string, height: number): Child => height > 0 && h('tr', { 'aria-hidden': 'true', class: 'room' }, h('td', { colspan: COLUMNS.length }), { key, style: { height: `${height}px` } });
  const agentRuns = new Map([...panel.state.agentRuns.values()].map((one) => [keyOf(one), one.id]));
  return h('div', { class: 'table', tabindex: 0, role: 'region', 'aria-label': 'Comparison, node by node' }, h('table', { 'aria-rowcount': nodes.length + 1 }, [
    h('thead', {}, h('tr', { 'aria-rowindex': 1 }, COLUMNS.map((column, at) => h('th', { scope: 'col', class: at >= 5 ? 'num' : '' }, column)))),
    h('tbody', {}, [
      room('above', part.above),
      nodes.slice(part.from, part.to).map((node, at) => comparisonRow(node, part.from + at, agentRuns.get(keyOf(node)) ?? null, panel, acts)),
      room('below', part.below),
    ]),
  ]), { key: 'comparison', on: { scroll: (event) => acts.scrolled(event.currentTarget as HTMLElement) } });
}

function keyOf({ path, attempt, iteration }: Pick<NodeComparisonRecord, 'path' | 'attempt' | 'iteration'>): string {
  return `${path}#${attempt}#${iteration}`;
}

/** `agentRun`: of this run; null where only the other has one. */
function comparisonRow(node: NodeComparisonRecord, at: number, agentRun: string | null, { view }: PanelView, acts: Acts): VElement {
  const id = nodeIdOf(node.path);
  const more = [node.iteration > 1 ? `iteration ${node.iteration}` : '', node.attempt > 1 ? `attempt ${node.attempt}` : ''].filter((word) => word !== '').join(', ');
  const difference = agentRun === null ? null : (): void => acts.showDifference(agentRun);
  const words = `${id}${more === '' ? '' : ` ${more}`}`;
  return h('tr', { class: (agentRun === null ? id === view.node : agentRun === view.agentRun) ? 'on' : '', 'aria-rowindex': at + 2 }, [
    h('th', { scope: 'row' }, h('button', { class: 'link plain clip', title: words }, [id, more !== '' && h('span', { class: 'dim' }, ` ${more}`)], { on: { click: () => acts.selectNode(id) } })),
    h('td', {}, sides(node.status, (status) => status)),
    h('td', {}, specWords(node.spec, 'agent', words, acts)),
    h('td', {}, mark(node.prompt, `${words}: the prompt`, difference)),
    h('td', {}, mark(node.output, `${words}: the output`, difference)),
    h('td', { class: 'num' }, sides(node.tokens, count)),
    h('td', { class: 'num' }, sides(node.cost_micros, money)),
    h('td', { class: 'num' }, sides(node.duration_ms, duration)),
  ], { key: keyOf(node) });
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

/** A spec that differs leads to the two versions, side by side. */
function specWords(spec: Pair<string>, of: 'workflow' | 'agent', what: string, acts: Acts): Child {
  const { a, b } = spec;
  return mark(spec, `${what}: the spec`, a === null || b === null ? null : () => acts.send({ kind: 'diff-versions', of, a, b }));
}

/** `show`: shows the difference, where there is one to be shown. */
function mark({ a, b, same }: Pair<unknown>, what: string, show: (() => void) | null): Child {
  if (a === null && b === null) return h('span', { class: 'dim' }, '–');
  if (same) return h('span', { class: 'dim' }, 'same');
  if (a === null || b === null) return h('b', {}, a === null ? 'only here' : 'only there');
  return show === null ? h('b', {}, 'differs') : h('button', { class: 'link strong', title: `${what}: show what differs`, 'aria-label': `${what} differs: show it` }, 'differs', { on: { click: show } });
}

function sides<T>({ a, b }: Pair<T>, words: (value: T) => string): Child {
  const one = (value: T | null): string => (value === null ? '–' : words(value));
  return a === b ? h('span', { class: 'dim' }, one(b)) : [`${one(a)} → `, h('b', {}, one(b))];
}
