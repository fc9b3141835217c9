import { h, s } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import { contains, viewOf } from './camera.ts';
import type { Plan } from './elk-graph.ts';
import type { Acts, PanelView } from './panel-view.ts';
import { MANY } from './overview.ts';

const LARGEST = { width: 176, height: 116 } as const;
const MARGIN = 8;

/** The whole of a large graph, one path per status, and what of it is in view. */
export function minimap(panel: PanelView, acts: Acts): VElement | null {
  const { plan, diagram, camera, stage } = panel;
  if (plan === null || diagram === null || diagram.boxes.size < MANY || stage.width < 560) return null;
  const view = viewOf(camera, stage);
  if (contains(view, { x: 0, y: 0, width: plan.width, height: plan.height }) && camera.zoom > 0.25) return null;
  const scale = Math.min(LARGEST.width / plan.width, LARGEST.height / plan.height);
  const [width, height] = [plan.width * scale, plan.height * scale];
  const clamp = (value: number, most: number): number => Math.max(-MARGIN, Math.min(most + MARGIN, value));
  const [x1, y1] = [clamp(view.x * scale, width), clamp(view.y * scale, height)];
  const [x2, y2] = [clamp((view.x + view.width) * scale, width), clamp((view.y + view.height) * scale, height)];
  const centre = (event: PointerEvent): void => {
    const at = (event.currentTarget as HTMLElement).getBoundingClientRect();
    acts.centre((event.clientX - at.left - MARGIN - 1) / scale, (event.clientY - at.top - MARGIN - 1) / scale);
  };
  return h('div', { class: 'minimap', 'aria-hidden': 'true' }, s('svg', { width: width + 2 * MARGIN, height: height + 2 * MARGIN, viewBox: `${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}` }, [
    [...remembered(panel, scale)].map(([look, d]) => s('path', { class: `mb ${look}`, d }, [], { key: look })),
    s('rect', { class: 'vp', x: x1 + 0.75, y: y1 + 0.75, width: Math.max(2, x2 - x1 - 1.5), height: Math.max(2, y2 - y1 - 1.5), rx: 2 }, [], { key: 'view' }),
  ]), {
    key: 'minimap',
    on: {
      pointerdown: (event) => { event.stopPropagation(); (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId); centre(event); },
      pointermove: (event) => { if (event.buttons === 1) centre(event); },
    },
  });
}

/** The last drawing of a plan: while somebody pans nothing in it changes. */
const DRAWN = new WeakMap<Plan, { readonly runs: PanelView['nodeRuns']; readonly diagram: PanelView['diagram']; readonly paths: ReadonlyMap<string, string> }>();

function remembered(panel: PanelView, scale: number): ReadonlyMap<string, string> {
  const { plan, diagram, nodeRuns } = panel;
  const known = plan === null ? undefined : DRAWN.get(plan);
  if (known !== undefined && known.runs === nodeRuns && known.diagram === diagram) return known.paths;
  const paths = blocks(panel, scale);
  if (plan !== null) DRAWN.set(plan, { runs: nodeRuns, diagram, paths });
  return paths;
}

function blocks({ diagram, plan, nodeRuns }: PanelView, scale: number): ReadonlyMap<string, string> {
  const paths = new Map<string, string>();
  for (const box of diagram?.boxes.values() ?? []) {
    const rect = plan?.boxes[box.index];
    if (rect === undefined || box.children.length > 0) continue;
    const look = nodeRuns?.get(box.id)?.look ?? 'idle';
    const one = `M${(rect.x * scale).toFixed(1)} ${(rect.y * scale).toFixed(1)}h${Math.max(1.5, rect.width * scale - 0.8).toFixed(1)}v${Math.max(1.2, rect.height * scale - 0.5).toFixed(1)}h-${Math.max(1.5, rect.width * scale - 0.8).toFixed(1)}Z`;
    paths.set(look, (paths.get(look) ?? '') + one);
  }
  return paths;
}
