import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { looksLikeIntrinsic } from '../expressions/intrinsics.ts';
import { scanExpression, splitTemplate, type Token } from '../expressions/scan.ts';
import { isStatesExpression } from '../expressions/states-expression.ts';
import { scalarOffsets } from '../syntax/scalar-offset.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { YamlScalar } from '../syntax/yaml-tree.ts';
import type { FeatureContext } from './feature-context.ts';
import { matchesSite, symbolKindOf, symbolSites, type SymbolKind } from './reference-sites.ts';
import { walkFieldsOfTree, type FieldAt } from './walk-fields-of-tree.ts';

export type TokenType = SymbolKind | 'schema' | 'expressionBrace' | 'function' | 'variable' | 'property' | 'string' | 'number' | 'operator' | 'comment';

export interface SemanticToken {
  readonly span: Span;
  readonly type: TokenType;
  readonly isDefinition: boolean;
}

/** Names and expressions in a stretch of the text, in its order. What lies outside is not even walked. */
export function semanticTokens({ analysis, text }: FeatureContext, range: Span = { start: 0, end: text.length }): readonly SemanticToken[] {
  const found: SemanticToken[] = [];
  for (const analyzed of analysis.documents) {
    walkFieldsOfTree(analyzed.document, {
      range,
      follow: false,
      key: ({ path }, span) => {
        const named = siteOf(analyzed, path, 'key');
        if (named !== null) found.push({ span, ...named });
      },
      scalar: (at, scalar) => { found.push(...scalarTokens(text, analyzed, scalar, at)); },
    });
  }
  return found.sort((a, b) => a.span.start - b.span.start).filter(({ span }) => span.end > span.start);
}

function siteOf(analyzed: AnalyzedDocument, path: YamlPath, on: 'key' | 'value'): { readonly type: SymbolKind; readonly isDefinition: boolean } | null {
  for (const { kind, document, definitions, uses } of symbolSites) {
    if (document !== analyzed.document.kind) continue;
    if (definitions.some((pattern) => matchesSite(pattern, path, on))) return { type: kind, isDefinition: true };
    if (uses.some((pattern) => matchesSite(pattern, path, on))) return { type: kind, isDefinition: false };
  }
  return null;
}

function scalarTokens(text: string, analyzed: AnalyzedDocument, node: YamlScalar, at: FieldAt): readonly SemanticToken[] {
  if (typeof node.value !== 'string') return [];
  const site = siteOf(analyzed, at.path, 'value');
  if (site !== null) return [{ span: node.span, ...site }];
  if (at.reference !== null) return [{ span: node.span, type: symbolKindOf(at.reference) ?? 'schema', isDefinition: false }];
  if (analyzed.document.kind === 'states') return stateTokens(text, node, node.value, at);
  const acts = at.expression !== null && (at.expression === 'when' || node.value.includes('{%'));
  return acts ? expressionTokens(text, node, node.value, at.expression === 'when') : [];
}

/** Expressions of JSONata states; paths and calls where a field is read as one, in a payload by the ending of its key. */
function stateTokens(text: string, node: YamlScalar, value: string, { path, template, isPath }: FieldAt): readonly SemanticToken[] {
  if (template !== null && isStatesExpression(value)) return expressionTokens(text, node, value, false);
  if (!(isPath || (template !== null && String(path.at(-1)).endsWith('.$'))) || !(value.startsWith('$') || looksLikeIntrinsic(value))) return [];
  const { found, add } = collector(text, node);
  for (const match of value.matchAll(PATH_TOKENS)) {
    const type = Object.entries(match.groups ?? {}).find(([, word]) => (word as string | undefined) !== undefined)?.[0];
    if (type !== undefined) add(match.index, match.index + match[0].length, type as TokenType);
  }
  return found;
}

const PATH_TOKENS = /(?<function>States\.\w+)|(?<string>'(?:[^'\\]|\\.)*')|(?<variable>\$\$|\$[\p{L}_][\p{L}\p{N}_]*|\$)|(?<number>-?\d+(?:\.\d+)?\b)|(?<operator>\b(?:true|false|null)\b)|(?<property>[\p{L}_][\p{L}\p{N}_-]*)/gu;

interface Collector {
  readonly found: readonly SemanticToken[];
  /** Offsets are of the value. */
  readonly add: (start: number, end: number, type: TokenType) => void;
}

function collector(text: string, node: YamlScalar): Collector {
  const offsets = scalarOffsets(text, node);
  const found: SemanticToken[] = [];
  const add = (start: number, end: number, type: TokenType): void => {
    const [from, to] = [offsets[start] ?? node.span.end, (offsets[end - 1] ?? node.span.end - 1) + 1];
    // A token that goes on in the next line of the text cannot be coloured as one.
    if (to > from && !/[\r\n]/.test(text.slice(from, to))) found.push({ span: { start: from, end: to }, type, isDefinition: false });
  };
  return { found, add };
}

function expressionTokens(text: string, node: YamlScalar, value: string, bare: boolean): readonly SemanticToken[] {
  const { found, add } = collector(text, node);
  const segments = bare && !value.includes('{%') ? [{ kind: 'expression' as const, source: value, offset: 0, closed: false }] : splitTemplate(value);
  for (const segment of segments) {
    if (segment.kind === 'text') continue;
    const { source, offset, closed } = segment;
    if (offset >= 2) add(offset - 2, offset, 'expressionBrace');
    const { tokens } = scanExpression(source, 0, false);
    for (const [i, token] of tokens.entries()) add(offset + token.start, offset + token.end, typeOf(source, tokens, i, token));
    if (closed) add(offset + source.length, offset + source.length + 2, 'expressionBrace');
  }
  return found;
}

function typeOf(source: string, tokens: readonly Token[], i: number, token: Token): TokenType {
  const raw = (index: number): string => {
    const other = tokens[index];
    return other === undefined ? '' : source.slice(other.start, other.end);
  };
  switch (token.kind) {
    case 'name':
    case 'quoted-name':
      if (raw(i - 1) === '.' && raw(i - 2) === 'nodes') return 'node';
      if (raw(i - 1) === '.' && raw(i - 2) === 'inputs' && raw(i - 3) !== '.') return 'input';
      return ['and', 'or', 'in', 'true', 'false', 'null'].includes(raw(i)) ? 'operator' : 'property';
    case 'variable':
      return raw(i + 1) === '(' ? 'function' : 'variable';
    case 'string':
    case 'regex':
      return 'string';
    case 'number':
    case 'operator':
    case 'comment':
      return token.kind;
  }
}
