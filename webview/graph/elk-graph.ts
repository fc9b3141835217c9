import type { ElkExtendedEdge, ElkNode, ElkPort, LayoutOptions } from 'elkjs/lib/elk-api.js';
import type { Direction } from '../../protocol/graph-panel.ts';
import type { Box, Diagram, Link } from './diagram.ts';
import { withClearLabels } from './clear-labels.ts';
import { labelSize } from './diagram.ts';
import { CONTAINER, GRID, roundUp, snap } from './metrics.ts';
import type { Point, Rect } from './metrics.ts';

/** Where everything stands, by the index of the box or link: names may change while it holds. */
export interface Plan {
  readonly boxes: readonly (Rect | undefined)[];
  readonly links: readonly (Route | undefined)[];
  readonly width: number;
  readonly height: number;
}

export interface Route {
  /** From border to border, every bend a right angle; at least two. */
  readonly points: readonly Point[];
  readonly label: Rect | null;
}

const LAYERED: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.edgeRouting': 'ORTHOGONAL',
  // INCLUDE_CHILDREN together with model order fails in elkjs 0.12; edges end at the container instead.
  'elk.hierarchyHandling': 'SEPARATE_CHILDREN',
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.feedbackEdges': 'true',
  'elk.layered.mergeEdges': 'false',
  'elk.spacing.edgeNode': '20',
  'elk.layered.spacing.edgeNodeBetweenLayers': '12',
  'elk.spacing.edgeEdge': '12',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.spacing.labelNode': '0',
  'elk.spacing.nodeSelfLoop': '20',
  'elk.padding': '[top=0,left=0,bottom=0,right=0]',
};

/**
 * Effort by what there is to do. A long edge passes every rank between its ends: a thousand nodes joined at random make
 * several thousand such places, where the better placement takes half a minute and the plain one seconds.
 */
function effort(boxes: number, places: number): LayoutOptions {
  if (places <= 100) return { 'elk.layered.thoroughness': '7', ...BALANCED };
  if (places <= 700 || (places <= 2 * boxes && places <= 6_000)) return { 'elk.layered.thoroughness': places <= 700 ? '3' : '1', ...BALANCED };
  return TANGLED;
}

/** Nothing is kept in order where there is none. */
const TANGLED: LayoutOptions = {
  'elk.layered.thoroughness': '1', 'elk.layered.nodePlacement.strategy': 'SIMPLE', 'elk.layered.considerModelOrder.strategy': 'NONE',
  'elk.layered.layering.strategy': 'NETWORK_SIMPLEX', 'elk.layered.crossingMinimization.greedySwitch.type': 'OFF',
};

/** Boxes, and the ranks that edges pass between them. */
export function placesOf(diagram: Diagram): number {
  const ranks = ranksOf(diagram);
  return diagram.links.reduce((sum, link) => sum + Math.max(0, Math.abs((ranks.get(link.to) ?? 0) - (ranks.get(link.from) ?? 0)) - 1), diagram.boxes.size);
}

