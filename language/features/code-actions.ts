import { checkOf } from '../checks/registry.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Span } from '../syntax/span.ts';
import type { FeatureContext, FileChange, TextEdit } from './feature-context.ts';
import type { Fix, FixPlace } from './fixes/fix.ts';
import { fixers } from './fixes/fixers.ts';
import { ignoreHere } from './fixes/text-fixes.ts';
import { documentAt } from './document-at.ts';
import { pathAt } from '../syntax/path-at.ts';
import { refactorings } from './refactorings.ts';

export interface CodeAction {
  readonly title: string;
  /** As editors group them. */
  readonly kind: 'quickfix' | 'refactor.extract' | 'refactor.rewrite';
  /** What it mends; null for a refactoring. */
  readonly diagnostic: Diagnostic | null;
  readonly changes: readonly FileChange[];
  readonly preferred: boolean;
}

/** What can be done at a stretch of the text: fixes of the diagnostics that touch it, then refactorings. */
export function codeActions(context: FeatureContext, range: Span): readonly CodeAction[] {
  const touched = context.analysis.diagnostics.filter(({ span }) => span.start <= range.end && range.start <= span.end);
  return [...touched.flatMap((diagnostic) => actionsFor(context, diagnostic)), ...refactorings(context, range)];
}

function actionsFor(context: FeatureContext, diagnostic: Diagnostic): readonly CodeAction[] {
  const fixes = fixesOf(context, diagnostic);
  const others = context.analysis.diagnostics.filter(({ code }) => code === diagnostic.code);
  const place = fixPlace(context, diagnostic);
  const ignore = place === null || !checkOf(diagnostic.code).ignorable ? [] : ignoreHere(place);
  const all = others.length < 2 || !fixes.some((fix) => fix.preferred && ownEdits(context, fix) !== null) ? [] : fixAll(context, [diagnostic, ...others.filter((other) => other !== diagnostic)], diagnostic.code);
  return [...fixes, ...all, ...ignore].map((fix) => ({ ...fix, kind: 'quickfix', diagnostic }));
}

/** Every fix of one diagnostic, the likeliest first. */
export function fixesOf(context: FeatureContext, diagnostic: Diagnostic): readonly Fix[] {
  const place = fixPlace(context, diagnostic);
  if (place === null || !Object.hasOwn(fixers, diagnostic.code)) return [];
  const found = (fixers[diagnostic.code] ?? []).flatMap((fixer) => fixer(place));
  const first = found.findIndex(({ preferred }) => preferred);
  return found.map((fix, i) => ({ ...fix, preferred: i === first }));
}

function fixPlace(context: FeatureContext, diagnostic: Diagnostic): FixPlace | null {
  const analyzed = documentAt(context.analysis, diagnostic.span.start);
  if (analyzed === null) return null;
  const { json } = analyzed.document;
  const tree = analyzed.document.tree ?? { kind: 'unknown', span: analyzed.document.span };
  const place = pathAt(tree, diagnostic.span.start);
  return { context, diagnostic, analyzed, tree, json, editor: { text: context.text, tree }, place, path: place.path, written: context.text.slice(diagnostic.span.start, diagnostic.span.end) };
}

/** Its edits, where it changes this file alone. */
function ownEdits(context: FeatureContext, { changes }: Fix): readonly TextEdit[] | null {
  const [change, second] = changes;
  return change?.kind === 'edit' && second === undefined && change.file === context.file ? change.edits : null;
}

/** The likeliest fix of each, the first before all, as far as they do not touch one another. */
function fixAll(context: FeatureContext, diagnostics: readonly Diagnostic[], code: string): readonly Fix[] {
  const edits: TextEdit[] = [];
  let count = 0;
  for (const diagnostic of diagnostics) {
    const fix = fixesOf(context, diagnostic).find(({ preferred }) => preferred);
    const own = fix === undefined ? null : ownEdits(context, fix);
    if (own === null || own.some((edit) => edits.some((other) => edit.span.start <= other.span.end && other.span.start <= edit.span.end))) continue;
    edits.push(...own);
    count += 1;
  }
  if (count < 2) return [];
  return [{ title: `Fix all ${count} of ${code} in this file`, changes: [{ kind: 'edit', file: context.file, edits: edits.sort((a, b) => a.span.start - b.span.start) }], preferred: false }];
}
