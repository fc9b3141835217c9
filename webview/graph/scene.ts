import type { Direction } from '../../protocol/graph-panel.ts';
import { glyphAt } from '../shared/glyphs.ts';
import { kindGlyph, kindWord } from '../shared/kinds.ts';
import { lookGlyph } from '../shared/status.ts';
import { s } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { touches } from './camera.ts';
import { cardText, description, tooltip } from './card-text.ts';
import type { Box, Diagram, Link } from './diagram.ts';
import { START_ID } from './diagram.ts';
import type { Plan, Route } from './elk-graph.ts';
import type { Lineage, Neighbours } from './lineage.ts';
import type { Measure, Rect } from './metrics.ts';
import { middleCut } from './metrics.ts';
import type { NodeRun } from './node-run.ts';
import { CLIPS, drawnHeight, outline, shapeOf } from './outline.ts';
import { bundles, linkLabel, linkLine, rank } from './scene-edge.ts';
import type { LinkLook, LinkView } from './scene-edge.ts';
import { nodeCard, nodeGroup, toggle } from './scene-node.ts';
import type { NodeView } from './scene-node.ts';
import { statusBar } from './status-bar.ts';

/** Everything the drawing depends on. */
export interface SceneInput {
  readonly diagram: Diagram;
  readonly plan: Plan;
  readonly direction: Direction;
  /** null = no run lies over the picture. */
  readonly runs: ReadonlyMap<string, NodeRun> | null;
  /** What of the world is to be drawn. */
  readonly within: Rect;
  readonly far: boolean;
  readonly selected: string | null;
  readonly current: string | null;
  readonly tabbable: string | null;
  readonly neighbours: Neighbours;
  readonly lineage: Lineage;
  readonly critical: Lineage;
  readonly now: number;
  readonly measure: Measure;
}

export interface Scene {
  readonly children: readonly VElement[];
  readonly nodes: number;
}

/** Remembers what it drew: a node that says the same and stands at the same place is the same value again. */
export class SceneBuilder {
  #drawn = new Map<string, { readonly signature: string; readonly vnode: VElement }>();

  build(input: SceneInput): Scene {
    const visible = [...input.diagram.boxes.values()].flatMap((box) => {
      const rect = input.plan.boxes[box.index];
      return rect !== undefined && touches(grown(rect, box), input.within) ? [{ box, rect }] : [];
    });
    const drawn = new Map<string, { readonly signature: string; readonly vnode: VElement }>();
    const nodes = visible.map(({ box, rect }) => {
      const view = viewOfNode(input, box, rect);
      const { box: _, ...plain } = view;
      const signature = `${input.far ? 'F' : 'N'}${box.children.length}/${box.hidden}/${box.beside}${JSON.stringify(plain)}`;
      const before = this.#drawn.get(box.id);
      const vnode = before?.signature === signature ? before.vnode : drawNode(view, input);
      drawn.set(box.id, { signature, vnode });
      return { box, vnode };
    });
    this.#drawn = drawn;
    const links = input.diagram.links.flatMap((link) => viewOfLink(input, link)).sort((a, b) => rank(a.look) - rank(b.look));
    const containers = nodes.filter(({ box }) => box.children.length > 0).map(({ vnode }) => vnode);
    const leaves = nodes.filter(({ box }) => box.children.length === 0).map(({ vnode }) => vnode);
    const lines = input.far ? bundles(links) : links.map(linkLine);
    const labels = input.far ? [] : links.flatMap((view) => linkLabel(view) ?? []);
    return { children: [DEFS, layer('containers', containers), layer('lines', lines), layer('nodes', leaves), layer('labels', labels)], nodes: visible.length };
  }
}

const DEFS = s('defs', {}, CLIPS.map(({ id, path }) => s('clipPath', { id }, s('path', { d: path }))), { key: 'defs' });

function layer(name: string, children: readonly VElement[]): VElement {
  return s('g', { class: name }, children, { key: name });
}

function grown(rect: Rect, box: Box): Rect {
  return { x: rect.x - 8, y: rect.y - 40, width: rect.width + box.beside + 16, height: rect.height + 48 };
}

function viewOfNode(input: SceneInput, box: Box, rect: Rect): NodeView {
  const run = input.runs?.get(box.id) ?? null;
  const dependsOn = (input.neighbours.into.get(box.id) ?? []).filter((link) => link.from !== START_ID && !link.back).map((link) => link.from);
  const { node } = box;
  return {
    box, rect, direction: input.direction,
    text: node === null ? START_TEXT : cardText(node, run, input.now),
    description: node === null ? 'where a run begins' : description(node, run, dependsOn, input.now),
    tooltip: node === null ? 'start' : tooltip(node, run),
    selected: input.selected === box.id, current: input.current === box.id, tabbable: input.tabbable === box.id, lit: input.lineage.boxes.has(box.id),
  };
}

const START_TEXT = { id: 'start', kind: 'pass', does: '', model: '', look: null, problem: null, counter: '', pinned: false, badges: [], footer: { kind: 'none' } } as const;

