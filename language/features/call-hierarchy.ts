import { referencedAs } from '../documents/document-kind.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { Span } from '../syntax/span.ts';
import { locate, type YamlPath } from '../syntax/yaml-path.ts';
import { documentsMeant } from './definition.ts';
import { usesOfDocument } from './describe.ts';
import type { FeatureContext, IndexedDocument } from './feature-context.ts';
import { nodeGraph } from './node-scope.ts';
import { documentAt } from './document-at.ts';
import { symbolAt } from './symbol-at.ts';

/** A node or a state, an agent or a workflow, as something that leads and is led to. */
export interface CallItem {
  readonly kind: 'node' | 'agent' | 'workflow';
  readonly name: string;
  readonly detail: string;
  readonly file: string;
  readonly span: Span;
}

export interface Call {
  readonly item: CallItem;
  /** Where the one names the other. */
  readonly places: readonly Span[];
}

export function callItems(context: FeatureContext, offset: number): readonly CallItem[] {
  const symbol = symbolAt(context, offset);
  if (symbol?.kind === 'agent' || symbol?.kind === 'workflow') return documentsMeant(context, symbol).flatMap(documentItem);
  if (symbol?.kind !== 'node' && symbol?.kind !== 'state') return [];
  const own = context.workspace.at(context.file).find(({ span }) => span.start === symbol.document.document.span.start);
  return own === undefined ? [] : nodeItem(own, symbol.name);
}

/** Who leads here: the nodes before a node, and the nodes that use an agent or a workflow. `context` is of the item's file. */
export function incomingCalls(context: FeatureContext, item: CallItem): readonly Call[] {
  switch (item.kind) {
    case 'node':
      return neighbours(context, item, 'predecessors');
    case 'agent':
    case 'workflow': {
      const document = context.workspace.at(item.file).find(({ kind, name }) => referencedAs(kind) === item.kind && name === item.name);
      if (document === undefined) return [];
      return usesOfDocument(context, document).flatMap((use): readonly Call[] => {
        const owner = context.workspace.at(use.path).find(({ span }) => span.start <= use.span.start && use.span.start <= span.end);
        const from = owner === undefined ? [] : use.node === null ? documentItem(owner) : nodeItem(owner, use.node);
        return from.map((each) => ({ item: each, places: [use.span] }));
      });
    }
  }
}

/** Where it leads: the nodes after a node and what does its work; what a workflow uses. */
export function outgoingCalls(context: FeatureContext, item: CallItem): readonly Call[] {
  const document = context.workspace.at(item.file).find(({ span }) => span.start <= item.span.start && item.span.start <= span.end);
  const uses = (document?.uses ?? []).filter(({ node }) => item.kind === 'workflow' || node === item.name);
  const targets = uses.flatMap((use): readonly Call[] => {
    const [target] = context.workspace.at(use.target ?? '').filter(({ kind, name }) => referencedAs(kind) === use.kind && (use.reference.includes('/') || name === use.reference || /\.ya?ml$/.test(use.reference)));
    return target === undefined ? [] : documentItem(target).map((each) => ({ item: each, places: [use.span] }));
  });
  switch (item.kind) {
    case 'node':
      return [...neighbours(context, item, 'successors'), ...targets];
    case 'workflow':
      return grouped(targets);
    case 'agent':
      return [];
  }
}

function grouped(calls: readonly Call[]): readonly Call[] {
  return [...Map.groupBy(calls, ({ item }) => `${item.file} ${item.name}`).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ item: first.item, places: group.flatMap(({ places }) => places) }];
  });
}

function neighbours(context: FeatureContext, item: CallItem, direction: 'predecessors' | 'successors'): readonly Call[] {
  const analyzed = documentAt(context.analysis, item.span.start);
  const own = context.workspace.at(context.file).find(({ span }) => span.start <= item.span.start && item.span.start <= span.end);
  if (analyzed === null || own === undefined) return [];
  const edges = (analyzed.kind === 'workflow' || analyzed.kind === 'states' ? analyzed.workflow.edges : []).filter(({ from, to }) => item.name === (direction === 'successors' ? from : to));
  const byOther = Map.groupBy(edges, ({ from, to }) => (direction === 'successors' ? to : from));
  // Nodes are found in a text that is no YAML at the moment too.
  const ids = analyzed.document.kind === 'workflow' ? new Set(nodeGraph(analyzed.document)[direction].get(item.name) ?? []) : byOther.keys();
  return [...ids].flatMap((id) => nodeItem(own, id).map((each): Call => ({ item: each, places: (byOther.get(id) ?? []).flatMap(({ path }) => placeOf(analyzed.document, path)) })));
}

function placeOf({ tree }: ParsedDocument, path: YamlPath): readonly Span[] {
  const place = tree === null ? null : locate(tree, path);
  return place === null ? [] : [place.node.span];
}

function documentItem({ kind, name, path, nameSpan }: IndexedDocument): readonly CallItem[] {
  return kind === 'model-profile' ? [] : [{ kind: kind === 'agent' ? kind : 'workflow', name: name ?? path, detail: path, file: path, span: nameSpan }];
}

function nodeItem({ name, path, nodes }: IndexedDocument, id: string): readonly CallItem[] {
  return nodes.filter((node) => node.id === id).slice(0, 1).map(({ span }) => ({ kind: 'node', name: id, detail: name ?? path, file: path, span }));
}
