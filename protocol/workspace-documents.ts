import type { JsonObject, Json } from './json.ts';
import type { TextRange } from './text-range.ts';

/** One document of ours in the open folders: what lists, pickers and the form for run inputs are made from. */
export interface WorkspaceDocument {
  readonly uri: string;
  /** Workspace-relative POSIX path. */
  readonly path: string;
  /** URI of the workspace folder it lies in. */
  readonly folder: string;
  /** The document among those of ours in its file, from 0. */
  readonly document: number;
  readonly kind: 'workflow' | 'agent';
  readonly family: 'workflow' | 'states' | 'agent';
  /** Null where it has none yet. */
  readonly name: string | null;
  readonly description: string;
  readonly range: TextRange;
  /** Of the name, else of the document's beginning. */
  readonly nameRange: TextRange;
  /** `graph`, `crew`, … or `states`; null for an agent, and where nothing can be read. */
  readonly adapter: string | null;
  readonly nodes: number;
  /** As declared, in their order; a state machine takes any JSON and declares none. */
  readonly inputs: readonly InputRecord[];
  /** What runs it asks for, as `provider:model`, sorted: an agent's own, or those of a workflow's agents. */
  readonly models: readonly string[];
  /** US dollars for one run; null = no cap. */
  readonly capUsd: number | null;
  /** Places in the workspace that refer to it. */
  readonly uses: number;
  /** As the settings want them counted; null = not looked at yet, and `documentsChanged` comes when it is. */
  readonly problems: { readonly errors: number; readonly warnings: number } | null;
}

export interface InputRecord {
  readonly name: string;
  /** A JSON Schema. */
  readonly schema: JsonObject;
  readonly required: boolean;
  /** Absent where the declaration has none. */
  readonly default?: Json;
  readonly description: string;
}
