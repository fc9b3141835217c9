import { followAlias, type YamlNode } from './yaml-tree.ts';

export type MutableJson = null | boolean | number | string | MutableJson[] | { [key: string]: MutableJson };

/** The tree as a JSON value: aliases and merge keys resolved, what could not be read is null. */
export function treeToJson(tree: YamlNode): MutableJson {
  const node = followAlias(tree);
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'unknown':
      return null;
    case 'seq':
      return node.items.map(treeToJson);
    case 'map':
      // Object.fromEntries defines properties, so a key called `__proto__` is a key like any other.
      return Object.fromEntries(node.entries.map((entry) => [entry.key, treeToJson(entry.value)]));
  }
}
