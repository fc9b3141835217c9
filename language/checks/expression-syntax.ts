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
import { field, listField, textField } from '../documents/json-access.ts';
import type { ExpressionError } from '../expressions/compile.ts';
import { analyzeExpression, analyzeTemplate, type EmbeddedExpression } from '../expressions/template.ts';
import type { Check, WorkflowContext } from './check.ts';
import { strings } from './expressions.ts';
import { mistakeFinding } from './mistake-finding.ts';
import type { PathMistake } from '../expressions/path-parts.ts';
import { textsOf, type StateText } from './state-texts.ts';

/** What a node receives. */
const replyScope = ['inputs', 'upstream', 'run'];

export const expressionSyntax: Check = {
  code: 'expression-syntax',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    for (const { expression, path, nodeIndex } of context.expressions) {
      const error = expression.error ?? outsideLoop(context, expression, nodeIndex);
      if (error !== null) report({ message: error.message, span: context.textSpan(path, error.offset, Math.max(1, error.length)) });
    }
  },
  states: (context, report) => {
    for (const { path, expression } of textsOf(context, context.document.memory, isWrong)) {
      if (expression.error !== null) report(mistakeFinding(context, path, expression.error));
    }
    for (const text of textsOf(context, context.document.memory, isOutOfPlace)) {
      for (const mistake of outOfPlace(text)) report(mistakeFinding(context, text.path, mistake));
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

/** `iteration` and `previous` where nothing is repeated. */
function outsideLoop({ json }: WorkflowContext, { source, offset }: EmbeddedExpression, nodeIndex: number | null): ExpressionError | null {
  if (!/\b(?:iteration|previous)\b/.test(source)) return null;
  const kind = nodeIndex === null ? undefined : field(listField(json, 'nodes')[nodeIndex], 'kind');
  // Of a kind that is written wrongly nothing is known.
  if (kind !== undefined && kind !== 'spawn' && textField(kind, 'type') !== 'spawn') return null;
  const { error } = analyzeExpression(source, ['inputs', 'nodes']);
  return error === null ? null : { ...error, offset: error.offset + offset };
}

type ReadExpression = Extract<StateText, { readonly kind: 'jsonata' }>;

function isOutOfPlace(text: StateText): text is ReadExpression {
  return text.kind === 'jsonata' && text.expression.error === null && outOfPlace(text).length > 0;
}

/** `$states.result` is what a task, branches or items answered, `$states.errorOutput` what a catch has caught. */
function outOfPlace({ below, expression: { source }, state: { type } }: ReadExpression): readonly PathMistake[] {
  const [field, , inner] = below;
  const caught = field === 'catch' && (inner === 'output' || inner === 'assign');
  const answered = (field === 'output' || field === 'assign') && (type === null || ['Task', 'Parallel', 'Map'].includes(type));
  return [...source.matchAll(/\$states\.(result|errorOutput)\b/g)].flatMap((match): readonly PathMistake[] => {
    const place = { offset: match.index + 2, length: match[0].length };
    if (match[1] === 'result') return answered ? [] : [{ message: '$states.result is there in the output and assign of a Task, a Parallel and a Map only.', ...place }];
    return caught ? [] : [{ message: '$states.errorOutput is there in the output and assign of a catch only.', ...place }];
  });
}

function isWrong(text: StateText): text is Extract<StateText, { readonly kind: 'jsonata' }> {
  return text.kind === 'jsonata' && text.expression.error !== null;
}
