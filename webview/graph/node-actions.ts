import type { PictureNode } from '../../protocol/picture.ts';
import type { GlyphName } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import { icon } from '../shared/glyphs.ts';
import type { NodeRun } from './node-run.ts';
import type { Acts, NodeAction, PanelView } from './panel-view.ts';
import { isOpen } from '../shared/run-state.ts';

export interface NodeOffer {
  readonly id: string;
  readonly label: string;
  readonly glyph: GlyphName;
  readonly key: string;
  /** Why it cannot be done now; null = it can. */
  readonly refusal: string | null;
  readonly act: () => void;
}

/** What can be done with a node, the likeliest first; the menu and the drawer offer the same. */
export function offersFor(node: PictureNode, panel: PanelView, acts: Acts): readonly NodeOffer[] {
  const { run, refusal } = panel;
  const nodeRun = panel.nodeRuns?.get(node.id) ?? null;
  const over = run !== null && !isOpen(run.run.status);
  const action = (name: NodeAction, label: string, glyph: GlyphName, why: string | null): NodeOffer => ({
    id: name, label, glyph, key: '', refusal: why, act: () => acts.send({ kind: 'node-action', action: name, node: node.id }),
  });
  const busy = run !== null && !over ? 'A run is under way' : null;
  return [
    ...(run !== null && asks(nodeRun) ? [{ id: 'answer', label: 'Answer…', glyph: 'human', key: '', refusal: null, act: () => acts.send({ kind: 'answer', run: run.run.id, node: node.id }) } as const] : []),
    ...(node.range === null ? [] : [{ id: 'reveal', label: 'Go to the text', glyph: 'open', key: 'Enter', refusal: null, act: () => acts.reveal(node.id, true) } as const]),
    ...(nodeRun !== null && nodeRun.agentRuns.length > 0 ? [action('show-steps', 'Open in run panel', 'list', null)] : []),
    action('run-node', 'Run this node', 'play', refusal ?? busy),
    action('run-until', 'Run until here', 'until', refusal ?? busy),
    action('fork-from', 'Fork from here', 'fork', refusal ?? (run === null ? 'There is no run to fork' : busy)),
    action('pause-at', 'Run, and pause before it', 'pause', refusal ?? busy),
    action('pin', nodeRun?.pinned === true ? 'Pin another output…' : 'Pin its output…', 'pin', refusal ?? busy),
    ...(node.model !== null ? [action('open-agent', 'Open its agent', 'spawn', null)] : []),
  ];
}

export function asks(run: NodeRun | null): boolean {
  return run !== null && run.status === 'waiting' && run.waitsFor?.kind === 'person';
}

export function nodeMenu(panel: PanelView, acts: Acts): VElement | null {
  const { menu } = panel.view;
  const node = menu === null ? undefined : panel.nodes.get(menu.node);
  if (menu === null || node === undefined) return null;
  const close = (): void => acts.set({ menu: null });
  const box = panel.diagram?.boxes.get(node.id);
  const folds = box !== undefined && (box.children.length > 0 || box.hidden > 0);
  const offers: readonly NodeOffer[] = [
    ...offersFor(node, panel, acts),
    ...(folds ? [{ id: 'toggle', label: box.hidden > 0 ? 'Expand' : 'Collapse', glyph: box.hidden > 0 ? 'right' : 'down', key: '', refusal: null, act: () => acts.toggle(node.id) } as const] : []),
  ];
  const items = offers.map(({ label, glyph, key, refusal, act, id }) =>
    h('button', { role: 'menuitem', tabindex: -1, title: refusal, 'aria-disabled': refusal !== null ? 'true' : null, class: refusal !== null ? 'refused' : null }, [icon(glyph), label, key !== '' && h('kbd', {}, key)], {
      key: id, on: { click: () => { if (refusal === null) { close(); act(); } } },
    }));
  return h('div', { class: 'menu', role: 'menu', 'aria-label': node.id }, items, {
    key: 'menu', style: { left: `${menu.x}px`, top: `${menu.y}px` }, on: { keydown: (event) => walkMenu(event, close) },
  });
}

/** Where there is room for it, with the keyboard in it. */
export function openMenu(root: HTMLElement, at: { readonly x: number; readonly y: number } | null): void {
  const menu = root.querySelector<HTMLElement>('.menu');
  const stage = root.querySelector<HTMLElement>('.stage');
  if (menu === null || stage === null || at === null) return;
  const box = stage.getBoundingClientRect();
  const clamp = (value: number, most: number): number => Math.max(4, Math.min(value, most - 4));
  menu.style.left = `${clamp(at.x - box.left, box.width - menu.offsetWidth)}px`;
  menu.style.top = `${clamp(at.y - box.top, box.height - menu.offsetHeight)}px`;
  menu.querySelector<HTMLElement>('[role=menuitem]')?.focus();
}

function walkMenu(event: KeyboardEvent, close: () => void): void {
  const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  event.stopPropagation();
  if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length]?.focus();
  } else if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    close();
  }
}
