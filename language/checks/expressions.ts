import type { Json } from '../../protocol/json.ts';
import { isList, isObject, textField } from '../documents/json-access.ts';
import { walkFields } from '../documents/schema-walk.ts';
import { analyzeExpression, analyzeTemplate } from '../expressions/template.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { DocumentContext, PlacedExpression } from './check.ts';

/** Every expression of a workflow, where the schema says that expressions act. */
export function expressionsOf({ value, schema }: Pick<DocumentContext, 'value' | 'schema'>): readonly PlacedExpression[] {
  if (schema === null) return [];
  const found: PlacedExpression[] = [];
  walkFields(schema, value, ({ path, schema: at, value: field }) => {
    const where = textField(at, 'x-dagbook-expression');
    if (where === null) return true;
    const nodeIndex = path[0] === 'nodes' && typeof path[1] === 'number' ? path[1] : null;
    for (const { text, path: below } of strings(field, path)) {
      const expressions = where === 'when' ? [analyzeExpression(text)] : analyzeTemplate(text);
      found.push(...expressions.map((expression) => ({ expression, path: below, nodeIndex })));
    }
    return false;
  });
  return found;
}

/** Every string in a value, with its path. */
export function strings(value: Json, path: YamlPath): readonly { readonly text: string; readonly path: YamlPath }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (isList(value)) return value.flatMap((item, i) => strings(item, [...path, i]));
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => strings(item, [...path, key])) : [];
}
