import type { Point, Rect } from './metrics.ts';

/** Where the world is seen from: screen = world × zoom + (x, y). */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const ZOOM = { least: 0.04, most: 2.5, step: 1.2 } as const;

const MARGIN = 24;
/** What the tools cover: bottom left. */
const TOOLS = { width: 388, height: 60 } as const;

/** All of it in view and in the middle, at most in its own size; no box under the tools where that can be. */
export function fitted(world: Size, boxes: readonly (Rect | undefined)[], stage: Size): Camera {
  const tight = placed(world, stage, MARGIN);
  const under = viewOf(tight, stage);
  const tools: Rect = { x: under.x, y: under.y + under.height - TOOLS.height / tight.zoom, width: TOOLS.width / tight.zoom, height: TOOLS.height / tight.zoom };
  return boxes.some((box) => box !== undefined && touches(box, tools)) ? placed(world, stage, TOOLS.height) : tight;
}

function placed(world: Size, stage: Size, bottom: number): Camera {
  const room = { width: Math.max(1, stage.width - 2 * MARGIN), height: Math.max(1, stage.height - MARGIN - bottom) };
  const zoom = clampZoom(Math.min(1, room.width / Math.max(1, world.width), room.height / Math.max(1, world.height)));
  return whole({ x: (stage.width - world.width * zoom) / 2, y: MARGIN + (room.height - world.height * zoom) / 2, zoom });
}

export function clampZoom(zoom: number): number {
  return Math.min(ZOOM.most, Math.max(ZOOM.least, zoom));
}

/** Nearer or farther, with one point of the screen staying where it is. */
export function zoomed(camera: Camera, factor: number, at: Point): Camera {
  const zoom = clampZoom(camera.zoom * factor);
  const ratio = zoom / camera.zoom;
  return whole({ x: at.x - (at.x - camera.x) * ratio, y: at.y - (at.y - camera.y) * ratio, zoom });
}

/** Moved no farther than is needed for a box to be in view, away from the edges. */
export function showing(camera: Camera, box: Rect, stage: Size, margin = 48): Camera {
  const shift = (start: number, length: number, room: number): number => {
    const space = Math.min(margin, Math.max(0, (room - length) / 2));
    if (start < space) return space - start;
    if (start + length > room - space) return room - space - (start + length);
    return 0;
  };
  const [x, y] = [box.x * camera.zoom + camera.x, box.y * camera.zoom + camera.y];
  const [dx, dy] = [shift(x, box.width * camera.zoom, stage.width), shift(y, box.height * camera.zoom, stage.height)];
  return dx === 0 && dy === 0 ? camera : whole({ ...camera, x: camera.x + dx, y: camera.y + dy });
}

/** The part of the world that is in view, with a margin on each side as a share of the stage. */
export function viewOf(camera: Camera, stage: Size, margin = 0): Rect {
  const { zoom } = camera;
  return {
    x: (-camera.x - stage.width * margin) / zoom, y: (-camera.y - stage.height * margin) / zoom,
    width: (stage.width * (1 + 2 * margin)) / zoom, height: (stage.height * (1 + 2 * margin)) / zoom,
  };
}

export function touches(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function contains(outer: Rect, inner: Rect): boolean {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;
}

/** Lines of one pixel stay sharp only between whole ones. */
function whole(camera: Camera): Camera {
  return { x: Math.round(camera.x), y: Math.round(camera.y), zoom: camera.zoom };
}
