import type { PictureNode } from '../../protocol/picture.ts';
import { count, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { kindGlyph } from '../shared/kinds.ts';
import { lookGlyph, lookWord } from '../shared/status.ts';
import { h } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import { description, timeOf } from './card-text.ts';
import type { Acts, PanelView } from './panel-view.ts';

export interface ListRow {
  readonly node: PictureNode;
  /** From 1. */
  readonly level: number;
  readonly folds: boolean;
  readonly open: boolean;
}

/** The nodes as a tree: containers hold what is inside of them; those of a closed one are left out. */
export function listRows(nodes: readonly PictureNode[], collapsed: ReadonlySet<string>): readonly ListRow[] {
  const inside = Map.groupBy(nodes, (node) => node.parent);
  const known = new Set(nodes.map((node) => node.id));
  const rows: ListRow[] = [];
  const seen = new Set<string>();
  const visit = (node: PictureNode, level: number): void => {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    const children = inside.get(node.id) ?? [];
    const open = children.length > 0 && !collapsed.has(node.id);
    rows.push({ node, level, folds: children.length > 0, open });
    if (open) for (const child of children) visit(child, level + 1);
  };
  for (const node of nodes) if (node.parent === null || !known.has(node.parent)) visit(node, 1);
  return rows;
}

export function listView(panel: PanelView, acts: Acts): VElement {
  const { picture, view } = panel;
  const rows = listRows(picture?.nodes ?? [], view.collapsed);
  const focused = rows.some(({ node }) => node.id === view.focused) ? view.focused : rows[0]?.node.id;
  return h('div', { class: 'list', role: 'tree', 'aria-label': picture?.name ?? 'Nodes' }, rows.map((row) => rowOf(row, row.node.id === focused, panel)), {
    key: 'list',
    on: {
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

function rowOf({ node, level, folds, open }: ListRow, focused: boolean, { diagram, nodeRuns, view, now, picture }: PanelView): VElement {
  const run = nodeRuns?.get(node.id) ?? null;
  const into = diagram === null ? [] : (picture?.edges ?? []).length > 2_000 ? [] : (picture?.edges ?? []).flatMap((edge) => (edge.to === node.id && !edge.back ? [edge.from] : []));
  const problem = node.problems.errors > 0 ? 'error' : node.problems.warnings > 0 ? 'warning' : null;
  const about = [node.does, node.model ?? ''].filter((part) => part !== '').join(' · ');
  return h(
    'div',
    {
      class: `row${view.selected === node.id ? ' on' : ''}`, role: 'treeitem', 'data-node': node.id, tabindex: focused ? 0 : -1, 'aria-level': level,
      'aria-expanded': folds ? String(open) : null, 'aria-selected': String(view.selected === node.id), 'aria-description': description(node, run, into, now),
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
    { key: node.id, style: { 'padding-left': `${8 + (level - 1) * 20}px` } },
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
  if (to !== undefined) {
    acts.set({ focused: to.node.id });
    focusRow(event, to.node.id);
  } else if (event.key === 'Enter') acts.reveal(row.node.id, true);
  else if (event.key === ' ') acts.select(row.node.id === acts.now().view.selected ? null : row.node.id);
  else if (row.folds && ((event.key === 'ArrowRight' && !row.open) || (event.key === 'ArrowLeft' && row.open))) acts.toggle(row.node.id);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function focusRow(event: KeyboardEvent, id: string): void {
  const list = event.currentTarget as HTMLElement;
  const row = [...list.children].find((child) => child.getAttribute('data-node') === id);
  if (row instanceof HTMLElement) row.focus();
}
