import type { TextPosition, TextRange } from '../../protocol/text-range.ts';

/** The document the cursor stands in: the last one that begins at or before it, else the first. */
export function documentAt<D extends { readonly range: TextRange }>(documents: readonly D[], at: TextPosition): D | null {
  return documents.findLast(({ range }) => !isBefore(at, range.start)) ?? documents[0] ?? null;
}

/** The smallest range that holds the position; a node may stand in another. */
export function innermostAt<N extends { readonly range: TextRange | null }>(nodes: readonly N[], at: TextPosition): N | null {
  const holding = nodes.filter(({ range }) => range !== null && !isBefore(at, range.start) && !isBefore(range.end, at));
  return holding.reduce<N | null>((best, node) => (best === null || linesOf(node) <= linesOf(best) ? node : best), null);
}

function linesOf({ range }: { readonly range: TextRange | null }): number {
  return range === null ? Number.POSITIVE_INFINITY : range.end.line - range.start.line;
}

function isBefore(a: TextPosition, b: TextPosition): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
