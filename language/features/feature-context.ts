import type { Analysis } from '../checks/analyze-file.ts';
import type { DocumentKind } from '../documents/document-kind.ts';
import type { AdapterKind, InputDeclaration } from '../graph/workflow.ts';
import type { Span } from '../syntax/span.ts';

/**
 * What every feature is given: pure values, no I/O, no clock. Offsets and spans are UTF-16 offsets into `text`.
 * `analysis` is the analysis of exactly this text.
 */
export interface FeatureContext {
  readonly analysis: Analysis;
  /** Workspace-relative POSIX path. */
  readonly file: string;
  readonly text: string;
  readonly workspace: WorkspaceIndex;
}

/**
 * What a feature asks of the other files. Made by `createWorkspaceIndex` from the summaries of the files, which are
 * small: whoever holds the workspace keeps those, and opens a whole file only where a feature edits or quotes it.
 */
export interface WorkspaceIndex {
  /** Every YAML file that may be ours, sorted. */
  readonly paths: readonly string[];
  /** Every document of a kind, in the order of `paths`. */
  documents(kind: DocumentKind): readonly IndexedDocument[];
  named(kind: DocumentKind, name: string): readonly IndexedDocument[];
  at(path: string): readonly IndexedDocument[];
  /** Every reference in the workspace that resolves to a document of this file. */
  usesOf(path: string): readonly IndexedUse[];
  /** A file with its analysis, or null where it is not there or cannot be read. */
  open(path: string): IndexedFile | null;
  /** The files whose text holds the word (or may, written with escapes): what a search for references looks into. */
  mentioning(word: string): readonly string[];
  /** Models written anywhere in the workspace or served by a profile, sorted, without doubles. */
  readonly models: readonly string[];
  /** Names of tools written anywhere in the workspace. */
  readonly tools: readonly string[];
  /** Versions in the ledger, latest first; empty where there is no ledger. */
  readonly lockedSpecs: readonly LockedVersion[];
  /** The last run of a workflow, by its name; null = never ran, or no ledger. */
  lastRun(workflowName: string): LastRun | null;
  /** Providers whose calls cost nothing at the moment, such as those that go to a server of one's own; as far as anybody has told. */
  readonly freeProviders: readonly string[];
  /** What an agent that names no model runs on: the setting `dagbook.defaultModel`. */
  readonly defaultModel: string;
}

export interface IndexedFile {
  readonly path: string;
  readonly text: string;
  readonly analysis: Analysis;
}

export interface IndexedDocument {
  readonly path: string;
  readonly kind: DocumentKind;
  readonly name: string | null;
  /** Of the name, else of the document's beginning. */
  readonly nameSpan: Span;
  readonly span: Span;
  readonly description: string;
  /** Of an agent, as `provider:model`, as far as it is written. */
  readonly model: string | null;
  /** Of a model profile, and of an agent the model it names. */
  readonly models: readonly string[];
  readonly tools: readonly string[];
  readonly nodes: readonly { readonly id: string; readonly span: Span }[];
  readonly uses: readonly IndexedUse[];
  /** Of a workflow or state machine that can be read. */
  readonly run: IndexedRun | null;
}

/** What a list or a form must know of a workflow before it runs. */
export interface IndexedRun {
  readonly adapter: AdapterKind;
  readonly inputs: Readonly<Record<string, InputDeclaration>>;
  /** US dollars; null = no cap. */
  readonly capUsd: number | null;
  /** Whether a node runs on the default model: an inline task without a hint. */
  readonly defaultModel: boolean;
  /** Models that its nodes hint at. */
  readonly hints: readonly string[];
}

/** One place that refers to an agent or a workflow. */
export interface IndexedUse {
  readonly path: string;
  readonly span: Span;
  readonly kind: 'agent' | 'workflow';
  /** As written. */
  readonly reference: string;
  /** The file it resolves to; null where it resolves to nothing here. */
  readonly target: string | null;
  /** The id of the node that makes it; null = the workflow itself, such as a schedule's target. */
  readonly node: string | null;
  readonly workflow: string | null;
}

export interface LockedVersion {
  readonly kind: 'agent' | 'workflow';
  readonly name: string;
  /** SHA-256, hex. */
  readonly specHash: string;
  readonly sourcePath: string | null;
}

export interface LastRun {
  readonly runId: string;
  readonly status: string;
  readonly specHash: string;
  readonly costUsd: number;
  /** Whole seconds since it ended, or since it began while it runs. */
  readonly ageSeconds: number;
}

/** A change of one text. Edits of one file do not overlap and are in the order of the text. */
export interface TextEdit {
  readonly span: Span;
  readonly newText: string;
}

export type FileChange =
  | { readonly kind: 'edit'; readonly file: string; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'create'; readonly file: string; readonly text: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

export interface Place {
  readonly file: string;
  readonly span: Span;
}
