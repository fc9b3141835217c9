import type { Json } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { field, isList, textField } from '../documents/json-access.ts';
import { childSchema, follow, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import { scanExpression, splitTemplate, type Token } from '../expressions/scan.ts';
import { scalarOffsets } from '../syntax/scalar-offset.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { YamlNode, YamlScalar } from '../syntax/yaml-tree.ts';
import { schemaOfDocument } from './document-schema.ts';
import type { FeatureContext } from './feature-context.ts';
import { matchesSite, symbolKindOf, symbolSites, type SymbolKind } from './reference-sites.ts';

export type TokenType = SymbolKind | 'schema' | 'expressionBrace' | 'function' | 'variable' | 'property' | 'string' | 'number' | 'operator' | 'comment';

export interface SemanticToken {
  readonly span: Span;
  readonly type: TokenType;
  readonly isDefinition: boolean;
}

interface Walk {
  readonly text: string;
  readonly analyzed: AnalyzedDocument;
  readonly range: Span;
  readonly found: SemanticToken[];
}

interface At {
  readonly schema: SchemaCursor | null;
  readonly value: Json;
  readonly path: YamlPath;
  readonly reference: string | null;
  readonly expression: string | null;
}

/** Names and expressions in a stretch of the text, in its order. What lies outside is not even walked. */
export function semanticTokens({ analysis, text }: FeatureContext, range: Span = { start: 0, end: text.length }): readonly SemanticToken[] {
  const found: SemanticToken[] = [];
  for (const analyzed of analysis.documents) {
    const { tree, json, kind } = analyzed.document;
    const schema = schemaOfDocument(kind, json);
    if (tree !== null && schema !== null) visit({ text, analyzed, range, found }, tree, { schema, value: json, path: [], reference: null, expression: null });
  }
  return found.sort((a, b) => a.span.start - b.span.start).filter(({ span }) => span.end > span.start);
}

function visit(walk: Walk, node: YamlNode, at: At): void {
  if (node.span.end < walk.range.start || node.span.start > walk.range.end) return;
  switch (node.kind) {
    case 'map': {
      const settled = at.schema === null ? null : settle(at.schema, at.value);
      for (const { key, keySpan, value, merged } of node.entries) {
        if (merged) continue;
        const path = [...at.path, key];
        const named = siteOf(walk, path, 'key');
        if (named !== null) walk.found.push({ span: keySpan, ...named });
        visit(walk, value, below(at, settled, key, path));
      }
      return;
    }
    case 'seq': {
      const settled = at.schema === null ? null : settle(at.schema, at.value);
      for (const [i, item] of node.items.entries()) visit(walk, item, below(at, settled, i, [...at.path, i]));
      return;
    }
    case 'scalar':
      scalarTokens(walk, node, at);
      return;
    case 'alias':
    case 'unknown':
      return;
  }
}

function below(at: At, settled: SchemaCursor | null, segment: string | number, path: YamlPath): At {
  const child = settled === null ? null : childSchema(settled, segment);
  const value = (isList(at.value) ? at.value[Number(segment)] : field(at.value, String(segment))) ?? null;
  const schema = child === null ? null : { root: child.root, schema: follow(child.root, child.schema) };
  const own = schema === null ? null : (textField(schema.schema, 'x-dagbook-reference') ?? textField(settle(schema, value).schema, 'x-dagbook-reference'));
  return {
    schema,
    value,
    path,
    reference: own ?? (typeof segment === 'number' ? at.reference : null),
    expression: at.expression ?? (schema === null ? null : textField(schema.schema, 'x-dagbook-expression')),
  };
}

function siteOf({ analyzed }: Walk, path: YamlPath, on: 'key' | 'value'): { readonly type: SymbolKind; readonly isDefinition: boolean } | null {
  for (const { kind, document, definitions, uses } of symbolSites) {
    if (document !== analyzed.document.kind) continue;
    if (definitions.some((pattern) => matchesSite(pattern, path, on))) return { type: kind, isDefinition: true };
    if (uses.some((pattern) => matchesSite(pattern, path, on))) return { type: kind, isDefinition: false };
  }
  return null;
}

function scalarTokens(walk: Walk, node: YamlScalar, at: At): void {
  if (typeof node.value !== 'string') return;
  const site = siteOf(walk, at.path, 'value');
  if (site !== null) walk.found.push({ span: node.span, ...site });
  else if (at.reference !== null) walk.found.push({ span: node.span, type: symbolKindOf(at.reference) ?? 'schema', isDefinition: false });
  else if (at.expression !== null && (at.expression === 'when' || node.value.includes('{%'))) expressionTokens(walk, node, node.value, at.expression === 'when');
}

function expressionTokens({ text, found }: Walk, node: YamlScalar, value: string, bare: boolean): void {
  const offsets = scalarOffsets(text, node);
  const add = (start: number, end: number, type: TokenType): void => {
    const [from, to] = [offsets[start] ?? node.span.end, (offsets[end - 1] ?? node.span.end - 1) + 1];
    // A token that goes on in the next line of the text cannot be coloured as one.
    if (to > from && !/[\r\n]/.test(text.slice(from, to))) found.push({ span: { start: from, end: to }, type, isDefinition: false });
  };
  const segments = bare && !value.includes('{%') ? [{ kind: 'expression' as const, source: value, offset: 0, closed: false }] : splitTemplate(value);
  for (const segment of segments) {
    if (segment.kind === 'text') continue;
    const { source, offset, closed } = segment;
    if (offset >= 2) add(offset - 2, offset, 'expressionBrace');
    const { tokens } = scanExpression(source, 0, false);
    for (const [i, token] of tokens.entries()) add(offset + token.start, offset + token.end, typeOf(source, tokens, i, token));
    if (closed) add(offset + source.length, offset + source.length + 2, 'expressionBrace');
  }
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
