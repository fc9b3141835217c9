/**
 * # Two nodes have one id
 *
 * Dependencies, expressions and the ledger name a node by its `id`, so an id must be unique in its workflow. So must the
 * names of an agent's MCP servers.
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
import type { Span } from '../syntax/span.ts';
import type { Check, Report } from './check.ts';

export const duplicateId: Check = {
  code: 'duplicate-id',
  severity: 'error',
  ignorable: false,
  workflow: ({ value, valueSpan }, report) => {
    reportDoubles(listField(value, 'nodes').map((node) => textField(node, 'id')), 'node', (i) => valueSpan(['nodes', i, 'id']), report);
  },
  // Tools name their server.
  agent: ({ value, valueSpan }, report) => {
    reportDoubles(listField(value, 'mcp_servers').map((server) => textField(server, 'name')), 'server', (i) => valueSpan(['mcp_servers', i, 'name']), report);
  },
};

function reportDoubles(names: readonly (string | null)[], what: string, spanOf: (index: number) => Span, report: Report): void {
  const first = new Map<string, number>();
  names.forEach((name, i) => {
    if (name === null) return;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, i);
    else report({ message: `Another ${what} is called "${name}". Rename one of them.`, span: spanOf(i), related: [{ message: `The first "${name}" is here.`, span: spanOf(earlier) }] });
  });
}
