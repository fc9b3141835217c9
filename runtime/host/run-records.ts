import { nodeCount, nodeKind, openWorkflow } from '../../language/index.ts';
import type { Edge } from '../../language/index.ts';
import type { ErrorRecord, RunNodeRecord, RunRecord } from '../../protocol/run-records.ts';
import type { RunListRow } from '../ledger/read-models.ts';
import { capMicrosOf, versionFacts } from '../ledger/read-models.ts';
import type { VersionFacts } from '../ledger/read-models.ts';
import type { Review } from '../review.ts';

export interface RunGraph {
  readonly nodes: readonly RunNodeRecord[];
  readonly edges: readonly Edge[];
}

/**
 * Turns rows of runs into what lists show. A row names its version and its settings by key; both never change, so each
 * is read once: a page of fifty runs reads nothing but their rows.
 */
export class RunRecords {
  readonly #review: Review;
  readonly #versions = new Map<number, VersionFacts>();
  readonly #caps = new Map<number, number | null>();
  readonly #graphs = new Map<number, RunGraph>();
  /** Set aside by an open run for calls in flight: integer micro-dollars. */
  readonly #reserved: (run: RunListRow) => number;

  constructor(review: Review, reserved: (run: RunListRow) => number) {
    this.#review = review;
    this.#reserved = reserved;
  }

  of(row: RunListRow): RunRecord {
    const version = this.#version(row.spec_version);
    return {
      id: row.id, workflow_name: row.workflow_name, status: row.status, started_at: row.started_at, ended_at: row.ended_at,
      total_tokens: row.total_tokens, total_cost_micros: row.total_cost_micros, models: shortModels(row.models), relation: row.relation, parent_run_id: row.parent_run_id,
      spec_version_id: version.id, spec_hash: version.spec_hash, version: version.version, source_path: version.source_path,
      cap_micros: this.#cap(row.settings), reserved_micros: row.ended_at === null ? this.#reserved(row) : 0, error: readError(row.error),
    };
  }

  /** What a run of this version walks. */
  graphOf({ spec_version: key }: Pick<RunListRow, 'spec_version'>): RunGraph {
    const known = this.#graphs.get(key);
    if (known !== undefined) return known;
    const { ledger } = this.#review;
    const version = ledger.read(() => ledger.versions.byKey('workflow', key));
    const workflow = version === null ? null : openWorkflow(version.content);
    const graph = workflow === null ? { nodes: [], edges: [] } : { nodes: workflow.nodes.map((node) => ({ id: node.id, kind: nodeKind(node, workflow), count: nodeCount(node) })), edges: workflow.edges };
    this.#graphs.set(key, graph);
    return graph;
  }

  #version(key: number): VersionFacts {
    const known = this.#versions.get(key);
    if (known !== undefined) return known;
    const { ledger } = this.#review;
    const facts = ledger.read(() => versionFacts(ledger.db, key));
    this.#versions.set(key, facts);
    return facts;
  }

  #cap(settings: number): number | null {
    const known = this.#caps.get(settings);
    if (known !== undefined) return known;
    const { ledger } = this.#review;
    const cap = ledger.read(() => capMicrosOf(ledger.db, settings));
    this.#caps.set(settings, cap);
    return cap;
  }
}

/** `openai:gpt-5-mini and 1 more`. */
export function shortModels(models: string): string {
  const [one = '', ...more] = models.split(', ');
  return more.length === 0 ? one : `${one} and ${more.length} more`;
}

export function readError(error: string | null): ErrorRecord | null {
  if (error === null) return null;
  const { name, message, path } = JSON.parse(error) as { readonly name: string; readonly message: string; readonly path?: unknown };
  return { name, message, ...(typeof path === 'string' ? { path } : {}) };
}
