import type { Direction } from '../../protocol/graph-panel.ts';
import type { Box, Diagram } from './diagram.ts';
import { ranksOf, tidy } from './elk-graph.ts';
import type { Plan, Route } from './elk-graph.ts';
import { CONTAINER, snap } from './metrics.ts';
import type { Rect } from './metrics.ts';

const GAP = { across: 32, along: 48 } as const;

/**
 * Rows by rank, in document order: what is shown of a large graph until the real layout comes, and what is left when
 * the layout fails. No crossing is avoided and no line kept off a card, so lines are drawn only on request.
 */
export function quickPlan(diagram: Diagram, direction: Direction, withLinks: boolean): Plan {
  const ranks = ranksOf(diagram);
  const boxes: (Rect | undefined)[] = [];
  const placed = rows(diagram.roots, ranks, direction, 0, 0, boxes);
  const links: (Route | undefined)[] = withLinks ? diagram.links.map((link) => elbow(boxes[indexOf(diagram, link.from)], boxes[indexOf(diagram, link.to)], direction)) : [];
  return { boxes, links, ...placed };
}

function indexOf(diagram: Diagram, id: string): number {
  return diagram.boxes.get(id)?.index ?? -1;
}

/** Places boxes and what is inside of them below and right of a corner; answers how much room they take. */
function rows(boxes: readonly Box[], ranks: ReadonlyMap<string, number>, direction: Direction, x0: number, y0: number, into: (Rect | undefined)[]): { width: number; height: number } {
  const sizes = new Map(boxes.map((box) => [box.id, sizeOf(box, ranks, direction)]));
  const size = (box: Box): { width: number; height: number } => sizes.get(box.id) ?? box;
  const byRank = [...Map.groupBy(boxes, (box) => ranks.get(box.id) ?? 0)].sort(([a], [b]) => a - b).map(([, row]) => row);
  const down = direction === 'down';
  const length = (row: readonly Box[]): number => row.reduce((sum, box) => sum + (down ? size(box).width + box.beside : size(box).height) + GAP.across, -GAP.across);
  const longest = Math.max(0, ...byRank.map(length));
  let along = 0;
  for (const row of byRank) {
    let across = (longest - length(row)) / 2;
    for (const box of row) {
      const { width, height } = size(box);
      const [x, y] = [snap(x0 + (down ? across : along)), snap(y0 + (down ? along : across))];
      into[box.index] = { x, y, width, height };
      if (box.children.length > 0) rows(box.children, ranks, direction, x + CONTAINER.side, y + CONTAINER.top, into);
      across += (down ? width + box.beside : height) + GAP.across;
    }
    along += Math.max(...row.map((box) => (down ? size(box).height : size(box).width))) + GAP.along;
  }
  const whole = Math.max(0, along - GAP.along);
  return down ? { width: longest, height: whole } : { width: whole, height: longest };
}

function sizeOf(box: Box, ranks: ReadonlyMap<string, number>, direction: Direction): { width: number; height: number } {
  if (box.children.length === 0) return { width: box.width, height: box.height };
  const { width, height } = rows(box.children, ranks, direction, 0, 0, []);
  return { width: width + 2 * CONTAINER.side, height: height + CONTAINER.top + CONTAINER.bottom };
}

function elbow(from: Rect | undefined, to: Rect | undefined, direction: Direction): Route | undefined {
  if (from === undefined || to === undefined || from === to) return undefined;
  if (direction === 'right') {
    const [a, b] = [{ x: from.x + from.width, y: from.y + 36 }, { x: to.x, y: to.y + 36 }];
    const middle = snap((a.x + b.x) / 2);
    return { points: tidy([a, { x: middle, y: a.y }, { x: middle, y: b.y }, b]), label: null };
  }
  const [a, b] = [{ x: from.x + from.width / 2, y: from.y + from.height }, { x: to.x + to.width / 2, y: to.y }];
  const middle = snap((a.y + b.y) / 2);
  return { points: tidy([a, { x: a.x, y: middle }, { x: b.x, y: middle }, b]), label: null };
}
