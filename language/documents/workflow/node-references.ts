import type { Json, JsonObject } from '../../../protocol/json.ts';
import { samePath, type YamlPath } from '../../syntax/yaml-path.ts';
import { DocumentMemory } from '../document-memory.ts';
import { field, listField, objectField, textField } from '../json-access.ts';

/** A place in a workflow that names a node. */
export interface NodeReference {
  readonly id: string;
  readonly path: YamlPath;
  readonly use: 'depends_on' | 'edge' | 'branch' | 'role';
}

const roleFields: Readonly<Record<string, readonly string[]>> = { crew: ['manager'], debate: ['participants', 'judge'], fusion: ['join'] };

/** Every place outside expressions that names a node, in document order; the very same list as long as none has changed. */
export function nodeReferences(value: JsonObject, memory = new DocumentMemory()): readonly NodeReference[] {
  const nodes = memory.flat(memory.row(ofNode, 'nodes', listField(value, 'nodes'), ofNode, { byIndex: true, sameResult: sameReferences }));
  const edges = memory.flat(memory.row(ofEdge, 'edges', listField(value, 'edges'), ofEdge, { byIndex: true, sameResult: sameReferences }));
  // Under another adapter these fields are misplaced, and what they name does not matter.
  const role = roleFields[textField(value, 'adapter_kind') ?? ''] ?? [];
  const roles = memory.steady(ofRole, role.flatMap((name) => ofRole(value, name)), sameReferences);
  return memory.derive(nodeReferences, [nodes, edges, roles], () => [...nodes, ...edges, ...roles]);
}

function sameReferences(a: readonly NodeReference[], b: readonly NodeReference[]): boolean {
  return a.length === b.length && a.every((one, i) => {
    const other = b[i];
    return other !== undefined && one.id === other.id && one.use === other.use && samePath(one.path, other.path);
  });
}

function ofNode(node: Json, i: number): readonly NodeReference[] {
  const { branches, path } = branchesOf(node);
  return [
    ...listField(node, 'depends_on').flatMap((id, j) => referenceOf(id, ['nodes', i, 'depends_on', j], 'depends_on')),
    ...branches.flatMap((branch, b) => listField(branch, 'nodes').flatMap((id, j) => referenceOf(id, ['nodes', i, ...path, b, 'nodes', j], 'branch'))),
  ];
}

function ofEdge(edge: Json, i: number): readonly NodeReference[] {
  return ['from', 'to'].flatMap((end) => referenceOf(field(edge, end), ['edges', i, end], 'edge'));
}

function ofRole(value: JsonObject, name: string): readonly NodeReference[] {
  return [...referenceOf(field(value, name), [name], 'role'), ...listField(value, name).flatMap((id, i) => referenceOf(id, [name, i], 'role'))];
}

function referenceOf(id: Json | undefined, path: YamlPath, use: NodeReference['use']): readonly NodeReference[] {
  return typeof id === 'string' ? [{ id, path, use }] : [];
}

/** A classifier's branches in either spelling, with their place below the node. */
export function branchesOf(node: Json): { readonly branches: readonly Json[]; readonly path: YamlPath } {
  const kind = field(node, 'kind');
  if (textField(kind, 'type') === 'classify') return { branches: listField(kind, 'branches'), path: ['kind', 'branches'] };
  return { branches: listField(objectField(kind, 'classify'), 'branches'), path: ['kind', 'classify', 'branches'] };
}
