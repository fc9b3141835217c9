import type { Edge } from '../../language/index.ts';

interface Execution {
  readonly node_id: string;
  readonly status: string;
  /** ISO 8601. */
  readonly ended_at: string | null;
}

/**
 * The longest chain of waiting for one another: from the node that ended last back through whatever each one waited
 * for the longest. First to last; empty where nothing has ended. Skipped nodes were never waited for.
 */
export function criticalPathOf(edges: readonly Edge[], executions: readonly Execution[]): readonly string[] {
  const ended = new Map<string, number>();
  for (const { node_id: node, status, ended_at: at } of executions) {
    if (at !== null && status !== 'skipped') ended.set(node, Math.max(ended.get(node) ?? 0, Date.parse(at)));
  }
  const before = Map.groupBy(edges, ({ to }) => to);
  const latest = (nodes: readonly string[]): string | null =>
    nodes.reduce<string | null>((best, node) => (ended.has(node) && (best === null || (ended.get(node) ?? 0) > (ended.get(best) ?? 0)) ? node : best), null);
  const path: string[] = [];
  const seen = new Set<string>();
  for (let node = latest([...ended.keys()]); node !== null && !seen.has(node); node = latest((before.get(node) ?? []).map(({ from }) => from))) {
    seen.add(node);
    path.unshift(node);
  }
  return path;
}
