import { isAlias, isMap, isScalar, isSeq, Scalar, type Alias, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { limits } from './limits.ts';
import type { Problem } from './problem.ts';
import type { Span } from './span.ts';
import { followAlias, type ScalarStyle, type YamlAlias, type YamlEntry, type YamlMap, type YamlNode, type YamlScalar, type YamlSeq, type YamlUnknown } from './yaml-tree.ts';

type Target = Exclude<YamlNode, YamlAlias>;

/** What a node costs once every alias below it is followed. */
interface Extent {
  readonly nodes: number;
  readonly depth: number;
}

export interface ComposedTree {
  readonly tree: YamlNode;
  readonly problems: readonly Problem[];
  /** Whether a part depends on another (anchors, aliases, merge keys), or stands nowhere. */
  readonly linked: boolean;
}

/** The library's nodes to ours, in one pass. */
export function composeTree(root: Node): ComposedTree {
  const composer = new TreeComposer();
  const tree = composer.compose(root, 0);
  return { tree, problems: composer.problems, linked: composer.linked };
}

class TreeComposer {
  readonly problems: Problem[] = [];
  linked = false;
  /** Null while the anchored value is being read: an alias inside it would be endless. */
  readonly #anchors = new Map<string, Target | null>();
  /** Of collections; all else is one node. */
  readonly #extents = new Map<YamlNode, Extent>();
  #aliasedNodes = 0;
  #bombReported = false;

  compose(node: unknown, depth: number, isItem = false): YamlNode {
    if (isAlias(node)) return this.#alias(node, depth);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) {
      this.linked = true;
      this.#anchors.set(anchor, null);
    }
    const target = this.#target(node, depth, isItem);
    if (anchor !== undefined) this.#anchors.set(anchor, target);
    return target;
  }

  #target(node: unknown, depth: number, isItem: boolean): Target {
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) return this.#seq(node, depth);
    if (isMap(node)) return this.#map(node, depth, isItem);
    this.linked = true;
    return { kind: 'unknown', span: { start: 0, end: 0 } };
  }

  #sized<T extends YamlMap | YamlSeq>(node: T, children: readonly YamlNode[]): T {
    let nodes = 1;
    let depth = 0;
    for (const child of children) {
      const target = followAlias(child);
      const extent = target.kind === 'map' || target.kind === 'seq' ? this.#extents.get(target) : undefined;
      nodes += extent?.nodes ?? 1;
      depth = Math.max(depth, (extent?.depth ?? 0) + 1);
    }
    this.#extents.set(node, { nodes, depth });
    return node;
  }

  #scalar(node: Scalar): YamlScalar | YamlUnknown {
    const span = spanOf(node);
    const value: unknown = node.value;
    if (typeof value === 'string') {
      if (/\p{Surrogate}/u.test(value)) return this.#unknown('invalid-character', 'Half of a surrogate pair is not a character. Remove the escape, or complete the pair.', span);
      return { kind: 'scalar', value, style: styleOf(node), span };
    }
    if (typeof value === 'number') {
      if (!Number.isFinite(value)) return this.#unknown('not-a-number', 'JSON has no such number. Leave the field out, or quote the value if it is meant as text.', span);
      if (!Number.isSafeInteger(value) && /^[-+]?[0-9]+$|^0[ox]/.test(node.source ?? '')) {
        return this.#unknown('unsafe-integer', 'Beyond 2^53 an integer loses digits. Quote it to keep it as text.', span);
      }
      return { kind: 'scalar', value: Object.is(value, -0) ? 0 : value, style: 'plain', span };
    }
    return { kind: 'scalar', value: typeof value === 'boolean' ? value : null, style: 'plain', span };
  }

  #seq(node: YAMLSeq, depth: number): YamlSeq {
    const items = node.items.map((item) => this.compose(item, depth + 1, true));
    return this.#sized({ kind: 'seq', items, span: spanOf(node) }, items);
  }

  #map(node: YAMLMap, depth: number, isItem: boolean): YamlMap {
    const own = new Map<string, YamlEntry>();
    // Where the first key of an item comes again, the dash of the next one was forgotten, and of a document its `---`; all after it belongs to that.
    let begun: 'item' | 'document' | null = null;
    const merged: { source: YamlNode; span: Span }[] = [];
    for (const [index, pair] of node.items.entries()) {
      const value = pair.value === null ? emptyAfter(pair) : this.compose(pair.value, depth + 1);
      if (isMergeKey(pair.key)) {
        this.linked = true;
        merged.push({ source: value, span: spanOf(pair.key as Node) });
        continue;
      }
      const { key, span } = this.#key(pair.key, depth);
      const first = own.get(key);
      if (first === undefined) own.set(key, { key, keySpan: span, value, merged: false });
      else if (begun === null) {
        const isFirst = node.flow !== true && own.size > 1 && own.values().next().value === first;
        begun = !isFirst ? null : isItem ? 'item' : depth === 0 && own.has(plainKey(node.items[index + 1])) ? 'document' : null;
        this.#duplicate(key, first.keySpan, span, begun);
      }
    }
    const entries = [...own.values()];
    for (const { source, span } of merged) this.#merge(source, span, own, entries);
    return this.#sized({ kind: 'map', entries, span: spanOf(node) }, entries.map((entry) => entry.value));
  }

  #key(node: unknown, depth: number): { key: string; span: Span } {
    const composed = node === null ? null : followAlias(this.compose(node, depth + 1));
    const span = node === null ? { start: 0, end: 0 } : spanOf(node as Node);
    // A key that is not there has no place of its own.
    if (span.start === span.end) this.linked = true;
    if (composed?.kind === 'scalar' && typeof composed.value === 'string') return { key: composed.value, span };
    if (composed?.kind === 'unknown') return { key: '', span };
    const text = composed?.kind === 'scalar' ? String(composed.value) : '';
    const advice = text === '' || composed?.kind !== 'scalar' ? 'Keys are texts.' : `Keys are texts; write it as "${text}".`;
    this.problems.push({ code: 'non-string-key', message: advice, span });
    return { key: text, span };
  }

  #duplicate(key: string, first: Span, span: Span, begun: 'item' | 'document' | null): void {
    this.problems.push({
      code: 'duplicate-key',
      message: `The key "${key}" is already there. ${begun === 'item' ? 'If another item begins here, write "- " before it.' : begun === 'document' ? 'If another document begins here, write --- above it.' : 'Remove one of the two.'}`,
      span,
      related: [{ message: 'The first one is here.', span: first }],
    });
  }

  /** `<<: *base` or `<<: [*a, *b]`: what is not yet there is added; the earlier wins. */
  #merge(source: YamlNode, span: Span, own: Map<string, YamlEntry>, entries: YamlEntry[]): void {
    const target = followAlias(source);
    const maps = target.kind === 'seq' ? target.items.map(followAlias) : [target];
    for (const map of maps) {
      if (map.kind === 'unknown') continue;
      if (map.kind !== 'map') {
        this.problems.push({ code: 'invalid-merge', message: '`<<` merges a mapping, or a list of mappings. Point it at one, or quote the key.', span });
        return;
      }
      for (const entry of map.entries) {
        if (own.has(entry.key)) continue;
        const copy = { ...entry, merged: true };
        own.set(entry.key, copy);
        entries.push(copy);
      }
    }
  }

  #alias(node: Alias, depth: number): YamlNode {
    this.linked = true;
    const span = spanOf(node);
    const target = this.#anchors.get(node.source);
    if (target === undefined) return this.#unknown('unresolved-alias', `No anchor &${node.source} stands above. Define it, or quote the value if the * is meant as text.`, span);
    if (target === null) return this.#unknown('unresolved-alias', `*${node.source} stands inside the value it refers to. Move the anchor.`, span);
    const extent = this.#extents.get(target) ?? { nodes: 1, depth: 0 };
    if (depth + extent.depth > limits.depth) return this.#unknown('too-deep', `With its aliases followed the document is nested more than ${limits.depth} levels deep. Flatten it.`, span);
    this.#aliasedNodes += extent.nodes;
    if (this.#aliasedNodes > limits.aliasedNodes) return this.#bomb(span);
    return { kind: 'alias', name: node.source, target, span };
  }

  /** Reported once: after the first, every further alias of such a document is one too. */
  #bomb(span: Span): YamlUnknown {
    const message = `Following the aliases of this document gives more than ${limits.aliasedNodes} values. Write less of it with aliases.`;
    if (this.#bombReported) return { kind: 'unknown', span };
    this.#bombReported = true;
    return this.#unknown('alias-bomb', message, span);
  }

  #unknown(code: string, message: string, span: Span): YamlUnknown {
    this.problems.push({ code, message, span });
    return { kind: 'unknown', span };
  }
}

