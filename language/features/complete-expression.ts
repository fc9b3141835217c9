import type { Json } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { field, isObject, listField, objectField, textField } from '../documents/json-access.ts';
import { scanExpression, type Token } from '../expressions/scan.ts';
import { ancestors } from '../graph/graph.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import type { Proposal } from './completion-item.ts';
import type { CursorPlace } from './cursor-place.ts';
import { fieldSchemaAt } from './document-schema.ts';
import type { FeatureContext } from './feature-context.ts';
import { functionDocs, signatureOf } from './function-docs.ts';
import { nodeGraph, nodeIdAt, outputSchemaOf } from './node-scope.ts';
import { valueAt } from '../documents/value-at.ts';

export interface ExpressionCursor {
  /** Of the first character after `{%`, or of the value where the braces may be left out. */
  readonly start: number;
  /** What stands between there and the cursor. */
  readonly source: string;
}

/** The expression that a cursor stands in; null where it stands in none. */
export function expressionAt(text: string, offset: number, root: SchemaCursor, json: Json, place: CursorPlace): ExpressionCursor | null {
  if (place.position !== 'value') return null;
  const acts = fieldSchemaAt(root, json, place.path)?.expression ?? null;
  if (acts === null) return null;
  const written = text.slice(place.scalarStart, offset);
  const open = written.lastIndexOf('{%');
  if (open >= 0) {
    const source = written.slice(open + 2);
    return scanExpression(source, 0, true).closed ? null : { start: place.scalarStart + open + 2, source };
  }
  const plain = written.replace(/^["']/, '');
  return acts === 'when' && plain !== '' ? { start: offset - plain.length, source: plain } : null;
}

/** What may follow in an expression: scope names, inputs, ancestors, fields of their outputs, functions. */
export function completeExpression(context: FeatureContext, { document }: AnalyzedDocument, place: CursorPlace, at: ExpressionCursor): { readonly proposals: readonly Proposal[]; readonly length: number } {
  const { tokens } = scanExpression(at.source, 0, false);
  const last = tokens.at(-1);
  if (last?.kind === 'string' && !last.closed) return { proposals: [], length: 0 };
  const { segments, typed } = pathBefore(at.source, tokens);
  const proposals = segments === null ? [] : namesAfter(context, document, place, segments);
  return { proposals, length: typed };
}

/** The steps before the last dot, a variable first of all, and how long the word behind it is already. */
export function pathBefore(source: string, tokens: readonly Token[]): { readonly segments: readonly string[] | null; readonly typed: number } {
  const raw = (token: Token | undefined): string => (token === undefined ? '' : source.slice(token.start, token.end));
  let i = tokens.length - 1;
  const last = tokens[i];
  const touches = last !== undefined && last.end === source.length && (last.kind === 'name' || last.kind === 'variable' || last.kind === 'quoted-name');
  const typed = touches ? last.end - last.start : 0;
  if (touches) i -= 1;
  const segments: string[] = [];
  while (raw(tokens[i]) === '.') {
    const step = tokens[i - 1];
    const first = step?.kind === 'variable' && raw(tokens[i - 2]) !== '.';
    if (step === undefined || (step.kind !== 'name' && step.kind !== 'quoted-name' && !first)) return { segments: null, typed };
    segments.unshift(raw(step).replace(/^`|`$/g, ''));
    i -= 2;
  }
  return { segments, typed };
}

function namesAfter(context: FeatureContext, document: AnalyzedDocument['document'], place: CursorPlace, segments: readonly string[]): readonly Proposal[] {
  const [root, name, part, ...below] = segments;
  const { json } = document;
  switch (root) {
    case undefined:
      return [...scopeProposals(json, place), ...functionProposals()];
    case 'inputs': {
      const inputs = objectField(json, 'inputs');
      if (name !== undefined) return fieldProposals(field(inputs, name) ?? null, part === undefined ? [] : [part, ...below]);
      return Object.entries(inputs).map(([input, declaration]) => ({ label: input, kind: 'name', detail: textField(declaration, 'description') ?? textField(declaration, 'type') ?? '', insertText: dotted(input) }));
    }
    case 'nodes':
      if (name === undefined) return nodesInScope(document, place).map((id) => ({ label: id, kind: 'node', insertText: `${dotted(id)}.output`, resolve: { kind: 'node', id } }));
      if (part === undefined) return [{ label: 'output', kind: 'name', detail: 'what the node answered', insertText: 'output' }, { label: 'status', kind: 'name', detail: 'how the node ended', insertText: 'status' }];
      return part === 'output' ? fieldProposals(outputSchema(context, json, name), below) : [];
    default:
      return [];
  }
}

function scopeProposals(json: Json, place: CursorPlace): readonly Proposal[] {
  const kind = place.path[0] === 'nodes' && typeof place.path[1] === 'number' ? valueAt(json, ['nodes', place.path[1], 'kind']) : null;
  const loops = field(kind, 'loop') !== undefined || textField(kind, 'type') === 'loop';
  const names = [
    ['inputs', 'the inputs of the run'],
    ['nodes', 'the nodes before this one, with their output and status'],
    ...(loops ? [['iteration', 'which round it is, from 1'] as const, ['previous', 'what the last round answered'] as const] : []),
  ] as const;
  return names.map(([label, detail]) => ({ label, kind: 'name', detail, insertText: label, rank: 1, commitCharacters: ['.'] }));
}

function functionProposals(): readonly Proposal[] {
  return functionDocs.map((doc) => ({ label: `$${doc.name}`, kind: 'function', detail: signatureOf(doc), insertText: `$${doc.name}(`, resolve: { kind: 'function', name: doc.name } }));
}

/** An expression of a node sees the nodes before it; the workflow's outputs see all. */
function nodesInScope(document: AnalyzedDocument['document'], { path }: CursorPlace): readonly string[] {
  const graph = nodeGraph(document);
  const self = path[0] === 'nodes' && typeof path[1] === 'number' ? nodeIdAt(document.json, path[1]) : null;
  if (self === null) return graph.ids;
  const before = ancestors(graph, self);
  return graph.ids.filter((id) => before.has(id) && id !== self);
}

/** The node's own schema, else its agent's. */
function outputSchema(context: FeatureContext, json: Json, id: string): Json {
  const own = outputSchemaOf(json, id);
  if (own !== null) return own;
  const analyzed = context.analysis.documents.find((candidate) => candidate.document.json === json);
  const index = listField(json, 'nodes').findIndex((node) => textField(node, 'id') === id);
  const reference = analyzed?.references.find(({ kind, path }) => kind === 'agent' && path[0] === 'nodes' && path[1] === index);
  const agent = reference?.resolution?.kind === 'document' ? reference.resolution.document.json : null;
  return field(agent, 'output_schema') ?? field(objectField(agent, 'guardrails'), 'output_schema') ?? null;
}

function fieldProposals(schema: Json, below: readonly string[]): readonly Proposal[] {
  let at: Json = schema;
  for (const segment of below) at = field(objectField(inItems(at), 'properties'), segment) ?? null;
  return Object.entries(objectField(inItems(at), 'properties')).map(([name, property]) => ({
    label: name,
    kind: 'field',
    detail: textField(property, 'description') ?? textField(property, 'type') ?? '',
    insertText: dotted(name),
  }));
}

/** A path through an array reads the field of each item. */
function inItems(schema: Json): Json {
  const items = field(schema, 'items');
  return isObject(items) ? items : schema;
}

export function dotted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}
