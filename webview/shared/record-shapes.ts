import { anything, byKind, flag, list, number, oneOf, orAbsent, orNull, record, text } from './shape.ts';

/** The records that more than one panel takes through its door (`protocol/run-records.ts`, `protocol/frame.ts`). */

export const statusShape = oneOf('pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted', 'skipped');

export const errorShape = record({ name: text, message: text, path: orAbsent(text) });

export const runShape = record({
  id: text, workflow_name: text, status: statusShape, started_at: text, ended_at: orNull(text), total_tokens: number, total_cost_micros: number, models: text, relation: orNull(text),
  parent_run_id: orNull(text), spec_version_id: text, spec_hash: text, version: number, source_path: orNull(text), cap_micros: orNull(number), reserved_micros: number, error: orNull(errorShape),
});

export const agentRunShape = record({
  id: text, node_id: text, path: text, attempt: number, iteration: number, agent_name: text, model: orNull(text), spec_version_id: orNull(text), status: statusShape, total_tokens: number,
  total_cost_micros: number, started_at: text, ended_at: orNull(text), error: orNull(errorShape), replayed: flag, pinned: flag,
});

export const frameShape = record({ task_id: text, workflow_run_id: text, stage: text, message: text, timestamp: number, seq: number, node_id: orAbsent(text), path: orAbsent(text), agent_run_id: orAbsent(text) });

export const stepShape = record({
  seq: number, agent_run_id: text, kind: text, name: text, attempt: number, model: orNull(text), request_hash: orNull(text), tokens: number, cost_micros: number, duration_ms: number,
  error: orNull(errorShape), marks: list(text),
});

const body = byKind({ value: record({ value: anything, hash: orNull(text) }), pruned: record({ hash: orNull(text) }), none: anything });
export const bodiesShape = record({ request: body, response: body, details: anything, wire: orAbsent(body) });
