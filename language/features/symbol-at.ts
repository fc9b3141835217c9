import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { analyzeExpression, analyzeTemplate } from '../expressions/template.ts';
import { scalarSpan } from '../syntax/scalar-offset.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { YamlScalar } from '../syntax/yaml-tree.ts';
import { fieldSchemaAt, schemaOfDocument } from './document-schema.ts';
import type { FeatureContext } from './feature-context.ts';
import { documentAt } from './document-at.ts';
import { contains, pathAt, type PathPlace } from '../syntax/path-at.ts';
import { matchesSite, scopeOf, symbolKindOf, symbolSites, type SymbolKind } from './reference-sites.ts';
import { walkFieldsOfTree, type FieldAt } from './walk-fields-of-tree.ts';

/** A name that stands for something, at one of its places. */
export interface SymbolAt {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly role: 'definition' | 'use';
  /** Of the name as written: quotes of the value and backticks included. */
  readonly span: Span;
  /** Names of one kind are different things in different scopes. */
  readonly scope: string;
  readonly path: YamlPath;
  readonly on: 'key' | 'value' | 'expression';
  readonly document: AnalyzedDocument;
}

export function symbolAt(context: FeatureContext, offset: number): SymbolAt | null {
  const analyzed = documentAt(context.analysis, offset);
  const tree = analyzed?.document.tree ?? null;
  if (analyzed === null || tree === null) return null;
  const place = pathAt(tree, offset);
  const here = symbolsAt(context.text, analyzed, place).find(({ span }) => contains(span, offset));
  if (here !== undefined || !hasAnchors(context.text, analyzed.document.span)) return here ?? null;
  // What is written behind an anchor means something where an alias brings it.
  return everySymbol(context.text, analyzed).find(({ span }) => contains(span, offset)) ?? null;
}

function symbolsAt(text: string, analyzed: AnalyzedDocument, place: PathPlace): readonly SymbolAt[] {
  if (place.on === 'key') {
    const symbol = place.keySpan === null ? null : keySymbol(analyzed, place.path, place.keySpan);
    return symbol === null ? [] : [symbol];
  }
  return place.node.kind === 'scalar' ? valueSymbols(text, analyzed, place.path, place.node) : [];
}

export function hasAnchors(text: string, span: Span): boolean {
  return /(?:^|[\s[{,])&[^\s,[\]{}&]/.test(text.slice(span.start, span.end));
}

/** Every name a document defines or uses; what aliases and merge keys bring is named where they bring it. */
export function everySymbol(text: string, document: AnalyzedDocument): readonly SymbolAt[] {
  const found: SymbolAt[] = [];
  walkFieldsOfTree(document.document, {
    follow: true,
    key: ({ path }, span) => {
      const symbol = keySymbol(document, path, span);
      if (symbol !== null) found.push(symbol);
    },
    scalar: (at, scalar) => { found.push(...scalarSymbols(text, document, at, scalar)); },
  });
  return found;
}

export function keySymbol(document: AnalyzedDocument, path: YamlPath, span: Span): SymbolAt | null {
  for (const { kind, document: owner, definitions, uses } of symbolSites) {
    if (owner !== document.document.kind) continue;
    const role = definitions.some((pattern) => matchesSite(pattern, path, 'key')) ? 'definition' : uses.some((pattern) => matchesSite(pattern, path, 'key')) ? 'use' : null;
    if (role !== null) return { kind, name: String(path.at(-1) ?? ''), role, span, scope: scopeOf(kind, path), path, on: 'key', document };
  }
  return null;
}

/** The names in one value: itself, or those in its expressions. */
function valueSymbols(text: string, document: AnalyzedDocument, path: YamlPath, scalar: YamlScalar): readonly SymbolAt[] {
  const schema = schemaOfDocument(document.document.kind, document.document.json);
  const field = fieldSchemaAt(schema, document.document.json, path);
  return scalarSymbols(text, document, { path, reference: field?.reference ?? null, expression: field?.expression ?? null, template: null, isPath: false }, scalar);
}

function scalarSymbols(text: string, document: AnalyzedDocument, field: FieldAt, scalar: YamlScalar): readonly SymbolAt[] {
  const { path } = field;
  const name = scalar.value;
  if (typeof name !== 'string') return [];
  const own = (kind: SymbolKind, role: SymbolAt['role']): readonly SymbolAt[] => [{ kind, name, role, span: scalar.span, scope: scopeOf(kind, path), path, on: 'value', document }];
  for (const { kind, document: owner, definitions, uses } of symbolSites) {
    if (owner !== document.document.kind) continue;
    if (definitions.some((pattern) => matchesSite(pattern, path, 'value'))) return own(kind, 'definition');
    if (uses.some((pattern) => matchesSite(pattern, path, 'value'))) return own(kind, 'use');
  }
  const referred = symbolKindOf(field.reference);
  if (referred !== null) return own(referred, 'use');
  if (field.expression === null || (field.expression !== 'when' && !name.includes('{%'))) return [];
  const expressions = field.expression === 'when' ? [analyzeExpression(name)] : analyzeTemplate(name);
  return expressions.flatMap(({ nodes, inputs }) => [
    ...nodes.map(({ id, offset, length }) => expressionSymbol('node', id, offset, length)),
    ...inputs.map((input) => expressionSymbol('input', input.name, input.offset, input.length)),
  ]);

  function expressionSymbol(kind: SymbolKind, symbol: string, offset: number, length: number): SymbolAt {
    return { kind, name: symbol, role: 'use', span: scalarSpan(text, scalar, offset, length), scope: scopeOf(kind, path), path, on: 'expression', document };
  }
}
