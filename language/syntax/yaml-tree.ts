import type { Span } from './span.ts';

/** One YAML document as a tree whose every key and value knows its place. Keys are unique strings. */
export type YamlNode = YamlScalar | YamlMap | YamlSeq | YamlAlias | YamlUnknown;

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  readonly style: ScalarStyle;
  /** Quotes and block headers included. Empty, at the place where the value would stand, where nothing is written. */
  readonly span: Span;
}

export interface YamlMap {
  readonly kind: 'map';
  /** In document order; merged entries come after the map's own. */
  readonly entries: readonly YamlEntry[];
  readonly span: Span;
}

export interface YamlEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: YamlNode;
  /** Whether a merge key (`<<`) brought it; its spans then lie where it was written. */
  readonly merged: boolean;
}

export interface YamlSeq {
  readonly kind: 'seq';
  readonly items: readonly YamlNode[];
  readonly span: Span;
}

export interface YamlAlias {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: Exclude<YamlNode, YamlAlias>;
  /** Where `*name` stands, not where the target does. */
  readonly span: Span;
}

/** A value that could not be read and was reported. Nothing more is said about it. */
export interface YamlUnknown {
  readonly kind: 'unknown';
  readonly span: Span;
}

export function followAlias(node: YamlNode): Exclude<YamlNode, YamlAlias> {
  return node.kind === 'alias' ? node.target : node;
}
