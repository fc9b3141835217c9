/**
 * # A node depends on itself
 *
 * It would wait for its own end.
 *
 * ```yaml
 * - { id: a, agent_spec: a.yaml, depends_on: [a] }
 * ```
 *
 * **Fix**: remove the dependency. To do a node's work again and again use `kind: {loop: {max_iters: 3}}`.
 */
import type { Json } from '../../protocol/json.ts';
import { listField, textField } from '../documents/json-access.ts';
import type { Check } from './check.ts';
import { sameItems } from './state-texts.ts';

export const selfDependency: Check = {
  code: 'self-dependency',
  severity: 'error',
  ignorable: false,
  workflow: ({ value, document: { memory }, valueSpan }, report) => {
    const [nodes, edges] = [listField(value, 'nodes'), listField(value, 'edges')];
    const [loops, back] = [memory.row(ownPlaces, 'nodes', nodes, ownPlaces, { sameResult: sameItems }), memory.row(leadsBack, 'edges', edges, leadsBack)];
    if (memory.derive(ownPlaces, [loops, back], () => !back.includes(true) && loops.every((places) => places.length === 0))) return;
    const message = (id: string): string => `"${id}" depends on itself and would wait for ever. Remove the dependency; to repeat its work use kind: {loop: …}.`;
    const ids = nodes.map((node) => textField(node, 'id'));
    const count = Map.groupBy(ids, (id) => id);
    // The other node of that id may be meant.
    const isTwice = (id: string | null): boolean => (count.get(id)?.length ?? 0) > 1;
    loops.forEach((places, i) => {
      const id = ids[i] ?? null;
      if (id !== null && !isTwice(id)) for (const j of places) report({ message: message(id), span: valueSpan(['nodes', i, 'depends_on', j]) });
    });
    edges.forEach((edge, i) => {
      const to = textField(edge, 'to');
      if (to !== null && back[i] === true && !isTwice(to)) report({ message: message(to), span: valueSpan(['edges', i, 'to']) });
    });
  },
};

/** Where a node names itself among its dependencies. */
function ownPlaces(node: Json): readonly number[] {
  const id = textField(node, 'id');
  return listField(node, 'depends_on').flatMap((dependency, j) => (id !== null && dependency === id ? [j] : []));
}

function leadsBack(edge: Json): boolean {
  const to = textField(edge, 'to');
  return to !== null && textField(edge, 'from') === to;
}
