import type { Edge, Workflow, WorkflowNode } from '../../language/index.ts';
import { backEdges } from '../../language/index.ts';

export interface Placed {
  readonly node: WorkflowNode;
  /** 0 for what can start at once; else one more than the deepest node it waits for. */
  readonly layer: number;
}

export interface Topology {
  /** By layer, then as in the document. */
  readonly order: readonly Placed[];
  /** Edges along which the order goes. */
  readonly forward: readonly Edge[];
  /** Edges that close a cycle: an invalid document is drawn too. */
  readonly backward: readonly Edge[];
}

/** Edges to nodes that do not exist, and doubles, are left out. */
export function topologyOf(workflow: Workflow): Topology {
  const byId = new Map(workflow.nodes.map((node) => [node.id, node]));
  const edges = drawableEdges(workflow, byId);
  const backward = backEdges([...byId.keys()], edges);
  const forward = edges.filter((edge) => !backward.has(edge));
  const layers = layersOf(workflow.nodes, forward);
  const order = [...byId.values()].map((node) => ({ node, layer: layers.get(node.id) ?? 0 })).sort((a, b) => a.layer - b.layer);
  return { order, forward, backward: [...backward] };
}

function drawableEdges(workflow: Workflow, byId: ReadonlyMap<string, WorkflowNode>): readonly Edge[] {
  const seen = new Map<string, Edge>();
  for (const edge of workflow.edges) {
    const key = JSON.stringify([edge.from, edge.to]);
    if (byId.has(edge.from) && byId.has(edge.to) && !seen.has(key)) seen.set(key, edge);
  }
  return [...seen.values()];
}

function layersOf(nodes: readonly WorkflowNode[], edges: readonly Edge[]): ReadonlyMap<string, number> {
  const outgoing = Map.groupBy(edges, (edge) => edge.from);
  const waiting = new Map<string, number>();
  for (const edge of edges) waiting.set(edge.to, (waiting.get(edge.to) ?? 0) + 1);
  const layers = new Map<string, number>();
  const ready = nodes.map(({ id }) => id).filter((id) => !waiting.has(id));
  for (const id of ready) layers.set(id, 0);
  for (let at = 0; at < ready.length; at++) {
    const id = ready[at] ?? '';
    for (const { to } of outgoing.get(id) ?? []) {
      layers.set(to, Math.max(layers.get(to) ?? 0, (layers.get(id) ?? 0) + 1));
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  return layers;
}
