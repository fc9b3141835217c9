import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { FeatureContext } from './feature-context.ts';
import { trimmedEnd } from './yaml-edit.ts';

/** Lines count from 1. */
export interface FoldingRange {
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: 'region' | 'comment';
}

/** What can be folded: values of several lines, documents, and comments of several lines. */
export function foldingRanges(context: FeatureContext): readonly FoldingRange[] {
  const { analysis, text } = context;
  const found = new Map<number, FoldingRange>();
  const take = (startLine: number, endLine: number, kind: FoldingRange['kind']): void => {
    const known = found.get(startLine);
    if (endLine > startLine && (known === undefined || known.endLine < endLine)) found.set(startLine, { startLine, endLine, kind });
  };
  const fold = (start: number, node: YamlNode): void => {
    take(analysis.lines.at(start).line, analysis.lines.at(trimmedEnd(text, node.span)).line, 'region');
    visit(node);
  };
  const visit = (node: YamlNode): void => {
    if (node.kind === 'map') for (const entry of node.entries) {
      // A value that ends on the line it begins on folds nothing, and neither does what is in it.
      if (!entry.merged && (entry.value.kind !== 'scalar' || isLong(text, entry.value))) fold(entry.keySpan.start, entry.value);
    }
    if (node.kind === 'seq') for (const item of node.items) if (item.kind !== 'scalar' && item.kind !== 'alias') fold(item.span.start, item);
  };
  for (const { document } of analysis.documents) if (document.tree !== null) visit(document.tree);
  for (const [first, last] of commentBlocks(text)) take(first, last, 'comment');
  return [...found.values()].sort((a, b) => a.startLine - b.startLine);
}

function isLong(text: string, node: YamlNode): boolean {
  const end = text.indexOf('\n', node.span.start);
  return end >= 0 && end < node.span.end;
}

function commentBlocks(text: string): readonly (readonly [number, number])[] {
  const blocks: [number, number][] = [];
  let line = 1;
  let from = 0;
  let first: number | null = null;
  while (from <= text.length) {
    const next = text.indexOf('\n', from);
    const end = next < 0 ? text.length : next;
    let at = from;
    while (text.charCodeAt(at) === 32) at += 1;
    const isComment = text.charCodeAt(at) === 35 && at < end;
    if (isComment) first ??= line;
    else if (first !== null) {
      if (line - 1 > first) blocks.push([first, line - 1]);
      first = null;
    }
    from = end + 1;
    line += 1;
  }
  return blocks;
}
