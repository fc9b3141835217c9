import { h, s } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { blank, notices } from './blanks.ts';
import { drawer } from './drawer.ts';
import { header } from './header.ts';
import { listView } from './list-view.ts';
import { minimap } from './minimap.ts';
import { nodeMenu } from './node-actions.ts';
import { MANY, overview } from './overview.ts';
import { isTooLarge, showsDrawer } from './panel-view.ts';
import type { Acts, PanelView } from './panel-view.ts';
import { problemPop } from './problem-list.ts';
import type { Scene } from './scene.ts';
import { tools } from './tools.ts';

/** The whole panel. `scene` is null while nothing is drawn. */
export function render(panel: PanelView, scene: Scene | null, far: boolean, acts: Acts): readonly VElement[] {
  const instead = blank(panel, acts);
  const list = panel.view.list && panel.picture !== null && panel.picture.nodes.length > 0 ? panel.picture : null;
  const listed = list !== null;
  const inDrawer = showsDrawer(panel);
  const large = panel.run !== null && !inDrawer && !listed && (panel.picture?.nodes.length ?? 0) >= MANY && panel.stage.width + panel.stage.height > 0;
  return [
    header(panel, acts),
    h('main', { class: inDrawer ? 'with-drawer' : '' }, [
      h('div', { class: 'column' }, [
        notices(panel, acts),
        h('div', { class: 'stage' }, [
          list !== null ? listView(panel, list, acts) : (instead ?? (scene !== null && canvas(panel, scene, far))),
          (listed || instead === null) && overlays(panel, listed, acts),
          nodeMenu(panel, acts),
        ], { key: 'stage' }),
      ], { key: 'column' }),
      inDrawer ? drawer(panel, acts) : large && overview(panel, acts),
    ], { key: 'main' }),
    h('div', { class: 'sr-only', role: 'status', 'aria-live': 'polite' }, announcement(panel), { key: 'said' }),
  ];
}

function canvas({ picture, camera, planning }: PanelView, scene: Scene, far: boolean): VElement {
  const { x, y, zoom } = camera;
  return h('div', { class: `canvas${planning ? ' planning' : ''}`, role: 'group', 'aria-label': `Graph of ${picture?.name ?? 'the workflow'}: arrow keys follow the edges, Enter shows the text, Space selects` }, [
    // Panning moves the sheet, zooming what is on it: a sheet that only moves is not drawn again, and letters are drawn at every zoom.
    s('svg', { class: 'sheet' }, s('g', { class: far ? 'world far' : 'world' }, scene.children, { key: 'world', style: { transform: `scale(${zoom})` } }), { key: 'sheet', style: { transform: `translate(${x}px, ${y}px)` } }),
  ], { key: 'canvas' });
}

function overlays(panel: PanelView, listed: boolean, acts: Acts): Child {
  const { view, nodes, diagram, plan, run } = panel;
  const node = view.selected === null ? undefined : nodes.get(view.selected);
  const box = view.selected === null ? undefined : diagram?.boxes.get(view.selected);
  const rect = box === undefined ? undefined : plan?.boxes[box.index];
  const pop = !listed && run === null && !view.details && node !== undefined && rect !== undefined && node.problems.messages.length > 0;
  return [
    !isTooLarge(panel) || listed ? tools(panel, acts) : null,
    !listed && minimap(panel, acts),
    !listed && panel.planning && (panel.picture?.nodes.length ?? 0) > 200 && h('div', { class: 'working s12', role: 'status' }, 'Laying out…', { key: 'working' }),
    pop && problemPop(panel, node, rect, acts),
  ];
}

/** For those who listen: what a run comes to. */
function announcement({ run }: PanelView): string {
  return run === null ? '' : `Run ${run.run.status}`;
}
