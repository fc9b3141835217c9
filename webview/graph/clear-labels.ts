import type { Plan, Route } from './elk-graph.ts';
import { GRID } from './metrics.ts';
import type { Point, Rect } from './metrics.ts';

/**
 * A layered layout does not look for lines that leave a card by its side: they may cross a label. Such a label is moved
 * along its own line to the nearest place where it covers neither a card nor another line nor another label.
 */
export function withClearLabels(plan: Plan): Plan {
  const labelled = plan.links.flatMap((route, at) => (route?.label == null ? [] : [at]));
  if (labelled.length === 0 || labelled.length > 400) return plan;
  const links = [...plan.links];
  const cards = plan.boxes.filter((box) => box !== undefined);
  for (const at of labelled) {
    const route = links[at];
    if (route?.label == null) continue;
    const others = links.filter((_, other) => other !== at).filter((other) => other !== undefined);
    const free = (label: Rect): boolean => isFree(label, cards.filter((card) => !surrounds(card, label)), others);
    if (free(route.label)) continue;
    const better = placesAlong(route, route.label).find(free);
    if (better !== undefined) links[at] = { ...route, label: better };
  }
  return { ...plan, links };
}

function isFree(label: Rect, cards: readonly Rect[], others: readonly Route[]): boolean {
  if (cards.some((card) => overlap(label, card, 4))) return false;
  return others.every((other) => (other.label === null || !overlap(label, other.label, 4)) && other.points.every((point, at) => at === 0 || !overlap(label, span(other.points[at - 1] ?? point, point), 4)));
}

/** Every place on the line where the label would sit on a straight part of it, the nearest to where it is first. */
function placesAlong({ points }: Route, label: Rect): readonly Rect[] {
  const places: Rect[] = [];
  for (let at = 1; at < points.length; at++) {
    const [a, b] = [points[at - 1], points[at]];
    if (a === undefined || b === undefined) continue;
    const upright = a.x === b.x;
    const [from, to] = upright ? [Math.min(a.y, b.y), Math.max(a.y, b.y)] : [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    const length = upright ? label.height : label.width;
    for (let start = from + 12; start + length <= to - 12; start += GRID) {
      places.push({ ...label, x: upright ? a.x - label.width / 2 : start, y: upright ? start : a.y - label.height / 2 });
    }
  }
  const far = (place: Rect): number => Math.hypot(place.x - label.x, place.y - label.y);
  return places.sort((a, b) => far(a) - far(b));
}

function span(a: Point, b: Point): Rect {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

function overlap(a: Rect, b: Rect, margin: number): boolean {
  return a.x - margin < b.x + b.width && b.x < a.x + a.width + margin && a.y - margin < b.y + b.height && b.y < a.y + a.height + margin;
}

/** The container that a label stands in is not in its way. */
function surrounds(card: Rect, label: Rect): boolean {
  return card.x <= label.x && card.y <= label.y && card.x + card.width >= label.x + label.width && card.y + card.height >= label.y + label.height;
}
