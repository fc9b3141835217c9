import type { Span } from '../syntax/span.ts';
import type { FeatureContext } from './feature-context.ts';
import { findOccurrences, isLocal } from './find-occurrences.ts';
import { placesOf } from './references.ts';
import { symbolAt } from './symbol-at.ts';

export interface Highlight {
  readonly span: Span;
  readonly kind: 'write' | 'read';
}

/** The places of the name under the cursor in this file. */
export function highlights(context: FeatureContext, offset: number): readonly Highlight[] {
  const symbol = symbolAt(context, offset);
  if (symbol === null) return [];
  if (isLocal(symbol)) return findOccurrences(context, symbol).map(({ span, role }) => ({ span, kind: role === 'definition' ? 'write' : 'read' }));
  const here = placesOf(context, symbol, true).filter(({ file }) => file === context.file);
  const shown = here.length === 0 ? [{ span: symbol.span }] : here;
  return shown.map(({ span }) => ({ span, kind: symbol.role === 'definition' && span.start === symbol.span.start ? 'write' : 'read' }));
}
