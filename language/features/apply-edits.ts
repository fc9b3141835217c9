import type { TextEdit } from './feature-context.ts';

/** The text after its edits. Edits may come in any order; two that touch the same characters are a bug of the caller. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  let result = '';
  let position = 0;
  for (const { span, newText } of ordered) {
    result += text.slice(position, span.start) + newText;
    position = Math.max(position, span.end);
  }
  return result + text.slice(position);
}

/** In the order of the text, each place once: an alias or a merge key can lead to one place twice. */
export function uniqueEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
  return [...new Map(edits.map((edit) => [edit.span.start, edit])).values()].sort((a, b) => a.span.start - b.span.start);
}
