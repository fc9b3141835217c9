/**
 * # Nodes wait for one another
 *
 * The graph of a workflow has no cycles: each node of a cycle would wait for the one before it, and none could start.
 * The message names every node of the cycle in the order of its edges; each is linked with its place.
 *
 * ```yaml
 * - { id: a, agent_spec: a.yaml, depends_on: [b] }
 * - { id: b, agent_spec: b.yaml, depends_on: [a] }
 * ```
 *
 * **Fix**: remove one of the dependencies. Work that is done again until it is good is a node with
 * `kind: {loop: {max_iters: 3}}`, not a cycle.
 */
import { findCycles } from '../graph/cycles.ts';
import type { Check } from './check.ts';

export const cycle: Check = {
  code: 'cycle',
  severity: 'error',
  ignorable: false,
  workflow: ({ workflow, graph, document, valueSpan }, report) => {
    const cycles = document.memory.derive(findCycles, [graph], () => findCycles(graph));
    if (cycles.length === 0) return;
    const edges = new Map(workflow.edges.map((edge) => [`${edge.from}\n${edge.to}`, edge]));
    const places = new Map(workflow.nodes.map((node) => [node.id, node]));
    for (const ids of cycles) {
      const [first = ''] = ids;
      const edge = edges.get(`${ids.at(-1) ?? first}\n${first}`);
      const related = ids.flatMap((id) => {
        const node = places.get(id);
        return node === undefined ? [] : [{ message: `"${id}" is on the cycle.`, span: valueSpan([...node.path, 'id']) }];
      });
      report({
        message: `These nodes wait for one another: ${route(ids, first)}. Remove one of the dependencies.`,
        span: edge === undefined ? (related[0]?.span ?? document.span) : valueSpan(edge.path),
        related,
      });
    }
  },
};

/** Every node; of a cycle that no line can hold, its ends (the related places name them all). */
function route(ids: readonly string[], first: string): string {
  if (ids.length <= 40) return [...ids, first].join(' → ');
  return [...ids.slice(0, 20), `${ids.length - 30} more`, ...ids.slice(-10), first].join(' → ');
}
