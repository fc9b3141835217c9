/**
 * # An expression that cannot be read
 *
 * Expressions are JSONata between `{%` and `%}`: in `when`, in `outputs`, and in the strings of a node's `inputs`,
 * `task.goal` and `task.criteria`. They see `inputs`, `nodes.<id>.output`, `nodes.<id>.status` and, in a loop,
 * `iteration` and `previous`.
 *
 * ```yaml
 * when: "{% nodes.research.output.confidence > %}"
 * ```
 *
 * **Fix**: correct the expression where the marker stands.
 */
import type { Check } from './check.ts';

export const expressionSyntax: Check = {
  code: 'expression-syntax',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    for (const { expression, path } of context.expressions) {
      const { error } = expression;
      if (error !== null) report({ message: error.message, span: context.textSpan(path, error.offset, Math.max(1, error.length)) });
    }
  },
};
