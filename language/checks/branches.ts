import type { Json } from '../../protocol/json.ts';
import { field, listField, textField } from '../documents/json-access.ts';
import { branchesOf } from '../documents/workflow/node-references.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { WorkflowContext } from './check.ts';

export interface PlacedBranch {
  readonly label: string | null;
  readonly labelPath: YamlPath;
  readonly nodes: readonly { readonly id: string; readonly path: YamlPath }[];
}

export interface PlacedClassifier {
  readonly id: string;
  readonly branches: readonly PlacedBranch[];
}

/** The classifiers of a workflow, with the place of every label and node they name. */
export function classifiersOf({ value, nodes }: WorkflowContext): readonly PlacedClassifier[] {
  const written = listField(value, 'nodes');
  const classifiers: PlacedClassifier[] = [];
  for (const { node, path } of nodes) {
    if (node.kind.kind !== 'classify') continue;
    const { branches, path: below } = branchesOf(written[Number(path[1])] ?? null);
    if (branches.length > 0) classifiers.push({ id: node.id, branches: branches.map((branch, b) => placeBranch(branch, [...path, ...below, b])) });
  }
  return classifiers;
}

function placeBranch(branch: Json, path: YamlPath): PlacedBranch {
  const ids = listField(branch, 'nodes');
  return {
    label: textField(branch, 'label') ?? (field(branch, 'label') === undefined ? null : ''),
    labelPath: [...path, 'label'],
    nodes: ids.flatMap((id, i) => (typeof id === 'string' ? [{ id, path: [...path, 'nodes', i] }] : [])),
  };
}
