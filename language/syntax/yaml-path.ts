import type { Span } from './span.ts';
import { followAlias, type YamlEntry, type YamlMap, type YamlNode } from './yaml-tree.ts';

/** Keys and indices from the root of a document. */
export type YamlPath = readonly (string | number)[];

export function samePath(a: YamlPath, b: YamlPath): boolean {
  return a === b || (a.length === b.length && a.every((segment, i) => segment === b[i]));
}

export interface YamlPlace {
  /** Null for the root and for items of a sequence. */
  readonly keySpan: Span | null;
  readonly node: YamlNode;
}

/** How the entry of a key is found in a mapping. */
type FindEntry = (map: YamlMap, key: string) => YamlEntry | undefined;

const look: FindEntry = (map, key) => map.entries.find((entry) => entry.key === key);

/** The place of a path, or null where the document has nothing there. */
export function locate(root: YamlNode, path: YamlPath, find = look): YamlPlace | null {
  let place: YamlPlace | null = { keySpan: null, node: root };
  for (let i = 0; i < path.length && place !== null; i += 1) place = below(place.node, path[i] ?? '', find);
  return place;
}

/** What stands under a key or an index; null where there is nothing. */
function below(parent: YamlNode, segment: string | number, find: FindEntry): YamlPlace | null {
  const node = followAlias(parent);
  if (node.kind === 'map') {
    const entry = find(node, String(segment));
    return entry === undefined ? null : { keySpan: entry.keySpan, node: entry.value };
  }
  const item = node.kind === 'seq' && typeof segment === 'number' ? node.items[segment] : undefined;
  return item === undefined ? null : { keySpan: null, node: item };
}

/** Where to point for a value: itself when it is short, else the key it stands under, else its first key. */
export function valueSpan(root: YamlNode, path: YamlPath, find = look): Span {
  const place = nearest(root, path, find);
  const { node } = place;
  if (node.kind === 'alias') return node.span;
  if (node.kind === 'map' || node.kind === 'seq') return headSpan(place);
  return node.span.end > node.span.start ? node.span : (place.keySpan ?? node.span);
}

/** Where to point for a field: its key where it has one. */
export function keySpan(root: YamlNode, path: YamlPath, find = look): Span {
  const place = nearest(root, path, find);
  return place.keySpan ?? headSpan(place);
}

/** As far along a path as there is something. */
function nearest(root: YamlNode, path: YamlPath, find: FindEntry): YamlPlace {
  let place: YamlPlace = { keySpan: null, node: root };
  for (const segment of path) {
    const next = below(place.node, segment, find);
    if (next === null) break;
    place = next;
  }
  return place;
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

/** In shorter mappings a key is found as quickly by looking. */
const LONG = 16;

/** The places of one document, for many questions: each long mapping is indexed once, however many keys are looked for. */
export class YamlPlaces {
  readonly #root: YamlNode;
  readonly #indices = new Map<YamlMap, ReadonlyMap<string, YamlEntry>>();

  constructor(root: YamlNode) {
    this.#root = root;
  }

  locate(path: YamlPath): YamlPlace | null {
    return locate(this.#root, path, this.#find);
  }

  valueSpan(path: YamlPath): Span {
    return valueSpan(this.#root, path, this.#find);
  }

  keySpan(path: YamlPath): Span {
    return keySpan(this.#root, path, this.#find);
  }

  readonly #find: FindEntry = (map, key) => {
    if (map.entries.length < LONG) return look(map, key);
    const index = this.#indices.get(map) ?? indexOf(map);
    this.#indices.set(map, index);
    return index.get(key);
  };
}

function indexOf({ entries }: YamlMap): ReadonlyMap<string, YamlEntry> {
  const index = new Map<string, YamlEntry>();
  for (const entry of entries) index.set(entry.key, entry);
  return index;
}
