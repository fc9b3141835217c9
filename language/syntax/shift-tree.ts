import type { Span } from './span.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlSeq } from './yaml-tree.ts';

/** A node as it was before it was moved, and how far it has been moved since. */
interface Moved {
  readonly origin: YamlNode;
  readonly by: number;
}

// A derived class can put a private field on whatever its base has returned.
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- it is there for its constructor
class Returned {
  constructor(node: object) {
    return node;
  }
}

/**
 * A note on a moved collection that only this file can read, so that the node stays an ordinary value. Without it,
 * moving what was moved before would pile up, one layer for each key that is typed.
 */
class MovedNote extends Returned {
  readonly #moved: Moved;

  constructor(node: YamlNode, moved: Moved) {
    super(node);
    this.#moved = moved;
  }

  static read(node: object): Moved | null {
    return #moved in node ? node.#moved : null;
  }
}

/** The same node further down or up in the text. What lies in it is moved when somebody looks. */
export function shiftNode(node: YamlNode, by: number): YamlNode {
  if (by === 0) return node;
  const moved = MovedNote.read(node);
  return moved === null ? move(node, by) : move(moved.origin, moved.by + by);
}

export function shiftSpan(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

export function shiftEntry({ key, keySpan, value, merged }: YamlEntry, by: number): YamlEntry {
  return { key, keySpan: shiftSpan(keySpan, by), value: shiftNode(value, by), merged };
}

function move(origin: YamlNode, by: number): YamlNode {
  const span = shiftSpan(origin.span, by);
  switch (origin.kind) {
    case 'map':
      return noted(movedMap(origin, span, by), { origin, by });
    case 'seq':
      return noted(movedSeq(origin, span, by), { origin, by });
    case 'alias':
      // Its target stands elsewhere and may not have moved: trees with aliases are read anew instead.
      throw new Error('An alias cannot be moved.');
    case 'scalar':
    case 'unknown':
      return { ...origin, span };
  }
}

function noted<T extends YamlNode>(node: T, moved: Moved): T {
  new MovedNote(node, moved);
  return node;
}

function movedMap(origin: YamlMap, span: Span, by: number): YamlMap {
  let entries: readonly YamlEntry[] | null = null;
  return {
    kind: 'map',
    get entries() {
      return (entries ??= origin.entries.map((entry) => shiftEntry(entry, by)));
    },
    span,
  };
}

function movedSeq(origin: YamlSeq, span: Span, by: number): YamlSeq {
  let items: readonly YamlNode[] | null = null;
  return {
    kind: 'seq',
    get items() {
      return (items ??= origin.items.map((item) => shiftNode(item, by)));
    },
    span,
  };
}
