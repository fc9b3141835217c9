import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { DocumentLibrary } from '../documents/references/document-library.ts';
import { documentReferences } from '../documents/references/document-references.ts';
import { readSchema } from '../documents/references/read-schema.ts';
import { schemaOf } from '../documents/validate.ts';
import { canonicalContent, type Replacement } from './canonical-content.ts';

/** The spec hash of an agent document, or null while it has mistakes (workflows need their references locked first). */
export function documentHash(document: ParsedDocument, library: DocumentLibrary, sha256: (text: string) => string): string | null {
  if (document.kind !== 'agent' || document.broken || document.problems.length > 0) return null;
  const validated = library.validated(document);
  if (validated === null || validated.problems.length > 0) return null;
  const replacements = schemaReplacements(document, library);
  // A workspace has many agents, and each is asked for its hash wherever a digest is looked for.
  return document.memory.derive(documentHash, [sha256, validated.value, ...replacements.map(({ value }) => value)], () => sha256(canonicalContent('agent', validated.value, replacements)));
}

/** Schemas that are written as a path stand in canonical content as what the file holds. */
export function schemaReplacements(document: ParsedDocument, library: DocumentLibrary): readonly Replacement[] {
  const validated = library.validated(document);
  if (validated === null) return [];
  return documentReferences(validated.value, schemaOf(validated.schemaName), document.memory).flatMap(({ kind, reference, path }) => {
    if (kind !== 'schema') return [];
    const read = readSchema(reference, document.path, document.span, library);
    return read.kind === 'schema' ? [{ path, value: read.schema }] : [];
  });
}
