/** A JSONPath as Amazon States Language writes it: of the input (`$`), the context (`$$`) or a variable (`$name`). */
export interface JsonPath {
  readonly root: PathRoot;
  readonly segments: readonly PathSegment[];
}

export type PathRoot = { readonly kind: 'input' } | { readonly kind: 'context' } | { readonly kind: 'variable'; readonly name: string; readonly offset: number; readonly length: number };

/** Offsets are UTF-16 offsets in the text the path stands in. */
export type PathSegment =
  | { readonly kind: 'field'; readonly name: string; readonly offset: number; readonly length: number }
  | { readonly kind: 'index'; readonly index: number; readonly offset: number; readonly length: number }
  /** A wildcard, a slice, several names, a filter, a function, or a search at any depth: what may lead to any number of values. */
  | { readonly kind: 'several'; readonly offset: number; readonly length: number };

/** The first mistake in a path or an intrinsic call. */
export interface PathMistake {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
  /** A name nobody knows, with those there are. */
  readonly unknown?: { readonly name: string; readonly known: readonly string[] };
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly mistake: PathMistake };
