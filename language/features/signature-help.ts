import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import { intrinsicFunctions, looksLikeIntrinsic } from '../expressions/intrinsics.ts';
import type { Token } from '../expressions/scan.ts';
import { scalarOffsets } from '../syntax/scalar-offset.ts';
import type { YamlScalar } from '../syntax/yaml-tree.ts';
import { fieldSchemaAt, schemaOfDocument } from './document-schema.ts';
import { expressionIn, type ExpressionSource } from './expression-cursor.ts';
import type { FeatureContext } from './feature-context.ts';
import { functionDocs, signatureOf, statesFunctionDocs, type FunctionDoc } from './function-docs.ts';
import { documentAt } from './document-at.ts';
import { pathAt, type PathPlace } from '../syntax/path-at.ts';
import { readingOf } from './state-scope.ts';

export interface SignatureHelp {
  readonly label: string;
  readonly documentation: string;
  /** Where each parameter stands in the label. */
  readonly parameters: readonly { readonly start: number; readonly end: number }[];
  readonly active: number;
}

/** The function whose arguments the cursor stands in. */
export function signatureHelp(context: FeatureContext, offset: number): SignatureHelp | null {
  const analyzed = documentAt(context.analysis, offset);
  const tree = analyzed?.document.tree ?? null;
  if (analyzed === null || tree === null) return null;
  const place = pathAt(tree, offset);
  if (place.on === 'key' || place.node.kind !== 'scalar') return null;
  const root = schemaOfDocument(analyzed.document.kind, analyzed.document.json);
  if (analyzed.document.kind === 'states') return helpInState(context, analyzed, root, place, place.node, offset);
  const acts = fieldSchemaAt(root, analyzed.document.json, place.path)?.expression ?? null;
  return acts === null ? null : helpInExpression(context, place.node, offset, acts === 'when', functionDocs);
}

function helpInState(context: FeatureContext, analyzed: AnalyzedDocument, root: SchemaCursor, { path }: PathPlace, node: YamlScalar, offset: number): SignatureHelp | null {
  switch (readingOf(root, analyzed.document.json, path)) {
    case 'jsonata':
      return helpInExpression(context, node, offset, false, statesFunctionDocs);
    case 'value':
      return helpInCall(context, node, offset);
    case 'path':
    case 'reference':
    case null:
      return null;
  }
}

function helpInExpression(context: FeatureContext, node: YamlScalar, offset: number, bare: boolean, docs: readonly FunctionDoc[]): SignatureHelp | null {
  const inside = expressionIn(context.text, node, offset, bare);
  const call = inside === null ? null : openCall(inside, docs);
  return call === null ? null : help(signatureOf(call.doc), call.doc.parameters, call.doc.about, call.argument);
}

/** Intrinsic functions: texts stand in single quotes, and a call may stand in another. */
function helpInCall({ text }: FeatureContext, node: YamlScalar, offset: number): SignatureHelp | null {
  if (typeof node.value !== 'string' || !looksLikeIntrinsic(node.value)) return null;
  const inValue = scalarOffsets(text, node).findLastIndex((place) => place <= offset);
  const before = node.value.slice(0, Math.max(0, inValue)).replace(/'(?:[^'\\]|\\.)*(?:'|$)/g, (quoted) => '_'.repeat(quoted.length));
  const open: { readonly name: string; argument: number }[] = [];
  for (const [token, name] of before.matchAll(/([\w.]*)\(|[),]/g)) {
    const top = open.at(-1);
    if (token === ')') open.pop();
    else if (token !== ',') open.push({ name: name ?? '', argument: 0 });
    else if (top !== undefined) top.argument += 1;
  }
  const call = open.at(-1);
  const known = intrinsicFunctions.find(({ name }) => `States.${name}` === call?.name);
  return call === undefined || known === undefined ? null : help(`States.${known.name}(${known.parameters.join(', ')})`, known.parameters, known.does, call.argument);
}

/** Reads the tokens before the cursor, and keeps the calls that are still open. */
function openCall({ source, at, tokens }: ExpressionSource, docs: readonly FunctionDoc[]): { readonly doc: FunctionDoc; readonly argument: number } | null {
  const raw = (token: Token | undefined): string => (token === undefined ? '' : source.slice(token.start, token.end));
  const open: { readonly doc: FunctionDoc | null; argument: number }[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.end > at) break;
    const text = token.kind === 'operator' ? raw(token) : '';
    if (text === '(' || text === '[' || text === '{') {
      const name = text === '(' ? raw(tokens[i - 1]) : '';
      open.push({ doc: docs.find((doc) => `$${doc.name}` === name) ?? null, argument: 0 });
    } else if (text === ')' || text === ']' || text === '}') open.pop();
    else if (text === ',') {
      const top = open.at(-1);
      if (top !== undefined) top.argument += 1;
    }
  }
  const call = open.findLast(({ doc }) => doc !== null);
  return call?.doc == null ? null : { doc: call.doc, argument: call.argument };
}

function help(label: string, names: readonly string[], documentation: string, argument: number): SignatureHelp {
  let from = label.indexOf('(') + 1;
  const parameters = names.map((parameter) => {
    const span = { start: from, end: from + parameter.length };
    from = span.end + 2;
    return span;
  });
  return { label, documentation, parameters, active: Math.min(argument, Math.max(0, parameters.length - 1)) };
}
