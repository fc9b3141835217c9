import type { FromGraphPanel } from '../../protocol/graph-panel.ts';
import { ZOOM } from './camera.ts';
import type { Deed } from './keys.ts';
import type { Acts, PanelView, ViewState } from './panel-view.ts';
import type { Sight } from './sight.ts';

/** What acts need of the panel. */
export interface ActsOn {
  readonly sight: Sight;
  now(): PanelView;
  send(message: FromGraphPanel): void;
  set(change: Partial<ViewState>): void;
  focusOn(node: string): void;
  drawNow(): void;
  /** Scrolls the list to it, where that is shown. */
  showRow(node: string): void;
  export(format: 'svg' | 'png'): void;
}

/** Everything that a button, a key or a command can do. */
export function panelActs(panel: ActsOn): Acts {
  const { sight } = panel;
  const acts: Acts = {
    now: () => panel.now(),
    send: (message) => panel.send(message),
    set: (change) => panel.set(change),
    select: (id) => {
      const { selected } = panel.now().view;
      panel.set({ selected: id, menu: null, ...(id === selected ? {} : { details: false, agentRun: null, step: null, following: true }), ...(id === null ? {} : { focused: id }) });
      if (id !== null) acts.reveal(id, false);
    },
    reveal: (id, focus) => {
      const node = panel.now().nodes.get(id);
      const range = node?.idRange ?? node?.range;
      if (range != null) panel.send({ kind: 'reveal', range, focus });
    },
    goTo: (id) => {
      sight.bringIntoView(id);
      panel.set({ focused: id, hovered: id });
      panel.showRow(id);
    },
    focusNode: (id) => {
      panel.set({ focused: id });
      panel.showRow(id);
      panel.focusOn(id);
      // The next key may come before the next frame.
      panel.drawNow();
    },
    toggle: (id) => {
      panel.set({ collapsed: toggled(panel.now().view.collapsed, id), focused: id });
      panel.focusOn(id);
    },
    fold: (key) => panel.set({ folds: toggled(panel.now().view.folds, key) }),
    zoom: (factor) => sight.zoom(factor),
    zoomTo: (zoom) => sight.zoom(zoom / sight.stage.camera.zoom),
    fit: () => sight.fit(),
    turn: () => {
      const direction = panel.now().view.direction === 'down' ? 'right' : 'down';
      sight.stage.fitting = true;
      panel.set({ direction });
      panel.send({ kind: 'direction', direction });
    },
    centre: (x, y) => sight.centre(x, y),
    exportAs: (format) => panel.export(format),
  };
  return acts;
}

export function perform(deed: Deed, acts: Acts): void {
  switch (deed) {
    case 'find':
      return acts.set({ find: { query: '', at: 0 } });
    case 'fit':
      return acts.fit();
    case 'zoom-in':
      return acts.zoom(ZOOM.step);
    case 'zoom-out':
      return acts.zoom(1 / ZOOM.step);
    case 'list':
      return acts.set({ list: !acts.now().view.list });
    case 'export-svg':
      return acts.exportAs('svg');
    case 'export-png':
      return acts.exportAs('png');
  }
}

function toggled(all: ReadonlySet<string>, one: string): ReadonlySet<string> {
  const next = new Set(all);
  if (!next.delete(one)) next.add(one);
  return next;
}
