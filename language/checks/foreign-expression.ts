/**
 * # An expression of another language
 *
 * Expressions are JSONata between `{%` and `%}`. `${{ … }}`, `{{ … }}`, `<% … %>`, `${…}` and `{…}`, as other tools write
 * them, stay the text they are, and so does a bare path where a value stands.
 *
 * ```yaml
 * task: { goal: "Summarise {{ inputs.topic }}" }
 * ```
 *
 * **Fix**: write it in `{% %}`, here `{% inputs.topic %}`. Where the text is meant as it is, say so on the line:
 * `# dagbook-ignore foreign-expression: a template for the agent to fill in`.
 */
import { textField } from '../documents/json-access.ts';
import { findFields, type FieldFinder } from '../documents/find-fields.ts';
import { foreignExpressions } from '../expressions/foreign-syntax.ts';
import type { Check } from './check.ts';
import { strings } from './expressions.ts';

interface FoundText {
  readonly text: string;
  readonly below: readonly (string | number)[];
  readonly isValue: boolean;
}

/** `when` is an expression as a whole, and is read as one. */
const texts: FieldFinder<readonly FoundText[]> = {
  find: ({ name, schema, value }) => {
    const where = textField(schema, 'x-dagbook-expression');
    if (where === null) return { found: null, deeper: true };
    const isValue = name === 'inputs' || name === 'outputs';
    const found = where === 'when' ? [] : strings(value, []).map(({ text, path: below }) => ({ text, below, isValue }));
    return { found: found.length === 0 ? null : found, deeper: false };
  },
};

export const foreignExpression: Check = {
  code: 'foreign-expression',
  severity: 'warning',
  ignorable: true,
  workflow: ({ document, schema, value, workflow, nodes, textSpan }, report) => {
    if (schema === null) return;
    const known = { inputs: Object.keys(workflow.inputs), nodes: nodes.map(({ node }) => node.id) };
    for (const { path, found } of findFields(texts, schema, value, document.memory)) {
      for (const { text, below, isValue } of found) {
        for (const { offset, length, meant } of foreignExpressions(text, known, isValue)) {
          report({
            message: `This stays text: an expression stands in {% %}.${meant === null ? '' : ` Write ${meant}.`}`,
            span: textSpan([...path, ...below], offset, length),
            ...(meant === null ? {} : { suggestion: meant }),
          });
        }
      }
    }
  },
};
