/**
 * # The schema file does not exist
 *
 * `output_schema` is a JSON Schema, or a path to one: from this file if it begins with `./` or `../`, else from the
 * workspace root.
 *
 * **Fix**: correct the path, create the file, or write the schema in place.
 */
import type { Check } from './check.ts';

export const schemaNotFound: Check = { code: 'schema-not-found', severity: 'error', ignorable: false };
