import type { Graph } from './graph.ts';

/**
 * The ids so that each comes after all it depends on; among those that could come next, document order. The nodes of
 * cycles, and what depends on them, are left out.
 */
export function topologicalOrder(graph: Graph): readonly string[] {
  const missing = new Map(graph.ids.map((id) => [id, graph.predecessors.get(id)?.length ?? 0]));
  const order: string[] = [];
  let ready = graph.ids.filter((id) => missing.get(id) === 0);
  const place = new Map(graph.ids.map((id, i) => [id, i]));
  while (ready.length > 0) {
    order.push(...ready);
    const next: string[] = [];
    for (const id of ready) {
      for (const successor of graph.successors.get(id) ?? []) {
        const left = (missing.get(successor) ?? 0) - 1;
        missing.set(successor, left);
        if (left === 0) next.push(successor);
      }
    }
    ready = next.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  }
  return order;
}

/** For each node the number of nodes on the longest path from it to a sink, itself counted. Nodes of cycles are left out. */
export function longestRemainingPaths(graph: Graph): ReadonlyMap<string, number> {
  const lengths = new Map<string, number>();
  for (const id of topologicalOrder(graph).toReversed()) {
    const below = (graph.successors.get(id) ?? []).map((successor) => lengths.get(successor) ?? 0);
    lengths.set(id, 1 + below.reduce((longest, length) => Math.max(longest, length), 0));
  }
  return lengths;
}

/** The ids of one longest path, from its source to its sink; the first in document order where there are several. */
export function criticalPath(graph: Graph): readonly string[] {
  const lengths = longestRemainingPaths(graph);
  const longest = (ids: readonly string[]): string | undefined =>
    ids.reduce<string | undefined>((best, id) => (best === undefined || (lengths.get(id) ?? 0) > (lengths.get(best) ?? 0) ? id : best), undefined);
  const path: string[] = [];
  for (let id = longest(graph.ids.filter((each) => lengths.has(each))); id !== undefined; id = longest(graph.successors.get(id) ?? [])) path.push(id);
  return path;
}
