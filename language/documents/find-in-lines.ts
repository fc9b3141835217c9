import { textChange, type TextChange } from '../syntax/text-change.ts';

export interface InLine<T> {
  /** In the text. */
  readonly offset: number;
  readonly found: T;
}

/** What there is in a stretch of whole lines, in the order of the text; offsets from its beginning. Nothing reaches over the end of a line. */
export type FindInLine<T> = (lines: string) => readonly InLine<T>[];

export interface FoundInLines<T> {
  readonly text: string;
  readonly found: readonly InLine<T>[];
}

/** Searches a text, of which an earlier version may have been searched already: then only the lines in which the two differ. */
export function findInLines<T>(before: FoundInLines<T> | null, text: string, find: FindInLine<T>, changeOf: (before: string, after: string) => TextChange | null = textChange): FoundInLines<T> {
  if (before === null) return { text, found: find(text) };
  const change = changeOf(before.text, text);
  if (change === null) return before;
  const start = change.start === 0 ? 0 : before.text.lastIndexOf('\n', change.start - 1) + 1;
  const newline = before.text.indexOf('\n', change.oldEnd);
  const oldEnd = newline < 0 ? before.text.length : newline;
  const by = change.newEnd - change.oldEnd;
  return {
    text,
    found: [
      ...before.found.filter(({ offset }) => offset < start),
      ...find(text.slice(start, oldEnd + by)).map(({ offset, found }) => ({ offset: offset + start, found })),
      ...before.found.filter(({ offset }) => offset >= oldEnd).map(({ offset, found }) => ({ offset: offset + by, found })),
    ],
  };
}
