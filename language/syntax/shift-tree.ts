import type { Span } from './span.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlSeq } from './yaml-tree.ts';

/*
 * An edit moves half of a long document, and most of what it moves nobody looks at before the next one. So what is moved
 * is one small object with where it came from, and what lies in it is moved when somebody asks. What was moved before is
 * moved from its origin, or layers would pile up, one for each key that is typed.
 */

class MovedEntry implements YamlEntry {
  readonly origin: YamlEntry;
  readonly by: number;
  #value: YamlNode | null = null;

  constructor(origin: YamlEntry, by: number) {
    this.origin = origin;
    this.by = by;
  }

  get key(): string {
    return this.origin.key;
  }

  get keySpan(): Span {
    return shiftSpan(this.origin.keySpan, this.by);
  }

  get value(): YamlNode {
    return (this.#value ??= shiftNode(this.origin.value, this.by));
  }

  get merged(): boolean {
    return this.origin.merged;
  }
}

class MovedMap implements YamlMap {
  readonly kind = 'map';
  readonly origin: YamlMap;
  readonly by: number;
  #entries: readonly YamlEntry[] | null = null;

  constructor(origin: YamlMap, by: number) {
    this.origin = origin;
    this.by = by;
  }

  get entries(): readonly YamlEntry[] {
    return (this.#entries ??= this.origin.entries.map((entry) => shiftEntry(entry, this.by)));
  }

  get span(): Span {
    return shiftSpan(this.origin.span, this.by);
  }
}

class MovedSeq implements YamlSeq {
  readonly kind = 'seq';
  readonly origin: YamlSeq;
  readonly by: number;
  #items: readonly YamlNode[] | null = null;

  constructor(origin: YamlSeq, by: number) {
    this.origin = origin;
    this.by = by;
  }

  get items(): readonly YamlNode[] {
    return (this.#items ??= this.origin.items.map((item) => shiftNode(item, this.by)));
  }

  get span(): Span {
    return shiftSpan(this.origin.span, this.by);
  }
}

/** The same node further down or up in the text. */
export function shiftNode(node: YamlNode, by: number): YamlNode {
  if (by === 0) return node;
  switch (node.kind) {
    case 'map':
      return node instanceof MovedMap ? moved(node, by, MovedMap) : new MovedMap(node, by);
    case 'seq':
      return node instanceof MovedSeq ? moved(node, by, MovedSeq) : new MovedSeq(node, by);
    case 'alias':
      // Its target stands elsewhere and may not have moved: trees with aliases are read anew instead.
      throw new Error('An alias cannot be moved.');
    case 'scalar':
    case 'unknown':
      return { ...node, span: shiftSpan(node.span, by) };
  }
}

export function shiftSpan(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by };
}

export function shiftEntry(entry: YamlEntry, by: number): YamlEntry {
  if (by === 0) return entry;
  return entry instanceof MovedEntry ? moved(entry, by, MovedEntry) : new MovedEntry(entry, by);
}

/** Back where it came from it is the very one it was. */
function moved<T>({ origin, by: before }: { readonly origin: T; readonly by: number }, by: number, make: new (origin: T, by: number) => T): T {
  return before + by === 0 ? origin : new make(origin, before + by);
}
