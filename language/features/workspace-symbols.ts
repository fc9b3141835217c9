import type { DocumentKind } from '../documents/document-kind.ts';
import type { Place, WorkspaceIndex } from './feature-context.ts';

export interface WorkspaceSymbol {
  readonly name: string;
  readonly kind: DocumentKind | 'node';
  /** The workflow of a node. */
  readonly container: string;
  readonly place: Place;
}

/** No list that a person reads is longer. */
const limit = 500;

/** Documents and nodes whose names hold the letters of the query, in their order. */
export function workspaceSymbols(workspace: WorkspaceIndex, query: string): readonly WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  const kinds: readonly DocumentKind[] = ['workflow', 'states', 'agent', 'model-profile'];
  for (const document of kinds.flatMap((kind) => workspace.documents(kind))) {
    const { name, path, nameSpan, kind } = document;
    if (name !== null && matches(name, query)) found.push({ name, kind, container: path, place: { file: path, span: nameSpan } });
    for (const { id, span } of document.nodes) {
      if (matches(id, query)) found.push({ name: id, kind: 'node', container: name ?? path, place: { file: path, span } });
    }
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

function matches(name: string, query: string): boolean {
  const text = name.toLowerCase();
  let at = -1;
  for (const letter of query.toLowerCase()) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}
