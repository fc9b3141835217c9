import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { agentForTask } from '../documents/agent/synthesize-agent.ts';
import { isObject, listField, textField, withoutFields } from '../documents/json-access.ts';
import { topologicalOrder } from '../graph/topological-order.ts';
import type { Role } from '../graph/workflow.ts';
import type { Span } from '../syntax/span.ts';
import { locate } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { CodeAction } from './code-actions.ts';
import type { FeatureContext, TextEdit } from './feature-context.ts';
import { inlineYaml } from './field-docs.ts';
import { freePath } from './fixes/file-fixes.ts';
import { nodeGraph } from './node-scope.ts';
import { documentAt } from './document-at.ts';
import { pathAt } from '../syntax/path-at.ts';
import { sortNodes } from './sort-nodes.ts';
import { hasAnchors } from './symbol-at.ts';
import { addItems, removeField, setField, type YamlEditor } from './yaml-edit.ts';
import { writeScalar } from './write-scalar.ts';

const roles: readonly Role[] = ['explore', 'plan', 'implement', 'verify', 'custom'];

/** Other ways to write the same, offered where the cursor is on what they change. */
export function refactorings(context: FeatureContext, range: Span): readonly CodeAction[] {
  const analyzed = documentAt(context.analysis, range.start);
  const tree = analyzed?.document.tree ?? null;
  // What an anchor shares cannot be changed in one place alone.
  if (analyzed?.kind !== 'workflow' || tree === null || analyzed.document.broken || hasAnchors(context.text, analyzed.document.span)) return [];
  const { path } = pathAt(tree, range.start);
  const editor = { text: context.text, tree };
  const found: readonly (CodeAction | null)[] = [
    path[0] === 'edges' ? edgesToDependencies(context, analyzed, editor) : null,
    path[0] === 'nodes' && path[2] === 'depends_on' ? dependenciesToEdges(context, analyzed, editor) : null,
    path[0] === 'nodes' && typeof path[1] === 'number' ? extractTask(context, analyzed, editor, path[1]) : null,
    path[0] === 'nodes' ? sortByGraph(context, analyzed, tree) : null,
  ];
  return found.filter((action) => action !== null);
}

function rewrite(context: FeatureContext, title: string, edits: readonly (TextEdit | null)[]): CodeAction | null {
  const possible = edits.filter((edit) => edit !== null);
  if (possible.length === 0 || possible.length < edits.length) return null;
  return { title, kind: 'refactor.rewrite', diagnostic: null, changes: [{ kind: 'edit', file: context.file, edits: possible.sort((a, b) => a.span.start - b.span.start) }], preferred: false };
}

/** Every edge becomes a dependency of its end, and `edges` goes. */
function edgesToDependencies(context: FeatureContext, { document }: AnalyzedDocument, editor: YamlEditor): CodeAction | null {
  const nodes = listField(document.json, 'nodes');
  const indices = new Map(nodes.map((node, i) => [textField(node, 'id') ?? '', i]));
  const missing = new Map<number, string[]>();
  for (const edge of listField(document.json, 'edges')) {
    const from = textField(edge, 'from');
    const index = indices.get(textField(edge, 'to') ?? '');
    if (from === null || index === undefined) return null;
    const list = missing.get(index) ?? [];
    missing.set(index, list);
    if (!list.includes(from) && !listField(nodes[index] ?? null, 'depends_on').includes(from)) list.push(from);
  }
  const added = [...missing].filter(([, ids]) => ids.length > 0).map(([index, ids]) => addItems(editor, ['nodes', index], 'depends_on', ids.map(writeScalar)));
  return rewrite(context, 'Write the edges as depends_on', [...added, removeField(editor, [], 'edges')]);
}

/** Every dependency becomes an edge. */
function dependenciesToEdges(context: FeatureContext, { document }: AnalyzedDocument, editor: YamlEditor): CodeAction | null {
  const nodes = listField(document.json, 'nodes');
  const edges = new Set(listField(document.json, 'edges').map((edge) => `${textField(edge, 'from') ?? ''}\n${textField(edge, 'to') ?? ''}`));
  const removed: (TextEdit | null)[] = [];
  const items: string[] = [];
  for (const [i, node] of nodes.entries()) {
    const to = textField(node, 'id');
    if (!isObject(node) || !Object.hasOwn(node, 'depends_on')) continue;
    removed.push(removeField(editor, ['nodes', i], 'depends_on'));
    for (const from of listField(node, 'depends_on')) {
      if (typeof from !== 'string' || to === null) return null;
      if (!edges.has(`${from}\n${to}`)) items.push(`{ from: ${writeScalar(from)}, to: ${writeScalar(to)} }`);
      edges.add(`${from}\n${to}`);
    }
  }
  const has = isObject(document.json) && Object.hasOwn(document.json, 'edges');
  const added = items.length === 0 ? [] : [has ? addItems(editor, [], 'edges', items) : setField(editor, [], 'edges', `\n${items.map((item) => `  - ${item}`).join('\n')}`)];
  const isFlowRoot = context.text.charAt(editor.tree.span.start) === '{';
  return isFlowRoot && !has ? null : rewrite(context, 'Write depends_on as edges', [...removed, ...added]);
}

/** The agent that the task alone would make, as a file; the task stays as what is asked of it. */
function extractTask(context: FeatureContext, { document }: AnalyzedDocument, editor: YamlEditor, index: number): CodeAction | null {
  const node = listField(document.json, 'nodes')[index];
  const id = textField(node ?? null, 'id');
  if (!isObject(node) || id === null || !isObject(node['task']) || Object.hasOwn(node, 'agent_spec') || Object.hasOwn(node, 'human')) return null;
  const file = freePath({ context }, id);
  const edit = setField(editor, ['nodes', index], 'agent_spec', file);
  if (edit === null) return null;
  const role = roles.find((word) => word === node['role']) ?? 'custom';
  const agent = withoutFields({ ...agentForTask(document.name ?? '', id, role, node['task']), name: id, role }, 'annotations', 'description');
  const text = Object.entries(agent).map(([name, value]) => `${name}: ${inlineYaml(value)}\n`).join('');
  return { title: `Extract the agent to ${file}`, kind: 'refactor.extract', diagnostic: null, preferred: false, changes: [{ kind: 'create', file, text }, { kind: 'edit', file: context.file, edits: [edit] }] };
}

function sortByGraph(context: FeatureContext, { document }: AnalyzedDocument, tree: YamlNode): CodeAction | null {
  const graph = nodeGraph(document);
  const order = topologicalOrder(graph);
  const place = locate(tree, ['nodes']);
  const ids = listField(document.json, 'nodes').map((node) => textField(node, 'id') ?? '');
  const indices = new Map(ids.map((id, i) => [id, i]));
  if (place?.node.kind !== 'seq' || order.length !== ids.length || indices.size !== ids.length || order.every((id, i) => ids[i] === id)) return null;
  return rewrite(context, "Sort the nodes by the graph's order", sortNodes(context.text, place, order.map((id) => indices.get(id) ?? 0)));
}
