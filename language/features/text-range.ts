import type { TextRange } from '../../protocol/text-range.ts';
import type { LineIndex } from '../syntax/line-index.ts';
import type { Span } from '../syntax/span.ts';

/** A span as editors count it. */
export function textRange(lines: LineIndex, { start, end }: Span): TextRange {
  const from = lines.at(start);
  const to = lines.at(end);
  return { start: { line: from.line - 1, character: from.column - 1 }, end: { line: to.line - 1, character: to.column - 1 } };
}
