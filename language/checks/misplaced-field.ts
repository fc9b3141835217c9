/**
 * # A field of another adapter
 *
 * `manager` and `process` belong to a crew, `participants`, `judge` and `max_rounds` to a debate, `join`,
 * `weights_prior` and `risk_overlay` to fusion, `runtime` and `spec` of a node to execution, `schedule` and `target` to
 * a schedule. Under another `adapter_kind` nobody reads them. A node's `params` are its template's.
 *
 * **Fix**: remove the field, or change the `adapter_kind`.
 */
import type { Json } from '../../protocol/json.ts';
import { field, listField, objectField, textField } from '../documents/json-access.ts';
import { orList } from '../documents/nearest-word.ts';
import { findFields, type FieldFinder } from '../documents/find-fields.ts';
import type { Check } from './check.ts';

/** The kinds of adapter a field acts with, where it does not act with all. */
const bound: FieldFinder<readonly string[]> = {
  find: ({ schema }) => {
    const adapters = listField(schema, 'x-dagbook-adapters').map(String);
    return { found: adapters.length === 0 ? null : adapters, deeper: adapters.length === 0 };
  },
};

export const misplacedField: Check = {
  code: 'misplaced-field',
  severity: 'error',
  ignorable: false,
  workflow: ({ document, schema, value, json, keySpan }, report) => {
    const adapter = textField(value, 'adapter_kind');
    if (schema === null || adapter === null) return;
    for (const { path, found: adapters } of findFields(bound, schema, value, document.memory)) {
      if (adapters.includes(adapter)) continue;
      report({
        message: `"${String(path.at(-1))}" acts only with adapter_kind ${orList(adapters)}; this workflow's is ${adapter}. Remove the field, or change the kind.`,
        span: keySpan(path),
      });
    }
    document.memory.row(hasParams, 'nodes', listField(value, 'nodes'), hasParams).forEach((has, i) => {
      if (!has || field(listField(json, 'nodes')[i], 'template') !== undefined) return;
      report({ message: '"params" are the settings of a template, and this node has none. Use "inputs".', span: keySpan(['nodes', i, 'params']), suggestion: 'inputs' });
    });
  },
};

function hasParams(node: Json): boolean {
  return Object.keys(objectField(node, 'params')).length > 0;
}
