import { once } from '../documents/once.ts';
import { textChange, type TextChange } from '../syntax/text-change.ts';
import type { Span } from '../syntax/span.ts';
import type { CodeLens } from './code-lens.ts';

/** The lenses that are shown, and the text they were made for. */
export interface ShownLenses {
  readonly text: string;
  readonly lenses: readonly CodeLens[];
}

/** The same lenses where their places are in a later text; those whose lines are gone are gone. */
export function movedLenses({ text: before, lenses }: ShownLenses, after: string): readonly CodeLens[] {
  const change = textChange(before, after);
  if (change === null) return lenses;
  const isLong = before.slice(change.start, change.oldEnd).includes('\n');
  const lines = once(() => linesIn(after, lineStart(after, change.start), change.newEnd));
  let from = 0;
  return lenses.flatMap((lens) => {
    const { span } = lens;
    if (!isLong || span.start < change.start || span.end > change.oldEnd) return [{ ...lens, span: moved(span, change) }];
    // Several edits make one long stretch, and most of its lines are still there.
    const start = lineStart(before, span.start);
    const found = lines().get(before.slice(start, lineEnd(before, span.end)))?.find((at) => at >= from);
    if (found === undefined) return [];
    from = found;
    return [{ ...lens, span: { start: found + span.start - start, end: found + span.end - start } }];
  });
}

/** Where each line of a stretch begins, by its text. */
function linesIn(text: string, start: number, end: number): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>();
  for (let at = start; at <= end; ) {
    const next = lineEnd(text, at);
    const line = text.slice(at, next);
    const known = lines.get(line);
    if (known === undefined) lines.set(line, [at]);
    else known.push(at);
    at = next + 1;
  }
  return lines;
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** What is typed at the edge of a name belongs to it. */
function moved({ start, end }: Span, { start: at, oldEnd, newEnd }: TextChange): Span {
  const place = (offset: number): number => (offset < oldEnd ? Math.min(offset, at) : offset + newEnd - oldEnd);
  return { start: start <= at ? start : place(start), end: place(end) };
}
