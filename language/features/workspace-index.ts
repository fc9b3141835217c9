import type { DocumentKind } from '../documents/document-kind.ts';
import type { IndexedDocument, IndexedFile, IndexedUse, LastRun, LockedVersion, WorkspaceIndex } from './feature-context.ts';

/** What `createWorkspaceIndex` is made from. Everything is a value or a cheap question; nothing is read before it is asked. */
export interface WorkspaceSources {
  readonly paths: readonly string[];
  /** The summary of a file (`summariseFile`); empty where nothing in it is ours. */
  readonly summary: (path: string) => readonly IndexedDocument[];
  readonly open: (path: string) => IndexedFile | null;
  /** The text of a file without analysing it. */
  readonly textOf: (path: string) => string | null;
  readonly lockedSpecs?: readonly LockedVersion[];
  readonly lastRun?: (workflowName: string) => LastRun | null;
  readonly freeProviders?: readonly string[];
  readonly defaultModel?: string;
}

/** Lives as long as the state of the workspace it was made for: make a new one when a file changes. */
export function createWorkspaceIndex(sources: WorkspaceSources): WorkspaceIndex {
  const documents = once(() => sources.paths.flatMap((path) => sources.summary(path)));
  const byKind = once(() => Map.groupBy(documents(), ({ kind }) => kind));
  const byName = once(() => Map.groupBy(documents(), ({ kind, name }) => nameKey(kind, name ?? '')));
  const byTarget = once(() => Map.groupBy(documents().flatMap(({ uses }) => uses), ({ target }) => target ?? ''));
  const models = once(() => sorted(documents().flatMap((document) => document.models)));
  const tools = once(() => sorted(documents().flatMap((document) => document.tools)));
  return {
    paths: sources.paths,
    documents: (kind) => byKind().get(kind) ?? [],
    named: (kind, name) => byName().get(nameKey(kind, name)) ?? [],
    at: (path) => sources.summary(path),
    usesOf: (path): readonly IndexedUse[] => byTarget().get(path) ?? [],
    open: sources.open,
    mentioning: (word) => sources.paths.filter((path) => mayHold(sources.textOf(path), word)),
    get models() {
      return models();
    },
    get tools() {
      return tools();
    },
    lockedSpecs: sources.lockedSpecs ?? [],
    lastRun: (workflowName) => sources.lastRun?.(workflowName) ?? null,
    freeProviders: sources.freeProviders ?? [],
    defaultModel: sources.defaultModel ?? 'simulated',
  };
}

/** A name with white space may be folded over lines; a quoted one may be written with escapes. */
function mayHold(text: string | null, word: string): boolean {
  return text !== null && (text.includes(word) || /\s/.test(word) || text.includes('\\'));
}

function nameKey(kind: DocumentKind, name: string): string {
  return `${kind} ${name}`;
}

function sorted(words: readonly string[]): readonly string[] {
  return [...new Set(words)].sort();
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
