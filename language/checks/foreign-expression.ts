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
import { findFields, type FieldFinder, type FoundField } from '../documents/find-fields.ts';
import { foreignExpressions } from '../expressions/foreign-syntax.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check } from './check.ts';
import { strings } from './expressions.ts';
import { sameItems } from './state-texts.ts';

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
    // Most texts hold nothing of the kind; what is kept here is looked at with every key.
    const mayHold = (text: string): boolean => /[{$]|<%/.test(text) || (isValue && /^\s*\w+[.[]/.test(text));
    const found = where === 'when' ? [] : strings(value, []).flatMap(({ text, path: below }) => (mayHold(text) ? [{ text, below, isValue }] : []));
    return { found: found.length === 0 ? null : found, deeper: false };
  },
};

export const foreignExpression: Check = {
  code: 'foreign-expression',
  severity: 'warning',
  ignorable: true,
  workflow: ({ document: { memory }, schema, value, workflow, nodes, textSpan }, report) => {
    if (schema === null) return;
    const names = memory.steady(foreignExpression, { inputs: Object.keys(workflow.inputs), nodes: nodes.map(({ node }) => node.id) }, sameNames);
    const told = memory.row(foreignIn, '', findFields(texts, schema, value, memory), (field) => foreignIn(field, names), { basis: names, sameResult: sameItems });
    for (const { path, offset, length, meant } of memory.flat(told)) {
      report({
        message: `This stays text: an expression stands in {% %}.${meant === null ? '' : ` Write ${meant}.`}`,
        span: textSpan(path, offset, length),
        ...(meant === null ? {} : { suggestion: meant }),
      });
    }
  },
};

type Names = Parameters<typeof foreignExpressions>[1];

function sameNames(a: Names, b: Names): boolean {
  return sameItems(a.inputs, b.inputs) && sameItems(a.nodes, b.nodes);
}

function foreignIn({ path, found }: FoundField<readonly FoundText[]>, names: Names): readonly (ReturnType<typeof foreignExpressions>[number] & { readonly path: YamlPath })[] {
  return found.flatMap(({ text, below, isValue }) => foreignExpressions(text, names, isValue).map((one) => ({ ...one, path: [...path, ...below] })));
}
