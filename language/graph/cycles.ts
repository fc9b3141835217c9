import type { Graph } from './graph.ts';

/**
 * The cycles of a graph: every node that stands on one is named in at least one of them. Each begins with its first
 * node in document order and goes along the edges; no two have the same nodes.
 */
export function findCycles(graph: Graph): readonly (readonly string[])[] {
  const place = new Map(graph.ids.map((id, i) => [id, i]));
  const cycles: (readonly string[])[] = [];
  const seen = new Set<string>();
  for (const component of cyclicComponents(graph)) {
    const members = new Set(component);
    const left = new Set(component);
    for (const id of component.toSorted((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))) {
      if (!left.has(id)) continue;
      const cycle = rotate(shortestCycle(graph, members, id), place);
      for (const node of cycle) left.delete(node);
      const key = cycle.toSorted().join('\n');
      if (!seen.has(key)) cycles.push(cycle);
      seen.add(key);
    }
  }
  return cycles;
}

function rotate(cycle: readonly string[], place: ReadonlyMap<string, number>): readonly string[] {
  const first = cycle.reduce((best, id, i) => ((place.get(id) ?? 0) < (place.get(cycle[best] ?? '') ?? 0) ? i : best), 0);
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** Breadth first within the component, so that what is named is as little as it can be. */
function shortestCycle(graph: Graph, members: ReadonlySet<string>, start: string): readonly string[] {
  const cameFrom = new Map<string, string>();
  let frontier: readonly string[] = [start];
  while (frontier.length > 0) {
    const next: string[] = [];
    for (const id of frontier) {
      for (const successor of graph.successors.get(id) ?? []) {
        if (successor === start) return trace(cameFrom, start, id);
        if (!members.has(successor) || cameFrom.has(successor)) continue;
        cameFrom.set(successor, id);
        next.push(successor);
      }
    }
    frontier = next;
  }
  return [start];
}

function trace(cameFrom: ReadonlyMap<string, string>, start: string, last: string): readonly string[] {
  const path = [last];
  for (let id = last; id !== start; ) {
    id = cameFrom.get(id) ?? start;
    path.push(id);
  }
  return path.toReversed();
}

/** Tarjan's strongly connected components with a cycle in them; its recursion is on a stack of our own. */
function cyclicComponents(graph: Graph): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const onStack = new Set<string>();
  const stack: string[] = [];
  const components: string[][] = [];
  const open: { readonly id: string; next: number }[] = [];
  const enter = (id: string): void => {
    index.set(id, index.size);
    low.set(id, index.size - 1);
    stack.push(id);
    onStack.add(id);
    open.push({ id, next: 0 });
  };
  for (const root of graph.ids) {
    if (!index.has(root)) enter(root);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const successor = graph.successors.get(top.id)?.[top.next];
      top.next += 1;
      if (successor !== undefined) {
        if (!index.has(successor)) enter(successor);
        else if (onStack.has(successor)) low.set(top.id, Math.min(low.get(top.id) ?? 0, index.get(successor) ?? 0));
        continue;
      }
      open.pop();
      const parent = open.at(-1);
      if (parent !== undefined) low.set(parent.id, Math.min(low.get(parent.id) ?? 0, low.get(top.id) ?? 0));
      if (low.get(top.id) === index.get(top.id)) components.push(popComponent(stack, onStack, top.id));
    }
  }
  return components.filter((component) => component.length > 1 || hasSelfEdge(graph, component[0] ?? ''));
}

function popComponent(stack: string[], onStack: Set<string>, root: string): string[] {
  const component: string[] = [];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    onStack.delete(id);
    component.push(id);
    if (id === root) break;
  }
  return component;
}

function hasSelfEdge(graph: Graph, id: string): boolean {
  return graph.successors.get(id)?.includes(id) === true;
}
