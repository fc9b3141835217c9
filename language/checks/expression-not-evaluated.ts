/**
 * # An expression where none is read
 *
 * `{% … %}` acts in `when`, in `outputs`, and in the strings of a node's `inputs`, `task.goal` and `task.criteria`.
 * Elsewhere it stays the text it is.
 *
 * ```yaml
 * agent_spec: "configs/agents/{% inputs.kind %}.yaml"
 * ```
 *
 * **Fix**: write the value itself, or move the expression to one of those places.
 */
import { textField } from '../documents/json-access.ts';
import { walkFields } from '../documents/schema-walk.ts';
import type { Check } from './check.ts';

export const expressionNotEvaluated: Check = {
  code: 'expression-not-evaluated',
  severity: 'warning',
  ignorable: true,
  workflow: ({ schema, value, textSpan }, report) => {
    if (schema === null) return;
    walkFields(schema, value, ({ path, schema: at, value: field }) => {
      const name = path.at(-1);
      if (textField(at, 'x-dagbook-expression') !== null || textField(at, 'x-dagbook-reference') !== null || name === 'description' || name === 'metadata') return false;
      const offset = typeof field === 'string' ? field.indexOf('{%') : -1;
      if (offset >= 0) report({ message: 'Expressions are not read here; this stays text. They act in when, outputs, inputs, task.goal and task.criteria.', span: textSpan(path, offset, 2) });
      return true;
    });
  },
};
