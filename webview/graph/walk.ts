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

/**
 * Where an arrow key leads: with the flow and against it along the edges, into and out of containers; across it to the
 * next node beside. null = nowhere.
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
  const best = ends.toSorted((a, b) => Math.abs((place(a)?.across ?? 0) - (here?.across ?? 0)) - Math.abs((place(b)?.across ?? 0) - (here?.across ?? 0)))[0];
  if (best !== undefined) return best;
  if (box.parent === null) return null;
  // Out of the container: against the flow to itself, with the flow to what comes after it.
  return side === 'into' ? box.parent : afterContainer(box.parent, diagram, neighbours);
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
  const row = [...diagram.boxes.values()].flatMap((box) => {
    const there = place(box.id);
    if (there === null || box.id === id || box.id === START_ID || box.parent !== parent) return [];
    return there.from < here.to && here.from < there.to && (forward ? there.across > here.across : there.across < here.across) ? [{ id: box.id, far: Math.abs(there.across - here.across) }] : [];
  });
  return row.toSorted((a, b) => a.far - b.far)[0]?.id ?? null;
}
