import type { Picture, PictureEdge, PictureKind, PictureNode } from '../../protocol/picture.ts';
import { BAR, CARD, LABEL_HEIGHT, ROUND, START, middleCut, roundUp } from './metrics.ts';
import type { Measure } from './metrics.ts';

/** What is to be placed: the picture with its containers open or closed, and the room everything takes. */
export interface Diagram {
  /** At the outside; the others are inside of these. */
  readonly roots: readonly Box[];
  readonly boxes: ReadonlyMap<string, Box>;
  readonly links: readonly Link[];
  /** Same text = same places: the structure without names, so that typing in an id moves nothing. */
  readonly shape: string;
}

export interface Box {
  readonly id: string;
  /** Its place among all boxes, in document order. */
  readonly index: number;
  readonly kind: PictureKind | 'start';
  readonly node: PictureNode | null;
  readonly parent: string | null;
  /** Not empty = an open container. */
  readonly children: readonly Box[];
  /** How many nodes a closed container hides, those inside of them included. */
  readonly hidden: number;
  readonly width: number;
  readonly height: number;
  /** Room kept free to the right: a return arrow, a retry loop and its label. */
  readonly beside: number;
  readonly retry: Retry | null;
}

export interface Retry {
  readonly title: string;
  readonly detail: string;
}

/** One line between two boxes that stand side by side; several edges between the same containers are one. */
export interface Link {
  readonly id: string;
  readonly index: number;
  readonly from: string;
  readonly to: string;
  readonly kind: PictureEdge['kind'] | 'start';
  readonly label: string;
  /** Width of the label's box; 0 = no label. */
  readonly labelWidth: number;
  readonly back: boolean;
  /** The ends of the edges it stands for. */
  readonly ends: readonly { readonly from: string; readonly to: string }[];
}

/** No id of a document can be this one: ids hold no control characters. */
export const START_ID = '\u0000start';

const LABEL_ROOM = 220;
const RETRY_ROOM = 208;

export function diagramOf(picture: Picture, collapsed: ReadonlySet<string>, measure: Measure): Diagram {
  const inside = Map.groupBy(picture.nodes, (node) => node.parent);
  const known = new Set(picture.nodes.map((node) => node.id));
  const boxes = new Map<string, Box>();
  const make = (node: PictureNode, parent: string | null): Box => {
    const nodes = inside.get(node.id) ?? [];
    const open = nodes.length > 0 && !collapsed.has(node.id);
    const box: Box = {
      id: node.id, index: boxes.size, kind: node.kind, node, parent, ...sizeOf(node.kind), ...besideOf(node, measure),
      hidden: open ? 0 : descendantsOf(node.id, inside), children: [],
    };
    boxes.set(node.id, box);
    // Nodes that would stand in themselves are drawn once, at the outside.
    const children = open ? nodes.filter((child) => !boxes.has(child.id)).map((child) => make(child, node.id)) : [];
    const whole = { ...box, children };
    boxes.set(node.id, whole);
    return whole;
  };
  const first = picture.startAt !== null && known.has(picture.startAt) ? [startBox(boxes)] : [];
  const outside = picture.nodes.filter((node) => node.parent === null || !known.has(node.parent));
  const roots = [...first, ...outside.filter((node) => !boxes.has(node.id)).map((node) => make(node, null))];
  const links = linksOf(picture, boxes, measure);
  return { roots, boxes, links, shape: shapeOf(boxes, links) };
}

function startBox(boxes: Map<string, Box>): Box {
  const box: Box = { id: START_ID, index: 0, kind: 'start', node: null, parent: null, children: [], hidden: 0, width: START, height: START, beside: 0, retry: null };
  boxes.set(START_ID, box);
  return box;
}

function sizeOf(kind: PictureKind): { width: number; height: number } {
  switch (kind) {
    case 'reduce':
      return BAR;
    case 'succeed':
    case 'fail':
      return ROUND;
    default:
      return { width: CARD.width, height: CARD.full };
  }
}

