import { amazonPart } from '../../checks/amazon-spelling.ts';
import { nameOfFile } from '../../documents/name-of-file.ts';
import { amazonFields, machineAt, type AmazonPart } from '../../documents/states/amazon-fields.ts';
import { locate } from '../../syntax/yaml-path.ts';
import { followAlias } from '../../syntax/yaml-tree.ts';
import type { TextEdit } from '../feature-context.ts';
import { columnOf, isFlow, newline, trimmedEnd } from '../yaml-edit.ts';
import { sameQuotes, writeScalar } from '../write-scalar.ts';
import { editFix, type Fixer, type FixPlace } from './fix.ts';

/** Every field of a pasted machine, or of pasted states, in our spelling; a machine without a document around it gets one. */
export const spellAsHere: Fixer = (at) => {
  const part = amazonPart(at.analyzed.document);
  if (part === null) return [];
  const names = renamed(at, part);
  const moved = part.kind === 'machine' && part.path.length === 0 ? underSpec(at, part.besides) : [];
  return moved === null ? [] : editFix(at, part.kind === 'machine' ? 'Turn the machine into a states document' : 'Spell the fields as here', together(moved, names), true);
};

/** Each key once, however many aliases lead to it. */
function renamed({ json, tree, context: { text } }: FixPlace, part: AmazonPart): readonly TextEdit[] {
  const fields = part.kind === 'machine' ? amazonFields(machineAt(json, part.path), part.path, 'spec') : part.paths.flatMap((path) => amazonFields(machineAt(json, path), path, 'state'));
  const edits = fields.flatMap(({ path, ours }) => {
    const span = locate(tree, path)?.keySpan ?? null;
    return span === null ? [] : [{ span, newText: sameQuotes(text.slice(span.start, span.end), ours) }];
  });
  return [...new Map(edits.map((edit) => [edit.span.start, edit])).values()];
}

/** The lines of the machine two columns further in, below what a states document begins with; null where other fields stand among its own. */
function underSpec({ tree, context: { text, file } }: FixPlace, besides: readonly string[]): readonly TextEdit[] | null {
  const root = followAlias(tree);
  if (root.kind !== 'map' || besides.includes('spec') || (besides.length > 0 && isFlow(text, root))) return null;
  const own = root.entries.findIndex(({ key }) => !besides.includes(key));
  const first = root.entries[own];
  if (first === undefined || root.entries.slice(own).some(({ key }) => besides.includes(key))) return null;
  const start = isFlow(text, root) ? root.span.start : first.keySpan.start;
  if (columnOf(text, start) !== 0) return null;
  const head = besides.length > 0 ? ['spec:'] : ['apiVersion: agentrc.workflow/v0.1', 'kind: AgentWorkflow', `metadata: { name: ${writeScalar(nameOfFile(file))} }`, 'spec:'];
  const lines = linesWithText(text, start, trimmedEnd(text, root.span));
  return lines.map((line, i) => ({ span: { start: line, end: line }, newText: i === 0 ? `${head.map((each) => each + newline(text)).join('')}  ` : '  ' }));
}

/** Where each line begins that holds anything. */
function linesWithText(text: string, from: number, to: number): readonly number[] {
  const lines: number[] = [];
  for (let line = from; line < to && line >= from; line = text.indexOf('\n', line) + 1) {
    if (/^[^\S\r\n]*\S/.test(text.slice(line, line + 1000))) lines.push(line);
    if (text.indexOf('\n', line) < 0) break;
  }
  return lines;
}

/** Two edits at one place become one. */
function together(inserted: readonly TextEdit[], replaced: readonly TextEdit[]): readonly TextEdit[] {
  const before = new Map(inserted.map((edit) => [edit.span.start, edit]));
  const edits = replaced.map((edit) => {
    const same = before.get(edit.span.start);
    before.delete(edit.span.start);
    return same === undefined ? edit : { span: edit.span, newText: same.newText + edit.newText };
  });
  return [...before.values(), ...edits];
}
