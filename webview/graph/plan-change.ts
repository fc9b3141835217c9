import type { Camera, Size } from './camera.ts';
import type { Diagram } from './diagram.ts';
import type { Plan } from './elk-graph.ts';
import type { Rect } from './metrics.ts';

/** The old places under the new numbers: what is known stays where it is until the new layout comes. */
export function carriedOver(plan: Plan, before: Diagram, after: Diagram): Plan {
  const links = new Map(before.links.map((link) => [link.id, plan.links[link.index]]));
  return {
    ...plan,
    boxes: [...after.boxes.values()].map((box) => plan.boxes[before.boxes.get(box.id)?.index ?? -1]),
    links: after.links.map((link) => links.get(link.id)),
  };
}

export interface Placing {
  readonly diagram: Diagram;
  readonly plan: Plan;
}

/**
 * The camera under which one node stays where it is on the screen: the first of the favourites that both pictures have,
 * else what is nearest to the middle.
 */
export function anchored(camera: Camera, stage: Size, before: Placing, after: Placing, favourites: readonly (string | null)[]): Camera {
  const middle = { x: (stage.width / 2 - camera.x) / camera.zoom, y: (stage.height / 2 - camera.y) / camera.zoom };
  const shared = [...before.diagram.boxes.values()].flatMap((box) => {
    const [was, is] = [before.plan.boxes[box.index], after.plan.boxes[after.diagram.boxes.get(box.id)?.index ?? -1]];
    return was === undefined || is === undefined ? [] : [{ id: box.id, was, is, far: distance(was, middle) }];
  });
  const favourite = favourites.map((id) => shared.find((one) => one.id === id)).find((one) => one !== undefined);
  const anchor = favourite ?? shared.toSorted((a, b) => a.far - b.far)[0];
  if (anchor === undefined) return camera;
  const shift = (was: number, is: number): number => Math.round((was - is) * camera.zoom);
  return { ...camera, x: camera.x + shift(anchor.was.x, anchor.is.x), y: camera.y + shift(anchor.was.y, anchor.is.y) };
}

function distance(rect: Rect, to: { readonly x: number; readonly y: number }): number {
  return Math.hypot(rect.x + rect.width / 2 - to.x, rect.y + rect.height / 2 - to.y);
}
