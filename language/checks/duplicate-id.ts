/**
 * # Two nodes have one id
 *
 * Dependencies, expressions and the ledger name a node by its `id`, so an id must be unique in its workflow.
 *
 * ```yaml
 * nodes:
 *   - { id: load, agent_spec: a.yaml }
 *   - { id: load, agent_spec: b.yaml }
 * ```
 *
 * **Fix**: rename one of them, and what refers to it.
 */
import { listField, textField } from '../documents/json-access.ts';
import type { Check } from './check.ts';

export const duplicateId: Check = {
  code: 'duplicate-id',
  severity: 'error',
  ignorable: false,
  workflow: ({ value, valueSpan }, report) => {
    const first = new Map<string, number>();
    listField(value, 'nodes').forEach((node, i) => {
      const id = textField(node, 'id');
      if (id === null) return;
      const earlier = first.get(id);
      if (earlier === undefined) first.set(id, i);
      else report({
        message: `Another node is called "${id}". Rename one of them.`,
        span: valueSpan(['nodes', i, 'id']),
        related: [{ message: `The first "${id}" is here.`, span: valueSpan(['nodes', earlier, 'id']) }],
      });
    });
  },
};
