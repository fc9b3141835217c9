import type { Direction } from '../../protocol/graph-panel.ts';
import { touches } from './camera.ts';
import type { Camera, Size } from './camera.ts';
import type { Box, Diagram } from './diagram.ts';
import type { Plan } from './elk-graph.ts';
import type { Rect } from './metrics.ts';

/**
 * The old places under the new numbers: what is known stays where it is until the new layout comes, and what is new
 * stands where there is room near the node it hangs on. So a picture never waits for its layout.
 */
export function carriedOver(plan: Plan, before: Diagram, after: Diagram, direction: Direction): Plan {
  const links = new Map(before.links.map((link) => [link.id, plan.links[link.index]]));
  const boxes = [...after.boxes.values()].map((box) => plan.boxes[before.boxes.get(box.id)?.index ?? -1]);
  const leaves = [...after.boxes.values()].filter((box) => box.children.length === 0);
  for (const box of leaves) {
    if (boxes[box.index] !== undefined) continue;
    const taken = leaves.flatMap((other) => boxes[other.index] ?? []);
    boxes[box.index] = freePlace(box, nearTo(box, after, boxes), taken, direction);
  }
  return { ...plan, boxes, links: after.links.map((link) => links.get(link.id)) };
}

function nearTo(box: Box, { boxes, links }: Diagram, places: readonly (Rect | undefined)[]): Rect {
  const before = links.filter((link) => link.to === box.id).flatMap((link) => places[boxes.get(link.from)?.index ?? -1] ?? []);
  const inside = places[boxes.get(box.parent ?? '')?.index ?? -1];
  const known = places.filter((place) => place !== undefined);
  return before[0] ?? inside ?? known.at(-1) ?? { x: 0, y: 0, width: 0, height: 0 };
}

function freePlace({ width, height }: Box, near: Rect, taken: readonly Rect[], direction: Direction): Rect {
  const down = direction === 'down';
  const place = { x: down ? near.x : near.x + near.width + GAP, y: down ? near.y + near.height + GAP : near.y, width, height };
  // Ever farther across: at most as often as there are others.
  for (let step = 0; step <= taken.length && taken.some((other) => touches(other, place)); step++) {
    if (down) place.x += width + GAP;
    else place.y += height + GAP;
  }
  return place;
}

const GAP = 32;

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
