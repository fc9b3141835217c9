import { scalarSpan } from '../syntax/scalar-offset.ts';
import type { Span } from '../syntax/span.ts';
import { locate } from '../syntax/yaml-path.ts';
import type { FeatureContext } from './feature-context.ts';
import { expressionIn } from './expression-cursor.ts';
import { documentAt } from './document-at.ts';
import { contains, pathAt } from '../syntax/path-at.ts';
import { trimmedEnd } from './yaml-edit.ts';

/** What a growing selection takes in, from the word under the cursor to the document; each holds the one before. */
export function selectionRanges(context: FeatureContext, offset: number): readonly Span[] {
  const { text } = context;
  const analyzed = documentAt(context.analysis, offset);
  const tree = analyzed?.document.tree ?? null;
  if (analyzed === null || tree === null) return [{ start: 0, end: text.length }];
  const place = pathAt(tree, offset);
  const spans: Span[] = [];
  if (place.on === 'value' && place.node.kind === 'scalar') {
    const { node } = place;
    const inside = typeof node.value === 'string' && node.value.includes('{%') ? expressionIn(text, node, offset, false) : null;
    const token = inside?.tokens.find(({ start, end }) => start <= inside.at && inside.at <= end);
    if (inside !== null && token !== undefined) spans.push(scalarSpan(text, node, inside.start + token.start, token.end - token.start));
    if (inside !== null) spans.push(scalarSpan(text, node, inside.start, inside.source.length), scalarSpan(text, node, Math.max(0, inside.start - 2), inside.source.length + 4));
    if (node.style === 'single' || node.style === 'double') spans.push({ start: node.span.start + 1, end: node.span.end - 1 });
  }
  for (let length = place.path.length; length >= 0; length -= 1) {
    const at = locate(tree, place.path.slice(0, length));
    if (at === null) continue;
    const value = { start: at.node.span.start, end: trimmedEnd(text, at.node.span) };
    if (at.keySpan !== null && contains(at.keySpan, offset)) spans.push(at.keySpan);
    spans.push(value);
    if (at.keySpan !== null) spans.push({ start: at.keySpan.start, end: Math.max(at.keySpan.end, value.end) });
  }
  const { start, end } = analyzed.document.span;
  // The parser counts a line break that a comment at the very end has not got.
  spans.push({ start, end: Math.min(end, text.length) }, { start: 0, end: text.length });
  return growing(spans, offset);
}

function growing(spans: readonly Span[], offset: number): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    if (!contains(span, offset) || span.end < span.start) continue;
    const last = result.at(-1);
    if (last === undefined || (span.start <= last.start && last.end <= span.end && (span.start < last.start || last.end < span.end))) result.push(span);
  }
  return result;
}
