import type { DocumentKind } from '../documents/document-kind.ts';
import { parseDocuments, type ParsedDocument } from '../documents/parse-documents.ts';
import { mayHoldName, type LibraryFile } from '../documents/references/document-library.ts';
import { validateDocument, type ValidatedDocument } from '../documents/validate.ts';
import type { FileRead, Workspace } from '../workspace.ts';

interface KnownFile {
  readonly text: string;
  readonly file: Extract<LibraryFile, { readonly kind: 'file' }>;
}

/**
 * What is known of the files of a workspace while it is open: each read and parsed once until it changes. Unsaved
 * buffers stand in front of what the disk holds.
 */
export class SessionStore {
  readonly workspace: Workspace;
  readonly #buffers = new Map<string, string>();
  readonly #reads = new Map<string, FileRead>();
  /** Kept when a text changes: the next parse takes over what has stayed. */
  readonly #parsed = new Map<string, KnownFile>();
  readonly #validated = new WeakMap<ParsedDocument, { readonly value: ValidatedDocument | null }>();
  #paths: readonly string[] | null = null;
  #lastPaths: readonly string[] = [];
  #listings = 0;
  #byName: ReadonlyMap<string, readonly ParsedDocument[]> | null = null;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  setBuffer(path: string, text: string): void {
    if (!this.#buffers.has(path)) this.#paths = null;
    this.#buffers.set(path, text);
    this.#byName = null;
  }

  /** The file is what the disk holds again. */
  dropBuffer(path: string): void {
    this.#buffers.delete(path);
    this.forget(path);
  }

  /** The disk holds something else now, or nothing. */
  forget(path: string): void {
    this.#reads.delete(path);
    if (!this.#buffers.has(path)) this.#parsed.delete(path);
    this.#paths = null;
    this.#byName = null;
  }

  hasBuffer(path: string): boolean {
    return this.#buffers.has(path);
  }

  read(path: string): FileRead {
    const buffer = this.#buffers.get(path);
    if (buffer !== undefined) return { kind: 'text', text: buffer };
    const known = this.#reads.get(path);
    if (known !== undefined) return known;
    const read = this.workspace.read(path);
    this.#reads.set(path, read);
    return read;
  }

  file(path: string): LibraryFile {
    const read = this.read(path);
    if (read.kind !== 'text') return read;
    const known = this.#parsed.get(path);
    if (known?.text === read.text) return known.file;
    const file: KnownFile['file'] = { kind: 'file', file: parseDocuments(path, read.text, this.workspace.settings.workflowGlobs, known?.file.file) };
    this.#parsed.set(path, { text: read.text, file });
    return file;
  }

  validated(document: ParsedDocument): ValidatedDocument | null {
    const known = this.#validated.get(document);
    if (known !== undefined) return known.value;
    const value = validateDocument(document);
    this.#validated.set(document, { value });
    return value;
  }

  paths(): readonly string[] {
    if (this.#paths === null) {
      const paths = [...new Set([...this.workspace.list(), ...this.#buffers.keys()])].sort();
      if (!samePaths(paths, this.#lastPaths)) this.#listings += 1;
      this.#paths = this.#lastPaths = paths;
    }
    return this.#paths;
  }

  /** How often which files there are has changed. A disk may have more than it has told of: what counts is what was seen. */
  listings(): number {
    this.paths();
    return this.#listings;
  }

  isParsed(path: string): boolean {
    const read = this.read(path);
    return read.kind !== 'text' || this.#parsed.get(path)?.text === read.text;
  }

  /** The documents of a name. Once every file has been parsed, without looking through them. */
  named(kind: DocumentKind, name: string): readonly ParsedDocument[] {
    if (this.#byName === null && this.paths().every((path) => this.isParsed(path))) {
      this.#byName = Map.groupBy(this.paths().flatMap((path) => this.documents(path)), (document) => nameKey(document.kind, document.name ?? ''));
    }
    if (this.#byName !== null) return this.#byName.get(nameKey(kind, name)) ?? [];
    return this.paths().flatMap((path) => (this.#mayName(path, name) ? this.documents(path).filter((document) => document.kind === kind && document.name === name) : []));
  }

  documents(path: string): readonly ParsedDocument[] {
    const file = this.file(path);
    return file.kind === 'file' ? file.file.documents : [];
  }

  #mayName(path: string, name: string): boolean {
    const read = this.read(path);
    return read.kind === 'text' && mayHoldName(read.text, name);
  }
}

function samePaths(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((path, i) => path === b[i]);
}

export function nameKey(kind: DocumentKind, name: string): string {
  return `${kind} ${name}`;
}
