/**
 * # A node stands in two branches
 *
 * Choosing one branch skips the nodes of the others, so a node in two of them would be chosen and skipped at once.
 *
 * ```yaml
 * branches:
 *   - { label: urgent, nodes: [page, log] }
 *   - { label: later, nodes: [log] }
 * ```
 *
 * **Fix**: name it in one branch. A node that is to run either way stands in none, and waits with
 * `dep_policy: all_terminal`.
 */
import { classifiersOf } from './branches.ts';
import type { Check } from './check.ts';

export const nodeInTwoBranches: Check = {
  code: 'node-in-two-branches',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    for (const { branches } of classifiersOf(context)) {
      const first = new Map<string, (typeof branches)[number]['nodes'][number]>();
      for (const node of branches.flatMap((branch) => branch.nodes)) {
        const earlier = first.get(node.id);
        if (earlier === undefined) first.set(node.id, node);
        else report({
          message: `"${node.id}" already stands in another branch. Name it in one; what runs either way stands in none and has dep_policy: all_terminal.`,
          span: context.valueSpan(node.path),
          related: [{ message: 'It stands here too.', span: context.valueSpan(earlier.path) }],
        });
      }
    }
  },
};
