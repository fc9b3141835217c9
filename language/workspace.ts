/**
 * The files the language can see, injected, so that `language/` touches no disk. Paths are workspace-relative POSIX.
 * Reading never throws and never follows a link out of the workspace.
 */
export interface Workspace {
  read(path: string): FileRead;
  /** Every YAML file that may be ours, sorted. */
  list(): readonly string[];
  readonly settings: LanguageSettings;
  /** What changes whenever a file's text may have; null = it cannot be told. Absent = it never can. */
  stamp?(path: string): string | null;
}

export type FileRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  /** The path, or what its symbolic links lead to, lies outside the workspace. */
  | { readonly kind: 'outside' }
  | { readonly kind: 'too-large'; readonly bytes: number; readonly limit: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

export interface LanguageSettings {
  /** `dagbook.agents`: reference (usually with a digest) to a workspace-relative agent document. */
  readonly agents: Readonly<Record<string, string>>;
  /** `dagbook.files.workflows`: further globs of documents that are ours whatever they are called. */
  readonly workflowGlobs: readonly string[];
  /** The tool servers of `dagbook.mcpServers`; absent where nobody knows them. */
  readonly servers?: readonly { readonly name: string }[];
}

/** No files at all: for a text that stands by itself. */
export const nowhere: Workspace = { settings: { agents: {}, workflowGlobs: [] }, read: () => ({ kind: 'missing' }), list: () => [] };
