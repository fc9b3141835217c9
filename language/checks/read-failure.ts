import type { Diagnostic } from '../diagnostic.ts';
import type { LibraryFile } from '../documents/references/document-library.ts';
import { toDiagnostic } from './analyze-documents.ts';

/** Why a file that was asked for has no documents. */
export function readFailure(path: string, failure: Exclude<LibraryFile, { readonly kind: 'file' }>): Diagnostic {
  const span = { start: 0, end: 0 };
  switch (failure.kind) {
    case 'missing':
      return toDiagnostic({ code: 'unreadable-file', message: `There is no file ${path}.`, span }, path);
    case 'outside':
      return toDiagnostic({ code: 'outside-workspace', message: `${path} lies outside the workspace, or a link in it leads out.`, span }, path);
    case 'too-large':
      return toDiagnostic({ code: 'file-too-large', message: `${path} has ${failure.bytes} bytes; files are read up to ${failure.limit}. Move data out of it.`, span }, path);
    case 'unreadable':
      return toDiagnostic({ code: 'unreadable-file', message: `${path} cannot be read: ${failure.reason}.`, span }, path);
  }
}
