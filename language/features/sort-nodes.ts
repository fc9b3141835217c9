import type { YamlPlace } from '../syntax/yaml-path.ts';
import type { TextEdit } from './feature-context.ts';
import { dashBefore, isFlow, lineEnd, newline, trimmedEnd } from './yaml-edit.ts';

/** The items of a sequence in another order, each with the comments above it. `order[i]` is the index of the item that comes i-th. */
export function sortNodes(text: string, { node, keySpan }: YamlPlace, order: readonly number[]): readonly (TextEdit | null)[] {
  if (node.kind !== 'seq') return [];
  const spans = node.items.map(({ span }) => ({ start: span.start, end: trimmedEnd(text, span) }));
  if (isFlow(text, node)) {
    return spans.flatMap((span, i) => {
      const source = spans[order[i] ?? i];
      return source === undefined || order[i] === i ? [] : [{ span, newText: text.slice(source.start, source.end) }];
    });
  }
  const starts = spans.map((span, i) => withComments(text, lineStart(text, dashBefore(text, span.start)), lineEnd(text, spans[i - 1]?.end ?? keySpan?.end ?? 0)));
  const last = spans.at(-1);
  if (last === undefined) return [];
  const end = lineEnd(text, last.end);
  const chunks = starts.map((start, i) => text.slice(start, starts[i + 1] ?? end).replace(/\r?\n$/, ''));
  const sorted = order.map((index) => chunks[index] ?? '').join(newline(text));
  return [{ span: { start: starts[0] ?? end, end }, newText: sorted }];
}

/** The comments directly above belong to the item. */
function withComments(text: string, line: number, floor: number): number {
  const above = lineStart(text, line - 1);
  return above > floor && /^[ \t]*#/.test(text.slice(above, line)) ? withComments(text, above, floor) : line;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
