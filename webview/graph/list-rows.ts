import type { Picture, PictureNode } from '../../protocol/picture.ts';

export interface ListRow {
  readonly node: PictureNode;
  /** From 1. */
  readonly level: number;
  readonly folds: boolean;
  readonly open: boolean;
  /** Its place among so many of the same container, from 1. */
  readonly place: number;
  readonly of: number;
}

export interface NodeList {
  readonly rows: readonly ListRow[];
  readonly index: ReadonlyMap<string, number>;
  /** Ids of what leads to each node, loops left out. */
  readonly into: ReadonlyMap<string, readonly string[]>;
}

/** Height of a row in px, and the room above the first one. */
export const ROW_HEIGHT = 28;
export const LIST_PADDING = 8;

/** The last list of each picture: scrolling and running change nothing in it. */
const LISTS = new WeakMap<Picture, { readonly collapsed: ReadonlySet<string>; readonly list: NodeList }>();

/** The nodes as a tree: containers hold what is inside of them; those of a closed one are left out. */
export function nodeList(picture: Picture, collapsed: ReadonlySet<string>): NodeList {
  const known = LISTS.get(picture);
  if (known?.collapsed === collapsed) return known.list;
  const rows = rowsOf(picture.nodes, collapsed);
  const into = new Map([...Map.groupBy(picture.edges.filter(({ back }) => !back), ({ to }) => to)].map(([to, edges]) => [to, edges.map(({ from }) => from)]));
  const list: NodeList = { rows, index: new Map(rows.map(({ node }, at) => [node.id, at])), into };
  LISTS.set(picture, { collapsed, list });
  return list;
}

function rowsOf(nodes: readonly PictureNode[], collapsed: ReadonlySet<string>): readonly ListRow[] {
  const inside = Map.groupBy(nodes, (node) => node.parent);
  const known = new Set(nodes.map((node) => node.id));
  const rows: ListRow[] = [];
  const seen = new Set<string>();
  const visit = (siblings: readonly PictureNode[], level: number): void => {
    for (const [at, node] of siblings.entries()) {
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      const children = inside.get(node.id) ?? [];
      const open = children.length > 0 && !collapsed.has(node.id);
      rows.push({ node, level, folds: children.length > 0, open, place: at + 1, of: siblings.length });
      if (open) visit(children, level + 1);
    }
  };
  visit(nodes.filter(({ parent }) => parent === null || !known.has(parent)), 1);
  return rows;
}

/** What the tools cover below. */
const TOOLS = 60;

/** Where the list must be scrolled to for a row to be seen whole. */
export function scrollFor(row: number, top: number, height: number): number {
  const above = LIST_PADDING + row * ROW_HEIGHT;
  return above < top ? above : above + ROW_HEIGHT > top + height - TOOLS ? above + ROW_HEIGHT - height + TOOLS : top;
}
