import { field, listField, textField } from '../../documents/json-access.ts';
import { branchesOf } from '../../documents/workflow/node-references.ts';
import { descendants } from '../../graph/graph.ts';
import { findCycles } from '../../graph/cycles.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import type { TextEdit } from '../feature-context.ts';
import { nodeGraph, nodeIdAt } from '../node-scope.ts';
import { addItem, entryEnd, mapAt, removeField, removeItem, removeItemOrField, setField } from '../yaml-edit.ts';
import { sameQuotes, writeScalar } from '../write-scalar.ts';
import { editFix, replaceFix, type Fix, type Fixer, type FixPlace } from './fix.ts';

/** Takes away the place that names a node: an item of a list, an edge, or a field. */
export const removeReference: Fixer = (at) => {
  if (at.place.on !== 'value' || isPart(at)) return [];
  return editFix(at, `Remove the reference to "${at.written.replace(/^["']|["']$/g, '')}"`, [removeReferenceAt(at, at.path)]);
};

export function removeReferenceAt({ editor }: Pick<FixPlace, 'editor'>, path: YamlPath): TextEdit | null {
  const last = path.at(-1);
  if (path[0] === 'edges' && typeof path[1] === 'number') return removeItemOrField(editor, ['edges'], path[1]);
  if (typeof last === 'number') return removeItemOrField(editor, path.slice(0, -1), last);
  return typeof last === 'string' ? removeField(editor, path.slice(0, -1), last) : null;
}

function isPart({ place, diagnostic }: FixPlace): boolean {
  return place.node.kind !== 'scalar' || place.node.span.start !== diagnostic.span.start || place.node.span.end !== diagnostic.span.end;
}

