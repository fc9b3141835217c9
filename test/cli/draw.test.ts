import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphJson } from '../../cli/draw/json.ts';
import { layOut } from '../../cli/draw/layout.ts';
import { drawMermaid } from '../../cli/draw/mermaid.ts';
import { drawSvg } from '../../cli/draw/svg.ts';
import { drawText } from '../../cli/draw/text.ts';
import { topologyOf } from '../../cli/draw/topology.ts';
import type { Workflow, WorkflowNode } from '../../language/graph/workflow.ts';
import { recordTerminal } from './record-terminal.ts';
import { processorTime } from '../processor-time.ts';

/** Node id to the ids it waits for. */
type Shape = Readonly<Record<string, readonly string[]>>;

function node(id: string, dependencies: readonly string[]): WorkflowNode {
  return {
    id, dependencies, kind: { kind: 'spawn' }, work: { kind: 'agent', agent: { ref: `configs/agents/${id}_lite.yaml`, specHash: null }, task: null },
    inputs: {}, depPolicy: 'all_success', when: null, role: 'custom', isolation: 'shared', contextInheritance: 'none', modelHint: null, trust: 'trusted',
    outputSchema: null, tokenBudget: null, path: ['nodes', 0],
  };
}

function workflow(shape: Shape, name = 'W'): Workflow {
  return {
    name, description: '', adapter: 'graph', inputs: {}, outputs: null, maxConcurrency: 16, haltCheckSeconds: 1,
    caps: { perNodeMaxTokens: null, perRunMaxTokens: null, perRunMaxUsd: 0.5 },
    nodes: Object.entries(shape).map(([id, dependencies]) => node(id, dependencies)),
    edges: Object.entries(shape).flatMap(([to, dependencies]) => dependencies.map((from) => ({ from, to, path: [] }))),
  };
}

function text(shape: Shape): string {
  const terminal = recordTerminal();
  drawText(workflow(shape), terminal);
  return terminal.text();
}

const DIAMOND: Shape = { start: [], left: ['start'], right: ['start'], join: ['left', 'right'] };
const CYCLE: Shape = { a: ['c'], b: ['a'], c: ['b'], d: ['b'] };

describe('the drawing for a terminal', () => {
  it('shows layers, lanes and what each node waits for', () => {
    expect(text(DIAMOND)).toBe(`W  graph · 4 nodes · 4 edges · cap $0.50

0  ●    start  agent start_lite
   ├─╮
1  ● │  left   agent left_lite   ← start
   │ ●  right  agent right_lite  ← start
   ├─╯
2  ●    join   agent join_lite   ← left, right
`);
  });

  it('keeps a lane that is only crossed unbroken', () => {
    expect(text({ a: [], b: ['a'], c: ['a'], d: ['a'], e: ['b', 'd'], f: ['c'] })).toContain('   ├─│─╯\n');
  });

  it('draws a cycle and says where it closes', () => {
    expect(text(CYCLE)).toContain('a cycle, closed by c → a\n');
  });

  it('draws nothing but the name of a workflow without nodes', () => {
    expect(text({})).toBe('W  graph · 0 nodes · 0 edges · cap $0.50\n');
  });

  it('lets no id steer the terminal', () => {
    expect(text({ 'a\u001b[2J\nb': [] })).not.toContain('\u001b');
  });

  it('draws ten thousand nodes in a row within two seconds', () => {
    const shape = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`n${at}`, at === 0 ? [] : [`n${at - 1}`]]));
    const started = processorTime();
    text(shape);
    drawSvg(workflow(shape));
    expect(processorTime() - started).toBeLessThan(2000);
  });
});

describe('the layers', () => {
  it('put every node below all it waits for', () => {
    const { order } = topologyOf(workflow({ a: [], d: ['c', 'a'], c: ['b'], b: ['a'], e: [] }));
    expect(order.map(({ node: { id }, layer }) => [id, layer])).toEqual([['a', 0], ['e', 0], ['b', 1], ['c', 2], ['d', 3]]);
  });

  it('leave out edges to nodes that are not there', () => {
    expect(topologyOf(workflow({ a: ['ghost'] })).forward).toEqual([]);
  });
});

describe('the picture', () => {
  it('lets no two boxes overlap or leave the picture, whatever the graph', () => {
    const sizes = { box: { width: 100, height: 40 }, gap: { x: 10, y: 20 } };
    const shapes = fc.array(fc.array(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 30 }).map((all) =>
      Object.fromEntries(all.map((some, at) => [`n${at}`, [...new Set(some)].filter((other) => other < at).map((other) => `n${other}`)])),
    );
    fc.assert(
      fc.property(shapes, (shape) => {
        const { boxes, width, height } = layOut(topologyOf(workflow(shape)), sizes);
        const corners = [...boxes.values()];
        const within = corners.every(({ x, y }) => x > -0.001 && x + 100 < width + 0.001 && y + 40 <= height);
        return within && corners.every((a, at) => corners.slice(at + 1).every((b) => a.y !== b.y || Math.abs(a.x - b.x) > 109.999));
      }),
    );
  });

  it('is whole XML with every text escaped, and asks nothing from elsewhere', () => {
    const svg = drawSvg(workflow({ '<script>"&\'': [], ...DIAMOND }, '</text><script>alert(1)</script>'));
    expect(svg).not.toContain('<script');
    expect(svg.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\((?!#)/);
    const opened = [...svg.matchAll(/<([a-z]+)(?=[\s>])[^>]*?(\/?)>/g)].filter((tag) => tag[2] === '').map((tag) => tag[1]).sort();
    const closed = [...svg.matchAll(/<\/([a-z]+)>/g)].map((tag) => tag[1]).sort();
    expect(closed).toEqual(opened);
  });

  it('has colours for a dark page too, and a title for every node', () => {
    const svg = drawSvg(workflow(DIAMOND));
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('<title>join, agent join_lite, depends on left, right</title>');
  });
});

describe('the mermaid text', () => {
  it('numbers the ids and escapes the labels', () => {
    expect(drawMermaid(workflow({ end: [], 'a"]b': ['end'] }))).toBe(
      '---\ntitle: "W"\n---\nflowchart TD\n  n1["end<br/>agent end#95;lite"]\n  n2["a#34;#93;b<br/>agent a#34;#93;b#95;lite"]\n  n1 --> n2\n',
    );
  });
});

describe('the graph as JSON', () => {
  it('has nodes with their layers, and edges with their cycles', () => {
    expect(graphJson(workflow(CYCLE))).toMatchObject({
      nodes: [{ id: 'a', layer: 0 }, { id: 'b', layer: 1 }, { id: 'c', layer: 2 }, { id: 'd', layer: 2 }],
      edges: [{ from: 'a', to: 'b', cycle: false }, { from: 'b', to: 'c', cycle: false }, { from: 'b', to: 'd', cycle: false }, { from: 'c', to: 'a', cycle: true }],
    });
  });
});
