import type { Workspace } from '../../workspace.ts';
import type { DocumentKind } from '../document-kind.ts';
import { DocumentLibrary } from './document-library.ts';

export interface FoundDocument {
  readonly path: string;
  readonly name: string | null;
  readonly kind: DocumentKind;
}

/** Every document of a kind in the workspace, for running by name and for lists. */
export function findDocuments(workspace: Workspace, kind: DocumentKind): readonly FoundDocument[] {
  return new DocumentLibrary(workspace).all(kind).map(({ path, name }) => ({ path, name, kind }));
}
