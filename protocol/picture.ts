import type { TextRange } from './text-range.ts';

/**
 * What the picture of one workflow shows, without where anything is drawn. Made by the language from the one graph,
 * plain enough to cross processes; a document with mistakes has a picture too, as far as it can be read.
 */
export interface Picture {
  readonly name: string;
  readonly description: string;
  readonly family: 'workflow' | 'states';
  /** `graph`, `crew`, … or `states`. */
  readonly adapter: string;
  /** The document in a multi-document file, from 0. */
  readonly document: number;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
  /** States family: the id a run begins with. */
  readonly startAt: string | null;
  /** US dollars; null = no cap. */
  readonly capUsd: number | null;
  readonly range: TextRange;
  /** Of the whole document; those of a node stand at the node too. */
  readonly problems: Problems;
}

export type PictureKind =
  | 'spawn' | 'loop' | 'classify' | 'tournament' | 'reduce' | 'human' | 'workflow' | 'template' | 'execution'
  | 'task' | 'choice' | 'parallel' | 'map' | 'wait' | 'pass' | 'succeed' | 'fail';

export interface PictureNode {
  readonly id: string;
  /** The key of its agent runs in a ledger (`nodes/research`, `states/Fan`). */
  readonly path: string;
  readonly kind: PictureKind;
  /** In a few words what it does: an agent's name, `form of 3 fields`, `concat`, `until 2026-01-01`. */
  readonly does: string;
  /** As people call it (`gpt-5-mini`); null where no model is asked. */
  readonly model: string | null;
  readonly badges: readonly Badge[];
  /** The Parallel or Map it stands inside of, and which of its scopes; null and 0 outside. */
  readonly parent: string | null;
  readonly scope: number;
  /** The most iterations of a loop, entrants of a tournament, branches of a container; null for others. */
  readonly count: number | null;
  /** The node's whole text, and its id; null where the document does not say. */
  readonly range: TextRange | null;
  readonly idRange: TextRange | null;
  readonly problems: Problems;
}

/** Only what differs from the default. */
export interface Badge {
  readonly kind: 'role' | 'isolation' | 'quarantined' | 'budget' | 'schema' | 'when' | 'dep_policy' | 'retry' | 'timeout' | 'secret';
  /** Short enough for a badge: `verify`, `worktree`, `20k`. */
  readonly text: string;
  /** A sentence for the tooltip and for screen readers. */
  readonly title: string;
}

export interface PictureEdge {
  /** Unique in the picture and stable while its ends and its reason stay. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** `branch`: from a classify to the nodes of a label. `optional`: a dependency that is not waited for. */
  readonly kind: 'dependency' | 'optional' | 'branch' | 'next' | 'choice' | 'default' | 'catch';
  /** Empty = none. */
  readonly label: string;
  /** Leads back to where the path has been. */
  readonly back: boolean;
}

export interface Problems {
  readonly errors: number;
  readonly warnings: number;
  /** `code: message`, the gravest first, at most 8. */
  readonly messages: readonly string[];
}