/** The node that is missing, with a task to fill in. */
export const addNode: Fixer = (at) => {
  const id = at.written.replace(/^["'`]|["'`]$/g, '');
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(id)) return [];
  return editFix(at, `Add a node "${id}"`, [addItem(at.editor, [], 'nodes', skeletonOf(at, id))]);
};

function skeletonOf({ editor, json }: FixPlace, id: string): string {
  const isBlock = listField(json, 'nodes').length > 0 && /\n\s*- $/.test(editor.text.slice(0, nodesStart(editor)));
  return isBlock ? `id: ${id}\ntask: { goal: Say what ${id} is to do. }` : `{ id: ${id}, task: { goal: Say what ${id} is to do. } }`;
}

function nodesStart({ tree }: FixPlace['editor']): number {
  if (tree.kind !== 'map') return 0;
  const nodes = tree.entries.find(({ key }) => key === 'nodes')?.value;
  return nodes?.kind === 'seq' ? (nodes.items[0]?.span.start ?? 0) : 0;
}

/** Every dependency of the cycle can go; the one the diagnostic points at first. */
export const breakCycle: Fixer = (at) => {
  const cycle = findCycles(nodeGraph(at.analyzed.document)).find((ids) => at.diagnostic.message.includes(ids.join(' → ')) || ids.length > 6);
  if (cycle === undefined) return [];
  const fixes = cycle.flatMap((from, i): readonly Fix[] => {
    const to = cycle[(i + 1) % cycle.length] ?? '';
    return editFix(at, `Remove the dependency of "${to}" on "${from}"`, removeEdge(at, from, to));
  });
  return fixes.map((fix, i) => ({ ...fix, preferred: i === fixes.length - 1 }));
};

/** However often it is written. */
function removeEdge(at: FixPlace, from: string, to: string): readonly (TextEdit | null)[] {
  const nodes = listField(at.json, 'nodes');
  const edits = nodes.flatMap((node, i) => {
    if (textField(node, 'id') !== to) return [];
    const listed = listField(node, 'depends_on');
    return listed.flatMap((id, j) => (id === from ? [listed.length === 1 ? removeField(at.editor, ['nodes', i], 'depends_on') : removeItem(at.editor, ['nodes', i, 'depends_on'], j)] : []));
  });
  const pairs = listField(at.json, 'edges');
  const edges = pairs.flatMap((edge, i) => (textField(edge, 'from') === from && textField(edge, 'to') === to ? [removeItemOrField(at.editor, ['edges'], i)] : []));
  return [...edits, ...edges];
}

/** The missing dependency, unless it would close a cycle. */
export const addDependency: Fixer = (at) => {
  const index = at.path[1];
  const needed = at.written.replace(/^["'`]|["'`]$/g, '');
  const self = typeof index === 'number' ? nodeIdAt(at.json, index) : null;
  if (at.path[0] !== 'nodes' || self === null || typeof index !== 'number' || self === needed) return [];
  const after = descendants(nodeGraph(at.analyzed.document), self);
  if (after.has(needed)) return [];
  return editFix(at, `Let "${self}" depend on "${needed}"`, [addItem(at.editor, ['nodes', index], 'depends_on', writeScalar(needed))], true);
};

/** The node of a branch waits for its classifier. */
export const dependOnClassifier: Fixer = (at) => {
  const index = at.path[1];
  const classifier = typeof index === 'number' ? nodeIdAt(at.json, index) : null;
  const named = at.written.replace(/^["']|["']$/g, '');
  const target = listField(at.json, 'nodes').findIndex((node) => textField(node, 'id') === named);
  if (classifier === null || target < 0 || descendants(nodeGraph(at.analyzed.document), named).has(classifier)) return [];
  return editFix(at, `Let "${named}" depend on "${classifier}"`, [addItem(at.editor, ['nodes', target], 'depends_on', writeScalar(classifier))], true);
};

/** Sets a field of the node the diagnostic lies in. */
export function setNodeField(key: string): Fixer {
  return (at) => {
    const { suggestion } = at.diagnostic;
    if (at.path[0] !== 'nodes' || typeof at.path[1] !== 'number' || suggestion === undefined) return [];
    return editFix(at, `Set ${key}: ${suggestion}`, [setField(at.editor, at.path.slice(0, 2), key, suggestion)], true);
  };
}

/** The next free name made from this one. */
export const makeUnique: Fixer = (at) => {
  const index = at.path[1];
  const merged = at.path[0] === 'nodes' && typeof index === 'number' && !['id', 'label'].includes(String(at.path.at(-1))) ? index : null;
  const name = merged === null ? at.written.replace(/^["']|["']$/g, '') : (nodeIdAt(at.json, merged) ?? '');
  const servers = listField(at.json, 'mcp_servers').map((server) => textField(server, 'name') ?? '');
  const ids = new Set([...servers, ...listField(at.json, 'nodes').flatMap((node) => [textField(node, 'id') ?? '', ...branchesOf(node).branches.map((branch) => textField(branch, 'label') ?? '')])]);
  let number = 2;
  while (ids.has(`${name}_${number}`)) number += 1;
  const free = `${name}_${number}`;
  if (merged === null) return replaceFix(at, `Rename this one to "${free}"`, sameQuotes(at.written, free));
  // Its id comes along with an alias or a merge key: an id of its own goes before that.
  const isAlias = at.written.startsWith('*');
  return isAlias ? replaceFix(at, `Give it an id of its own, "${free}"`, `{ <<: ${at.written}, id: ${free} }`) : editFix(at, `Give it an id of its own, "${free}"`, [setField(at.editor, ['nodes', merged], 'id', free)]);
};

/** The workflow of a node that leads back: a task stands in its place, so that what depends on the node still has something to wait for. */
export const replaceCall: Fixer = (at) => {
  const node = at.path.slice(0, -1);
  const entry = mapAt(at.editor, node)?.entries.find(({ key, merged }) => key === 'workflow' && !merged);
  if (at.path.at(-1) !== 'workflow' || entry === undefined) return [];
  const called = at.written.replace(/^["']|["']$/g, '');
  const span = { start: entry.keySpan.start, end: entryEnd(at.editor.text, entry) };
  return editFix(at, `Replace the call of "${called}" by a task`, [{ span, newText: 'task: { goal: Say what is to be done. }' }]);
};

/** A quarantined node whose agent has tools: it leaves the quarantine, or gets an agent without any. */
export const leaveQuarantine: Fixer = (at) => {
  const node = at.path.slice(0, 2);
  if (at.path[0] !== 'nodes' || node.length < 2) return [];
  const without = at.context.workspace.documents('agent').filter(({ name, path }) => name !== null && at.context.workspace.named('agent', name).length === 1 && hasNoTools(at, path));
  const others = without.slice(0, 2).flatMap(({ name }) => editFix(at, `Give it the agent "${name ?? ''}", which has no tools`, [setField(at.editor, node, 'agent_spec', writeScalar(name ?? ''))]));
  return [...others, ...editFix(at, 'Take it out of quarantine', [removeField(at.editor, node, 'trust')])];
};

function hasNoTools({ context }: FixPlace, path: string): boolean {
  const analyzed = context.workspace.open(path)?.analysis.documents.filter(({ kind }) => kind === 'agent') ?? [];
  return analyzed.length === 1 && analyzed.every((each) => each.kind === 'agent' && each.agent.tools.length + each.agent.mcpServers.length === 0);
}

/** The isolation that there is already, where another one is not built yet. */
export const useShared: Fixer = (at) => {
  const isIsolation = at.path.at(-1) === 'isolation' || at.diagnostic.message.includes('Write isolation: shared');
  return isIsolation && at.path[0] === 'nodes' ? editFix(at, 'Set isolation: shared', [setField(at.editor, at.path.slice(0, 2), 'isolation', 'shared')]) : [];
};

/** A node that does nothing gets a task. */
export const addTask: Fixer = (at) => {
  const index = at.path[1];
  if (at.path[0] !== 'nodes' || typeof index !== 'number') return [];
  const agents = at.context.workspace.documents('agent').slice(0, 3);
  const byAgent = agents.flatMap(({ name, path }) => (name === null ? [] : editFix(at, `Give it the agent "${name}"`, [setField(at.editor, ['nodes', index], 'agent_spec', writeScalar(path.includes('/') ? path : `./${path}`))])));
  return [...editFix(at, 'Give it a task', [setField(at.editor, ['nodes', index], 'task', '{ goal: Say what is to be done. }')], true), ...byAgent];
};

/** Declares an input that an expression reads. */
export const declareInput: Fixer = (at) => {
  const name = at.written.replace(/^`|`$/g, '');
  const key = writeScalar(name);
  const edit = field(at.json, 'inputs') === undefined ? setField(at.editor, [], 'inputs', `{ ${key}: { type: string } }`) : setField(at.editor, ['inputs'], key, '{ type: string }');
  return editFix(at, `Declare the input "${name}"`, [edit]);
};
