import { s } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import type { Link } from './diagram.ts';
import type { Route } from './elk-graph.ts';
import type { Point } from './metrics.ts';

/** Of several the first that holds decides how a link is drawn; its label follows. */
export type LinkLook = 'path' | 'critical' | 'skip' | 'plain';

export interface LinkView {
  readonly link: Link;
  readonly route: Route;
  readonly look: LinkLook;
}

const BEND = 8;

/** A line of right angles with rounded corners. */
export function roundedLine(points: readonly Point[], radius = BEND): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  let d = `M${first.x} ${first.y}`;
  for (let at = 1; at < points.length - 1; at++) {
    const [a, b, c] = [points[at - 1], points[at], points[at + 1]] as [Point, Point, Point];
    const [before, after] = [Math.hypot(b.x - a.x, b.y - a.y), Math.hypot(c.x - b.x, c.y - b.y)];
    const r = Math.min(radius, before / 2, after / 2);
    const towards = (to: Point, length: number): string => `${b.x + ((to.x - b.x) / length) * r} ${b.y + ((to.y - b.y) / length) * r}`;
    d += `L${towards(a, before)}Q${b.x} ${b.y} ${towards(c, after)}`;
  }
  return `${d}L${last.x} ${last.y}`;
}

/** The line without the tip: an arrow head is drawn over its end. */
function shortened(points: readonly Point[], by: number): readonly Point[] {
  const [end, before] = [points.at(-1), points.at(-2)];
  if (end === undefined || before === undefined) return points;
  const length = Math.hypot(end.x - before.x, end.y - before.y);
  const cut = Math.min(by, Math.max(0, length - 1));
  return [...points.slice(0, -1), { x: end.x - ((end.x - before.x) / (length || 1)) * cut, y: end.y - ((end.y - before.y) / (length || 1)) * cut }];
}

function headPath(points: readonly Point[], size = 8): string {
  const [end, before] = [points.at(-1), points.at(-2)];
  if (end === undefined || before === undefined) return '';
  const [dx, dy] = [Math.sign(end.x - before.x), Math.sign(end.y - before.y)];
  const half = size / 2;
  const at = (along: number, across: number): string => `${end.x - dx * along - dy * across} ${end.y - dy * along + dx * across}`;
  return `M${end.x} ${end.y}L${at(size, half)}L${at(size, -half)}Z`;
}

export function linkLine({ link, route, look }: LinkView): VElement {
  return s('g', { class: `edge ${look} ${link.kind}`, 'data-link': link.index }, [
    s('path', { class: 'line', d: roundedLine(shortened(route.points, 6)) }),
    s('path', { class: 'head', d: headPath(route.points) }),
  ], { key: `e:${link.id}` });
}

export function linkLabel({ link, route, look }: LinkView): VElement | null {
  if (route.label === null || link.label === '') return null;
  const { x, y, width, height } = route.label;
  return s('g', { class: `elabel ${look} ${link.kind}`, 'data-link': link.index }, [
    s('rect', { x, y, width, height, rx: 4 }),
    s('text', { x: x + width / 2, y: y + 12, 'text-anchor': 'middle' }, link.label),
  ], { key: `l:${link.id}` });
}

/** From afar: all lines of a look as one path, so that a thousand cost no more than one. */
export function bundles(views: readonly LinkView[]): readonly VElement[] {
  const groups = Map.groupBy(views, ({ look, link }) => `${look} ${link.kind === 'catch' ? 'catch' : ''}`.trim());
  return [...groups].sort(([a], [b]) => rank(a) - rank(b)).map(([name, some]) =>
    s('g', { class: `edge far ${name}` }, [
      s('path', { class: 'line', d: some.map(({ route }) => roundedLine(shortened(route.points, 10), 12)).join('') }),
      s('path', { class: 'head', d: some.map(({ route }) => headPath(route.points, 14)).join('') }),
    ], { key: `b:${name}` }),
  );
}

/** What is lit lies over what is not. */
export function rank(look: string): number {
  return look.startsWith('path') ? 3 : look.startsWith('critical') ? 2 : look.startsWith('plain') ? 1 : 0;
}
