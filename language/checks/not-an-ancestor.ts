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
import { ancestors, type Graph } from '../graph/graph.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check, PlacedExpression } from './check.ts';
import { sameItems } from './state-texts.ts';

export const notAnAncestor: Check = {
  code: 'not-an-ancestor',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    const { document: { memory }, expressions, graph, nodes } = context;
    if (expressions.length === 0) return;
    // Of the ids and edges, as the graph is: when it is the same object, so is the owner of each index.
    const owners = memory.derive(notAnAncestor, [graph], () => new Map(nodes.map(({ node, path }) => [path[1], node.id])));
    const early = memory.row(earlyUses, '', expressions, (each) => earlyUses(each, graph, owners), { basis: graph, sameResult: sameItems });
    for (const { path, id, owner, offset, length } of memory.flat(early)) {
      const message = id === owner ? `"${id}" has no output before it has run. Use its inputs, or an earlier node.` : `"${id}" does not come before "${owner}", so it may not have run yet. Add it to depends_on.`;
      report({ message, span: context.textSpan(path, offset, length) });
    }
  },
};

interface EarlyUse {
  readonly path: YamlPath;
  readonly id: string;
  readonly owner: string;
  readonly offset: number;
  readonly length: number;
}

/** The nodes an expression names that do not come before the one it stands in. */
function earlyUses({ expression, path, nodeIndex }: PlacedExpression, graph: Graph, owners: ReadonlyMap<unknown, string>): readonly EarlyUse[] {
  const owner = nodeIndex === null ? undefined : owners.get(nodeIndex);
  if (owner === undefined || expression.nodes.length === 0) return [];
  const before = ancestors(graph, owner);
  return expression.nodes.flatMap(({ id, offset, length }) => (graph.successors.has(id) && !before.has(id) ? [{ path, id, owner, offset, length }] : []));
}
