import type { FileRead, Workspace } from '../../workspace.ts';
import type { DocumentKind } from '../document-kind.ts';
import { parseDocuments, type ParsedDocument, type ParsedFile } from '../parse-documents.ts';
import { validateDocument, type ValidatedDocument } from '../validate.ts';

export type LibraryFile = { readonly kind: 'file'; readonly file: ParsedFile } | Exclude<FileRead, { readonly kind: 'text' }>;

/** A text that is not, or not yet, what the file holds: an editor's unsaved buffer. */
export interface Overlay {
  readonly path: string;
  readonly text: string;
}

/**
 * The documents of a workspace, each read and parsed at most once as long as the library lives. Make one per question
 * (an analysis, a lock, a `check` of many files): it does not notice that files change.
 */
export class DocumentLibrary {
  readonly workspace: Workspace;
  readonly #overlay: Overlay | null;
  readonly #files = new Map<string, LibraryFile>();
  readonly #reads = new Map<string, FileRead>();
  readonly #validated = new WeakMap<ParsedDocument, { readonly value: ValidatedDocument | null }>();

  constructor(workspace: Workspace, overlay: Overlay | null = null) {
    this.workspace = workspace;
    this.#overlay = overlay;
  }

  read(path: string): FileRead {
    if (this.#overlay?.path === path) return { kind: 'text', text: this.#overlay.text };
    const known = this.#reads.get(path);
    if (known !== undefined) return known;
    const read = this.workspace.read(path);
    this.#reads.set(path, read);
    return read;
  }

  file(path: string): LibraryFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const read = this.read(path);
    const file: LibraryFile = read.kind === 'text' ? { kind: 'file', file: parseDocuments(path, read.text, this.workspace.settings.workflowGlobs) } : read;
    this.#files.set(path, file);
    return file;
  }

  validated(document: ParsedDocument): ValidatedDocument | null {
    const known = this.#validated.get(document);
    if (known !== undefined) return known.value;
    const value = validateDocument(document);
    this.#validated.set(document, { value });
    return value;
  }

  /** Every document of a kind, in the order of `workspace.list()`. */
  all(kind: DocumentKind): readonly ParsedDocument[] {
    return this.paths().flatMap((path) => this.#documents(path).filter((document) => document.kind === kind));
  }

  named(kind: DocumentKind, name: string): readonly ParsedDocument[] {
    const fits = (document: ParsedDocument): boolean => document.kind === kind && document.name === name;
    // Most files do not even hold the word; parsing is what costs. A name written with escapes holds a backslash.
    return this.paths().flatMap((path) => (this.#mayName(path, name) ? this.#documents(path).filter(fits) : []));
  }

  paths(): readonly string[] {
    const listed = this.workspace.list();
    const overlay = this.#overlay?.path;
    return overlay === undefined || listed.includes(overlay) ? listed : [...listed, overlay].sort();
  }

  #mayName(path: string, name: string): boolean {
    if (this.#files.has(path)) return true;
    const read = this.read(path);
    return read.kind === 'text' && mayHoldName(read.text, name);
  }

  #documents(path: string): readonly ParsedDocument[] {
    const file = this.file(path);
    return file.kind === 'file' ? file.file.documents : [];
  }
}

/**
 * Whether a text may hold a document of this name. Thousands of files may refer to it; parsing them all to find the one
 * that defines it would take seconds. A name written with escapes holds a backslash, one with white space may be folded.
 */
export function mayHoldName(text: string, name: string): boolean {
  if (text.includes('\\') || /\s/.test(name)) return true;
  if (!text.includes(name)) return false;
  for (const { index, 0: match } of text.matchAll(/name["']?\s*:\s*["']?/g)) {
    const start = index + match.length;
    // A block, an alias, an anchor, a tag or a comment: the name itself stands elsewhere.
    if (text.startsWith(name, start) || /[|>*&!#?]/.test(text[start] ?? '')) return true;
  }
  return /^[ \t]*\? /m.test(text);
}
