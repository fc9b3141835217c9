import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { providers } from '../checks/unknown-provider.ts';
import { isList, isObject, listField, objectField, textField } from '../documents/json-access.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import { follow } from '../documents/schema-walk.ts';
import { errorNames } from '../documents/states/error-names.ts';
import { stateMachine } from '../documents/states/state-machine.ts';
import type { Proposal } from './completion-item.ts';
import { escapeSnippet } from './completion-item.ts';
import { itemSnippet } from './complete-keys.ts';
import type { CursorPlace } from './cursor-place.ts';
import { candidateSchemas, fieldSchemaAt, openAlternatives } from './document-schema.ts';
import type { FeatureContext } from './feature-context.ts';
import { inlineYaml } from './field-docs.ts';
import { nodesFor } from './node-scope.ts';
import { documentsReferencedAs, namedAs } from './referenced-documents.ts';
import { relativePath } from './relative-path.ts';
import { matchesSite, statesOf, symbolSites } from './reference-sites.ts';
import { valueAt } from '../documents/value-at.ts';
import { workflowTemplates } from './workflow-templates.ts';
import { writeInside } from './write-scalar.ts';

interface Asked {
  readonly context: FeatureContext;
  readonly analyzed: AnalyzedDocument;
  readonly root: SchemaCursor;
  readonly place: CursorPlace;
  /** The line the cursor is on, for what the tree does not show. */
  readonly line: string;
}

/** What may be written as the value, or as a new item, at the cursor. */
export function completeValues(asked: Asked): readonly Proposal[] {
  const { place, analyzed, root } = asked;
  const { json } = analyzed.document;
  const path = place.position === 'item' ? [...place.path, 0] : place.path;
  const own = candidateSchemas(root, json, path).flatMap((schema) => openAlternatives(schema, null));
  // The lines of a block are one text: nothing in it is quoted, and nothing of it stands for all of it.
  if (isInBlock(asked)) return own.some(({ schema }) => takesExpressions(schema)) ? [{ ...newExpression, insertText: '{% $1 %}' }] : [];
  const lists = place.position === 'value' && !place.flow ? own.filter(({ schema }) => schema['type'] === 'array') : [];
  const proposals = [...referenceProposals(asked, path, lists.length > 0), ...errorProposals(asked, lists.length > 0 ? [...path, 0] : path), ...namedProposals(asked, path), ...own.flatMap((schema) => schemaProposals(schema, path, asked))];
  const written = lists.length > 0 && place.position === 'value' ? proposals.map(bracketed) : proposals;
  const snippets = place.position === 'item' ? own.flatMap((schema) => itemSnippets(schema, path, analyzed)) : [];
  const dash = place.position === 'item' ? '- ' : place.needsSpace ? ' ' : '';
  return unique([...snippets, ...written]).map((proposal) => ({ ...proposal, insertText: dash + proposal.insertText }));
}

function isInBlock({ context: { text }, place: { scalarStart, typed } }: Asked): boolean {
  return scalarStart < typed.start && /[|>]/.test(text.charAt(scalarStart));
}

function bracketed(proposal: Proposal): Proposal {
  return { ...proposal, insertText: `[${proposal.insertText}]` };
}

/** The first of each label. */
function unique(proposals: readonly Proposal[]): readonly Proposal[] {
  const seen = new Set<string>();
  return proposals.filter(({ label }) => !seen.has(label) && seen.add(label));
}

function scalar(place: CursorPlace, value: string): string {
  return place.position === 'item' ? writeInside(value, null) : writeInside(value, place.quote);
}

function referenceProposals(asked: Asked, path: CursorPlace['path'], isList_: boolean): readonly Proposal[] {
  const { root, analyzed, place } = asked;
  const { document } = analyzed;
  const reference = fieldSchemaAt(root, document.json, path)?.reference ?? candidateSchemas(root, document.json, path).map(({ schema }) => textField(schema, 'x-dagbook-reference')).find((word) => word !== null) ?? null;
  switch (reference) {
    case 'node': {
      const listed = valueAt(document.json, isList_ ? path : path.slice(0, -1));
      const current = valueAt(document.json, path);
      const present = new Set([...place.siblings, ...(isList(listed) ? listed.filter((id) => typeof id === 'string' && id !== current) : [])]) as Set<string>;
      return nodesFor(document, isList_ ? [...path, 0] : path, present, asked.line).map((id) => ({ label: id, kind: 'node', insertText: scalar(place, id), resolve: { kind: 'node', id } }));
    }
    case 'agent':
    case 'workflow':
      return documentProposals(reference, asked);
    case 'state': {
      const states = statesOf(path);
      const names = valueAt(document.json, states);
      // What a state catches may be tried again; by any other way to itself it is never left.
      const self = path[states.length + 1] === 'catch' ? null : path[states.length];
      return Object.keys(isObject(names) ? names : {}).filter((name) => name !== self).map((name) => ({ label: name, kind: 'name', detail: 'state', insertText: scalar(place, name) }));
    }
    case null:
    default:
      return siteProposals(asked, path);
  }
}

