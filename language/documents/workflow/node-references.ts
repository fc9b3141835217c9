import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { field, listField, objectField, textField } from '../json-access.ts';

/** A place in a workflow that names a node. */
export interface NodeReference {
  readonly id: string;
  readonly path: YamlPath;
  readonly use: 'depends_on' | 'edge' | 'branch' | 'role';
}

const roleFields: Readonly<Record<string, readonly string[]>> = { crew: ['manager'], debate: ['participants', 'judge'], fusion: ['join'] };

/** Every place outside expressions that names a node, in document order. */
export function nodeReferences(value: JsonObject): readonly NodeReference[] {
  const found: NodeReference[] = [];
  const add = (id: Json | undefined, path: YamlPath, use: NodeReference['use']): void => {
    if (typeof id === 'string') found.push({ id, path, use });
  };
  listField(value, 'nodes').forEach((node, i) => {
    listField(node, 'depends_on').forEach((id, j) => { add(id, ['nodes', i, 'depends_on', j], 'depends_on'); });
    const { branches, path } = branchesOf(node);
    branches.forEach((branch, b) => {
      listField(branch, 'nodes').forEach((id, j) => { add(id, ['nodes', i, ...path, b, 'nodes', j], 'branch'); });
    });
  });
  listField(value, 'edges').forEach((edge, i) => {
    for (const end of ['from', 'to']) add(field(edge, end), ['edges', i, end], 'edge');
  });
  // Under another adapter these fields are misplaced, and what they name does not matter.
  const role = roleFields[textField(value, 'adapter_kind') ?? ''] ?? [];
  for (const name of role) {
    add(field(value, name), [name], 'role');
    listField(value, name).forEach((id, i) => { add(id, [name, i], 'role'); });
  }
  return found;
}

/** A classifier's branches in either spelling, with their place below the node. */
export function branchesOf(node: Json): { readonly branches: readonly Json[]; readonly path: YamlPath } {
  const kind = field(node, 'kind');
  if (textField(kind, 'type') === 'classify') return { branches: listField(kind, 'branches'), path: ['kind', 'branches'] };
  return { branches: listField(objectField(kind, 'classify'), 'branches'), path: ['kind', 'classify', 'branches'] };
}
