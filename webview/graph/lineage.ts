import type { Link } from './diagram.ts';

/** Which boxes and links lie on the ways to and from one box. */
export interface Lineage {
  readonly boxes: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
}

export const NO_LINEAGE: Lineage = { boxes: new Set(), links: new Set() };

/** Links by the box at their one end. */
export interface Neighbours {
  readonly into: ReadonlyMap<string, readonly Link[]>;
  readonly out: ReadonlyMap<string, readonly Link[]>;
}

export function neighboursOf(links: readonly Link[]): Neighbours {
  return { into: Map.groupBy(links, (link) => link.to), out: Map.groupBy(links, (link) => link.from) };
}

/** Up- and downstream of a box; the way back through a loop is not followed, or everything would light up. */
export function lineageOf(id: string, neighbours: Neighbours): Lineage {
  const boxes = new Set([id]);
  const links = new Set<string>();
  for (const [side, end] of [['into', 'from'], ['out', 'to']] as const) {
    const open = [id];
    const seen = new Set(open);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const link of neighbours[side].get(at) ?? []) {
        if (link.back) continue;
        links.add(link.id);
        boxes.add(link[end]);
        if (seen.has(link[end])) continue;
        seen.add(link[end]);
        open.push(link[end]);
      }
    }
  }
  return { boxes, links };
}

/** The boxes named, and the links that join one of them with the next. */
export function pathThrough(ids: readonly string[], links: readonly Link[]): Lineage {
  const boxes = new Set(ids);
  const place = new Map(ids.map((id, index) => [id, index]));
  const on = links.filter((link) => (place.get(link.to) ?? -1) - (place.get(link.from) ?? -1) === 1 && boxes.has(link.from));
  return { boxes, links: new Set(on.map((link) => link.id)) };
}
