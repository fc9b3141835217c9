import type { ErrorObject, ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** Checks values against the JSON Schemas that authors write: run inputs, forms, output schemas. An empty list = valid. */
export type SchemaCheck = (schema: JsonObject, value: Json) => readonly string[];

/** Compiled schemas are kept by their text; an author's schema is compiled at run time, so this stays in the runtime process. */
export function createSchemaCheck(): SchemaCheck {
  const ajv = new Ajv2020.default({ allErrors: true, strict: false, validateFormats: true, logger: false });
  addFormats.default(ajv);
  const compiled = new Map<string, ValidateFunction | string>();
  return (schema, value) => {
    const text = JSON.stringify(schema);
    let validate = compiled.get(text);
    if (validate === undefined) {
      try {
        const { $schema: _dialect, $id: _id, ...rest } = schema;
        validate = ajv.compile(rest);
      } catch (error) {
        validate = `the schema itself is broken: ${error instanceof Error ? error.message : String(error)}`;
      }
      compiled.set(text, validate);
    }
    if (typeof validate === 'string') return [validate];
    return validate(value) ? [] : (validate.errors ?? []).map(inWords);
  };
}

function inWords(error: ErrorObject): string {
  const where = error.instancePath === '' ? 'the value' : error.instancePath.slice(1).replaceAll('/', '.');
  const allowed = error.keyword === 'enum' ? ` (${(error.params as { allowedValues: readonly Json[] }).allowedValues.map((value) => JSON.stringify(value)).join(', ')})` : '';
  return `${where} ${error.message ?? 'is invalid'}${allowed}`;
}