function besideOf(node: PictureNode, measure: Measure): { beside: number; retry: Retry | null } {
  const badge = node.badges.find(({ kind }) => kind === 'retry');
  if (badge !== undefined && node.kind !== 'succeed' && node.kind !== 'fail') {
    const title = badge.text.startsWith('retry') ? badge.text : `retry ${badge.text}`;
    const detail = middleCut(retried(badge.title), RETRY_ROOM, 11, 400, measure);
    return { beside: roundUp(40 + Math.max(measure(title, 11, 600), measure(detail, 11)), 8), retry: { title, detail } };
  }
  if (node.kind === 'loop') return { beside: 16, retry: null };
  return { beside: node.kind === 'tournament' ? 8 : 0, retry: null };
}

/** Beside the card only the errors; the tooltip has the sentence. */
function retried(sentence: string): string {
  return /^Tried again after (.+): up to /.exec(sentence)?.[1] ?? sentence;
}

function descendantsOf(id: string, inside: ReadonlyMap<string | null, readonly PictureNode[]>): number {
  const seen = new Set<string>();
  const open = [...(inside.get(id) ?? [])];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node.id)) continue;
    seen.add(node.id);
    open.push(...(inside.get(node.id) ?? []));
  }
  return seen.size;
}

function linksOf(picture: Picture, boxes: ReadonlyMap<string, Box>, measure: Measure): readonly Link[] {
  const parents = new Map(picture.nodes.map((node) => [node.id, node.parent]));
  const links = new Map<string, Link>();
  const start = boxes.get(START_ID);
  if (start !== undefined && picture.startAt !== null) {
    links.set(START_ID, { id: START_ID, index: 0, from: START_ID, to: picture.startAt, kind: 'start', label: '', labelWidth: 0, back: false, ends: [] });
  }
  for (const edge of picture.edges) {
    const ends = lifted(edge, boxes, parents);
    if (ends === null) continue;
    const moved = ends.from !== edge.from || ends.to !== edge.to;
    const id = moved ? JSON.stringify([ends.from, ends.to, edge.kind, edge.label]) : edge.id;
    const before = links.get(id);
    if (before !== undefined) {
      links.set(id, { ...before, ends: [...before.ends, { from: edge.from, to: edge.to }] });
      continue;
    }
    const words = edge.kind === 'catch' && !edge.label.startsWith('catch') ? `catch ${edge.label}`.trim() : edge.label;
    const label = words === '' ? '' : middleCut(words, LABEL_ROOM, 11, 400, measure);
    const labelWidth = label === '' ? 0 : roundUp(measure(label, 11, 600) + 12, 8);
    links.set(id, { id, index: links.size, ...ends, kind: edge.kind, label, labelWidth, back: edge.back, ends: [{ from: edge.from, to: edge.to }] });
  }
  return [...links.values()];
}

/** The two boxes of the same container that an edge joins; null where it joins nothing that is drawn. */
function lifted(edge: PictureEdge, boxes: ReadonlyMap<string, Box>, parents: ReadonlyMap<string, string | null>): { from: string; to: string } | null {
  const from = chainOf(edge.from, boxes, parents);
  const to = chainOf(edge.to, boxes, parents);
  for (const one of from) {
    for (const other of to) {
      if (boxes.get(one)?.parent === boxes.get(other)?.parent) return one === other && edge.from !== edge.to ? null : { from: one, to: other };
    }
  }
  return null;
}

/** A node and all it stands inside of, as far as they are drawn, the innermost first. */
function chainOf(id: string, boxes: ReadonlyMap<string, Box>, parents: ReadonlyMap<string, string | null>): readonly string[] {
  const chain: string[] = [];
  const seen = new Set<string>();
  for (let at: string | null | undefined = id; at !== null && at !== undefined && !seen.has(at); at = parents.get(at)) {
    seen.add(at);
    if (boxes.has(at)) chain.push(at);
  }
  return chain;
}

function shapeOf(boxes: ReadonlyMap<string, Box>, links: readonly Link[]): string {
  const at = (id: string | null): number => (id === null ? -1 : (boxes.get(id)?.index ?? -1));
  return JSON.stringify([
    [...boxes.values()].map((box) => [box.children.length > 0 ? 1 : 0, box.width, box.height, box.beside, at(box.parent), box.kind === 'choice' || box.kind === 'classify' || box.kind === 'human' ? 1 : 0]),
    links.map((link) => [at(link.from), at(link.to), link.labelWidth, link.kind === 'catch' ? 1 : 0, link.back ? 1 : 0]),
  ]);
}

export function labelSize(link: Link): { readonly width: number; readonly height: number } {
  return { width: link.labelWidth, height: LABEL_HEIGHT };
}
