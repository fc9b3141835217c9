import type { Workflow } from '../../language/index.ts';
import { asLine, displayWidth, middleCut, padEnd } from '../display-text.ts';
import type { Style, Terminal } from '../terminal.ts';
import { badges, workWords } from './node-words.ts';
import type { Placed, Topology } from './topology.ts';
import { topologyOf } from './topology.ts';

const MAX_ID = 40;
const MAX_WORDS = 36;

/**
 * The graph for a terminal: one node a line, by layers, with a lane for every node that is still waited for.
 *
 *     0  ●     start
 *        ├─╮
 *     1  ● │   left    ← start
 *     1  │ ●   right   ← start
 *        ├─╯
 *     2  ●     join    ← left, right
 */
export function drawText(workflow: Workflow, terminal: Terminal): void {
  const topology = topologyOf(workflow);
  const lines = [...laneLines(topology)];
  const laneWidth = Math.max(0, ...lines.map(({ lanes }) => lanes.length));
  const idWidth = Math.max(0, ...topology.order.map(({ node }) => displayWidth(shownId(node.id))));
  const wordsWidth = Math.max(0, ...topology.order.map(({ node }) => displayWidth(shownWords(node.work))));
  const layerWidth = String(topology.order.at(-1)?.layer ?? 0).length;
  header(workflow, terminal);
  let layer = -1;
  for (const { lanes, placed } of lines) {
    const drawn = terminal.style('cyan', lanes);
    if (placed === null) {
      terminal.line(`${' '.repeat(layerWidth)}  ${drawn}`.trimEnd());
      continue;
    }
    const number = placed.layer === layer ? ' '.repeat(layerWidth) : String(placed.layer).padStart(layerWidth);
    layer = placed.layer;
    const gap = ' '.repeat(laneWidth - lanes.length);
    const id = terminal.style('bold', padEnd(shownId(placed.node.id), idWidth));
    const words = padEnd(shownWords(placed.node.work), wordsWidth);
    terminal.line(`${terminal.style('dim', number)}  ${drawn}${gap}  ${id}  ${words}  ${notes(placed, terminal)}`.trimEnd());
  }
  footer(workflow, topology, terminal);
}

function header(workflow: Workflow, terminal: Terminal): void {
  const { caps } = workflow;
  const facts = [
    workflow.adapter,
    plural(workflow.nodes.length, 'node'),
    plural(workflow.edges.length, 'edge'),
    caps.perRunMaxUsd === null ? '' : `cap $${caps.perRunMaxUsd.toFixed(2)}`,
    caps.perRunMaxTokens === null ? '' : `cap ${caps.perRunMaxTokens.toLocaleString('en-US')} tokens`,
  ].filter((fact) => fact !== '');
  terminal.line(`${terminal.style('bold', asLine(workflow.name))}  ${terminal.style('dim', facts.join(' · '))}`);
  if (workflow.nodes.length > 0) terminal.line();
}

function footer({ adapter }: Workflow, { backward }: Topology, terminal: Terminal): void {
  if (backward.length === 0) return;
  terminal.line();
  const arrows = backward.map(({ from, to }) => `${asLine(from)} → ${asLine(to)}`).join(', ');
  // States may go back to an earlier one; nodes that wait for one another never start.
  if (adapter === 'states') terminal.line(terminal.style('dim', `goes back along ${arrows}`));
  else terminal.line(terminal.style('red', `a cycle, closed by ${arrows}`));
}

function notes({ node }: Placed, terminal: Terminal): string {
  const from = node.dependencies.length === 0 ? '' : terminal.style('dim', `← ${node.dependencies.map(asLine).join(', ')}`);
  const more = badges(node).map((badge) => terminal.style('yellow' satisfies Style, `[${asLine(badge)}]`));
  return [from, ...more].filter((part) => part !== '').join('  ');
}

function shownId(id: string): string {
  return middleCut(asLine(id), MAX_ID);
}

function shownWords(work: Placed['node']['work']): string {
  return middleCut(asLine(workWords(work)), MAX_WORDS);
}

export function plural(count: number, word: string, many = `${word}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? word : many}`;
}

interface LaneLine {
  readonly lanes: string;
  /** The node that stands on this line; null on a line of joints. */
  readonly placed: Placed | null;
}

/**
 * A lane is a column; it belongs to the one node it leads to. A node's line is followed by a line of joints where its
 * dependants need more than its own lane.
 */
function* laneLines({ order, forward }: Topology): Generator<LaneLine> {
  const dependants = Map.groupBy(forward, (edge) => edge.from);
  const lanes: (string | null)[] = [];
  for (const placed of order) {
    const { id } = placed.node;
    const mine = takeLane(lanes, id);
    yield { lanes: lanes.map((lane, at) => (at === mine ? '●' : lane === null ? ' ' : '│')).join(' ').trimEnd(), placed };
    lanes[mine] = null;
    const opened: number[] = [];
    const joined: number[] = [];
    for (const { to } of dependants.get(id) ?? []) {
      const there = lanes.indexOf(to);
      if (there >= 0) joined.push(there);
      else opened.push(takeLane(lanes, to, opened.length === 0 ? mine : -1));
    }
    const joints = jointLine(lanes, mine, opened, joined);
    if (joints !== null) yield { lanes: joints, placed: null };
    while (lanes.at(-1) === null) lanes.pop();
  }
}

/** The lane that leads to a node: the one it has, the preferred one, the first free one, or a new one. */
function takeLane(lanes: (string | null)[], id: string, preferred = -1): number {
  const known = lanes.indexOf(id);
  if (known >= 0) return known;
  const free = preferred >= 0 ? preferred : lanes.indexOf(null);
  const lane = free >= 0 ? free : lanes.length;
  lanes[lane] = id;
  return lane;
}

/** Null when the node's own lane simply goes on (or ends) and nothing else is touched. */
function jointLine(lanes: readonly (string | null)[], mine: number, opened: readonly number[], joined: readonly number[]): string | null {
  const touched = [...opened, ...joined].filter((lane) => lane !== mine);
  if (touched.length === 0) return null;
  const left = Math.min(mine, ...touched);
  const right = Math.max(mine, ...touched);
  let line = '';
  for (let lane = 0; lane < lanes.length; lane++) {
    const within = lane >= left && lane <= right;
    line += jointOf(lanes[lane] ?? null, { own: lane === mine, goesOn: opened.includes(lane), joins: joined.includes(lane), left: within && lane > left, right: within && lane < right });
    line += lane >= left && lane < right ? '─' : ' ';
  }
  return line.trimEnd();
}

interface Joint {
  readonly own: boolean;
  readonly goesOn: boolean;
  readonly joins: boolean;
  readonly left: boolean;
  readonly right: boolean;
}

const CORNERS: Readonly<Record<string, string>> = {
  // up, down, left, right
  '0101': '╭', '0110': '╮', '1001': '╰', '1010': '╯', '1100': '│', '0011': '─',
  '1101': '├', '1110': '┤', '0111': '┬', '1011': '┴', '1111': '┼', '1000': '│', '0100': '│',
};

function jointOf(lane: string | null, joint: Joint): string {
  // A lane that is only crossed stays unbroken, so that it does not look joined.
  if (!joint.own && !joint.goesOn && !joint.joins) return lane !== null ? '│' : joint.left || joint.right ? '─' : ' ';
  const up = joint.own || joint.joins;
  const down = joint.goesOn || joint.joins;
  return CORNERS[[up, down, joint.left, joint.right].map(Number).join('')] ?? ' ';
}
