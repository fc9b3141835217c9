import type { JsonObject } from '../../../protocol/json.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { textField } from '../json-access.ts';
import { walkFields, type SchemaCursor } from '../schema-walk.ts';

/** A field that refers to another document, or to a JSON Schema in a file. */
export interface DocumentReference {
  readonly kind: 'agent' | 'workflow' | 'schema';
  readonly reference: string;
  readonly path: YamlPath;
}

/** As the schema marks them with `x-dagbook-reference`, in document order. */
export function documentReferences(value: JsonObject, schema: SchemaCursor): readonly DocumentReference[] {
  const found: DocumentReference[] = [];
  walkFields(schema, value, ({ path, settled, value: reference }) => {
    const kind = textField(settled, 'x-dagbook-reference');
    if (typeof reference === 'string' && (kind === 'agent' || kind === 'workflow' || kind === 'schema')) found.push({ kind, reference, path });
    return true;
  });
  return found;
}
