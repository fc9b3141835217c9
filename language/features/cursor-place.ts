import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { readBlockLine, skipSpaces, LineWalker, type LineElement } from './block-lines.ts';
import { flowPlace, insideQuotes } from './flow-place.ts';

/**
 * Where a cursor stands while a document is being typed. Found from the lines around it, not from the tree: at that
 * moment the text often is no YAML at all.
 */
export interface CursorPlace {
  /** `key`: a key of the mapping at `path`; `value`: the value at `path`; `item`: a new `- ` of the sequence at `path`. */
  readonly position: 'key' | 'value' | 'item';
  readonly path: YamlPath;
  /** What is replaced: the token the cursor touches. */
  readonly typed: Span;
  /** Keys that the mapping has already; in a flow sequence, its other items. */
  readonly siblings: ReadonlySet<string>;
  /** The column of a new key or item. */
  readonly indent: number;
  readonly flow: boolean;
  readonly quote: '"' | "'" | null;
  /** Where the scalar begins; an expression may have begun long before the cursor. */
  readonly scalarStart: number;
  /** Whether a `:` stands behind the key already. */
  readonly followedByColon: boolean;
  /** Whether the value follows its colon without a space. */
  readonly needsSpace: boolean;
}

interface Ancestor {
  readonly element: LineElement;
  readonly index: number;
  readonly lineStart: number;
  /** Whether more elements follow on its line, so that no scalar begins there. */
  readonly followed: boolean;
}

interface Chain {
  /** From the root to the element that holds the cursor. */
  readonly ancestors: readonly Ancestor[];
  readonly siblings: Set<string>;
  /** Whether a dash stands at the cursor's column, and how many. */
  readonly dashes: number;
}

/** What may be written at a cursor: several where the text leaves it open. Empty inside a comment. */
export function cursorPlaces(text: string, offset: number): readonly CursorPlace[] {
  const walker = new LineWalker(text, offset);
  const { line, start } = walker;
  const column = offset - start;
  if (isInComment(line, column)) return [];
  const read = readBlockLine(line);
  // What begins behind the cursor does not hold it; on an empty line the cursor itself is the token.
  const elements = read.elements.filter((element) => element.kind === 'dash' ? element.after <= column : element.column <= column);
  const leaf = elements.at(-1);
  const inKey = leaf?.kind === 'key' && column <= leaf.after - 1 ? leaf : null;
  const own = inKey === null ? elements : elements.slice(0, -1);
  const tokenColumn = inKey?.column ?? Math.min(column, elements.length === read.elements.length ? read.rest : column);
  const chain = climb(text, offset, own, tokenColumn);
  const inside = insideValue(text, offset, start, chain.ancestors, own.length);
  if (inside !== null) return [inside];
  return blockPlaces(text, offset, chain, { line, start, column, tokenColumn, inKey, own });
}

