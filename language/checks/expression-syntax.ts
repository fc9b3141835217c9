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
 * The `reply` in the `extras` of a simulated model is one too; it sees what the node receives: `inputs`, `upstream` and
 * `run`.
 *
 * In a JSONata state of the states family a text that begins with `{%` and ends with `%}` is one; it sees `$states.input`,
 * `$states.context`, where there is one `$states.result` or `$states.errorOutput`, and variables.
 *
 * **Fix**: correct the expression where the marker stands.
 */
import { analyzeTemplate } from '../expressions/template.ts';
import type { Check } from './check.ts';
import { strings } from './expressions.ts';
import { mistakeFinding } from './mistake-finding.ts';
import { textsOf, type StateText } from './state-texts.ts';

/** What a node receives. */
const replyScope = ['inputs', 'upstream', 'run'];

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
  states: (context, report) => {
    for (const { path, expression } of textsOf(context, context.document.memory, isWrong)) {
      if (expression.error !== null) report(mistakeFinding(context, path, expression.error));
    }
  },
  // The simulated model evaluates the reply it is told to give.
  agent: ({ agent, textSpan }, report) => {
    const { provider, extras } = agent.model;
    if (provider !== null && provider !== 'simulated') return;
    for (const { text, path } of strings(extras['reply'] ?? null, ['model', 'extras', 'reply'])) {
      for (const { error } of analyzeTemplate(text, replyScope)) {
        if (error !== null) report({ message: error.message, span: textSpan(path, error.offset, Math.max(1, error.length)) });
      }
    }
  },
};

function isWrong(text: StateText): text is Extract<StateText, { readonly kind: 'jsonata' }> {
  return text.kind === 'jsonata' && text.expression.error !== null;
}
