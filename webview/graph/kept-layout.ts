import type { KeptLayout } from '../../protocol/graph-panel.ts';
import type { Plan, Route } from './elk-graph.ts';
import type { Point, Rect } from './metrics.ts';

/** Nobody keeps more numbers than these: a picture so large is laid out anew. */
const MOST_NUMBERS = 40_000;

/** A plan as plain numbers; null when there are too many. A box or label that is not there has the width −1, a line that is not there no points. */
export function keptOf(key: string, plan: Plan): KeptLayout | null {
  const numbers = [
    plan.width, plan.height, plan.boxes.length, ...Array.from(plan.boxes, rectNumbers).flat(), plan.links.length,
    ...Array.from(plan.links, (route) => [route?.points.length ?? 0, ...(route?.points ?? []).flatMap(({ x, y }) => [x, y]), ...(route === undefined ? [] : rectNumbers(route.label ?? undefined))]).flat(),
  ];
  return numbers.length > MOST_NUMBERS ? null : { key, numbers };
}

/** Null when it is not of so many boxes and links: whoever kept it may have kept something else. */
export function planOfKept({ numbers }: KeptLayout, boxCount: number, linkCount: number): Plan | null {
  let at = 0;
  const next = (): number => numbers[at++] ?? NaN;
  const rect = (): Rect | undefined => {
    const [x, y, width, height] = [next(), next(), next(), next()];
    return width < 0 ? undefined : { x, y, width, height };
  };
  const list = <T>(length: number, item: () => T): readonly T[] | null => (length >= 0 && length <= numbers.length ? Array.from({ length }, item) : null);
  const [width, height] = [next(), next()];
  const boxes = next() === boxCount ? list(boxCount, rect) : null;
  const links = boxes !== null && next() === linkCount ? list(linkCount, (): Route | undefined => {
    const points = list(next(), (): Point => ({ x: next(), y: next() })) ?? [];
    return points.length === 0 ? undefined : { points, label: rect() ?? null };
  }) : null;
  return boxes === null || links === null || at !== numbers.length ? null : { boxes, links, width, height };
}

function rectNumbers(rect: Rect | undefined): readonly number[] {
  return rect === undefined ? [0, 0, -1, -1] : [rect.x, rect.y, rect.width, rect.height];
}

/** A short name for a long text: two sums over its letters that run apart, and its length. */
export function digest(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b + code, 0x85ebca6b) ^ (b >>> 13);
  }
  return [text.length, a >>> 0, b >>> 0].map((part) => part.toString(36)).join('.');
}
