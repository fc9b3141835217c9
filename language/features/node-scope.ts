import type { Json } from '../../protocol/json.ts';
import { field, listField, textField } from '../documents/json-access.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import { branchesOf } from '../documents/workflow/node-references.ts';
import { ancestors, descendants, makeGraph, type Graph } from '../graph/graph.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/** The nodes of a workflow as far as they are written, whatever else is wrong with it. */
export function nodeGraph(document: ParsedDocument): Graph {
  const nodes = listField(document.json, 'nodes');
  const ids = nodes.flatMap((node) => textField(node, 'id') ?? []);
  const edges = [
    ...nodes.flatMap((node) => {
      const to = textField(node, 'id');
      return to === null ? [] : listField(node, 'depends_on').flatMap((from) => (typeof from === 'string' ? [{ from, to }] : []));
    }),
    ...listField(document.json, 'edges').flatMap((edge) => {
      const from = textField(edge, 'from');
      const to = textField(edge, 'to');
      return from === null || to === null ? [] : [{ from, to }];
    }),
  ];
  if (!document.broken) return makeGraph(ids, edges);
  // What stands behind a syntax error is not in the tree; a glance at the lines still finds its nodes.
  const glimpsed = glimpse(document.text.slice(document.span.start, document.span.end));
  return makeGraph([...glimpsed.ids, ...ids], [...glimpsed.edges, ...edges]);
}

function glimpse(text: string): { readonly ids: readonly string[]; readonly edges: readonly { readonly from: string; readonly to: string }[] } {
  const ids: string[] = [];
  const edges: { readonly from: string; readonly to: string }[] = [];
  for (const match of text.matchAll(/^[ \t]*- (?:\{[ \t]*)?id:[ \t]*["']?([A-Za-z][\w-]*)|\bdepends_on:[ \t]*\[([^\]\r\n]*)/gm)) {
    const [, id, list] = match;
    if (id !== undefined) ids.push(id);
    const to = ids.at(-1);
    if (list !== undefined && to !== undefined) edges.push(...[...list.matchAll(/[A-Za-z][\w-]*/g)].map(([from]) => ({ from, to })));
  }
  return { ids, edges };
}

/** The id of the node an index means. */
export function nodeIdAt(json: Json, index: number): string | null {
  return textField(listField(json, 'nodes')[index] ?? null, 'id');
}

/** The ids that may stand at this path: not oneself, not what would close a cycle, not what is there already. */
export function nodesFor(document: ParsedDocument, path: YamlPath, present: ReadonlySet<string>, line: string): readonly string[] {
  const graph = nodeGraph(document);
  const refused = refusedAt(document, graph, path, line);
  return graph.ids.filter((id) => !refused.has(id) && !present.has(id));
}

function refusedAt({ json }: ParsedDocument, graph: Graph, path: YamlPath, line: string): ReadonlySet<string> {
  const [top, index, name] = path;
  if (top === 'nodes' && typeof index === 'number') {
    const self = nodeIdAt(json, index) ?? '';
    if (name === 'depends_on') return new Set([self, ...descendants(graph, self)]);
    if (name === 'kind') return new Set([self, ...ancestors(graph, self), ...otherBranches(json, index, path)]);
    return new Set([self]);
  }
  if (top === 'edges' && typeof index === 'number') {
    const otherName = name === 'from' ? 'to' : 'from';
    const other = textField(listField(json, 'edges')[index] ?? null, otherName) ?? new RegExp(`\\b${otherName}:\\s*["']?([\\w-]+)`).exec(line)?.[1] ?? '';
    return new Set([other, ...(name === 'from' ? descendants(graph, other) : ancestors(graph, other))]);
  }
  return new Set();
}

/** A node stands in one branch only. */
function otherBranches(json: Json, index: number, path: YamlPath): readonly string[] {
  const { branches, path: below } = branchesOf(listField(json, 'nodes')[index] ?? null);
  const own = path[2 + below.length];
  return branches.flatMap((branch, b) => (b === own ? [] : listField(branch, 'nodes').filter((id) => typeof id === 'string')));
}

/** The schema of what a node answers, where its workflow writes it down. */
export function outputSchemaOf(json: Json, id: string): Json {
  const node = listField(json, 'nodes').find((candidate) => textField(candidate, 'id') === id) ?? null;
  return field(node, 'output_schema') ?? null;
}
