import type { Edge, Workflow } from './workflow.ts';

/** A directed graph of ids: what the checks, the picture and the engine ask about a workflow. Order is document order. */
export interface Graph {
  readonly ids: readonly string[];
  readonly successors: ReadonlyMap<string, readonly string[]>;
  readonly predecessors: ReadonlyMap<string, readonly string[]>;
}

export function graphOf(workflow: Pick<Workflow, 'nodes' | 'edges'>): Graph {
  return makeGraph(workflow.nodes.map((node) => node.id), workflow.edges);
}

/** Edges whose ends are not among the ids are left out. */
export function makeGraph(ids: readonly string[], edges: readonly Pick<Edge, 'from' | 'to'>[]): Graph {
  const successors = new Map<string, string[]>(ids.map((id) => [id, []]));
  const predecessors = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of edges) {
    const out = successors.get(from);
    const into = predecessors.get(to);
    if (out === undefined || into === undefined) continue;
    out.push(to);
    into.push(from);
  }
  return { ids: [...successors.keys()], successors, predecessors };
}

export function fanOut(graph: Graph, id: string): number {
  return graph.successors.get(id)?.length ?? 0;
}

/** The nodes nothing depends on. */
export function sinks(graph: Graph): readonly string[] {
  return graph.ids.filter((id) => fanOut(graph, id) === 0);
}

/** The nodes that depend on nothing. */
export function sources(graph: Graph): readonly string[] {
  return graph.ids.filter((id) => (graph.predecessors.get(id)?.length ?? 0) === 0);
}

/** Everything that must come before a node, the node itself left out (unless it stands on a cycle). */
export function ancestors(graph: Graph, id: string): ReadonlySet<string> {
  return reachable(graph.predecessors, id);
}

/** Everything that comes after a node. */
export function descendants(graph: Graph, id: string): ReadonlySet<string> {
  return reachable(graph.successors, id);
}

function reachable(next: ReadonlyMap<string, readonly string[]>, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(next.get(from) ?? [])];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    open.push(...(next.get(id) ?? []));
  }
  return found;
}
