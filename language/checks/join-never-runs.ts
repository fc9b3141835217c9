/**
 * # A join that can never run
 *
 * After a classifier only one branch runs; the nodes of the others are skipped. A node that waits for nodes of several
 * branches with `dep_policy: all_success` is skipped whatever is chosen.
 *
 * ```yaml
 * - { id: report, agent_spec: report.yaml, depends_on: [page, log] }   # page and log are two branches
 * ```
 *
 * **Fix**: give it `dep_policy: all_terminal` (it runs when all have ended, skipped or not) or `accept_partial`.
 */
import type { Workflow } from '../graph/workflow.ts';
import { topologicalOrder } from '../graph/topological-order.ts';
import { classifiersOf } from './branches.ts';
import type { Check, WorkflowContext } from './check.ts';

export const joinNeverRuns: Check = {
  code: 'join-never-runs',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    for (const { id, branches } of classifiersOf(context)) {
      if (branches.length < 2) continue;
      const listed = new Set(branches.flatMap((branch) => branch.nodes.map((node) => node.id)));
      const skipped = branches.map((chosen) => skippedWhen(context, new Set([...listed].filter((node) => !chosen.nodes.some((own) => own.id === node)))));
      const never = new Set([...(skipped[0] ?? [])].filter((node) => !listed.has(node) && skipped.every((set) => set.has(node))));
      for (const { node, path } of context.nodes) {
        // Its dependants never run either, but that follows from this one.
        if (!never.has(node.id) || node.dependencies.some((dependency) => never.has(dependency))) continue;
        report({
          message: `"${node.id}" waits for nodes of several branches of "${id}", of which only one runs, so it never can. Give it dep_policy: all_terminal.`,
          span: context.valueSpan([...path, 'id']),
          suggestion: 'all_terminal',
        });
      }
    }
  },
};

/** What is skipped when these nodes are, by rule 7 of the semantics. */
function skippedWhen({ workflow, graph }: WorkflowContext, start: ReadonlySet<string>): ReadonlySet<string> {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  const skipped = new Set(start);
  for (const id of topologicalOrder(graph)) {
    const node = nodes.get(id);
    if (node !== undefined && isSkipped(node, skipped)) skipped.add(id);
  }
  return skipped;
}

function isSkipped(node: Workflow['nodes'][number], skipped: ReadonlySet<string>): boolean {
  switch (node.depPolicy) {
    case 'all_success':
      return node.dependencies.some((dependency) => skipped.has(dependency));
    case 'accept_partial':
      return node.dependencies.length > 0 && node.dependencies.every((dependency) => skipped.has(dependency));
    case 'all_terminal':
    case 'optional':
      return false;
  }
}
