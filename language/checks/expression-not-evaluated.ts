/**
 * # An expression where none is read
 *
 * `{% … %}` acts in `when`, in `outputs`, and in the strings of a node's `inputs`, `task.goal` and `task.criteria`.
 * Elsewhere it stays the text it is. In the states family an expression is a whole text of a JSONata state, from its first
 * character to its last.
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
  states: ({ texts, textSpan }, report) => {
    for (const text of texts) {
      if (text.kind !== 'not-read') continue;
      const why = text.state.queryLanguage === 'JSONPath' ? `"${text.state.name}" is a JSONPath state, so this stays text. Use a field that ends in ".$", or set queryLanguage: JSONata.` : 'This stays text: an expression is the whole text, from {% to %}. Join the parts inside it with &.';
      report({ message: why, span: textSpan(text.path, text.offset, 2) });
    }
  },
};
