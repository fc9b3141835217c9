import type { LanguageDependencies } from '../checks/analyze-documents.ts';
import { bugDiagnostic, openAnalysis, type Analysis } from '../checks/analyze-file.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { once } from '../documents/once.ts';
import type { FeatureContext, IndexedDocument, WorkspaceIndex } from '../features/feature-context.ts';
import { completeSummary, summariseFile } from '../features/summarise-file.ts';
import { createWorkspaceIndex, type WorkspaceSources } from '../features/workspace-index.ts';
import { LineIndex } from '../syntax/line-index.ts';
import type { FileRead, Workspace } from '../workspace.ts';
import { RecordingLibrary, type Sources } from './recording-library.ts';
import { nameKey, SessionStore } from './session-store.ts';

interface KnownAnalysis {
  readonly analysis: Analysis;
  /** What it has looked at so far. */
  readonly sources: Sources;
  /** Whether its diagnostics have been asked for, and with them all there is to it. */
  readonly isChecked: () => boolean;
}

/** What somebody with a ledger knows of it. */
export type LedgerKnowledge = Pick<WorkspaceSources, 'lockedSpecs' | 'lastRun' | 'freeProviders'>;

export interface SessionOptions extends LanguageDependencies {
  /** What an agent that names no model runs on. */
  readonly defaultModel?: string;
  /** Told of every bug, once: what is thrown while a file is analysed. */
  readonly onBug: (path: string, error: unknown) => void;
}

/** Characters; what is shorter is read and checked in a moment. */
const LONG = 100_000;

/** So many files are analysed in the time a person does not notice. */
const FEW = 24;

/**
 * The analyses of a workspace that is being worked on. A change makes stale what depends on it and nothing else; what
 * is stale is made anew when it is asked for. After any sequence of changes every analysis is the one that
 * `analyzeFile` would make of the workspace as it is then.
 */
export class AnalysisSession {
  readonly #store: SessionStore;
  readonly #options: SessionOptions;
  readonly #analyses = new Map<string, KnownAnalysis>();
  /** Files that have changed since dependents were last looked for, as they were before. */
  readonly #changes = new Map<string, Shape>();
  readonly #stale = new Set<string>();
  /** `listings()` of the store, as of when it was last looked for what no longer holds. */
  #listings = 0;
  /** As of the last analysis of each file. */
  readonly #summaries = new Map<string, { readonly analysis: Analysis; readonly text: string | null; readonly summary: readonly IndexedDocument[] }>();
  /** What is left of reading long files; done for good when it is done once. */
  readonly #parts = new Map<string, Iterator<undefined, void>>();
  #index: WorkspaceIndex | null = null;
  #ledger: LedgerKnowledge = {};
  readonly #lines = new Map<string, { readonly text: string; readonly index: LineIndex }>();

  constructor(workspace: Workspace, options: SessionOptions) {
    this.#store = new SessionStore(workspace);
    this.#options = options;
  }

  /** An editor's buffer has this text, whatever the disk holds. */
  setText(path: string, text: string): void {
    const read = this.#store.hasBuffer(path) ? this.#store.read(path) : null;
    if (read?.kind === 'text' && read.text === text) return;
    this.#change(path, () => { this.#store.setBuffer(path, text); });
  }

  /** The buffer is gone: the file is what the disk holds. */
  dropText(path: string): void {
    this.#change(path, () => { this.#store.dropBuffer(path); });
  }

