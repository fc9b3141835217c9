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
import { listField, textField } from '../documents/json-access.ts';
import type { Check } from './check.ts';

export const selfDependency: Check = {
  code: 'self-dependency',
  severity: 'error',
  ignorable: false,
  workflow: ({ value, valueSpan }, report) => {
    const message = (id: string): string => `"${id}" depends on itself and would wait for ever. Remove the dependency; to repeat its work use kind: {loop: …}.`;
    const ids = listField(value, 'nodes').map((node) => textField(node, 'id'));
    const count = Map.groupBy(ids, (id) => id);
    // The other node of that id may be meant.
    const isTwice = (id: string | null): boolean => (count.get(id)?.length ?? 0) > 1;
    listField(value, 'nodes').forEach((node, i) => {
      const id = textField(node, 'id');
      if (isTwice(id)) return;
      listField(node, 'depends_on').forEach((dependency, j) => {
        if (id !== null && dependency === id) report({ message: message(id), span: valueSpan(['nodes', i, 'depends_on', j]) });
      });
    });
    listField(value, 'edges').forEach((edge, i) => {
      const to = textField(edge, 'to');
      if (to !== null && textField(edge, 'from') === to && !isTwice(to)) report({ message: message(to), span: valueSpan(['edges', i, 'to']) });
    });
  },
};
