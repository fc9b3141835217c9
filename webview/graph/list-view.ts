import type { Picture } from '../../protocol/picture.ts';
import { count, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { kindGlyph } from '../shared/kinds.ts';
import { lookGlyph, lookWord } from '../shared/status.ts';
import { h } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import { description, timeOf } from './card-text.ts';
import { LIST_PADDING, ROW_HEIGHT, nodeList } from './list-rows.ts';
import type { ListRow, NodeList } from './list-rows.ts';
import type { Acts, PanelView } from './panel-view.ts';

/** Drawn beyond either edge, so that scrolling does not show bare ground: rows. */
const MARGIN = 12;

/** The same as the picture, as a tree: only what is in sight is in the document, and the row that has the keyboard. */
export function listView(panel: PanelView, picture: Picture, acts: Acts): VElement {
  const { view, stage } = panel;
  const list = nodeList(picture, view.collapsed);
  const { rows } = list;
  const first = Math.max(0, Math.floor((view.listTop - LIST_PADDING) / ROW_HEIGHT) - MARGIN);
  const past = Math.ceil((view.listTop + stage.height) / ROW_HEIGHT) + MARGIN;
  const focused = list.index.get(view.focused ?? '') ?? 0;
  const shown = rows.map((row, at) => ({ row, at })).filter(({ at }) => (at >= first && at < past) || at === focused);
  return h('div', { class: 'list' }, h('div', { class: 'rows', role: 'tree', 'aria-label': picture.name === '' ? 'Nodes' : picture.name }, shown.map(({ row, at }) => rowOf(row, at, at === focused, list, panel)), { style: { height: `${rows.length * ROW_HEIGHT}px` } }), {
    key: 'list',
    on: {
      scroll: ({ currentTarget }) => acts.set({ listTop: (currentTarget as Element).scrollTop }),
      keydown: (event) => walkList(event, rows, acts),
      click: (event) => {
        const target = event.target as Element;
        const id = target.closest('[data-node]')?.getAttribute('data-node');
        if (id == null) return;
        if (target.closest('[data-toggle]') === null) acts.select(id);
        else acts.toggle(id);
      },
      dblclick: (event) => {
        const id = (event.target as Element).closest('[data-node]')?.getAttribute('data-node');
        if (id != null) acts.reveal(id, true);
      },
    },
  });
}

function rowOf({ node, level, folds, open, place, of }: ListRow, at: number, focused: boolean, { into }: NodeList, { nodeRuns, view, now }: PanelView): VElement {
  const run = nodeRuns?.get(node.id) ?? null;
  const problem = node.problems.errors > 0 ? 'error' : node.problems.warnings > 0 ? 'warning' : null;
  const about = [node.does, node.model ?? ''].filter((part) => part !== '').join(' · ');
  return h(
    'div',
    {
      class: `row${view.selected === node.id ? ' on' : view.hovered === node.id ? ' lit' : ''}`, role: 'treeitem', 'data-node': node.id, tabindex: focused ? 0 : -1, 'aria-level': level, 'aria-posinset': place, 'aria-setsize': of,
      'aria-expanded': folds ? String(open) : null, 'aria-selected': String(view.selected === node.id), 'aria-description': description(node, run, into.get(node.id) ?? [], now),
    },
    [
      folds ? h('span', { 'data-toggle': node.id, class: 'twist' }, icon(open ? 'down' : 'right')) : h('span', { class: 'twist' }),
      icon(kindGlyph(node.kind), 'dim'), h('span', { class: 't clip' }, node.id), h('span', { class: 'dim clip about' }, about), h('span', { class: 'spacer' }),
      problem !== null && icon(problem, problem),
      run !== null && run.counter !== '' && h('span', { class: 'counter' }, run.counter),
      run !== null && run.tokens > 0 && h('span', { class: 'figure hide-narrow' }, `${count(run.tokens)} tok`),
      run !== null && run.costMicros > 0 && h('span', { class: 'figure hide-narrow' }, money(run.costMicros)),
      run !== null && run.status !== 'skipped' && h('span', { class: 'figure' }, timeOf(run, now)),
      run !== null && h('span', { class: `state ${run.look} word` }, [icon(lookGlyph(run.look)), h('span', {}, lookWord(run.look))]),
    ],
    { key: node.id, style: { 'padding-left': `${8 + (level - 1) * 20}px`, 'top': `${at * ROW_HEIGHT}px` } },
  );
}

function walkList(event: KeyboardEvent, rows: readonly ListRow[], acts: Acts): void {
  const id = (event.target as Element).closest('[data-node]')?.getAttribute('data-node');
  const at = rows.findIndex(({ node }) => node.id === id);
  const row = rows[at];
  if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const to = ((): ListRow | undefined => {
    switch (event.key) {
      case 'ArrowDown':
        return rows[at + 1];
      case 'ArrowUp':
        return rows[at - 1];
      case 'Home':
        return rows[0];
      case 'End':
        return rows.at(-1);
      case 'ArrowRight':
        return row.open ? rows[at + 1] : undefined;
      case 'ArrowLeft':
        return row.open ? undefined : rows.slice(0, at).findLast(({ level }) => level < row.level);
      default:
        return /^[a-z0-9]$/i.test(event.key) ? [...rows.slice(at + 1), ...rows.slice(0, at)].find(({ node }) => node.id.toLowerCase().startsWith(event.key.toLowerCase())) : undefined;
    }
  })();
  if (to !== undefined) acts.focusNode(to.node.id);
  else if (event.key === 'Enter') acts.reveal(row.node.id, true);
  else if (event.key === ' ') acts.select(row.node.id === acts.now().view.selected ? null : row.node.id);
  else if (row.folds && ((event.key === 'ArrowRight' && !row.open) || (event.key === 'ArrowLeft' && row.open))) acts.toggle(row.node.id);
  else return;
  event.preventDefault();
  event.stopPropagation();
}
