import type { YamlPath } from '../syntax/yaml-path.ts';

/** `"cost_caps"`, `item 2 of "nodes"`. */
export function placeInWords(path: YamlPath): string {
  const last = path.at(-1);
  if (last === undefined) return 'The document';
  if (typeof last === 'string') return `"${last}"`;
  const owner = path.slice(0, -1).findLast((segment) => typeof segment === 'string');
  return owner === undefined ? `Item ${last + 1}` : `Item ${last + 1} of "${owner}"`;
}