/** Names that are defined in this document and used where a table says so, such as the servers of tools. */
function siteProposals({ analyzed, place }: Asked, path: CursorPlace['path']): readonly Proposal[] {
  const sites = symbolSites.find(({ document, uses }) => document === analyzed.document.kind && uses.some((pattern) => matchesSite(pattern, path, 'value')));
  return (sites?.definitions ?? []).flatMap((pattern) => definedNames(analyzed.document.json, pattern.path).map((name) => ({ label: name, kind: 'name' as const, insertText: scalar(place, name) })));
}

function definedNames(json: Json, pattern: readonly string[]): readonly string[] {
  const [part, ...below] = pattern;
  if (part === undefined) return typeof json === 'string' ? [json] : [];
  if (part === '#') return isList(json) ? json.flatMap((item) => definedNames(item, below)) : [];
  return isObject(json) && Object.hasOwn(json, part) ? definedNames(json[part] ?? null, below) : [];
}

/** Agents by path and by name; relative paths once `./` is typed. */
function documentProposals(kind: 'agent' | 'workflow', { context, place }: Asked): readonly Proposal[] {
  const typed = context.text.slice(place.typed.start, place.typed.end);
  const documents = documentsReferencedAs(context.workspace, kind).filter(({ path, name }) => kind === 'agent' || path !== context.file || name === null);
  const perFile = Map.groupBy(documents, ({ path }) => path);
  return documents.flatMap((document): readonly Proposal[] => {
    const { path, name } = document;
    const resolve = { kind: 'document', path, name } as const;
    const isOnly = perFile.get(path)?.length === 1;
    const written = /^\.\.?\//.test(typed) ? relativePath(context.file, path) : path.includes('/') || /\.ya?ml$/.test(path) ? path : `./${path}`;
    const byPath: readonly Proposal[] = isOnly ? [{ label: written, kind: 'file', detail: name ?? '', insertText: scalar(place, written), resolve }] : [];
    const isUnique = name !== null && namedAs(context.workspace, kind, name).length === 1 && !/[/@]|\.ya?ml$/.test(name);
    const byName: readonly Proposal[] = isUnique ? [{ label: name, kind, detail: path, insertText: scalar(place, name), resolve, rank: 6 }] : [];
    return [...byPath, ...byName];
  });
}

/** The errors of the system, and those this document has names for; the list's own are left out. */
function errorProposals({ root, analyzed, place }: Asked, path: CursorPlace['path']): readonly Proposal[] {
  const { json } = analyzed.document;
  if (!candidateSchemas(root, json, path).some(({ schema }) => schema['x-dagbook-error-name'] === true)) return [];
  const listed = valueAt(json, path.slice(0, -1));
  const current = valueAt(json, path);
  const present = new Set<Json>([...place.siblings, ...(isList(listed) ? listed.filter((name) => name !== current) : [])]);
  const system = errorNames.filter(({ name, handled }) => handled && (name !== 'States.ALL' || present.size === 0));
  const known = new Set(errorNames.map(({ name }) => name));
  const written = stateMachine(json).states.flatMap((state) => namesOfErrors(state.json)).filter((name) => !known.has(name));
  // What stands at the cursor only is being typed.
  const own = written.filter((name) => name !== current || written.indexOf(name) < written.lastIndexOf(name));
  const offered = (name: string): boolean => !present.has(name);
  return [
    ...[...new Set(own)].sort().filter(offered).map((name): Proposal => ({ label: name, kind: 'name', detail: 'in this document', insertText: scalar(place, name), rank: 2 })),
    ...system.filter(({ name }) => offered(name)).map(({ name, means }): Proposal => ({ label: name, kind: 'value', detail: '', insertText: scalar(place, name), rank: 3, resolve: { kind: 'text', text: means } })),
  ];
}

/** What a Fail state raises, and what handlers name. */
function namesOfErrors(state: Json): readonly string[] {
  const handled = [...listField(state, 'retry'), ...listField(state, 'catch')].flatMap((handler) => listField(handler, 'errorEquals'));
  const raised = textField(state, 'type') === 'Fail' ? textField(state, 'error') : null;
  return [...handled, ...(raised === null || raised.startsWith('{%') ? [] : [raised])].filter((name) => typeof name === 'string' && name !== '') as string[];
}

