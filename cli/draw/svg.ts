import type { Workflow, WorkflowNode } from '../../language/index.ts';
import { asLine, middleCut } from '../display-text.ts';
import type { Point } from './layout.ts';
import { layOut } from './layout.ts';
import { badges, workWords } from './node-words.ts';
import { topologyOf } from './topology.ts';

const SIZES = { box: { width: 220, height: 68 }, gap: { x: 32, y: 56 } };
const MARGIN = 24;
const TITLE = 44;

/** Colours that hold on white and on black; the dark ones are used where the viewer says that it is dark. */
const STYLE = `
  :root { color-scheme: light dark; }
  .ground { fill: #ffffff; } .box { fill: #f6f8fa; stroke: #57606a; } .stripe { fill: #0969da; }
  .id { fill: #1f2328; font-weight: 600; } .work, .badge, .facts { fill: #57606a; } .edge { stroke: #57606a; fill: none; }
  .arrow { fill: #57606a; } .cycle { stroke: #cf222e; stroke-dasharray: 5 4; fill: none; } .cycle-arrow { fill: #cf222e; }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117; } .box { fill: #161b22; stroke: #8b949e; } .stripe { fill: #4493f8; }
    .id { fill: #e6edf3; } .work, .badge, .facts { fill: #9198a1; } .edge { stroke: #8b949e; }
    .arrow { fill: #8b949e; } .cycle { stroke: #f85149; } .cycle-arrow { fill: #f85149; }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; } .title { font-size: 16px; } .work { font-size: 12px; } .badge, .facts { font-size: 11px; }
`;

/** A picture of its own, with no script and nothing from elsewhere; every node has a title for those who listen. */
export function drawSvg(workflow: Workflow): string {
  const topology = topologyOf(workflow);
  const { width, height, boxes, routes } = layOut(topology, SIZES);
  const [w, h] = [Math.max(Math.ceil(width), 320) + 2 * MARGIN, Math.ceil(height) + TITLE + 2 * MARGIN];
  const corner = (id: string): Point => boxes.get(id) ?? { x: 0, y: 0 };
  const back = topology.backward.map(({ from, to }) => cyclePath(corner(from), corner(to), width + 16));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img" aria-label="${escaped(`${workflow.name}, ${workflow.adapter}, ${topology.order.length} nodes`)}">`,
    `<style>${STYLE}</style>`,
    `<defs>${arrow('arrow')}${arrow('cycle-arrow')}</defs>`,
    `<rect class="ground" width="${w}" height="${h}"/>`,
    `<text class="id title" x="${MARGIN}" y="${MARGIN + 6}">${escaped(middleCut(asLine(workflow.name), 60))}</text>`,
    `<g transform="translate(${MARGIN} ${MARGIN + TITLE - 8})">`,
    ...routes.map((points) => `<path class="edge" d="${curve(points)}" marker-end="url(#arrow)"/>`),
    ...topology.order.map(({ node }) => card(node, corner(node.id))),
    ...back.map((d) => `<path class="cycle" d="${d}" marker-end="url(#cycle-arrow)"/>`),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

function arrow(id: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="${id}" d="M0 0 8 4 0 8z"/></marker>`;
}

function card(node: WorkflowNode, { x, y }: Point): string {
  const { width, height } = SIZES.box;
  const words = workWords(node.work);
  const about = `${node.id}${words === '' ? '' : `, ${words}`}, depends on ${node.dependencies.length === 0 ? 'nothing' : node.dependencies.join(', ')}`;
  const line = (kind: string, dy: number, text: string, room: number): string =>
    text === '' ? '' : `<text class="${kind}" x="${round(x + 16)}" y="${round(y + dy)}">${escaped(middleCut(asLine(text), room))}</text>`;
  return [
    `<g><title>${escaped(asLine(about))}</title>`,
    `<rect class="box" x="${round(x)}" y="${round(y)}" width="${width}" height="${height}" rx="6"/>`,
    `<rect class="stripe" x="${round(x)}" y="${round(y + 8)}" width="4" height="${height - 16}" rx="2"/>`,
    line('id', 24, node.id, 26),
    line('work', 42, words, 30),
    line('badge', 58, badges(node).join(' · '), 34),
    '</g>',
  ].join('');
}

/** Straight down through a layer, in an S between layers. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return '';
  let before = first;
  let d = `M${round(first.x)} ${round(first.y)}`;
  for (const point of rest) {
    const middle = (before.y + point.y) / 2;
    d += before.x === point.x ? `V${round(point.y)}` : `C${round(before.x)} ${round(middle)} ${round(point.x)} ${round(middle)} ${round(point.x)} ${round(point.y)}`;
    before = point;
  }
  return d;
}

/** Out below one box, up along the outside, in from above the other. */
function cyclePath(from: Point, to: Point, outside: number): string {
  const { width, height } = SIZES.box;
  const [x1, y1, x2, y2] = [from.x + width / 2 + 24, from.y + height, to.x + width / 2 + 24, to.y];
  const corners = [{ x: x1, y: y1 + 18 }, { x: outside, y: y1 + 18 }, { x: outside, y: y2 - 18 }, { x: x2, y: y2 - 18 }];
  const bends = corners.map(({ x, y }, at) => {
    const before = corners[at - 1] ?? { x: x1, y: y1 };
    const after = corners[at + 1] ?? { x: x2, y: y2 };
    const near = (other: Point): string => `${round(x + Math.sign(other.x - x) * 6)} ${round(y + Math.sign(other.y - y) * 6)}`;
    return `L${near(before)}Q${round(x)} ${round(y)} ${near(after)}`;
  });
  return `M${round(x1)} ${round(y1)}${bends.join('')}L${round(x2)} ${round(y2)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
