import type { YamlMap, YamlNode } from '../../syntax/yaml-tree.ts';
import { followAlias } from '../../syntax/yaml-tree.ts';
import type { SpanOf } from '../workflow/lower-workflow.ts';

/** Where paths stand, for many questions about one tree: each mapping is indexed once, however many keys it has. */
export function indexedSpans(tree: YamlNode): SpanOf {
  const indices = new Map<YamlMap, ReadonlyMap<string, YamlNode>>();
  const indexOf = (map: YamlMap): ReadonlyMap<string, YamlNode> => {
    const index = indices.get(map) ?? new Map(map.entries.map((entry) => [entry.key, entry.value]));
    indices.set(map, index);
    return index;
  };
  return (path) => {
    let node: YamlNode | undefined = tree;
    for (const segment of path) {
      const owner: YamlNode = followAlias(node);
      if (owner.kind === 'map') node = indexOf(owner).get(String(segment));
      else node = owner.kind === 'seq' && typeof segment === 'number' ? owner.items[segment] : undefined;
      if (node === undefined) return null;
    }
    return node.span;
  };
}
