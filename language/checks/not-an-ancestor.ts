/**
 * # An expression names a node that need not have run
 *
 * A node's expressions see the nodes that come before it in the graph, and only those: whether another one has run by
 * then would be chance.
 *
 * ```yaml
 * - { id: b, agent_spec: b.yaml, inputs: { x: "{% nodes.a.output %}" } }   # does not depend on a
 * ```
 *
 * **Fix**: add the node to `depends_on`, or take the value from a node that comes before.
 */
import { ancestors } from '../graph/graph.ts';
import type { Check } from './check.ts';

export const notAnAncestor: Check = {
  code: 'not-an-ancestor',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    if (context.expressions.length === 0) return;
    const byIndex = new Map(context.nodes.map(({ node, path }) => [path[1], node.id]));
    const known = new Set(context.workflow.nodes.map((node) => node.id));
    for (const { expression, path, nodeIndex } of context.expressions) {
      const owner = nodeIndex === null ? undefined : byIndex.get(nodeIndex);
      if (owner === undefined || expression.nodes.length === 0) continue;
      const before = ancestors(context.graph, owner);
      for (const { id, offset, length } of expression.nodes) {
        if (!known.has(id) || before.has(id)) continue;
        const message = id === owner ? `"${id}" has no output before it has run. Use its inputs, or an earlier node.` : `"${id}" does not come before "${owner}", so it may not have run yet. Add it to depends_on.`;
        report({ message, span: context.textSpan(path, offset, length) });
      }
    }
  },
};
