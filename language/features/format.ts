import type { Analysis } from '../checks/analyze-file.ts';
import { jsonEqual } from '../documents/json-access.ts';
import { parseYaml } from '../syntax/parse-yaml.ts';
import type { Span } from '../syntax/span.ts';
import { treeToJson } from '../syntax/tree-json.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import { applyEdits } from './apply-edits.ts';
import type { FeatureContext, TextEdit } from './feature-context.ts';
import { flowSpacing } from './format-flow.ts';
import { LineFormatter } from './format-lines.ts';
import { newline } from './yaml-edit.ts';

/** The edits that lay a file out as the manual does. Comments, quotes, blank lines and every value stay. */
export function format({ analysis, text }: Pick<FeatureContext, 'analysis' | 'text'>): readonly TextEdit[] {
  const { indentation, spacing } = layOut(analysis, text);
  return ifSafe(text, inOrder([...indentation, ...spacing]));
}

/** Of these edits those in a stretch of the text. Lines move only where all that move lie in it: a level moves as a whole. */
export function formatRange({ analysis, text }: Pick<FeatureContext, 'analysis' | 'text'>, range: Span): readonly TextEdit[] {
  const { indentation, spacing } = layOut(analysis, text);
  const inside = ({ span }: TextEdit): boolean => range.start <= span.start && span.end <= range.end;
  const moved = indentation.every(inside) ? indentation : [];
  return ifSafe(text, inOrder([...moved, ...spacing.filter(inside)]));
}

interface Layout {
  readonly indentation: readonly TextEdit[];
  readonly spacing: readonly TextEdit[];
}

function layOut(analysis: Analysis, text: string): Layout {
  const indentation: TextEdit[] = [];
  const spacing: TextEdit[] = [];
  // Of what cannot be read nobody knows what white space means; somebody else's document is not ours to lay out.
  if (analysis.documents.length === 0 || analysis.documents.some(({ document }) => document.broken)) return { indentation, spacing };
  for (const { document } of analysis.documents) {
    const { tree, span } = document;
    if (tree === null) continue;
    const lines = new LineFormatter(text, analysis.lines);
    lines.visit(tree, 0);
    indentation.push(...(lines.indentation(span) ?? []));
    // Where lines may not move, what follows a dash may not either: the fields below are in line with it.
    spacing.push(...(lines.indentation(span) === null ? lines.spacing.filter(({ newText }) => newText !== '- ') : lines.spacing), ...flowSpacing(text, tree), ...trailingSpace(text, analysis, span, lines, tree));
  }
  return { indentation, spacing: [...spacing, ...finalNewline(analysis, text)] };
}

function trailingSpace(text: string, analysis: Analysis, span: Span, lines: LineFormatter, tree: YamlNode): readonly TextEdit[] {
  if (tree.kind === 'scalar') return [];
  return [...text.slice(span.start, span.end).matchAll(/[ \t]+(?=\r?\n|$)/g)].flatMap((match) => {
    const start = span.start + match.index;
    if (start + match[0].length < text.length && !/[\r\n]/.test(text.charAt(start + match[0].length))) return [];
    return lines.isInside(analysis.lines.at(start).line) ? [] : [{ span: { start, end: start + match[0].length }, newText: '' }];
  });
}

/** One line break at the end, unless the file ends in a block whose line breaks are its own. */
function finalNewline(analysis: Analysis, text: string): readonly TextEdit[] {
  const last = analysis.documents.at(-1)?.document;
  if (last === undefined || last.span.end < text.trimEnd().length) return [];
  return /[^\r\n]$/.test(text) && !endsInBlock(last.tree) ? [{ span: { start: text.length, end: text.length }, newText: newline(text) }] : [];
}

function endsInBlock(node: YamlNode | null): boolean {
  switch (node?.kind) {
    case 'scalar':
      return node.style === 'literal' || node.style === 'folded';
    case 'map':
      return endsInBlock(node.entries.findLast(({ merged }) => !merged)?.value ?? null);
    case 'seq':
      return endsInBlock(node.items.at(-1) ?? null);
    case 'alias':
    case 'unknown':
    case undefined:
      return false;
  }
}

/** In the order of the text; of two that touch the same white space the first wins. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  const sorted = edits.toSorted((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
  const kept: TextEdit[] = [];
  for (const edit of sorted) if (edit.span.start >= (kept.at(-1)?.span.end ?? 0)) kept.push(edit);
  return kept;
}

/** Where anchors, tags or explicit keys make it hard to see what a space means, the result is read again and compared. */
function ifSafe(text: string, edits: readonly TextEdit[]): readonly TextEdit[] {
  if (edits.length === 0 || !/(?:^|[\s[{,])[&*!?][^\s]|^\s*\?\s|\t/m.test(text)) return edits;
  const [before, after] = [text, applyEdits(text, edits)].map(parseYaml);
  const same = before?.length === after?.length && before?.every((document, i) => {
    const other = after?.[i];
    return other !== undefined && document.problems.length === other.problems.length && jsonEqual(document.tree === null ? null : treeToJson(document.tree), other.tree === null ? null : treeToJson(other.tree));
  });
  return same === true ? edits : [];
}