  /** A file was written, created or deleted. */
  fileChanged(path: string): void {
    if (!this.#store.hasBuffer(path)) this.#change(path, () => { this.#store.forget(path); });
  }

  /** What features are told of the ledger; no analysis depends on it. */
  ledgerChanged(ledger: LedgerKnowledge): void {
    this.#ledger = ledger;
    this.#index = null;
  }

  /** The ledger's versions with these hashes are known now, or again unknown. */
  lockedSpecsChanged(specHashes: readonly string[]): void {
    this.#index = null;
    this.#drop(({ specs }) => specHashes.some((hash) => specs.has(hash)));
  }

  /** The analyses that no longer hold because of changes in other files, since this was last asked. */
  takeStale(): readonly string[] {
    this.#settle();
    const stale = [...this.#stale];
    this.#stale.clear();
    return stale;
  }

  isOpen(path: string): boolean {
    return this.#store.hasBuffer(path);
  }

  paths(): readonly string[] {
    return this.#store.paths();
  }

  read(path: string): FileRead {
    return this.#store.read(path);
  }

  /** Parses the file if that has not happened yet, so that later questions are quick. */
  warm(path: string): void {
    this.#warmUp(() => this.#store.file(path));
  }

  #warmUp(work: () => unknown): void {
    try {
      work();
    } catch {
      // The analysis meets it again, and reports it.
    }
  }

  /**
   * Does the next part of reading a long file for the first time, and answers whether there was one: others may then have
   * their turn. Short files have no parts.
   */
  readOn(path: string): boolean {
    if ((this.#text(path)?.length ?? 0) < LONG) return false;
    const parts = this.#parts.get(path) ?? this.#reading(path);
    this.#parts.set(path, parts);
    return parts.next().done !== true;
  }

  *#reading(path: string): Generator<undefined, void> {
    this.warm(path);
    yield;
    for (const document of this.#parsedDocuments(path)) this.#warmUp(() => this.#store.validated(document));
    yield;
    this.#warmUp(() => this.analysis(path).documents.map((document) => 'workflow' in document && document.workflow));
    yield;
  }

  /** Never throws: a bug of ours is a diagnostic of the file. The checks run when somebody asks for their findings. */
  analysis(path: string): Analysis {
    this.#settle();
    const known = this.#analyses.get(path);
    if (known !== undefined) return known.analysis;
    const library = new RecordingLibrary(this.#store);
    const made = this.#analyze(path, library);
    this.#analyses.set(path, { ...made, sources: library.sources() });
    // An index that was made meanwhile has not seen this.
    this.#index = null;
    return made.analysis;
  }

  /** Works out all there is to know about a file, so that later questions are quick. */
  check(path: string): readonly Diagnostic[] {
    const { diagnostics } = this.analysis(path);
    this.#summary(path);
    return diagnostics;
  }

  /** What a feature is given; null where the file cannot be read. */
  context(path: string): FeatureContext | null {
    const read = this.#store.read(path);
    return read.kind === 'text' ? { analysis: this.analysis(path), file: path, text: read.text, workspace: this.index() } : null;
  }

  /**
   * The other files as features see them. Where they are many, what is stale is seen as it was before, and what was
   * never analysed not at all: analysing a thousand files is nothing to wait for in a hover. When no file is stale it is exact.
   */
  index(): WorkspaceIndex {
    return (this.#index ??= createWorkspaceIndex({
      paths: this.#store.paths(),
      summary: (path) => this.#summary(path),
      open: (path) => {
        const text = this.#text(path);
        return text === null ? null : { path, text, analysis: this.analysis(path) };
      },
      textOf: (path) => this.#text(path),
      ...this.#ledger,
      ...(this.#options.defaultModel === undefined ? {} : { defaultModel: this.#options.defaultModel }),
    }));
  }

  /** Files that wait to be parsed. Once none does, names are found without looking through the files. */
  unparsedPaths(): readonly string[] {
    return this.#store.paths().filter((path) => !this.#store.isParsed(path));
  }

  /** Files that wait to be checked, for whoever has time; at most so many. */
  stalePaths(most: number): readonly string[] {
    this.#settle();
    const stale: string[] = [];
    for (const path of this.#store.paths()) {
      if (stale.length >= most) break;
      if (!this.isFresh(path)) stale.push(path);
    }
    return stale;
  }

  /** Whether the file has been checked as it is now. */
  isFresh(path: string): boolean {
    this.#settle();
    return this.#analyses.get(path)?.isChecked() === true;
  }

  /** For places in a file: those of its analysis, or of its text where it was not analysed. */
  lines(path: string): LineIndex {
    const known = this.#analyses.get(path);
    if (known !== undefined) return known.analysis.lines;
    const read = this.#store.read(path);
    const text = read.kind === 'text' ? read.text : '';
    const cached = this.#lines.get(path);
    if (cached?.text === text) return cached.index;
    const index = new LineIndex(text);
    this.#lines.set(path, { text, index });
    return index;
  }

  #summary(path: string): readonly IndexedDocument[] {
    const known = this.#summaries.get(path);
    const text = this.#text(path);
    const fresh = this.#analyses.get(path)?.analysis ?? (this.#store.hasBuffer(path) || this.#store.paths().length <= FEW ? this.analysis(path) : null);
    // Its own text is as it was: only where its references lead may have changed.
    if (fresh === null) return known?.text === text ? known.summary : [];
    if (known?.analysis === fresh) return known.summary;
    // What somebody types in would only be worked out for the next key to undo it.
    const summary = this.#store.hasBuffer(path) ? summariseFile(fresh) : completeSummary(summariseFile(fresh));
    this.#summaries.set(path, { analysis: fresh, text, summary });
    return summary;
  }

  #text(path: string): string | null {
    const read = this.#store.read(path);
    return read.kind === 'text' ? read.text : null;
  }

  /** A bug of ours in reading the file leaves nothing of it; one in its checks, all but their findings. */
  #analyze(path: string, library: RecordingLibrary): Pick<KnownAnalysis, 'analysis' | 'isChecked'> {
    let checked = false;
    const bug = (error: unknown): readonly Diagnostic[] => {
      this.#options.onBug(path, error);
      return [bugDiagnostic(path, error)];
    };
    try {
      const { lockedSpec } = this.#options;
      const recorded: typeof lockedSpec = lockedSpec && ((specHash) => {
        library.askedForSpec(specHash);
        return lockedSpec(specHash);
      });
      const opened = openAnalysis(path, this.#store.workspace, { ...this.#options, ...(recorded && { lockedSpec: recorded }), library });
      const diagnostics = once(() => {
        checked = true;
        try {
          return opened.diagnostics;
        } catch (error) {
          return bug(error);
        }
      });
      const { documents, lines } = opened;
      return { analysis: { path, documents, get diagnostics() { return diagnostics(); }, lines }, isChecked: () => checked };
    } catch (error) {
      return { analysis: { path, documents: [], diagnostics: bug(error), lines: new LineIndex('') }, isChecked: () => true };
    }
  }

  #change(path: string, apply: () => void): void {
    if (!this.#changes.has(path)) this.#changes.set(path, this.#shape(path));
    apply();
    this.#index = null;
    this.#analyses.delete(path);
    this.#lines.delete(path);
  }

  /** Drops what the changes since the last time have made stale. Of many changes of one file only the last is parsed. */
  #settle(): void {
    const listings = this.#store.listings();
    if (listings !== this.#listings) {
      this.#listings = listings;
      this.#index = null;
      this.#drop(({ listing }) => listing);
    }
    if (this.#changes.size === 0) return;
    const changes = [...this.#changes];
    this.#changes.clear();
    for (const [path, before] of changes) {
      // Nothing else was analysed, so nothing can be stale.
      if (this.#analyses.size === 0) return;
      const after = this.#shape(path);
      this.#drop((sources) => concerns(sources, path, before, after));
    }
  }

  #drop(isStale: (sources: Sources) => boolean): void {
    for (const [path, { sources }] of this.#analyses) {
      if (!isStale(sources)) continue;
      this.#analyses.delete(path);
      this.#stale.add(path);
    }
  }

  /** What others may have seen of a file besides its text. */
  #shape(path: string): Shape {
    if (this.#analyses.size === 0) return { names: [], kinds: [] };
    const documents = this.#parsedDocuments(path);
    return { names: documents.map(({ kind, name }) => nameKey(kind, name ?? '')), kinds: documents.map(({ kind }) => kind) };
  }

  #parsedDocuments(path: string): ReturnType<SessionStore['documents']> {
    try {
      return this.#store.documents(path);
    } catch {
      return [];
    }
  }
}

interface Shape {
  readonly names: readonly string[];
  readonly kinds: readonly string[];
}

function concerns(sources: Sources, path: string, before: Shape, after: Shape): boolean {
  if (sources.files.has(path)) return true;
  const names = [...before.names, ...after.names];
  if (sources.names.size > 0 && names.some((name) => sources.names.has(name))) return true;
  return [...sources.kinds].some((kind) => before.kinds.includes(kind) || after.kinds.includes(kind));
}
