import type { DocumentKind } from '../documents/document-kind.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import { DocumentLibrary, type LibraryFile } from '../documents/references/document-library.ts';
import type { ValidatedDocument } from '../documents/validate.ts';
import type { FileRead } from '../workspace.ts';
import { nameKey, type SessionStore } from './session-store.ts';

/** What an analysis has looked at besides its own file: when one of these changes, it no longer holds. */
export interface Sources {
  readonly files: ReadonlySet<string>;
  /** `nameKey`s it asked for. */
  readonly names: ReadonlySet<string>;
  /** Kinds of which it has looked at every document. */
  readonly kinds: ReadonlySet<DocumentKind>;
  /** Spec hashes it asked the ledger for. */
  readonly specs: ReadonlySet<string>;
  /** Whether it has looked at which files there are. */
  readonly listing: boolean;
}

/** A library over a session's store that writes down what it was asked: one for each analysis. */
export class RecordingLibrary extends DocumentLibrary {
  readonly #store: SessionStore;
  readonly #files = new Set<string>();
  readonly #names = new Set<string>();
  readonly #kinds = new Set<DocumentKind>();
  readonly #specs = new Set<string>();
  #listing = false;

  constructor(store: SessionStore) {
    super(store.workspace);
    this.#store = store;
  }

  /** They grow as long as somebody asks for more of the analysis. */
  sources(): Sources {
    const listing = (): boolean => this.#listing;
    return { files: this.#files, names: this.#names, kinds: this.#kinds, specs: this.#specs, get listing() { return listing(); } };
  }

  askedForSpec(specHash: string): void {
    this.#specs.add(specHash);
  }

  override read(path: string): FileRead {
    this.#files.add(path);
    return this.#store.read(path);
  }

  override file(path: string): LibraryFile {
    this.#files.add(path);
    return this.#store.file(path);
  }

  override validated(document: ParsedDocument): ValidatedDocument | null {
    return this.#store.validated(document);
  }

  override paths(): readonly string[] {
    this.#listing = true;
    return this.#store.paths();
  }

  override all(kind: DocumentKind): readonly ParsedDocument[] {
    this.#kinds.add(kind);
    return this.#store.paths().flatMap((path) => this.#store.documents(path).filter((document) => document.kind === kind));
  }

  override named(kind: DocumentKind, name: string): readonly ParsedDocument[] {
    this.#names.add(nameKey(kind, name));
    return this.#store.named(kind, name);
  }
}
