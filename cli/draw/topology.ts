import type { Edge, Workflow, WorkflowNode } from '../../language/index.ts';

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
  const backward = cycleClosers(workflow.nodes, edges);
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

/** Walks depth first, with a stack of its own: a chain of thousands of nodes must not exhaust ours. */
function cycleClosers(nodes: readonly WorkflowNode[], edges: readonly Edge[]): ReadonlySet<Edge> {
  const outgoing = Map.groupBy(edges, (edge) => edge.from);
  const state = new Map<string, 'open' | 'done'>();
  const closers = new Set<Edge>();
  for (const { id } of nodes) {
    if (state.has(id)) continue;
    const stack = [{ id, left: [...(outgoing.get(id) ?? [])].reverse() }];
    state.set(id, 'open');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = top.left.pop();
      if (edge === undefined) {
        state.set(top.id, 'done');
        stack.pop();
      } else if (state.get(edge.to) === 'open') closers.add(edge);
      else if (!state.has(edge.to)) {
        state.set(edge.to, 'open');
        stack.push({ id: edge.to, left: [...(outgoing.get(edge.to) ?? [])].reverse() });
      }
    }
  }
  return closers;
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
