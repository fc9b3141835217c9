import type { AgentRunRecord, RunRecord, StepRecord } from '../../protocol/run-records.ts';

/** Records with plain values; a test says what matters to it. */
export function makeRun(more: Partial<RunRecord> = {}): RunRecord {
  return {
    id: '01a1fc7a-6031-7589-9852-3c0758dc1e1c', workflow_name: 'Loop', status: 'completed', started_at: '2026-11-21T11:00:00.000Z', ended_at: null, total_tokens: 0, total_cost_micros: 0, models: 'simulated',
    relation: null, parent_run_id: null, spec_version_id: 'v', spec_hash: 'ac3d45cc73c3f1d4', version: 1, source_path: 'configs/workflows/loop.yaml', cap_micros: null, reserved_micros: 0, error: null, ...more,
  };
}

export function makeAgentRun(more: Partial<AgentRunRecord> = {}): AgentRunRecord {
  return {
    id: 'a', node_id: 'research', path: 'nodes/research', attempt: 1, iteration: 1, agent_name: 'lite', model: 'simulated', spec_version_id: null, status: 'completed', total_tokens: 0, total_cost_micros: 0,
    started_at: '2026-11-21T11:00:00.000Z', ended_at: '2026-11-21T11:00:01.000Z', error: null, replayed: false, pinned: false, ...more,
  };
}

export function makeStep(more: Partial<StepRecord> = {}): StepRecord {
  return { seq: 1, agent_run_id: 'a', kind: 'llm', name: '', attempt: 1, model: null, request_hash: null, tokens: 0, cost_micros: 0, duration_ms: 10, error: null, marks: [], ...more };
}
