/**
 * # Not a valid JSON Schema
 *
 * The declarations under `inputs`, `output_schema` and the `form` of a human node are JSON Schemas (draft 7). Beside
 * the declaration of an input `required: true` may stand.
 *
 * ```yaml
 * inputs: { days: { type: int } }
 * ```
 *
 * **Fix**: correct the schema where the marker stands, here `type: integer`.
 */
import { isObject } from '../documents/json-access.ts';
import { schemaMistakes } from '../documents/schema-mistakes.ts';
import type { JsonObject } from '../../protocol/json.ts';
import { findFields, type FieldFinder } from '../documents/find-fields.ts';
import { inputSchema } from '../documents/workflow/lower-workflow.ts';
import type { Check, DocumentContext, Report } from './check.ts';

export const invalidJsonSchema: Check = {
  code: 'invalid-json-schema',
  severity: 'error',
  ignorable: false,
  workflow: checkSchemas,
  states: checkSchemas,
  agent: checkSchemas,
};

const schemas: FieldFinder<JsonObject> = {
  find: ({ settled, value }) => {
    const isSchema = settled['x-dagbook-json-schema'] === true && isObject(value);
    return { found: isSchema ? value : null, deeper: !isSchema };
  },
};

function checkSchemas({ document, schema, value, keySpan, valueSpan }: DocumentContext, report: Report): void {
  if (schema === null) return;
  for (const { path, found: written } of findFields(schemas, schema, value, document.memory)) {
    const declaration = path[0] === 'inputs' ? inputSchema(written) : written;
    for (const mistake of schemaMistakes(declaration)) {
      const span = (mistake.on === 'key' ? keySpan : valueSpan)([...path, ...mistake.path]);
      report({ message: `Not a valid JSON Schema: ${mistake.message}`, span, ...(mistake.suggestion === null ? {} : { suggestion: mistake.suggestion }) });
    }
  }
}
