import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Span } from '../syntax/span.ts';

export type CompletionKind = 'field' | 'value' | 'node' | 'agent' | 'workflow' | 'file' | 'tool' | 'model' | 'name' | 'function' | 'snippet';

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Beside the label, in a few words. */
  readonly detail: string;
  readonly replace: Span;
  readonly insertText: string;
  /** Whether `insertText` holds `$1`, `${1:word}` and `$0`. */
  readonly snippet: boolean;
  /** Items are shown in the order of these. */
  readonly sortText: string;
  /** Whether something is to be completed at once where this ends, such as the value of the key. */
  readonly retrigger: boolean;
  readonly commitCharacters: readonly string[];
  /** What `resolveCompletion` needs; a JSON value. */
  readonly resolve: CompletionResolve | null;
}

export type CompletionResolve =
  | { readonly kind: 'field'; readonly path: YamlPath }
  | { readonly kind: 'value'; readonly path: YamlPath; readonly value: string }
  | { readonly kind: 'document'; readonly path: string; readonly name: string | null }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'text'; readonly text: string };

/** An item before its place among the others is known. */
export type Proposal = Pick<CompletionItem, 'label' | 'kind' | 'insertText'> & Partial<Pick<CompletionItem, 'detail' | 'snippet' | 'retrigger' | 'resolve' | 'commitCharacters'>> & { readonly rank?: number };

/** In the order given, ranks first. */
export function completionItems(proposals: readonly Proposal[], replace: Span): readonly CompletionItem[] {
  return proposals.map((proposal, i) => ({
    label: proposal.label,
    kind: proposal.kind,
    detail: proposal.detail ?? '',
    replace,
    insertText: proposal.insertText,
    snippet: proposal.snippet ?? false,
    sortText: `${String(proposal.rank ?? 5)}${String(i).padStart(5, '0')}`,
    retrigger: proposal.retrigger ?? false,
    commitCharacters: proposal.commitCharacters ?? [],
    resolve: proposal.resolve ?? null,
  }));
}

/** A text inside a snippet, where `$`, `}` and `\` have a meaning of their own. */
export function escapeSnippet(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