function drawNode(view: NodeView, input: SceneInput): VElement {
  if (view.box.kind === 'start') return s('g', { class: 'start', 'aria-hidden': 'true' }, [s('title', {}, 'start'), s('circle', { cx: 8, cy: 8, r: 6 })], { key: `n:${view.box.id}`, style: { transform: `translate(${view.rect.x}px, ${view.rect.y}px)` } });
  if (view.box.children.length > 0) return container(view, input);
  return input.far ? block(view) : nodeCard(view, input.measure);
}

function container(view: NodeView, { measure, far }: SceneInput): VElement {
  const { rect, text } = view;
  const box = s('rect', { class: 'box', x: 0.5, y: 0.5, width: rect.width - 1, height: rect.height - 1, rx: 8 });
  const halo = view.selected && s('rect', { class: 'halo', x: 0, y: 0, width: rect.width, height: rect.height, rx: 8 });
  if (far) return nodeGroup(view, 'group', [halo, box]);
  let right = rect.width - 12;
  const marks: Child[] = [];
  if (text.look !== null) {
    marks.push(glyphAt(lookGlyph(text.look), right - 16, 12, `st ${text.look}`));
    right -= 24;
  }
  if (text.problem !== null) {
    marks.push(glyphAt(text.problem, right - 16, 12, `problem ${text.problem}`));
    right -= 24;
  }
  if (text.counter !== '') {
    marks.push(s('text', { class: 'count', x: right, y: 24, 'text-anchor': 'end' }, text.counter));
    right -= measure(text.counter, 11, 600) + 8;
  }
  const id = middleCut(text.id, right - 56, 13, 600, measure);
  const after = 56 + measure(id, 13, 600) + 8;
  const word = text.does === '' ? kindWord(text.kind) : text.does;
  return nodeGroup(view, 'group', [
    halo, box, toggle(view, 12, 12, 'down'), glyphAt(kindGlyph(text.kind), 32, 12, 'kind'),
    s('text', { class: 'id', x: 56, y: 24.5 }, id),
    right - after > 32 && s('text', { class: 'sub', x: after, y: 24.5 }, middleCut(word, right - after, 12, 400, measure)),
    marks,
  ]);
}

/** From afar: shape, colour and icon of its status; before a run, of its kind. */
function block(view: NodeView): VElement {
  const { box, text, rect } = view;
  const shape = shapeOf(text.kind);
  const path = outline(shape, rect.width, rect.height);
  const size = shape === 'bar' ? 22 : shape === 'end' ? 28 : 42;
  const inset = shape === 'card' ? 3 : 14;
  const bar = statusBar(text.look, 5, inset, rect.height - inset, 10);
  const glyph = text.look === null ? (text.problem ?? kindGlyph(text.kind)) : lookGlyph(text.look);
  return nodeGroup(view, `block ${text.look ?? text.problem ?? 'idle'}`, [
    view.selected && s('path', { class: 'halo', d: path }),
    s('path', { class: 'card', d: path }),
    s('path', { class: 'edgebar', d: bar.d, 'stroke-width': bar.width, 'stroke-dasharray': bar.dashes }),
    glyphAt(glyph, box.width / 2 - size / 2, rect.height / 2 - size / 2, '', size / 16),
  ]);
}

function viewOfLink(input: SceneInput, link: Link): readonly LinkView[] {
  const route = input.plan.links[link.index];
  const [from, to] = [input.diagram.boxes.get(link.from), input.diagram.boxes.get(link.to)];
  if (route === undefined || from === undefined || to === undefined || !touches(boundsOf(route), input.within)) return [];
  return [{ link, route: input.far || input.direction === 'right' ? route : fromBottom(route, from, input), look: lookOf(input, link) }];
}

function lookOf(input: SceneInput, link: Link): LinkLook {
  if (input.lineage.links.has(link.id)) return 'path';
  if (input.critical.links.has(link.id)) return 'critical';
  return notTaken(input, link) ? 'skip' : 'plain';
}

/** A branch the run did not go along, and what would have come after it. */
function notTaken({ runs }: SceneInput, link: Link): boolean {
  if (runs === null || link.ends.length === 0) return false;
  return link.ends.every(({ from, to }) => runs.get(from)?.status === 'skipped' || runs.get(to)?.status === 'skipped');
}

/** A line begins where the card ends that is drawn, which may be shorter than its place. */
function fromBottom(route: Route, box: Box, { plan, runs }: SceneInput): Route {
  const rect = plan.boxes[box.index];
  const [first, ...rest] = route.points;
  if (rect === undefined || first === undefined || box.node === null || box.children.length > 0 || box.hidden > 0) return route;
  const footer = runs !== null || box.node.badges.some((badge) => badge.kind !== 'retry');
  const height = drawnHeight(shapeOf(box.node.kind), box.height, footer);
  return height === rect.height || first.y !== rect.y + rect.height ? route : { ...route, points: [{ x: first.x, y: rect.y + height }, ...rest] };
}

function boundsOf({ points, label }: Route): Rect {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  if (label !== null) {
    xs.push(label.x, label.x + label.width);
    ys.push(label.y, label.y + label.height);
  }
  const [x, y] = [Math.min(...xs) - 8, Math.min(...ys) - 8];
  return { x, y, width: Math.max(...xs) - x + 8, height: Math.max(...ys) - y + 8 };
}
