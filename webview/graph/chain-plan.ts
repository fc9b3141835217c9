import type { Direction } from '../../protocol/graph-panel.ts';
import type { Diagram } from './diagram.ts';
import { layerGap } from './elk-graph.ts';
import type { Plan } from './elk-graph.ts';
import { snap } from './metrics.ts';

/**
 * One box after the other needs no layout: the very places ELK gives them, at once. Null for whatever parts, joins, turns
 * back, carries a label or stands inside of something.
 */
export function chainPlan({ roots, boxes, links }: Diagram, direction: Direction, states: boolean): Plan | null {
  const straight = roots.length === boxes.size && links.length === roots.length - 1 && roots.every((box) => box.beside === 0)
    && links.every((link, at) => link.from === roots[at]?.id && link.to === roots[at + 1]?.id && link.labelWidth === 0 && link.kind !== 'catch' && !link.back);
  if (!straight) return null;
  const down = direction === 'down';
  const widest = Math.max(0, ...roots.map((box) => (down ? box.width : box.height)));
  let along = 0;
  const rects = roots.map(({ width, height }) => {
    const across = snap((widest - (down ? width : height)) / 2);
    const rect = down ? { x: across, y: along, width, height } : { x: along, y: across, width, height };
    along += (down ? height : width) + layerGap(states, direction);
    return rect;
  });
  const middle = snap(widest / 2);
  const routes = rects.slice(1).map((to, at) => {
    const from = rects[at] ?? to;
    return { label: null, points: down ? [{ x: middle, y: from.y + from.height }, { x: middle, y: to.y }] : [{ x: from.x + from.width, y: middle }, { x: to.x, y: middle }] };
  });
  const last = rects.at(-1);
  return { boxes: rects, links: routes, width: down ? widest : (last?.x ?? 0) + (last?.width ?? 0), height: down ? (last?.y ?? 0) + (last?.height ?? 0) : widest };
}
