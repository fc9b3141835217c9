import type { Token } from '../expressions/scan.ts';
import { fieldSchemaAt, schemaOfDocument } from './document-schema.ts';
import { expressionIn, type ExpressionSource } from './expression-cursor.ts';
import type { FeatureContext } from './feature-context.ts';
import { functionDocs, signatureOf, type FunctionDoc } from './function-docs.ts';
import { documentAt, pathAt } from './path-at.ts';

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
  const root = schemaOfDocument(analyzed.document.kind, analyzed.document.json);
  const acts = place.on === 'key' ? null : (fieldSchemaAt(root, analyzed.document.json, place.path)?.expression ?? null);
  if (acts === null || place.node.kind !== 'scalar') return null;
  const inside = expressionIn(context.text, place.node, offset, acts === 'when');
  const call = inside === null ? null : openCall(inside);
  return call === null ? null : help(call.doc, call.argument);
}

/** Reads the tokens before the cursor, and keeps the calls that are still open. */
function openCall({ source, at, tokens }: ExpressionSource): { readonly doc: FunctionDoc; readonly argument: number } | null {
  const raw = (token: Token | undefined): string => (token === undefined ? '' : source.slice(token.start, token.end));
  const open: { readonly doc: FunctionDoc | null; argument: number }[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.end > at) break;
    const text = token.kind === 'operator' ? raw(token) : '';
    if (text === '(' || text === '[' || text === '{') {
      const name = text === '(' ? raw(tokens[i - 1]) : '';
      open.push({ doc: functionDocs.find((doc) => `$${doc.name}` === name) ?? null, argument: 0 });
    } else if (text === ')' || text === ']' || text === '}') open.pop();
    else if (text === ',') {
      const top = open.at(-1);
      if (top !== undefined) top.argument += 1;
    }
  }
  const call = open.findLast(({ doc }) => doc !== null);
  return call?.doc == null ? null : { doc: call.doc, argument: call.argument };
}

function help(doc: FunctionDoc, argument: number): SignatureHelp {
  const label = signatureOf(doc);
  let from = doc.name.length + 2;
  const parameters = doc.parameters.map((parameter) => {
    const span = { start: from, end: from + parameter.length };
    from = span.end + 2;
    return span;
  });
  return { label, documentation: doc.about, parameters, active: Math.min(argument, Math.max(0, parameters.length - 1)) };
}
