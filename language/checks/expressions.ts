import type { Json } from '../../protocol/json.ts';
import { isList, isObject, textField } from '../documents/json-access.ts';
import { findFields, type FieldFinder, type FoundField } from '../documents/find-fields.ts';
import { analyzeExpression, analyzeTemplate, type EmbeddedExpression } from '../expressions/template.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { DocumentContext, PlacedExpression } from './check.ts';

interface FoundExpression {
  readonly expression: EmbeddedExpression;
  /** From the field it stands in. */
  readonly below: YamlPath;
}

const embedded: FieldFinder<readonly FoundExpression[]> = {
  find: ({ schema, value }) => {
    const where = textField(schema, 'x-dagbook-expression');
    if (where === null) return { found: null, deeper: true };
    const found = strings(value, []).flatMap(({ text, path: below }) => {
      const expressions = where === 'when' ? [analyzeExpression(text)] : analyzeTemplate(text);
      return expressions.map((expression) => ({ expression, below }));
    });
    return { found: found.length === 0 ? null : found, deeper: false };
  },
};

/** Every expression of a workflow, where the schema says that expressions act. */
export function expressionsOf({ document, value, schema }: Pick<DocumentContext, 'document' | 'value' | 'schema'>): readonly PlacedExpression[] {
  if (schema === null) return [];
  const { memory } = document;
  return memory.flat(memory.row(placeIn, '', findFields(embedded, schema, value, memory), placeIn));
}

function placeIn({ path, found }: FoundField<readonly FoundExpression[]>): readonly PlacedExpression[] {
  const nodeIndex = path[0] === 'nodes' && typeof path[1] === 'number' ? path[1] : null;
  return found.map(({ expression, below }) => ({ expression, path: [...path, ...below], nodeIndex }));
}

/** Every string in a value, with its path. */
export function strings(value: Json, path: YamlPath): readonly { readonly text: string; readonly path: YamlPath }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (isList(value)) return value.flatMap((item, i) => strings(item, [...path, i]));
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => strings(item, [...path, key])) : [];
}
