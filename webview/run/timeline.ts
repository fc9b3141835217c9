import { kindGlyph } from '../shared/kinds.ts';
import { count, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { lookGlyph, lookWord } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { axisOf, tickWords, ticksOf } from './axis.ts';
import type { Axis } from './axis.ts';
import { comparisonTable } from './comparison.ts';
import type { Bar, Row } from './rows.ts';
import { endOf } from './rows.ts';
import type { Acts, PanelView } from './run-view.ts';
import { visiblePart } from './windowing.ts';

/** One bar per agent run, attempts below one another, what waits hatched. Instead of it, on demand, the comparison. */
export function timeline(panel: PanelView, acts: Acts): VElement {
  const { comparison, view, rows } = panel;
  if (comparison !== null && view.table === 'comparison') return h('section', { class: 'timeline', 'aria-label': 'Comparison' }, comparisonTable(comparison, panel, acts), { key: 'timeline' });
  const axis = axisOf(endOf(panel.state, panel.now) - Date.parse(panel.state.run.started_at), panel.scroll.plot);
  // Only then is there a scroll bar that the head must leave room for.
  const long = rows.reduce((sum, row) => sum + heightOf(row), 0) > panel.scroll.height;
  return h('section', { class: long ? 'timeline long' : 'timeline', 'aria-label': 'Timeline' }, [head(axis, panel.scroll.plot), rows.length === 0 ? nothing() : list(panel, axis, acts), legend(rows)], { key: 'timeline', style: { '--tick-step': percent(axis.step, axis) } });
}

function head(axis: Axis, width: number): VElement {
  return h('div', { class: 'thead', 'aria-hidden': 'true' }, [
    h('h2', { class: 'title' }, 'Timeline'), h('span'),
    h('div', { class: 'plot axis' }, ticksOf(axis, width).map((tick) => h('span', {}, tickWords(tick, axis), { key: String(tick), style: { left: percent(tick, axis) } }))),
    h('span', { class: 'num wide' }, 'tokens'), h('span', { class: 'num wide' }, 'cost'), h('span', { class: 'num' }, 'time'),
  ], { key: 'head' });
}

function nothing(): VElement {
  return h('p', { class: 'dim nothing' }, 'Nothing has begun yet.', { key: 'nothing' });
}

export function heightOf({ lanes }: Row): number {
  return lanes.length > 1 ? lanes.length * 12 + 4 : 24;
}

/** How far a key goes in a list of rows. */
export const MOVES: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

function list(panel: PanelView, axis: Axis, acts: Acts): VElement {
  const { rows, view, scroll } = panel;
  const part = visiblePart(rows.map(heightOf), scroll.top, scroll.height);
  const selected = rows.findIndex(({ id }) => id === view.node);
  return h('div', {
    class: 'rows', role: 'listbox', tabindex: 0, 'aria-label': 'Nodes in the order in which they began', 'aria-activedescendant': selected === -1 ? null : `row-${selected}`,
  }, [
    h('div', {}, [], { key: 'above', style: { height: `${part.above}px` } }),
    rows.slice(part.from, part.to).map((row, at) => rowOf(row, part.from + at, row.id === view.node, axis, acts)),
    h('div', {}, [], { key: 'below', style: { height: `${part.below}px` } }),
  ], {
    key: 'rows',
    on: {
      scroll: (event) => acts.scrolled(event.currentTarget as HTMLElement),
      keydown: (event) => {
        const by = MOVES[event.key];
        if (by !== undefined) acts.moveNode(by);
        else if (event.key === 'Enter' || event.key === 'ArrowRight') acts.focus('.slist');
        else return;
        event.preventDefault();
      },
    },
  });
}

function rowOf(row: Row, at: number, on: boolean, axis: Axis, acts: Acts): VElement {
  const time = row.ms === null ? '–' : duration(row.ms);
  const figures = [row.tokens === null ? '' : `${count(row.tokens)} tokens`, row.micros === null ? '' : money(row.micros)].filter((word) => word !== '').join(', ');
  return h('div', {
    class: `trow ${row.look}-row${on ? ' on' : ''}`, id: `row-${at}`, role: 'option', 'aria-selected': String(on), title: [`${row.id}: ${lookWord(row.look)}`, figures, row.cause].filter((line) => line !== '').join('\n'),
  }, [
    icon(lookGlyph(row.look), row.look), icon(kindGlyph(row.kind), 'dim'),
    h('span', { class: 'nm clip' }, [row.id, row.counter !== '' && h('span', { class: 'dim' }, ` ${row.counter}`), aside(`, ${lookWord(row.look)}, `)]),
    h('span', { class: 'crit' }, row.critical && ['◆', aside(' on the critical path, ')]),
    h('div', { class: 'plot' }, row.lanes.flatMap((lane, depth) => lane.map((bar, index) => barOf(bar, depth, row.lanes.length > 1, axis, `${depth}-${index}`)))),
    h('span', { class: 'num wide' }, row.tokens === null ? '–' : [count(row.tokens), aside(' tokens, ')]), h('span', { class: 'num wide' }, row.micros === null ? '–' : [money(row.micros), aside(', ')]), h('span', { class: 'num' }, time),
    row.cause !== '' && aside(`, ${row.cause}`),
  ], { key: row.id, style: { height: `${heightOf(row)}px` }, on: { click: () => acts.selectNode(row.id), dblclick: () => acts.focus('.slist') } });
}

/** What a look tells, for those who listen. */
function aside(words: string): VElement {
  return h('span', { class: 'sr-only' }, words);
}

function barOf({ look, from, to }: Bar, lane: number, thin: boolean, axis: Axis, key: string): VElement {
  const name = look === 'wait' ? 'waiting hatch' : look === 'waiting' ? 'waiting' : look;
  const left = percent(from, axis);
  return h('i', { class: `mark ${name}${thin ? ' thin' : ''}` }, [], { key, style: { left, width: `max(2px, calc(${percent(to - from, axis)} - 1px))`, top: `${thin ? 4 + lane * 12 : 6}px` } });
}

function percent(ms: number, { span }: Axis): string {
  return `${((ms / span) * 100).toFixed(3)}%`;
}

const LEGEND: readonly (readonly [look: Bar['look'], words: string])[] = [
  ['completed', 'completed'], ['replayed', 'replayed from record'], ['running', 'running'], ['error', 'failed attempt'], ['rejected', 'rejected'], ['halted', 'halted'], ['wait', 'waiting'],
];

/** Only what is there to be seen. */
function legend(rows: readonly Row[]): VElement | null {
  const seen = new Set<Look | 'wait'>(rows.flatMap(({ lanes }) => lanes.flat().map(({ look }) => look)));
  const critical = rows.some((row) => row.critical);
  const entries: Child[] = LEGEND.filter(([look]) => seen.has(look)).map(([look, words]) => h('span', {}, [h('i', { class: `mark ${look === 'wait' ? 'waiting hatch' : look}` }), words], { key: words }));
  if (entries.length === 0) return null;
  return h('div', { class: 'legend s11' }, [entries, critical && h('span', {}, [h('span', { class: 'crit' }, '◆'), 'critical path'], { key: 'critical' })], { key: 'legend' });
}
