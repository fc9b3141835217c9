import type { Span } from './span.ts';
import type { YamlPath } from './yaml-path.ts';
import type { YamlEntry, YamlNode } from './yaml-tree.ts';

/** What of a document stands at an offset. */
export interface PathPlace {
  /** Of the innermost key or value there. */
  readonly path: YamlPath;
  readonly on: 'key' | 'value';
  /** The value, or what stands under the key. Aliases are not followed. */
  readonly node: YamlNode;
  /** Null for items of a sequence and the root. */
  readonly keySpan: Span | null;
  /** From the root to `node`, both included. */
  readonly chain: readonly YamlNode[];
}

/** Walks down only where the offset is; a sequence is searched by halves, since it may have thousands of items. */
export function pathAt(root: YamlNode, offset: number): PathPlace {
  const path: (string | number)[] = [];
  const chain: YamlNode[] = [root];
  let node = root;
  let keySpan: Span | null = null;
  for (;;) {
    if (node.kind === 'map') {
      const entry = entryAt(node.entries, offset);
      if (entry === null) return { path, on: 'value', node, keySpan, chain };
      path.push(entry.key);
      chain.push(entry.value);
      ({ keySpan, value: node } = entry);
      if (contains(entry.keySpan, offset)) return { path, on: 'key', node, keySpan, chain };
    } else if (node.kind === 'seq') {
      const index = itemAt(node.items, offset);
      const item = node.items[index];
      if (item === undefined || !contains(item.span, offset)) return { path, on: 'value', node, keySpan, chain };
      path.push(index);
      chain.push(item);
      keySpan = null;
      node = item;
    } else {
      return { path, on: 'value', node, keySpan, chain };
    }
  }
}

export function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}

/** The last entry that begins at or before the offset: a block value reaches to the line of the next key. */
function entryAt(entries: readonly YamlEntry[], offset: number): YamlEntry | null {
  const entry = entries.findLast(({ merged, keySpan }) => !merged && keySpan.start <= offset);
  return entry !== undefined && (contains(entry.keySpan, offset) || contains(entry.value.span, offset)) ? entry : null;
}

/** The last item that begins at or before the offset. */
function itemAt(items: readonly YamlNode[], offset: number): number {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((items[middle]?.span.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
