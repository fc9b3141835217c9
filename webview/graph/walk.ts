import type { Direction } from '../../protocol/graph-panel.ts';
import type { Diagram, Link } from './diagram.ts';
import { START_ID } from './diagram.ts';
import type { Plan } from './elk-graph.ts';
import type { Neighbours } from './lineage.ts';
import type { Rect } from './metrics.ts';

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

interface Place {
  readonly along: number;
  readonly across: number;
  readonly from: number;
  readonly to: number;
}

/** A node this much off the line of another stands beside it: pixels. */
const ASIDE = 8;

/**
 * Where an arrow key leads: with the flow and against it along the edges, to the next layer first, into and out of
 * containers; across it to the next node beside, or failing that to the nearest on that side. null = nowhere.
 */
export function walk(id: string, arrow: Arrow, diagram: Diagram, plan: Plan, neighbours: Neighbours, direction: Direction): string | null {
  const [onward, backward] = direction === 'down' ? ['ArrowDown', 'ArrowUp'] : ['ArrowRight', 'ArrowLeft'];
  const place = (box: string): Place | null => placeOf(plan.boxes[diagram.boxes.get(box)?.index ?? -1], direction);
  if (arrow === onward) return along(id, 'out', diagram, neighbours, place);
  if (arrow === backward) return along(id, 'into', diagram, neighbours, place);
  return beside(id, arrow === 'ArrowRight' || arrow === 'ArrowDown', diagram, place);
}

function placeOf(rect: Rect | undefined, direction: Direction): Place | null {
  if (rect === undefined) return null;
  const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2];
  return direction === 'down' ? { along: y, across: x, from: rect.y, to: rect.y + rect.height } : { along: x, across: y, from: rect.x, to: rect.x + rect.width };
}

function along(id: string, side: 'into' | 'out', diagram: Diagram, neighbours: Neighbours, place: (box: string) => Place | null): string | null {
  const box = diagram.boxes.get(id);
  if (box === undefined) return null;
  if (side === 'out' && box.children[0] !== undefined) return box.children[0].id;
  const end = (link: Link): string => (side === 'out' ? link.to : link.from);
  const ends = (neighbours[side].get(id) ?? []).filter((link) => !link.back).map(end).filter((other) => other !== START_ID && other !== id);
  const here = place(id);
  const best = here === null ? undefined : nearest(ends, here, place);
  if (best !== undefined) return best;
  if (box.parent === null) return null;
  // Out of the container: against the flow to itself, with the flow to what comes after it.
  return side === 'into' ? box.parent : afterContainer(box.parent, diagram, neighbours);
}

/** Of the nodes in the nearest layer, the one most in line: what lies behind others is come to through them. */
function nearest(ids: readonly string[], here: Place, place: (box: string) => Place | null): string | undefined {
  const places = ids.flatMap((id) => { const there = place(id); return there === null ? [] : [{ id, there }]; });
  const first = places.toSorted((a, b) => Math.abs(a.there.along - here.along) - Math.abs(b.there.along - here.along))[0];
  if (first === undefined) return ids[0];
  const layer = places.filter(({ there }) => there.from < first.there.to && first.there.from < there.to);
  return layer.toSorted((a, b) => Math.abs(a.there.across - here.across) - Math.abs(b.there.across - here.across))[0]?.id;
}

function afterContainer(id: string, diagram: Diagram, neighbours: Neighbours): string | null {
  const next = (neighbours.out.get(id) ?? []).find((link) => !link.back);
  const parent = diagram.boxes.get(id)?.parent ?? null;
  return next?.to ?? (parent === null ? null : afterContainer(parent, diagram, neighbours));
}

function beside(id: string, forward: boolean, diagram: Diagram, place: (box: string) => Place | null): string | null {
  const here = place(id);
  const parent = diagram.boxes.get(id)?.parent ?? null;
  if (here === null) return null;
  const side = [...diagram.boxes.values()].flatMap((box) => {
    const there = place(box.id);
    if (there === null || box.id === id || box.id === START_ID || box.parent !== parent) return [];
    const far = (there.across - here.across) * (forward ? 1 : -1);
    const inRow = there.from < here.to && here.from < there.to;
    return far > (inRow ? 0 : ASIDE) ? [{ id: box.id, inRow, far: inRow ? far : far + Math.abs(there.along - here.along) }] : [];
  });
  return side.toSorted((a, b) => Number(b.inRow) - Number(a.inRow) || a.far - b.far)[0]?.id ?? null;
}
