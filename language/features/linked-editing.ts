import type { Span } from '../syntax/span.ts';
import type { FeatureContext } from './feature-context.ts';
import { findOccurrences, isLocal } from './find-occurrences.ts';
import { symbolAt } from './symbol-at.ts';

/** The id under the cursor and its uses in this file, to be typed at once; all hold the same text. Empty where that cannot be. */
export function linkedEditing(context: FeatureContext, offset: number): readonly Span[] {
  const symbol = symbolAt(context, offset);
  if (symbol === null || !isLocal(symbol)) return [];
  const occurrences = findOccurrences(context, symbol);
  if (!occurrences.some(({ role }) => role === 'definition')) return [];
  const spans = occurrences.map(({ span }) => {
    const written = context.text.slice(span.start, span.end);
    return /^(["'`]).*\1$/s.test(written) ? { start: span.start + 1, end: span.end - 1 } : span;
  });
  return spans.every(({ start, end }) => context.text.slice(start, end) === symbol.name) ? spans : [];
}
