/**
 * The syntax tree jsonata 2.2 hands to its evaluator. Its own typings describe an older tree, so this is written from
 * `processAST` in its source. `position` is where a token ENDS.
 */
export type AstNode = AstBody & AstDecoration;

interface AstDecoration {
  readonly position?: number;
  /** Filters after a step that is not in a path. */
  readonly predicate?: readonly AstStage[];
  /** Filters and index bindings after a step of a path. */
  readonly stages?: readonly AstStage[];
  /** Written as `x[]`. */
  readonly keepArray?: boolean;
  readonly group?: { readonly lhs: readonly AstPair[] };
  /** The variable of `@$v`. */
  readonly focus?: string;
  /** The variable of `#$i`. */
  readonly index?: string;
}

export type AstPair = readonly [AstNode, AstNode];

export type AstStage =
  | { readonly type: 'filter'; readonly expr: AstNode }
  | { readonly type: 'index'; readonly value: string };

type AstBody =
  | { readonly type: 'path'; readonly steps: readonly AstNode[]; readonly keepSingletonArray?: boolean }
  | { readonly type: 'binary'; readonly value: string; readonly lhs: AstNode; readonly rhs: AstNode }
  | { readonly type: 'unary'; readonly value: '-'; readonly expression: AstNode }
  | { readonly type: 'unary'; readonly value: '['; readonly expressions: readonly AstNode[] }
  | { readonly type: 'unary'; readonly value: '{'; readonly lhs: readonly AstPair[] }
  | { readonly type: 'name'; readonly value: string }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'variable'; readonly value: string }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'value'; readonly value: boolean | null }
  | { readonly type: 'regex'; readonly value: RegExp }
  | { readonly type: 'wildcard' | 'descendant' | 'parent' | 'operator' }
  | { readonly type: 'condition'; readonly condition: AstNode; readonly then: AstNode; readonly else?: AstNode }
  | { readonly type: 'block'; readonly expressions: readonly AstNode[] }
  | { readonly type: 'bind'; readonly lhs: AstNode; readonly rhs: AstNode }
  | { readonly type: 'function'; readonly procedure: AstNode; readonly arguments: readonly AstNode[] }
  | { readonly type: 'partial'; readonly procedure: AstNode; readonly arguments: readonly AstNode[] }
  | { readonly type: 'lambda'; readonly arguments: readonly AstNode[]; readonly body: AstNode }
  | { readonly type: 'apply'; readonly lhs: AstNode; readonly rhs: AstNode }
  | { readonly type: 'transform'; readonly pattern: AstNode; readonly update: AstNode; readonly delete?: AstNode }
  | { readonly type: 'sort'; readonly terms: readonly { readonly expression: AstNode }[] };
