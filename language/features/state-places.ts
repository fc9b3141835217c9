import type { Span } from '../syntax/span.ts';
import { locate } from '../syntax/yaml-path.ts';
import { followAlias, type YamlNode } from '../syntax/yaml-tree.ts';

/** Where a node or a state stands in the text. */
export interface NodePlace {
  /** Of the whole of it. */
  readonly span: Span;
  readonly idSpan: Span;
}

/** Where each state stands, its name included, those inside others too. Of two with one name the first counts. */
export function statePlaces(tree: YamlNode): ReadonlyMap<string, NodePlace> {
  const places = new Map<string, NodePlace>();
  addScope(locate(tree, ['spec'])?.node, places);
  return places;
}

// The depth of a document is bounded, so this may call itself.
function addScope(scope: YamlNode | undefined, places: Map<string, NodePlace>): void {
  const states = scope === undefined ? null : locate(scope, ['states']);
  const map = states === null ? null : followAlias(states.node);
  if (map?.kind !== 'map') return;
  for (const { key, keySpan, value, merged } of map.entries) {
    const state = followAlias(value);
    if (state.kind !== 'map') continue;
    // What a merge key or an alias brought is written elsewhere: its name is all that stands here.
    const end = merged || value.kind === 'alias' ? keySpan.end : Math.max(keySpan.end, value.span.end);
    if (!places.has(key)) places.set(key, { span: { start: keySpan.start, end }, idSpan: keySpan });
    for (const entry of state.entries) {
      const inner = followAlias(entry.value);
      if (entry.key === 'branches' && inner.kind === 'seq') for (const branch of inner.items) addScope(branch, places);
      if (entry.key === 'itemProcessor' || entry.key === 'iterator') addScope(inner, places);
    }
  }
}
