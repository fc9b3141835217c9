import type { FeatureContext } from './feature-context.ts';
import { sitesOf } from './reference-sites.ts';
import { everySymbol, hasAnchors, symbolAt, type SymbolAt } from './symbol-at.ts';

/**
 * Every place of one document that means the same as `symbol`, in the order of the text. Looks where the text holds
 * the name, and asks there what it stands for, so that a long document costs no more than its matches.
 */
export function findOccurrences(context: FeatureContext, symbol: Pick<SymbolAt, 'kind' | 'name' | 'document' | 'scope'>): readonly SymbolAt[] {
  const { document } = symbol.document;
  const { start, end } = document.span;
  const found = new Map<number, SymbolAt>();
  const take = (other: SymbolAt | null): void => {
    if (other?.kind === symbol.kind && other.name === symbol.name && other.scope === symbol.scope && other.document === symbol.document) found.set(other.span.start, other);
  };
  if (symbol.name === '' || mayBeSpeltOtherwise(context.text, symbol.name) || hasAnchors(context.text, document.span)) {
    for (const other of everySymbol(context.text, symbol.document)) take(other);
  } else {
    for (let at = context.text.indexOf(symbol.name, start); at >= 0 && at < end; at = context.text.indexOf(symbol.name, at + symbol.name.length)) take(symbolAt(context, at));
  }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}

/** A name with white space may be folded over lines, one with quotes doubled, and any may hold escapes. */
function mayBeSpeltOtherwise(text: string, name: string): boolean {
  return /[\s'"\\]/.test(name) || /\\[xuU]/.test(text);
}

/** Whether a name is known in its document only. */
export function isLocal(symbol: Pick<SymbolAt, 'kind'>): boolean {
  return sitesOf(symbol.kind)?.local !== false;
}
