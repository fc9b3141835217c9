/**
 * # A branch's node does not wait for its classifier
 *
 * A branch says which nodes run when its label is chosen. A node that does not depend on the classifier may have run
 * before the choice is made.
 *
 * ```yaml
 * - id: route
 *   agent_spec: router.yaml
 *   kind: { classify: { branches: [{ label: urgent, nodes: [page] }] } }
 * - { id: page, agent_spec: page.yaml }
 * ```
 *
 * **Fix**: give the node `depends_on: [route]`.
 */
import { ancestors } from '../graph/graph.ts';
import { classifiersOf } from './branches.ts';
import type { Check } from './check.ts';

export const branchNotDependent: Check = {
  code: 'branch-not-dependent',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    const classifiers = classifiersOf(context);
    if (classifiers.length === 0) return;
    const known = new Map(context.nodes.map(({ node, path }) => [node.id, path]));
    for (const { id, branches } of classifiers) {
      for (const branchNode of branches.flatMap((branch) => branch.nodes)) {
        const path = known.get(branchNode.id);
        if (path === undefined || ancestors(context.graph, branchNode.id).has(id)) continue;
        const message = branchNode.id === id
          ? `The classifier "${id}" cannot stand in its own branch. Name the nodes that come after it.`
          : `"${branchNode.id}" does not depend on the classifier "${id}", so it may run before the choice is made. Give it depends_on: [${id}].`;
        report({ message, span: context.valueSpan(branchNode.path), related: [{ message: `"${branchNode.id}" is here.`, span: context.valueSpan([...path, 'id']) }] });
      }
    }
  },
};
