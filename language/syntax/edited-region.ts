import type { Span } from './span.ts';
import type { TextChange } from './text-change.ts';
import type { YamlMap, YamlNode, YamlSeq } from './yaml-tree.ts';

export type Collection = YamlMap | YamlSeq;

/** Whole lines that hold the children `first..last` of a block collection, and nothing of its other children. */
export interface EditedRegion {
  /** From the root down to the collection itself, each with the child that leads on. */
  readonly chain: readonly ChainLink[];
  readonly first: number;
  readonly last: number;
  /** In the text before the edit. */
  readonly span: Span;
}

export interface ChainLink {
  readonly node: Collection;
  readonly column: number;
  /** Index of the child on the way down; of the collection itself the first one of the region. */
  readonly child: number;
}

/** Below this there is nothing to be gained by looking for less. */
const SMALL = 600;

/** The regions that an edit lies in, the smallest first. */
export function editedRegions(tree: YamlNode, text: string, document: Span, change: TextChange): readonly EditedRegion[] {
  const regions: EditedRegion[] = [];
  const chain: ChainLink[] = [];
  let node: YamlNode = tree;
  let end = document.end;
  while (node.kind === 'map' || node.kind === 'seq') {
    const column = columnOf(node, text);
    if (column === null) break;
    const first = lastChildBefore(node, column, text, change.start);
    if (first === null) break;
    const last = lastChildBefore(node, column, text, change.oldEnd) ?? first;
    const start = childStart(node, first, column, text);
    const next = last + 1 < countOf(node) ? childStart(node, last + 1, column, text) : end;
    if (start === null || next === null || change.oldEnd > next) break;
    regions.push({ chain: [...chain, { node, column, child: first }], first, last, span: { start, end: next } });
    if (first !== last || next - start < SMALL) break;
    chain.push({ node, column, child: first });
    end = next;
    node = childOf(node, first);
  }
  return regions.reverse();
}

export function countOf(node: Collection): number {
  return node.kind === 'map' ? node.entries.length : node.items.length;
}

export function childOf(node: Collection, index: number): YamlNode {
  const child = node.kind === 'map' ? node.entries[index]?.value : node.items[index];
  return child ?? { kind: 'unknown', span: node.span };
}

/** Null for what is written in [ ] or { }, and for what does not begin a line. */
function columnOf(node: Collection, text: string): number | null {
  const { start } = node.span;
  if (node.kind === 'map' ? '{?'.includes(text[start] ?? '{') : text[start] !== '-') return null;
  return start - lineStart(text, start);
}

/** The last child whose lines begin at or before an offset. */
function lastChildBefore(node: Collection, column: number, text: string, offset: number): number | null {
  let low = 0;
  let high = countOf(node) - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (placeOf(node, middle) <= offset) low = middle;
    else high = middle - 1;
  }
  // The lines of a child may begin before the place by which it was looked for, never after.
  if (low + 1 < countOf(node) && (childStart(node, low + 1, column, text) ?? Infinity) <= offset) low += 1;
  const start = high < 0 ? null : childStart(node, low, column, text);
  if (start === null) return null;
  if (start <= offset) return low;
  return low === 0 ? null : low - 1;
}

function placeOf(node: Collection, index: number): number {
  return (node.kind === 'map' ? node.entries[index]?.keySpan.start : node.items[index]?.span.start) ?? 0;
}

/** Where the first line of a child begins; null where it shares the line with something else. */
function childStart(node: Collection, index: number, column: number, text: string): number | null {
  let start = lineStart(text, placeOf(node, index));
  if (node.kind === 'map') return isBlank(text, start, column) && placeOf(node, index) === start + column ? start : null;
  // An item may stand below its dash.
  const floor = index === 0 ? node.span.start - column : placeOf(node, index - 1);
  for (; start >= floor; start = lineStart(text, start - 1)) {
    if (isBlank(text, start, column) && text[start + column] === '-' && /[\s]|^$/.test(text[start + column + 1] ?? '')) return start;
    if (start === 0) break;
  }
  return null;
}

export function isBlank(text: string, start: number, length: number): boolean {
  for (let i = start; i < start + length; i += 1) if (text[i] !== ' ') return false;
  return true;
}

export function lineStart(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}
