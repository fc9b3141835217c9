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
import type { Json } from '../../protocol/json.ts';
import { listField, textField } from '../documents/json-access.ts';
import type { Span } from '../syntax/span.ts';
import { locate } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { Check, Report } from './check.ts';

export const duplicateId: Check = {
  code: 'duplicate-id',
  severity: 'error',
  ignorable: false,
  workflow: ({ value, tree, document: { memory }, valueSpan }, report) => {
    const names = memory.row(nameOf, 'nodes', listField(value, 'nodes'), nameOf);
    if (memory.derive(nameOf, [names], () => !hasDoubles(names))) return;
    reportDoubles(names, 'node', (i) => valueSpan(['nodes', i, 'id']), report, (i) => broughtAlong(tree, i));
  },
  // Tools name their server.
  agent: ({ value, valueSpan }, report) => {
    reportDoubles(listField(value, 'mcp_servers').map((server) => textField(server, 'name')), 'server', (i) => valueSpan(['mcp_servers', i, 'name']), report);
  },
};

function nameOf(node: Json): string | null {
  return textField(node, 'id');
}

function hasDoubles(names: readonly (string | null)[]): boolean {
  const written = names.filter((name) => name !== null);
  return new Set(written).size < written.length;
}

/** The alias or merge key that an item has its id from; null where the id is written in it. */
function broughtAlong(tree: YamlNode, index: number): Span | null {
  const node = locate(tree, ['nodes', index])?.node;
  if (node?.kind === 'alias') return node.span;
  const isMerged = node?.kind === 'map' && node.entries.find(({ key }) => key === 'id')?.merged === true;
  return isMerged ? { start: node.span.start, end: Math.min(node.span.end, node.span.start + 2) } : null;
}

function reportDoubles(names: readonly (string | null)[], what: string, spanOf: (index: number) => Span, report: Report, aliasOf: (index: number) => Span | null = () => null): void {
  const first = new Map<string, number>();
  names.forEach((name, i) => {
    if (name === null) return;
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, i);
    else report({ message: `Another ${what} is called "${name}". Rename one of them.`, span: aliasOf(i) ?? spanOf(i), related: [{ message: `The first "${name}" is here.`, span: spanOf(earlier) }] });
  });
}
