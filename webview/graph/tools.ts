import { icon } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { ZOOM } from './camera.ts';
import { found } from './panel-view.ts';
import type { Acts, PanelView } from './panel-view.ts';
import { isOpen } from '../shared/run-state.ts';

/** Bottom left: zoom, direction, list, critical path, export, find. */
export function tools(panel: PanelView, acts: Acts): VElement {
  const { view, camera, run } = panel;
  const finished = run !== null && !isOpen(run.run.status) && run.criticalPath.length > 0;
  const down = view.direction === 'down';
  return h('div', { class: 'tools', role: 'toolbar', 'aria-label': 'View' }, [
    h('div', { class: 'hide-list' }, [
      tool('minus', 'Zoom out (-)', () => acts.zoom(1 / ZOOM.step)),
      h('button', { class: 'pct', title: 'Actual size' }, `${Math.round(camera.zoom * 100)} %`, { on: { click: () => acts.zoomTo(1) } }),
      tool('plus', 'Zoom in (+)', () => acts.zoom(ZOOM.step)),
      tool('fit', 'Fit (0)', () => acts.fit()),
    ]),
    h('div', {}, [
      !view.list && tool(down ? 'arrow-down' : 'arrow-right', down ? 'Direction: top-down. Turn to left-right' : 'Direction: left-right. Turn to top-down', () => acts.turn()),
      tool('list', view.list ? 'Show the graph' : 'Show as a list', () => acts.set({ list: !view.list, menu: null }), view.list),
      finished && !view.list && tool('critical', view.critical ? 'Hide the critical path' : 'Show the critical path: what the run waited for', () => acts.set({ critical: !view.critical }), view.critical),
      !view.list && tool('save', 'Export as SVG', () => acts.exportAs('svg')),
    ]),
    h('div', { class: 'finder' }, finder(panel, acts)),
  ], { key: 'tools' });
}

function tool(glyph: Parameters<typeof icon>[0], title: string, click: () => void, pressed: boolean | null = null): VElement {
  return h('button', { title, 'aria-label': title, 'aria-pressed': pressed === null ? null : String(pressed) }, icon(glyph), { on: { click } });
}

function finder({ picture, view }: PanelView, acts: Acts): Child {
  if (view.find === null) {
    return h('button', { class: 'find', 'aria-label': 'Find node (/)' }, [icon('search'), h('span', { class: 'hide-narrow' }, 'Find node'), h('kbd', {}, '/')], { key: 'find', on: { click: () => acts.set({ find: { query: '', at: 0 } }) } });
  }
  const { query, at } = view.find;
  const ids = picture === null ? [] : found(picture, query);
  const go = (step: number): void => {
    const { picture: drawn, view: { find } } = acts.now();
    if (drawn === null || find === null) return;
    const all = found(drawn, find.query);
    const place = all.length === 0 ? 0 : (find.at + step + all.length) % all.length;
    acts.set({ find: { ...find, at: place } });
    const id = all[place];
    if (id !== undefined) acts.goTo(id);
  };
  const close = (): void => {
    const { picture: drawn, view: { find } } = acts.now();
    const id = drawn === null || find === null ? undefined : found(drawn, find.query)[find.at];
    acts.set({ find: null, hovered: null });
    if (id !== undefined) acts.select(id);
    // The keyboard goes on from what was found, or from where it was before.
    const next = id ?? acts.now().view.focused;
    if (next !== null) acts.focusNode(next);
  };
  return [
    icon('search', 'dim'),
    h('input', { id: 'find', type: 'text', placeholder: 'Find node', 'aria-label': 'Find node', value: query, spellcheck: 'false', autocomplete: 'off' }, [], {
      key: 'query',
      on: {
        input: (event) => {
          const text = (event.currentTarget as HTMLInputElement).value;
          acts.set({ find: { query: text, at: 0 } });
          const first = picture === null ? undefined : found(picture, text)[0];
          if (first !== undefined) acts.goTo(first);
        },
        keydown: (event) => {
          event.stopPropagation();
          if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          else if (event.key === 'ArrowDown') go(1);
          else if (event.key === 'ArrowUp') go(-1);
          else if (event.key === 'Escape') close();
        },
      },
    }),
    h('span', { class: 'dim s11', role: 'status' }, query === '' ? '' : ids.length === 0 ? 'none' : `${at + 1}/${ids.length}`),
    h('button', { title: 'Close (Escape)', 'aria-label': 'Close find' }, icon('close'), { on: { click: close } }),
  ];
}
