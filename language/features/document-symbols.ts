import type { Span } from '../syntax/span.ts';
import { followAlias, type YamlEntry, type YamlMap, type YamlNode } from '../syntax/yaml-tree.ts';
import type { FeatureContext } from './feature-context.ts';
import { entryEnd, trimmedEnd } from './yaml-edit.ts';

export interface DocumentSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'workflow' | 'agent' | 'model-profile' | 'states' | 'field' | 'node' | 'item';
  readonly span: Span;
  /** Of the name itself; inside `span`. */
  readonly selection: Span;
  readonly children: readonly DocumentSymbol[];
}

/** What names an item of a list, the first that is there. */
const naming = ['id', 'name', 'label', 'from', 'goal'] as const;

/** The outline of a file: documents, their fields, and what is in their lists. */
export function documentSymbols({ analysis, text }: FeatureContext): readonly DocumentSymbol[] {
  return analysis.documents.flatMap(({ document }): readonly DocumentSymbol[] => {
    const { tree } = document;
    if (tree?.kind !== 'map') return [];
    const children = tree.entries.filter(({ merged }) => !merged).map((entry) => fieldSymbol(text, entry, 0));
    const owner = document.kind === 'states' ? (valueOf(tree, 'metadata') ?? tree) : tree;
    const named = (owner.kind === 'map' ? valueOf(owner, 'name') : null) ?? tree;
    const span = { start: tree.span.start, end: Math.max(tree.span.start, trimmedEnd(text, tree.span)) };
    const selection = named.kind === 'scalar' && named.span.end > named.span.start ? named.span : { start: span.start, end: span.start };
    return [{ name: document.name ?? 'unnamed', detail: document.kind, kind: document.kind, span, selection: within(selection, span), children }];
  });
}

function fieldSymbol(text: string, entry: YamlEntry, depth: number): DocumentSymbol {
  const span = { start: entry.keySpan.start, end: Math.max(entry.keySpan.end, entryEnd(text, entry)) };
  const value = entry.value.kind === 'scalar' ? short(String(entry.value.value ?? '')) : '';
  return { name: entry.key === '' ? '(no name)' : entry.key, detail: value, kind: 'field', span, selection: entry.keySpan, children: below(text, entry.key, entry.value, depth) };
}

function below(text: string, key: string, value: YamlNode, depth: number): readonly DocumentSymbol[] {
  if (depth > 4) return [];
  // Branches of a classifier and the like are named deeper down; what an alias brings is listed where it stands.
  if (value.kind === 'map') {
    const symbols = value.entries.filter(({ merged }) => !merged).map((entry) => ({ entry, symbol: fieldSymbol(text, entry, depth + 1) }));
    return symbols.map(({ entry, symbol }): DocumentSymbol => (key === 'states' && entry.value.kind === 'map' ? { ...symbol, kind: 'node', detail: stateWork(entry.value) } : symbol));
  }
  if (value.kind !== 'seq') return [];
  return value.items.flatMap((item, i): readonly DocumentSymbol[] => {
    if (item.kind !== 'map') return [];
    const label = item.entries.find((entry) => naming.some((word) => word === entry.key) && entry.value.kind === 'scalar');
    const scalar = label === undefined ? null : followAlias(label.value);
    const name = scalar?.kind === 'scalar' && scalar.value !== null ? String(scalar.value) : `${key} ${String(i + 1)}`;
    const span = { start: item.span.start, end: Math.max(item.span.start, trimmedEnd(text, item.span)) };
    const children = item.entries.filter(({ merged, value: own }) => !merged && (own.kind === 'map' || own.kind === 'seq')).map((entry) => fieldSymbol(text, entry, depth + 1));
    return [{ name: name === '' ? '(no name)' : short(name), detail: key === 'nodes' ? workOf(item) : '', kind: key === 'nodes' ? 'node' : 'item', span, selection: within(scalar?.span ?? span, span), children }];
  });
}

/** What a node does, in a word or two. */
function workOf({ entries }: YamlMap): string {
  const words: string[] = [];
  for (const { key, value } of entries) {
    if (key === 'kind' && value.kind === 'map') words.unshift(value.entries[0]?.key ?? '');
    else if ((key === 'agent_spec' || key === 'workflow' || key === 'template') && value.kind === 'scalar') words.push(String(value.value));
    else if (key === 'task' || key === 'human') words.push(key);
  }
  return words.filter((word, i) => word !== '' && word !== 'type' && (word !== 'task' || i === words.length - 1)).join(' · ');
}

/** What a state is, and who does its work. */
function stateWork(state: YamlMap): string {
  const words = [valueOf(state, 'type'), valueOf(state, 'agent')].flatMap((value) => (value?.kind === 'scalar' && value.value !== null ? [String(value.value)] : []));
  return short(words.join(' · '));
}

function valueOf({ entries }: YamlMap, name: string): YamlNode | null {
  return entries.find(({ key }) => key === name)?.value ?? null;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

function within(selection: Span, span: Span): Span {
  return span.start <= selection.start && selection.end <= span.end ? selection : { start: span.start, end: span.start };
}
