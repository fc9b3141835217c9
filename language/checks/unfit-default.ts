/**
 * # A default that does not fit
 *
 * A run that is not given an input takes its `default`, as it stands. A default that its own declaration refuses would
 * reach the nodes all the same. The `default` of a field of a human node's `form` is what the person finds filled in.
 *
 * ```yaml
 * inputs: { days: { type: integer, default: thirty } }
 * ```
 *
 * **Fix**: write a default that fits, or correct the declaration.
 */
import type { Json, JsonObject } from '../../protocol/json.ts';
import { findFields, type FieldFinder } from '../documents/find-fields.ts';
import { field, isObject, listField, objectField, textField } from '../documents/json-access.ts';
import { meantValue } from '../documents/meant-value.ts';
import { misfit } from '../documents/misfit.ts';
import { nearestWord } from '../documents/nearest-word.ts';
import { schemaMistakes } from '../documents/schema-mistakes.ts';
import { writeInline } from '../syntax/write-yaml.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { inputSchema } from '../documents/workflow/lower-workflow.ts';
import type { Check, DocumentContext, Report } from './check.ts';

export const unfitDefault: Check = {
  code: 'unfit-default',
  severity: 'error',
  ignorable: false,
  workflow: checkDefaults,
  states: checkDefaults,
};

const declarations: FieldFinder<JsonObject> = {
  find: ({ settled, value, name }) => {
    const isSchema = settled['x-dagbook-json-schema'] === true && isObject(value);
    // The default of a field in an answer's schema is told to the model, and fills nothing in.
    return { found: isSchema && name !== 'output_schema' ? value : null, deeper: !isSchema };
  },
};

function checkDefaults({ document, schema, value, valueSpan }: DocumentContext, report: Report): void {
  if (schema === null) return;
  for (const { path, found: written } of findFields(declarations, schema, value, document.memory)) {
    // A mistake in the declaration is told by itself.
    if (schemaMistakes(path[0] === 'inputs' ? inputSchema(written) : written).length > 0) continue;
    for (const { declaration, below } of declared(written, path[0] === 'inputs')) {
      const standard = field(declaration, 'default');
      const why = standard === undefined ? null : misfit(standard, declaration);
      if (standard === undefined || why === null) continue;
      const suggestion = meantBy(standard, declaration);
      const advice = suggestion === null ? 'Write one that fits, or correct the declaration.' : `Write ${suggestion}.`;
      report({ message: `The default does not fit its declaration: ${why}. ${advice}`, span: valueSpan([...path, ...below, 'default']), ...(suggestion === null ? {} : { suggestion }) });
    }
  }
}

/** An input is one declaration; a form has one for each of its fields. */
function declared(written: JsonObject, isInput: boolean): readonly { readonly declaration: JsonObject; readonly below: YamlPath }[] {
  if (isInput) return [{ declaration: inputSchema(written), below: [] }];
  return Object.entries(objectField(written, 'properties')).flatMap(([name, declaration]) => (isObject(declaration) ? [{ declaration, below: ['properties', name] }] : []));
}

/** `yes` for true, `"30"` for 30, a slip of one of the words; as YAML. */
function meantBy(value: Json, declaration: JsonObject): string | null {
  const words = listField(declaration, 'enum').filter((word) => typeof word === 'string');
  const word = typeof value === 'string' ? nearestWord(value, words) : null;
  if (word !== null) return writeInline(word);
  if (!['boolean', 'integer', 'number', 'string'].includes(textField(declaration, 'type') ?? '')) return null;
  const meant = meantValue(value, { root: {}, schema: { type: declaration['type'] ?? null } });
  return meant !== null && typeof value !== 'object' && misfit(JSON.parse(meant) as Json, declaration) === null ? meant : null;
}
