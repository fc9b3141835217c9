import type { JsonObject } from '../../../protocol/json.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { DocumentMemory } from '../document-memory.ts';
import { findFields, type FieldFinder, type FoundField } from '../find-fields.ts';
import { textField } from '../json-access.ts';
import type { SchemaCursor } from '../schema-walk.ts';

/** A field that refers to another document, or to a JSON Schema in a file. */
export interface DocumentReference {
  readonly kind: 'agent' | 'workflow' | 'schema';
  readonly reference: string;
  readonly path: YamlPath;
}

const references: FieldFinder<Omit<DocumentReference, 'path'>> = {
  same: (a, b) => a.kind === b.kind && a.reference === b.reference,
  find: ({ settled, value }) => {
    const kind = textField(settled, 'x-dagbook-reference');
    const refers = typeof value === 'string' && (kind === 'agent' || kind === 'workflow' || kind === 'schema');
    return { found: refers ? { kind, reference: value } : null, deeper: true };
  },
};

/** As the schema marks them with `x-dagbook-reference`, in document order; the very same list as long as none has changed. */
export function documentReferences(value: JsonObject, schema: SchemaCursor, memory = new DocumentMemory()): readonly DocumentReference[] {
  return memory.row(placed, '', findFields(references, schema, value, memory), placed);
}

function placed({ path, found: { kind, reference } }: FoundField<Omit<DocumentReference, 'path'>>): DocumentReference {
  return { kind, reference, path };
}
