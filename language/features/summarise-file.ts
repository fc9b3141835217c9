import type { Analysis } from '../checks/analyze-file.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { listField, objectField, textField } from '../documents/json-access.ts';
import { once } from '../documents/once.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { Workflow } from '../graph/workflow.ts';
import type { Span } from '../syntax/span.ts';
import { locate, YamlPlaces, type YamlPath } from '../syntax/yaml-path.ts';
import { followAlias, type YamlNode } from '../syntax/yaml-tree.ts';
import type { IndexedDocument, IndexedRun, IndexedUse } from './feature-context.ts';
import { statePlaces } from './state-places.ts';

/** What the rest of the workspace needs to know of a file: small enough to keep for every file there is. */
export function summariseFile(analysis: Analysis): readonly IndexedDocument[] {
  return analysis.documents.map((document) => summariseDocument(document, analysis.path));
}

function summariseDocument(analyzed: AnalyzedDocument, path: string): IndexedDocument {
  const { document, name } = analyzed;
  const { tree, json, kind } = document;
  const model = objectField(json, 'model');
  const modelName = textField(model, 'model') ?? textField(model, 'name');
  const provider = textField(model, 'provider');
  const served = listField(json, 'served_models').filter((item) => typeof item === 'string');
  // In a long document these are long, and between two keys nobody asks for them.
  const nodes = once(() => (tree === null ? [] : kind === 'states' ? statesOf(tree) : nodesOf(tree)));
  const uses = once(() => (tree === null ? [] : usesOf(analyzed, tree, path)));
  const run = once(() => (analyzed.kind === 'workflow' || analyzed.kind === 'states' ? runOf(analyzed.workflow) : null));
  return {
    path,
    kind,
    name,
    nameSpan: tree === null ? { start: document.span.start, end: document.span.start } : new YamlPlaces(tree).valueSpan(namePath(kind)),
    span: document.span,
    description: textField(kind === 'states' ? objectField(json, 'metadata') : json, 'description') ?? '',
    model: kind !== 'agent' ? null : provider === null ? modelName : modelName === null ? provider : `${provider}:${modelName}`,
    models: [...served, ...(modelName === null ? [] : [modelName])],
    tools: listField(json, 'tools').flatMap((tool) => (typeof tool === 'string' ? [tool] : (textField(tool, 'name') ?? []))),
    get nodes() {
      return nodes();
    },
    get uses() {
      return uses();
    },
    get run() {
      return run();
    },
  };
}

/** Works out all that a summary would say if it were asked: for files whose questions come many at a time. */
export function completeSummary(documents: readonly IndexedDocument[]): readonly IndexedDocument[] {
  // A copy has read every getter.
  return documents.map((document) => ({ ...document }));
}

function runOf({ adapter, inputs, caps, nodes }: Workflow): IndexedRun {
  return {
    adapter,
    inputs,
    capUsd: caps.perRunMaxUsd,
    defaultModel: nodes.some(({ work, modelHint }) => work.kind === 'task' && modelHint === null),
    hints: [...new Set(nodes.flatMap(({ modelHint }) => modelHint ?? []))],
  };
}

function statesOf(tree: YamlNode): IndexedDocument['nodes'] {
  return [...statePlaces(tree)].map(([id, { idSpan }]) => ({ id, span: idSpan }));
}

/** The id of the node, or the name of the state, that a reference stands in. */
function ownerOf({ kind, json }: ParsedDocument, path: YamlPath): string | null {
  if (kind === 'states') return path.at(-3) === 'states' ? String(path.at(-2)) : null;
  return path[0] === 'nodes' ? textField(listField(json, 'nodes')[Number(path[1])], 'id') : null;
}

/** Where a document of this kind says what it is called. */
export function namePath(kind: IndexedDocument['kind']): YamlPath {
  return kind === 'states' ? ['metadata', 'name'] : ['name'];
}

function nodesOf(tree: YamlNode): readonly { readonly id: string; readonly span: Span }[] {
  const nodes = locate(tree, ['nodes']);
  const list = nodes === null ? null : followAlias(nodes.node);
  if (list?.kind !== 'seq') return [];
  return list.items.flatMap((item) => {
    const id = locate(item, ['id']);
    const scalar = id === null ? null : followAlias(id.node);
    return scalar?.kind === 'scalar' && typeof scalar.value === 'string' ? [{ id: scalar.value, span: scalar.span }] : [];
  });
}

function usesOf({ references, document, name }: AnalyzedDocument, tree: YamlNode, path: string): readonly IndexedUse[] {
  const places = new YamlPlaces(tree);
  return references.flatMap(({ kind, reference, path: at, resolution }): readonly IndexedUse[] => {
    if (kind === 'schema') return [];
    const target = resolution?.kind === 'document' ? resolution.document.path : null;
    return [{ path, span: places.valueSpan(at), kind, reference, target, node: ownerOf(document, at), workflow: name }];
  });
}