/** Fields whose values the workspace knows, though no schema lists them. */
function namedProposals({ context, place, analyzed }: Asked, path: CursorPlace['path']): readonly Proposal[] {
  const simple = (kind: Proposal['kind'], words: readonly string[]): readonly Proposal[] => words.map((word) => ({ label: word, kind, insertText: scalar(place, word) }));
  const key = path.filter((segment) => typeof segment === 'string').join('.');
  const { workspace } = context;
  switch (`${analyzed.document.kind} ${key}`) {
    case 'agent model.provider':
    case 'model-profile provider':
      return simple('value', providers);
    case 'agent model.model':
    case 'agent model.name':
      return simple('model', workspace.models);
    case 'workflow nodes.model_hint':
      return simple('model', [...new Set([...workspace.documents('agent').flatMap(({ model }) => model ?? []), ...workspace.models])]);
    case 'workflow schedule.timezone':
      return simple('value', ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]);
    case 'agent tools':
    case 'agent tools.name':
      return simple('tool', workspace.tools.filter((tool) => !place.siblings.has(tool)));
    default:
      return [];
  }
}

function schemaProposals({ schema }: SchemaCursor, path: CursorPlace['path'], { place }: Asked): readonly Proposal[] {
  if (schema['x-dagbook-error-name'] === true) return [];
  const notYet = objectField(schema, 'x-dagbook-not-yet-values');
  const fromValue = (value: Json, detail: string, rank: number): Proposal => ({
    label: typeof value === 'string' ? value : inlineYaml(value),
    kind: 'value',
    detail,
    rank,
    insertText: typeof value === 'string' ? scalar(place, value) : inlineYaml(value),
    commitCharacters: place.flow ? [',', ']', '}'] : [],
    resolve: { kind: 'value', path, value: inlineYaml(value) },
  });
  const allowed = listField(schema, 'enum').map((value) => fromValue(value, schema['default'] === value ? 'default' : typeof value === 'string' && Object.hasOwn(notYet, value) ? 'not yet' : '', typeof value === 'string' && Object.hasOwn(notYet, value) ? 7 : 3));
  if (allowed.length > 0) return allowed;
  if (Object.hasOwn(schema, 'const')) return [fromValue(schema['const'] ?? null, '', 3)];
  const types = isList(schema['type']) ? schema['type'] : [schema['type'] ?? null];
  const expression: readonly Proposal[] = takesExpressions(schema) && place.quote === null ? [newExpression] : [];
  if (types.includes('boolean')) return [...expression, ...[true, false].map((value) => fromValue(value, schema['default'] === value ? 'default' : '', 3))];
  if (place.position === 'item' || textField(schema, 'x-dagbook-reference') !== null) return [];
  const examples = place.quote === null ? listField(schema, 'examples').filter((example) => fits(example, types, place)) : [];
  return [...expression, ...examples.map((example) => fromValue(example, 'for example', 8))];
}

const newExpression: Proposal = { label: '{% … %}', kind: 'snippet', detail: 'an expression', insertText: '"{% $1 %}"', snippet: true, retrigger: true, rank: 2 };

function takesExpressions(schema: JsonObject): boolean {
  return textField(schema, 'x-dagbook-expression') !== null && (isList(schema['type']) ? schema['type'] : [schema['type'] ?? null]).includes('string');
}

function fits(example: Json, types: readonly Json[], place: CursorPlace): boolean {
  if (isObject(example) || isList(example)) return place.typed.start === place.typed.end && (types.includes('object') || types.includes('array'));
  return typeof example !== 'string' || types.includes('string');
}

function itemSnippets({ schema, root }: SchemaCursor, path: CursorPlace['path'], { document }: AnalyzedDocument): readonly Proposal[] {
  const title = textField(schema, 'title')?.replace(/Document$/, '').toLowerCase() ?? String(path.at(-2) ?? 'item');
  const text = itemSnippet(schema);
  const first: readonly Proposal[] = text === null ? [] : [{ label: `new ${title}`, kind: 'snippet', detail: textField(schema, 'description') ?? '', insertText: text, snippet: true, rank: 1 }];
  if (document.kind !== 'workflow' || path[0] !== 'nodes' || path.length !== 2) return first;
  const works = ['task', 'human', 'workflow'].flatMap((name): readonly Proposal[] => {
    const own = follow(root, objectField(objectField(schema, 'properties'), name));
    const [example] = listField(own, 'examples');
    if (example === undefined) return [];
    return [{ label: `new ${name} node`, kind: 'snippet', detail: textField(own, 'description') ?? '', insertText: `id: \${1:${name}}\n  ${name}:${workText(example)}`, snippet: true, rank: 1 }];
  });
  const templates = workflowTemplates.map(({ name, about, nodes }): Proposal => ({ label: `template ${name}`, kind: 'snippet', detail: about, insertText: nodes.replace(/^- /, ''), snippet: true, rank: 2 }));
  return [...first, ...works, ...templates];
}

function workText(example: Json): string {
  if (!isObject(example)) return ` \${2:${escapeSnippet(inlineYaml(example))}}`;
  const [name, value] = Object.entries(example)[0] ?? ['', null];
  return `\n    ${name}: \${2:${escapeSnippet(inlineYaml(value))}}`;
}
