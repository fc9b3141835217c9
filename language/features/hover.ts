import type { Json } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { referencedAs } from '../documents/document-kind.ts';
import { field, isObject, listField, objectField, textField } from '../documents/json-access.ts';
import { follow, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import type { Edge } from '../graph/workflow.ts';
import { scalarSpan } from '../syntax/scalar-offset.ts';
import type { Span } from '../syntax/span.ts';
import { agentLabels } from './agent-label.ts';
import { parseCron } from '../expressions/cron.ts';
import { cronInWords, nextTimes } from './cron.ts';
import { describeDocument, describeNode } from './describe.ts';
import { candidateSchemas, fieldSchemaAt, openAlternatives, schemaOfDocument } from './document-schema.ts';
import { expressionIn } from './expression-cursor.ts';
import type { FeatureContext } from './feature-context.ts';
import { fieldDocs, inlineYaml, typeInWords } from './field-docs.ts';
import { signatureOf, statesFunctionDocs } from './function-docs.ts';
import { documentAt } from './document-at.ts';
import { pathAt, type PathPlace } from '../syntax/path-at.ts';
import { codeSpan, plainMarkdown } from './plain-markdown.ts';
import { stateHover } from './state-hover.ts';
import { symbolAt, type SymbolAt } from './symbol-at.ts';
import { valueAt } from '../documents/value-at.ts';

export interface Hover {
  readonly markdown: string;
  readonly span: Span;
}

/** What stands at an offset, explained; null where there is nothing to say. Without `now`, no times are named. */
export function hover(context: FeatureContext, offset: number, now: Date | null): Hover | null {
  const analyzed = documentAt(context.analysis, offset);
  const tree = analyzed?.document.tree ?? null;
  if (analyzed === null || tree === null) return null;
  const place = pathAt(tree, offset);
  const span = place.on === 'key' ? place.keySpan : place.node.kind === 'scalar' || place.node.kind === 'alias' ? place.node.span : null;
  if (span === null) return null;
  const symbol = symbolAt(context, offset);
  const said = symbol === null ? null : describeSymbol(context, analyzed, symbol);
  if (symbol !== null && said !== null) return { markdown: said, span: symbol.span };
  const root = schemaOfDocument(analyzed.document.kind, analyzed.document.json);
  const call = place.on === 'value' ? (stateHover(context, analyzed, root, place, offset) ?? functionHover(context, analyzed, root, place, offset)) : null;
  if (call !== null) return call;
  const docs = docsAt(root, analyzed.document.json, place);
  if (docs === null) return null;
  const cron = place.path.at(-1) === 'cron' ? cronHover(analyzed.document.json, place, now) : null;
  return { markdown: cron === null ? docs : `${cron}\n\n${docs}`, span };
}

function describeSymbol(context: FeatureContext, analyzed: AnalyzedDocument, symbol: SymbolAt): string | null {
  switch (symbol.kind) {
    case 'node': {
      const said = describeNode(context, analyzed, symbol.name);
      return said === '' ? null : said;
    }
    case 'input': {
      const declaration = field(objectField(analyzed.document.json, 'inputs'), symbol.name);
      if (!isObject(declaration)) return null;
      const standard = field(declaration, 'default');
      const facts = [typeInWords(declaration), declaration['required'] === true ? 'required' : null, standard === undefined ? null : `default ${codeSpan(inlineYaml(standard))}`];
      return [`**${plainMarkdown(symbol.name)}** · run input · ${facts.filter((fact) => fact !== null).join(' · ')}`, plainMarkdown(textField(declaration, 'description') ?? '')].filter((part) => part !== '').join('\n\n');
    }
    case 'agent':
    case 'workflow':
      return describeTarget(context, analyzed, symbol);
    case 'state':
      return describeState(context, analyzed, symbol);
    case 'server':
      return null;
  }
}

/** What it is, what leads there, and where it leads. */
function describeState(context: FeatureContext, analyzed: AnalyzedDocument, { scope, name }: SymbolAt): string | null {
  const path = [...scope.split('\n').map((segment) => (/^\d+$/.test(segment) ? Number(segment) : segment)), name];
  const state = valueAt(analyzed.document.json, path);
  if (!isObject(state)) return null;
  const edges = analyzed.kind === 'states' ? analyzed.workflow.edges : [];
  const before = edges.filter(({ to }) => to === name).map(({ from, transition }) => (transition?.kind === 'enter' ? `begins inside ${codeSpan(from)}` : `after ${codeSpan(from)}`));
  const after = edges.flatMap((edge) => (edge.from === name && edge.transition?.kind !== 'enter' ? [wayInWords(edge)] : []));
  const next = textField(state, 'next') ?? textField(state, 'default');
  const ways = after.length > 0 ? after : next === null ? [] : [codeSpan(next)];
  const place = [...shortList(before), ...(state['end'] === true ? ['ends here'] : ways.length === 0 ? [] : [`goes on to ${shortList(ways).join(', ')}`])].join(' · ');
  const agent = agentLabels(context, analyzed)([...path, 'agent']);
  return [`**${plainMarkdown(name)}** · ${plainMarkdown(textField(state, 'type') ?? '')} state`, plainMarkdown(textField(state, 'comment') ?? ''), place, agent === null ? '' : `Agent ${plainMarkdown(agent)}`].filter((part) => part !== '').join('\n\n');
}

function wayInWords({ to, transition }: Edge): string {
  switch (transition?.kind) {
    case 'choice':
      return `${codeSpan(to)} (${plainMarkdown(transition.label)})`;
    case 'catch':
      return `${codeSpan(to)} (catch ${plainMarkdown(transition.label)})`;
    case 'default':
      return `${codeSpan(to)} (default)`;
    case 'next':
    case 'enter':
    case undefined:
      return codeSpan(to);
  }
}

/** Each once, and no more than a person reads. */
function shortList(words: readonly string[]): readonly string[] {
  const unique = [...new Set(words)];
  return unique.length <= 6 ? unique : [...unique.slice(0, 6), `and ${unique.length - 6} more`];
}

function describeTarget(context: FeatureContext, analyzed: AnalyzedDocument, symbol: SymbolAt): string | null {
  if (symbol.role === 'definition') {
    const own = context.workspace.at(context.file).find(({ kind, name }) => referencedAs(kind) === symbol.kind && name === symbol.name);
    return own === undefined ? null : describeDocument(context, own);
  }
  const resolution = analyzed.references.find(({ path }) => path.join('\n') === symbol.path.join('\n'))?.resolution ?? null;
  switch (resolution?.kind) {
    case 'document': {
      const { path, name } = resolution.document;
      const found = context.workspace.at(path).find((document) => referencedAs(document.kind) === symbol.kind && document.name === name);
      return found === undefined ? null : describeDocument(context, found);
    }
    case 'locked':
      return `**${plainMarkdown(resolution.spec.name)}** · ${resolution.spec.kind}, locked in the ledger as \`${resolution.specHash.slice(0, 12)}…\``;
    case 'unavailable':
    case 'refused':
      return plainMarkdown(resolution.problem.message);
    case undefined:
      return null;
  }
}

function docsAt(root: SchemaCursor, json: Json, { path }: PathPlace): string | null {
  // An item of a list is explained by its list.
  const named = path.slice(0, path.findLastIndex((segment) => typeof segment === 'string') + 1);
  const name = named.at(-1);
  if (typeof name !== 'string') return null;
  const parent = named.slice(0, -1);
  const owners = candidateSchemas(root, json, parent).flatMap((schema) => openAlternatives(schema, valueAt(json, parent)));
  const owner = owners.find(({ schema }) => Object.hasOwn(objectField(schema, 'properties'), name));
  if (owner === undefined) return null;
  const own = follow(owner.root, objectField(objectField(owner.schema, 'properties'), name));
  const settled = settle({ root: owner.root, schema: own }, valueAt(json, named)).schema;
  const about = settled === own ? '' : (textField(settled, 'description') ?? '');
  return fieldDocs(name, own, listField(owner.schema, 'required').includes(name)) + (about === '' || (textField(own, 'description') ?? '').includes(about) ? '' : `\n\nHere: ${about}`);
}

function functionHover(context: FeatureContext, analyzed: AnalyzedDocument, root: SchemaCursor, place: PathPlace, offset: number): Hover | null {
  const acts = fieldSchemaAt(root, analyzed.document.json, place.path)?.expression ?? null;
  if (acts === null || place.node.kind !== 'scalar') return null;
  const inside = expressionIn(context.text, place.node, offset, acts === 'when');
  const token = inside?.tokens.find(({ kind, start, end }) => kind === 'variable' && start <= inside.at && inside.at <= end);
  if (inside === null || token === undefined) return null;
  const doc = statesFunctionDocs.find(({ name }) => name === inside.source.slice(token.start + 1, token.end));
  if (doc === undefined) return null;
  return { markdown: `\`${signatureOf(doc)}\`\n\n${doc.about}`, span: scalarSpan(context.text, place.node, inside.start + token.start, token.end - token.start) };
}

function cronHover(json: Json, { path }: PathPlace, now: Date | null): string | null {
  const line = valueAt(json, path);
  const cron = typeof line === 'string' ? parseCron(line) : null;
  if (cron === null) return null;
  const zone = textField(valueAt(json, path.slice(0, -1)), 'timezone') ?? 'UTC';
  const times = now === null ? [] : (nextTimes(cron, now, zone, 3) ?? []);
  const format = (time: Date): string => `- ${new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(time)}`;
  const next = times.length === 0 ? '' : `\n\nNext:\n${times.map(format).join('\n')}`;
  return `${cronInWords(cron)} (${zone}).${next}`;
}
