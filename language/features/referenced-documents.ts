import { kindsReferencedAs, type ReferencedKind } from '../documents/document-kind.ts';
import type { IndexedDocument, WorkspaceIndex } from './feature-context.ts';

/** Every document that a reference may mean: of both families where it is a workflow. */
export function documentsReferencedAs(workspace: WorkspaceIndex, wanted: ReferencedKind): readonly IndexedDocument[] {
  return kindsReferencedAs(wanted).flatMap((kind) => workspace.documents(kind));
}

export function namedAs(workspace: WorkspaceIndex, wanted: ReferencedKind, name: string): readonly IndexedDocument[] {
  return kindsReferencedAs(wanted).flatMap((kind) => workspace.named(kind, name));
}
