import type { Span } from './span.ts';
import { followAlias, type YamlNode } from './yaml-tree.ts';

/** Keys and indices from the root of a document. */
export type YamlPath = readonly (string | number)[];

export interface YamlPlace {
  /** Null for the root and for items of a sequence. */
  readonly keySpan: Span | null;
  readonly node: YamlNode;
}

/** The place of a path, or null where the document has nothing there. */
export function locate(root: YamlNode, path: YamlPath): YamlPlace | null {
  let place: YamlPlace = { keySpan: null, node: root };
  for (const segment of path) {
    const node = followAlias(place.node);
    if (node.kind === 'map') {
      const entry = node.entries.find((candidate) => candidate.key === String(segment));
      if (entry === undefined) return null;
      place = { keySpan: entry.keySpan, node: entry.value };
    } else if (node.kind === 'seq') {
      const item = typeof segment === 'number' ? node.items[segment] : undefined;
      if (item === undefined) return null;
      place = { keySpan: null, node: item };
    } else {
      return null;
    }
  }
  return place;
}

/** Where to point for a value: itself when it is short, else the key it stands under, else its first key. */
export function valueSpan(root: YamlNode, path: YamlPath): Span {
  const place = nearest(root, path);
  const { node } = place;
  if (node.kind === 'alias') return node.span;
  if (node.kind === 'map' || node.kind === 'seq') return headSpan(place);
  return node.span.end > node.span.start ? node.span : (place.keySpan ?? node.span);
}

/** Where to point for a field: its key where it has one. */
export function keySpan(root: YamlNode, path: YamlPath): Span {
  const place = nearest(root, path);
  return place.keySpan ?? headSpan(place);
}

function nearest(root: YamlNode, path: YamlPath): YamlPlace {
  for (let length = path.length; length > 0; length -= 1) {
    const place = locate(root, path.slice(0, length));
    if (place !== null) return place;
  }
  return { keySpan: null, node: root };
}

function headSpan(place: YamlPlace): Span {
  if (place.keySpan !== null) return place.keySpan;
  const node = followAlias(place.node);
  if (node.kind === 'map') return node.entries.find((entry) => !entry.merged)?.keySpan ?? shorten(node.span);
  if (node.kind === 'seq') return node.items[0] === undefined ? shorten(node.span) : headSpan({ keySpan: null, node: node.items[0] });
  return node.span;
}

function shorten(span: Span): Span {
  return { start: span.start, end: Math.min(span.end, span.start + 1) };
}
