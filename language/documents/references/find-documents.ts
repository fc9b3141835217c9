import type { Workspace } from '../../workspace.ts';
import { kindsReferencedAs, type DocumentKind } from '../document-kind.ts';
import { DocumentLibrary } from './document-library.ts';

export interface FoundDocument {
  readonly path: string;
  readonly name: string | null;
  readonly kind: DocumentKind;
}

/**
 * Every document of a kind in the workspace, by path, for running by name and for lists. A state machine is a workflow
 * too, and the two families share their names.
 */
export function findDocuments(workspace: Workspace, kind: DocumentKind): readonly FoundDocument[] {
  const library = new DocumentLibrary(workspace);
  const found = (kind === 'workflow' ? kindsReferencedAs(kind) : [kind]).flatMap((each) => library.all(each));
  return found.map((document): FoundDocument => ({ path: document.path, name: document.name, kind: document.kind })).sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}