function isInComment(line: string, column: number): boolean {
  const before = line.slice(0, column);
  const hash = /(?:^|\s)#/.exec(before.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, (quoted) => '_'.repeat(quoted.length)));
  return hash !== null && !before.includes('{%') && !/["'|>]/.test(before.slice(0, hash.index));
}

/** Looks upward for what the cursor is indented below. */
function climb(text: string, offset: number, own: readonly LineElement[], tokenColumn: number): Chain {
  const walker = new LineWalker(text, offset);
  const lineStart = walker.start;
  const siblings = new Set<string>();
  const ancestors: Ancestor[] = own.map((element, i) => ({ element, index: 0, lineStart, followed: i < own.length - 1 }));
  const first = own[0];
  let child = { column: first?.column ?? tokenColumn, dash: first?.kind === 'dash', leaf: first === undefined };
  let dashes = 0;
  let count = 0;
  const settle = (): void => {
    const [head] = ancestors;
    if (head?.element.kind === 'dash' && !child.leaf) ancestors[0] = { ...head, index: count };
    count = 0;
  };
  while (walker.up()) {
    if (walker.isMarker) break;
    const { indent } = walker;
    if (indent === null || indent > child.column) continue;
    const { elements } = readBlockLine(walker.line);
    const same = elements.findIndex((element) => element.column === child.column);
    const sibling = elements[same];
    const parent = elements.findLastIndex((element) => element.column < child.column);
    if (sibling?.kind === 'dash' && child.dash) count += 1;
    if (sibling?.kind === 'dash' && child.leaf) dashes += 1;
    if (sibling?.kind === 'key' && child.leaf) siblings.add(sibling.name);
    const indentless = sibling?.kind === 'key' && child.dash ? same : -1;
    const owner = Math.max(parent, indentless);
    if (owner < 0) continue;
    settle();
    // A dash of the parent's own line is its first; those above it are counted further up.
    ancestors.unshift(...elements.slice(0, owner + 1).map((element, i) => ({ element, index: 0, lineStart: walker.start, followed: i < elements.length - 1 })));
    const head = elements[0];
    child = { column: head?.column ?? 0, dash: head?.kind === 'dash', leaf: false };
    if (child.column === 0 && !child.dash) break;
  }
  settle();
  return { ancestors, siblings, dashes };
}

/** Inside a flow collection, a block scalar, or a text over several lines that an ancestor begins. */
function insideValue(text: string, offset: number, cursorLine: number, ancestors: readonly Ancestor[], own: number): CursorPlace | null {
  const rootFlow = ancestors.length === 0 ? rootCollection(text, offset) : null;
  if (rootFlow !== null) return flowPlace(text, rootFlow, offset, []);
  for (const [depth, { element, lineStart, followed }] of ancestors.entries()) {
    if (followed) continue;
    const start = valueStart(text, lineStart + element.after);
    const path = pathOf(ancestors.slice(0, depth + 1));
    const isLast = depth === ancestors.length - 1;
    const head = text.charAt(start);
    if ((head === '[' || head === '{') && start < offset && !text.startsWith('{%', start)) {
      const place = flowPlace(text, start, offset, path);
      if (place !== null) return place;
    }
    if (lineStart === cursorLine || start >= offset || /[\r\n#]|^$/.test(head)) continue;
    // What stands below a value that is already there continues it.
    if (head === '|' || head === '>' || (isLast && own === 0)) return scalarPlace(text, offset, path, start);
  }
  return null;
}

/** Where a document that is written as one flow collection begins. */
function rootCollection(text: string, offset: number): number | null {
  const before = text.slice(0, offset);
  const marker = Math.max(before.lastIndexOf('\n---'), before.startsWith('---') ? 0 : -1);
  const start = marker < 0 ? 0 : before.indexOf('\n', marker + 1) + 1;
  const match = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*[ \t]*(?=[[{])/.exec(before.slice(start));
  return match === null ? null : start + match[0].length;
}

function scalarPlace(text: string, offset: number, path: YamlPath, scalarStart: number): CursorPlace {
  let start = offset;
  while (start > scalarStart && /[\w$-]/.test(text.charAt(start - 1))) start -= 1;
  return { position: 'value', path, typed: { start, end: offset }, siblings: new Set(), indent: 0, flow: false, quote: null, scalarStart, followedByColon: false, needsSpace: false };
}

/** After the colon or dash: spaces, anchors and tags are skipped. */
function valueStart(text: string, from: number): number {
  const head = /^(?:[ \t]+|[&!][^\s,[\]{}]*(?=\s))*/.exec(text.slice(from, from + 200));
  return from + (head?.[0].length ?? 0);
}

function pathOf(ancestors: readonly Ancestor[]): YamlPath {
  return ancestors.map(({ element, index }) => (element.kind === 'dash' ? index : element.name));
}

interface LineAt {
  readonly line: string;
  readonly start: number;
  readonly column: number;
  readonly tokenColumn: number;
  readonly inKey: LineElement | null;
  readonly own: readonly LineElement[];
}

function blockPlaces(text: string, offset: number, chain: Chain, at: LineAt): readonly CursorPlace[] {
  const path = pathOf(chain.ancestors);
  const leaf = at.own.at(-1);
  const end = at.inKey === null ? lineTokenEnd(at.line, at.column) : trimmedEnd(at.line, at.inKey);
  const typed = { start: at.start + Math.min(at.tokenColumn, at.column), end: at.start + Math.max(at.column, end) };
  const shared = { typed, indent: at.tokenColumn, flow: false, quote: null, scalarStart: typed.start, needsSpace: false } as const;
  const siblings = new Set([...chain.siblings, ...siblingsBelow(text, offset, at.tokenColumn)]);
  const key: CursorPlace = { ...shared, position: 'key', path, siblings, followedByColon: at.inKey !== null };
  if (at.inKey !== null) return [key];
  if (leaf?.kind === 'key') return [valuePlace(text, offset, path, at, leaf)];
  if (leaf?.kind === 'dash') return [key, valuePlace(text, offset, path, at, leaf)];
  if (chain.ancestors.length === 0) return [key];
  const item: CursorPlace = { ...shared, position: 'item', path, siblings: new Set(), followedByColon: false };
  if (chain.dashes > 0) return chain.ancestors.at(-1)?.element.column === at.tokenColumn ? [item, key] : [item];
  if (chain.siblings.size > 0 || siblings.size > 0) return [key];
  return chain.ancestors.at(-1)?.element.kind === 'key' ? [key, item, { ...valuePlace(text, offset, path, at, null), typed }] : [key];
}

function trimmedEnd(line: string, key: LineElement): number {
  return line.slice(0, key.after - 1).trimEnd().length;
}

/** A plain value ends with its line, or where a comment begins. */
function lineTokenEnd(line: string, column: number): number {
  const rest = line.slice(column);
  const comment = /\s+#/.exec(rest);
  return column + (comment === null ? rest.trimEnd().length : comment.index);
}

function valuePlace(text: string, offset: number, path: YamlPath, at: LineAt, leaf: LineElement | null): CursorPlace {
  const from = leaf === null ? at.tokenColumn : leaf.after;
  const start = at.start + Math.min(at.column, skipSpaces(at.line, from));
  const quote = text.charAt(start) === '"' ? ('"' as const) : text.charAt(start) === "'" ? ("'" as const) : null;
  const quoted = quote !== null && offset > start;
  const typed = quoted ? { start: start + 1, end: Math.max(offset, insideQuotes(text, start)) } : { start, end: at.start + Math.max(at.column, lineTokenEnd(at.line, at.column)) };
  const needsSpace = leaf?.kind === 'key' && start === at.start + leaf.after;
  return { position: 'value', path, typed, siblings: new Set(), indent: at.tokenColumn, flow: false, quote: quoted ? quote : null, scalarStart: start, followedByColon: false, needsSpace };
}

/** The keys below the cursor in the same mapping. */
function siblingsBelow(text: string, offset: number, column: number): readonly string[] {
  const walker = new LineWalker(text, offset);
  const keys: string[] = [];
  while (walker.down()) {
    if (walker.isMarker) break;
    const { indent } = walker;
    if (indent === null || indent > column) continue;
    const [first] = readBlockLine(walker.line).elements;
    if (indent < column || first?.kind !== 'key') break;
    keys.push(first.name);
  }
  return keys;
}
