import type { YamlMap, YamlNode, YamlSeq } from '../syntax/yaml-tree.ts';
import type { TextEdit } from './feature-context.ts';
import { isFlow } from './yaml-edit.ts';

/** One space where flow collections have some or none: `{ a: 1, b: [x, y] }`. What is written over lines stays. */
export function flowSpacing(text: string, node: YamlNode): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  visit(text, node, edits);
  return edits;
}

function visit(text: string, node: YamlNode, edits: TextEdit[]): void {
  switch (node.kind) {
    case 'map':
      if (isFlow(text, node)) spaceMap(text, node, edits);
      for (const { value, merged } of node.entries) if (!merged) visit(text, value, edits);
      return;
    case 'seq':
      if (isFlow(text, node)) spaceSeq(text, node, edits);
      for (const item of node.items) visit(text, item, edits);
      return;
    case 'scalar':
    case 'alias':
    case 'unknown':
      return;
  }
}

function spaceMap(text: string, map: YamlMap, edits: TextEdit[]): void {
  // A merge key is no entry: what is between the others cannot be told.
  if (map.entries.some(({ merged }) => merged)) return;
  let position = map.span.start + 1;
  for (const [i, { keySpan, value }] of map.entries.entries()) {
    gap(text, position, keySpan.start, i === 0 ? /^[ \t]*$/ : /^[ \t]*,[ \t]*$/, i === 0 ? ' ' : ', ', edits);
    const hasValue = value.span.end > value.span.start;
    if (hasValue) gap(text, keySpan.end, value.span.start, /^[ \t]*:[ \t]*$/, ': ', edits);
    position = hasValue ? value.span.end : keySpan.end;
  }
  gap(text, position, map.span.end - 1, /^[ \t]*$/, map.entries.length === 0 ? '' : ' ', edits);
}

function spaceSeq(text: string, seq: YamlSeq, edits: TextEdit[]): void {
  let position = seq.span.start + 1;
  for (const [i, { span }] of seq.items.entries()) {
    if (span.end === span.start) return;
    gap(text, position, span.start, i === 0 ? /^[ \t]*$/ : /^[ \t]*,[ \t]*$/, i === 0 ? '' : ', ', edits);
    position = span.end;
  }
  gap(text, position, seq.span.end - 1, /^[ \t]*$/, '', edits);
}

/** Only what is white space and the expected mark is touched: a comment, an anchor or a tag is left alone. */
function gap(text: string, start: number, end: number, form: RegExp, wanted: string, edits: TextEdit[]): void {
  const written = end >= start ? text.slice(start, end) : null;
  if (written !== null && written !== wanted && form.test(written)) edits.push({ span: { start, end }, newText: wanted });
}
