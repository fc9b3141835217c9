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
  return nodes.flatMap(({ node, path }) => {
    const written: Json = listField(value, 'nodes')[Number(path[1])] ?? null;
    const { branches, path: below } = branchesOf(written);
    if (branches.length === 0) return [];
    return [{ id: node.id, branches: branches.map((branch, b) => placeBranch(branch, [...path, ...below, b])) }];
  });
}

function placeBranch(branch: Json, path: YamlPath): PlacedBranch {
  const ids = listField(branch, 'nodes');
  return {
    label: textField(branch, 'label') ?? (field(branch, 'label') === undefined ? null : ''),
    labelPath: [...path, 'label'],
    nodes: ids.flatMap((id, i) => (typeof id === 'string' ? [{ id, path: [...path, 'nodes', i] }] : [])),
  };
}
