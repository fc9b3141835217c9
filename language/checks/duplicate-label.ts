/**
 * # Two branches have one label
 *
 * The classifier answers with a label; two branches of that name cannot be told apart.
 *
 * **Fix**: rename one of the labels, or join the branches.
 */
import { classifiersOf } from './branches.ts';
import type { Check } from './check.ts';

export const duplicateLabel: Check = {
  code: 'duplicate-label',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    for (const { branches } of classifiersOf(context)) {
      const first = new Map<string, (typeof branches)[number]>();
      for (const branch of branches) {
        const earlier = branch.label === null ? undefined : first.get(branch.label);
        if (earlier === undefined) first.set(branch.label ?? '', branch);
        else report({
          message: `Another branch is labelled "${branch.label ?? ''}". Rename one, or join the two.`,
          span: context.valueSpan(branch.labelPath),
          related: [{ message: 'The first one is here.', span: context.valueSpan(earlier.labelPath) }],
        });
      }
    }
  },
};
