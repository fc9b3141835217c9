import { canonicalJson } from '../language/index.ts';
import type { Json } from '../protocol/json.ts';
import type { ComparisonRecord, NodeComparisonRecord, Pair } from '../protocol/run-records.ts';
import type { AgentRunRow, StepRow } from './ledger/read-models.ts';
import { agentRunsOf, stepsOf } from './ledger/read-models.ts';
import type { RunRow } from './ledger/run-store.ts';
import type { Review } from './review.ts';

/** Two runs side by side: spec, prompt, output, tokens, cost and duration, node by node, attempt by attempt (rule 26). */
export function compareRuns(review: Review, idA: string, idB: string): ComparisonRecord {
  const a = sideOf(review, review.find(idA));
  const b = sideOf(review, review.find(idB));
  const keys = [...new Set([...a.nodes.keys(), ...b.nodes.keys()])];
  const nodes = keys.map((key) => compareNodes(a.nodes.get(key) ?? null, b.nodes.get(key) ?? null));
  const output = pair(a.output, b.output);
  return {
    a: a.run.id, b: b.run.id,
    workflow_spec: pair(a.spec, b.spec), inputs: pair(a.inputs, b.inputs), status: pair<string>(a.run.status, b.run.status), output,
    tokens: pair(a.run.total_tokens, b.run.total_tokens), cost_micros: pair(a.run.total_cost_micros, b.run.total_cost_micros), duration_ms: pair(durationOf(a.run), durationOf(b.run)),
    nodes, same: output.same && nodes.every((node) => node.same),
  };
}

interface NodeSide {
  readonly row: AgentRunRow;
  readonly prompt: string | null;
}

function sideOf(review: Review, run: RunRow) {
  const { ledger } = review;
  return ledger.read(() => {
    const prompts = firstPrompts(stepsOf(ledger.db, run.id));
    const nodes = new Map<string, NodeSide>(agentRunsOf(ledger.db, run.id).map((row) => [`${row.path}#${row.attempt}#${row.iteration}`, { row, prompt: prompts.get(row.id) ?? null }]));
    return { run, spec: ledger.versions.byKey('workflow', run.spec_version)?.spec_hash ?? '', inputs: ledger.runs.inputs(run) as Json, output: ledger.runs.output(run) as Json, nodes };
  });
}

function firstPrompts(steps: readonly StepRow[]): ReadonlyMap<string, string> {
  const prompts = new Map<string, string>();
  for (const step of steps) if (step.kind === 'llm' && step.request_hash !== null && !prompts.has(step.agent_run_id)) prompts.set(step.agent_run_id, step.request_hash);
  return prompts;
}

function compareNodes(a: NodeSide | null, b: NodeSide | null): NodeComparisonRecord {
  const either = (a ?? b) as NodeSide;
  const status = pair(a?.row.status ?? null, b?.row.status ?? null);
  const spec = pair(a?.row.spec_version_id ?? null, b?.row.spec_version_id ?? null);
  const prompt = pair(a?.prompt ?? null, b?.prompt ?? null);
  const output = pair(parse(a?.row.output), parse(b?.row.output));
  return {
    path: either.row.path, attempt: either.row.attempt, iteration: either.row.iteration, status, spec, prompt, output,
    tokens: pair(a?.row.total_tokens ?? null, b?.row.total_tokens ?? null), cost_micros: pair(a?.row.total_cost_micros ?? null, b?.row.total_cost_micros ?? null),
    duration_ms: pair(a === null ? null : durationOf(a.row), b === null ? null : durationOf(b.row)),
    same: a !== null && b !== null && status.same && spec.same && prompt.same && output.same,
  };
}

function pair<T extends Json>(a: T | null, b: T | null): Pair<T> {
  return { a, b, same: canonicalJson(a) === canonicalJson(b) };
}

function parse(text: string | null | undefined): Json {
  return text === null || text === undefined ? null : (JSON.parse(text) as Json);
}

function durationOf(row: { readonly started_at: string; readonly ended_at: string | null }): number | null {
  return row.ended_at === null ? null : Date.parse(row.ended_at) - Date.parse(row.started_at);
}
