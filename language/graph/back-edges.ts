import type { Edge } from './workflow.ts';

/**
 * The edges that lead back to where a path has been; without them the graph has no cycle. Paths begin at the ids in the
 * order given. Edges whose ends are not among the ids are never of them.
 */
export function backEdges<E extends Pick<Edge, 'from' | 'to'>>(ids: readonly string[], edges: readonly E[]): ReadonlySet<E> {
  const outgoing = Map.groupBy(edges, (edge) => edge.from);
  const known = new Set(ids);
  const state = new Map<string, 'open' | 'done'>();
  const found = new Set<E>();
  for (const start of ids) {
    if (state.has(start)) continue;
    // A stack of its own: a chain of thousands of nodes must not exhaust ours.
    const stack = [{ id: start, edges: outgoing.get(start) ?? [], next: 0 }];
    state.set(start, 'open');
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = top.edges[top.next];
      top.next += 1;
      if (edge === undefined) {
        state.set(top.id, 'done');
        stack.pop();
      } else if (state.get(edge.to) === 'open') found.add(edge);
      else if (known.has(edge.to) && !state.has(edge.to)) {
        state.set(edge.to, 'open');
        stack.push({ id: edge.to, edges: outgoing.get(edge.to) ?? [], next: 0 });
      }
    }
  }
  return found;
}