const BALANCED: LayoutOptions = { 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED' };

const FIXED_SIDE: LayoutOptions = { 'elk.portConstraints': 'FIXED_SIDE' };

/** Between two ranks. */
export function layerGap(states: boolean, direction: Direction): number {
  return direction === 'right' ? 56 : states ? 40 : 32;
}

function spacing(states: boolean, direction: Direction): LayoutOptions {
  return {
    'elk.direction': direction === 'right' ? 'RIGHT' : 'DOWN',
    'elk.layered.layering.strategy': states ? 'NETWORK_SIMPLEX' : 'LONGEST_PATH_SOURCE',
    'elk.layered.spacing.nodeNodeBetweenLayers': String(layerGap(states, direction)),
    'elk.spacing.nodeNode': String(states && direction === 'down' ? 64 : 32),
  };
}

export function toElk(diagram: Diagram, direction: Direction, states: boolean): ElkNode {
  const options = { ...LAYERED, ...spacing(states, direction), ...effort(diagram.boxes.size, placesOf(diagram)) };
  const byParent = Map.groupBy(diagram.links, (link) => diagram.boxes.get(link.from)?.parent ?? null);
  const withPorts = new Set(diagram.links.filter((link) => link.kind === 'catch').map((link) => link.from));
  const blank = states ? (): boolean => false : blankLabels(diagram);
  const at = (id: string): number => diagram.boxes.get(id)?.index ?? -1;
  const end = (link: Link, which: 'from' | 'to'): string => (withPorts.has(link[which]) ? portId(at(link[which]), link, which) : `n${at(link[which])}`);
  const edgesIn = (parent: string | null): ElkExtendedEdge[] =>
    (byParent.get(parent) ?? []).map((link) => ({
      id: `e${link.index}`, sources: [end(link, 'from')], targets: [end(link, 'to')],
      layoutOptions: { 'elk.layered.priority.direction': link.back ? '1' : '10' },
      labels: link.labelWidth > 0 || blank(link) ? [{ text: link.label === '' ? '-' : link.label, ...labelSize(link), layoutOptions: { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' } }] : [],
    }));
  const nodeOf = (box: Box): ElkNode => {
    if (box.children.length > 0) {
      const padding = `[top=${CONTAINER.top},left=${CONTAINER.side},bottom=${CONTAINER.bottom},right=${CONTAINER.side}]`;
      const ports = withPorts.has(box.id);
      return {
        id: `n${box.index}`, children: box.children.map(nodeOf), edges: edgesIn(box.id), ports: ports ? portsOf(box, diagram, direction) : [],
        layoutOptions: { ...options, ...(ports ? FIXED_SIDE : {}), 'elk.padding': padding, 'elk.spacing.nodeNode': '16', 'elk.separateConnectedComponents': 'false', 'elk.nodeSize.constraints': 'MINIMUM_SIZE', 'elk.nodeSize.minimum': '(240,96)' },
      };
    }
    return leaf(box, diagram, withPorts.has(box.id), direction);
  };
  return { id: 'root', layoutOptions: options, children: diagram.roots.map(nodeOf), edges: edgesIn(null) };
}

function leaf(box: Box, diagram: Diagram, ports: boolean, direction: Direction): ElkNode {
  const { index, width, height, beside } = box;
  const layoutOptions: LayoutOptions = {};
  if (box.kind === 'choice' || box.kind === 'classify' || box.kind === 'human') layoutOptions['elk.spacing.portsSurrounding'] = '[top=20,left=24,bottom=20,right=24]';
  if (ports) Object.assign(layoutOptions, FIXED_SIDE);
  const room = direction === 'down' ? { width: beside, height: 40, placement: 'OUTSIDE H_RIGHT V_CENTER' } : { width: Math.min(beside, width), height: box.retry === null ? 16 : 40, placement: 'OUTSIDE H_RIGHT V_TOP' };
  return {
    id: `n${index}`, width, height, layoutOptions,
    labels: beside > 0 ? [{ text: '-', width: room.width, height: room.height, layoutOptions: { 'elk.nodeLabels.placement': room.placement } }] : [],
    ports: ports ? portsOf(box, diagram, direction) : [],
  };
}

function portsOf(box: Box, diagram: Diagram, direction: Direction): ElkPort[] {
  const sides = direction === 'down' ? { in: 'NORTH', out: 'SOUTH', catch: 'WEST' } : { in: 'WEST', out: 'EAST', catch: 'SOUTH' };
  return diagram.links.flatMap((link) => {
    const ends = (['from', 'to'] as const).filter((which) => link[which] === box.id);
    return ends.map((which) => ({
      id: portId(box.index, link, which), width: 0, height: 0,
      layoutOptions: { 'elk.port.side': which === 'to' ? sides.in : link.kind === 'catch' ? sides.catch : sides.out },
    }));
  });
}

function portId(box: number, link: Link, which: 'from' | 'to'): string {
  return `n${box}:${which}:${link.index}`;
}

/**
 * ELK gives a label a layer of its own. So the unlabelled edges that leave the rank of a labelled one get an empty
 * label, or siblings would land on different levels.
 */
function blankLabels(diagram: Diagram): (link: Link) => boolean {
  const ranks = ranksOf(diagram);
  const labelled = new Set(diagram.links.filter((link) => link.labelWidth > 0).map((link) => ranks.get(link.from)));
  return (link) => labelled.has(ranks.get(link.from));
}

/** The number of edges on the longest way to each box; edges that lead back are not counted, and a cycle ends. */
export function ranksOf(diagram: Pick<Diagram, 'boxes' | 'links'>): ReadonlyMap<string, number> {
  const ranks = new Map([...diagram.boxes.keys()].map((id) => [id, 0]));
  const missing = new Map([...diagram.boxes.keys()].map((id) => [id, 0]));
  const forward = diagram.links.filter((link) => !link.back && link.from !== link.to);
  const out = Map.groupBy(forward, (link) => link.from);
  for (const link of forward) missing.set(link.to, (missing.get(link.to) ?? 0) + 1);
  const ready = [...missing].filter(([, count]) => count === 0).map(([id]) => id);
  for (let next = 0; next < ready.length; next++) {
    const id = ready[next] ?? '';
    for (const { to } of out.get(id) ?? []) {
      ranks.set(to, Math.max(ranks.get(to) ?? 0, (ranks.get(id) ?? 0) + 1));
      const left = (missing.get(to) ?? 0) - 1;
      missing.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return ranks;
}

/** What ELK answered, on our grid. */
export function fromElk(root: ElkNode): Plan {
  const boxes: (Rect | undefined)[] = [];
  const links: (Route | undefined)[] = [];
  const walk = (parent: ElkNode, x0: number, y0: number): void => {
    for (const edge of parent.edges ?? []) links[Number(edge.id.slice(1))] = routeOf(edge, x0, y0);
    for (const child of parent.children ?? []) {
      const [x, y] = [x0 + (child.x ?? 0), y0 + (child.y ?? 0)];
      boxes[Number(child.id.slice(1))] = { x: snap(x), y: snap(y), width: snap(x + (child.width ?? 0)) - snap(x), height: snap(y + (child.height ?? 0)) - snap(y) };
      walk(child, x, y);
    }
  };
  walk(root, 0, 0);
  return withClearLabels({ boxes, links, width: roundUp(root.width ?? 0, GRID), height: roundUp(root.height ?? 0, GRID) });
}

function routeOf(edge: ElkExtendedEdge, x0: number, y0: number): Route | undefined {
  const section = edge.sections?.[0];
  if (section === undefined) return undefined;
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(({ x, y }) => ({ x: snap(x + x0), y: snap(y + y0) }));
  const label = edge.labels?.[0];
  const box = label === undefined || (label.width ?? 0) === 0 ? null : { x: snap((label.x ?? 0) + x0), y: snap((label.y ?? 0) + y0), width: label.width ?? 0, height: label.height ?? 0 };
  const tidied = tidy(upright(points));
  return tidied.length < 2 ? undefined : { points: tidied, label: box };
}

/** A container's border is not always where its lines were told it is: what is a little off the upright is made so. */
function upright(points: readonly Point[]): readonly Point[] {
  const straight: Point[] = [];
  for (const point of points) {
    const before = straight.at(-1);
    const [dx, dy] = [Math.abs(point.x - (before?.x ?? point.x)), Math.abs(point.y - (before?.y ?? point.y))];
    straight.push(before === undefined || dx === 0 || dy === 0 ? point : dx < dy ? { x: before.x, y: point.y } : { x: point.x, y: before.y });
  }
  return straight;
}

/** Without the repeated and collinear points that snapping leaves behind. */
export function tidy(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const [before, last] = [kept.at(-2), kept.at(-1)];
    if (last?.x === point.x && last.y === point.y) continue;
    if (before !== undefined && last !== undefined && ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y))) kept.pop();
    kept.push(point);
  }
  return kept;
}
