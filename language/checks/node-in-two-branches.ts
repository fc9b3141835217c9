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
import type { YamlPath } from '../syntax/yaml-path.ts';
import { classifiersOf, type PlacedBranch } from './branches.ts';
import type { Check } from './check.ts';

export const nodeInTwoBranches: Check = {
  code: 'node-in-two-branches',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    for (const { branches } of classifiersOf(context)) {
      const first = new Map<string, { readonly branch: PlacedBranch; readonly path: YamlPath }>();
      for (const { branch, id, path } of branches.flatMap((one) => one.nodes.map((node) => ({ branch: one, ...node })))) {
        const earlier = first.get(id);
        if (earlier === undefined) first.set(id, { branch, path });
        // Twice in one branch is once too often, and no more.
        else if (earlier.branch !== branch) report({
          message: `"${id}" already stands in another branch. Name it in one; what runs either way stands in none and has dep_policy: all_terminal.`,
          span: context.valueSpan(path),
          related: [{ message: 'It stands here too.', span: context.valueSpan(earlier.path) }],
        });
      }
    }
  },
};
