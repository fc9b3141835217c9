import type { Span } from './syntax/span.ts';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One thing worth saying about a document. One mistake gives one diagnostic. */
export interface Diagnostic {
  /** Kebab-case; equals the check's file name, its docs page and its fixture folder. Never reused. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong, and what to do about it, in one or two sentences. */
  readonly message: string;
  /** Workspace-relative POSIX path of the file it stands in. */
  readonly file: string;
  readonly span: Span;
  /** The other ends: both definitions of a double, every node of a cycle. */
  readonly related: readonly { readonly message: string; readonly file: string; readonly span: Span }[];
  /** The nearest right word, for a quick fix; absent when there is none. */
  readonly suggestion?: string;
}

/** What a person has set for codes; `off` = not shown. */
export type Severities = Readonly<Record<string, Severity | 'off'>>;

/**
 * The diagnostics as a person wants them shown. What may be locked and run is decided without it: a mistake that is
 * shown as a hint is a mistake still. A bug of ours is always shown as what it is, or an empty list could be a lie.
 */
export function shownDiagnostics(diagnostics: readonly Diagnostic[], severities: Severities): readonly Diagnostic[] {
  return diagnostics.flatMap((diagnostic) => {
    const set = Object.hasOwn(severities, diagnostic.code) && diagnostic.code !== 'internal-error';
    const severity = set ? severities[diagnostic.code] : undefined;
    if (severity === 'off') return [];
    return [severity === undefined || severity === diagnostic.severity ? diagnostic : { ...diagnostic, severity }];
  });
}
