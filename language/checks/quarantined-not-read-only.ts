/**
 * # A quarantined node that may write
 *
 * `trust: quarantined` is for work on what cannot be trusted, such as a web page or a mail. Whatever that text talks
 * the model into, the node must not be able to change anything.
 *
 * ```yaml
 * - { id: read_mail, agent_spec: reader.yaml, trust: quarantined, isolation: shared }
 * ```
 *
 * **Fix**: write `isolation: read_only`, or give the node a role whose default that is (`explore`, `verify`).
 */
import type { Json } from '../../protocol/json.ts';
import { field, listField } from '../documents/json-access.ts';
import type { Check } from './check.ts';

export const quarantinedNotReadOnly: Check = {
  code: 'quarantined-not-read-only',
  severity: 'error',
  ignorable: false,
  workflow: ({ nodes, valueSpan, json }, report) => {
    for (const { node, path } of nodes) {
      if (node.trust !== 'quarantined' || node.isolation === 'read_only') continue;
      const written = hasIsolation(json, Number(path[1]));
      report({
        message: `A quarantined node must be read_only; this one is ${node.isolation}${written ? '' : ` by its role ${node.role}`}. Write isolation: read_only.`,
        span: valueSpan([...path, written ? 'isolation' : 'trust']),
        suggestion: 'read_only',
      });
    }
  },
};

function hasIsolation(json: Json, index: number): boolean {
  return field(listField(json, 'nodes')[index], 'isolation') !== undefined;
}