function plainKey(pair: Pair | undefined): string {
  return isScalar(pair?.key) && typeof pair.key.value === 'string' ? pair.key.value : '';
}

function isMergeKey(key: unknown): boolean {
  if (!isScalar(key) || (key.type !== undefined && key.type !== 'PLAIN')) return false;
  // The library reads a plain `<<` as a symbol when merge keys are on.
  return typeof key.value === 'symbol' || key.value === '<<';
}

function styleOf(node: Scalar): ScalarStyle {
  switch (node.type) {
    case Scalar.QUOTE_SINGLE:
      return 'single';
    case Scalar.QUOTE_DOUBLE:
      return 'double';
    case Scalar.BLOCK_LITERAL:
      return 'literal';
    case Scalar.BLOCK_FOLDED:
      return 'folded';
    default:
      return 'plain';
  }
}

function spanOf(node: { readonly range?: readonly [number, number, number] | null | undefined }): Span {
  return node.range ? { start: node.range[0], end: node.range[1] } : { start: 0, end: 0 };
}

/** `{a}` and `? a`: a key without a value. */
function emptyAfter(pair: Pair): YamlScalar {
  const { end } = spanOf(pair.key as Node);
  return { kind: 'scalar', value: null, style: 'plain', span: { start: end, end } };
}
