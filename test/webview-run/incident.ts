import type { Frame } from '../../protocol/frame.ts';
import type { Json } from '../../protocol/json.ts';
import type { PictureKind } from '../../protocol/picture.ts';
import type { FromRunPanel, ToRunPanel } from '../../protocol/run-panel.ts';
import type { AgentRunRecord, ComparisonRecord, NodeStatus, RunDetailRecord, RunRecord, StepBodies, StepRecord } from '../../protocol/run-records.ts';

/** A run with everything a timeline can show: attempts, a loop, a person, skipped nodes, a long way to the end. */

const START = Date.parse('2026-09-14T09:30:00.000Z');
export const RUN = '0197f2d9-1c40-7aaa-8bbb-000000000001';
export const PARENT = '0197f2c4-7e11-7aaa-8bbb-000000000001';

export function isoAt(seconds: number): string {
  return new Date(START + seconds * 1_000).toISOString();
}

interface Spec {
  readonly kind: PictureKind;
  readonly status?: NodeStatus;
  readonly agent?: string;
  readonly model?: string | null;
  /** Seconds from the start of the run, tokens, micro-dollars, attempt and iteration. */
  readonly spans: readonly (readonly [from: number, to: number | null, tokens?: number, micros?: number, attempt?: number, iteration?: number, status?: NodeStatus])[];
}

const SPECS: Readonly<Record<string, Spec>> = {
  'read-report': { kind: 'spawn', spans: [[0, 2.1, 1_204, 900]] },
  'search-logs': { kind: 'spawn', spans: [[2.1, 13.5, 6_318, 5_200]] },
  'find-commits': { kind: 'spawn', spans: [[2.1, 11, 4_077, 3_400]] },
  'reproduce': { kind: 'spawn', spans: [[2.1, 14, 3_200, 14_000, 1, 1, 'error'], [16, 27.5, 3_300, 13_900, 2, 1, 'error'], [31.5, 43.8, 3_362, 13_900, 3, 1, 'error']] },
  'merge-evidence': { kind: 'reduce', model: null, spans: [[43.8, 43.812]] },
  'classify-cause': { kind: 'classify', spans: [[43.8, 47, 2_341, 2_100]] },
  'confirm-impact': { kind: 'human', agent: 'ana', model: null, spans: [[43.8, 128.8]] },
  'rollback-config': { kind: 'spawn', status: 'skipped', spans: [[47, 47]] },
  'pick-fix': { kind: 'tournament', spans: [[47, 71.6, 18_452, 78_600]] },
  'ask-vendor': { kind: 'spawn', status: 'skipped', spans: [[47, 47]] },
  'notify-customer': { kind: 'spawn', spans: [[128.8, 133.1, 1_118, 900]] },
  'repair': { kind: 'loop', agent: 'code_fixer', spans: [[71.6, 80.1, 2_604, 11_800, 1, 1], [80.1, 104.9, 5_902, 27_100, 1, 2], [104.9, 122.4, 5_020, 23_000, 1, 3]] },
  'close-out': { kind: 'reduce', model: null, spans: [[133.1, 133.103]] },
  'write-postmortem': { kind: 'spawn', spans: [[133.1, 141.9, 3_870, 18_200]] },
};

function agentRunsOf(id: string, { agent, model = 'anthropic:sonnet-4.5', status, spans }: Spec): readonly AgentRunRecord[] {
  return spans.map(([from, to, tokens = 0, micros = 0, attempt = 1, iteration = 1, own]) => {
    const ended = own ?? status ?? (to === null ? 'running' : 'completed');
    return {
      id: `${id}-${iteration}-${attempt}`, node_id: id, path: `nodes/${id}`, attempt, iteration, agent_name: agent ?? id.replaceAll('-', '_'), model, spec_version_id: 'v1', status: ended, total_tokens: tokens,
      total_cost_micros: micros, started_at: isoAt(from), ended_at: to === null ? null : isoAt(to), replayed: false, pinned: false,
      error: ended === 'error' ? { name: 'Tool.TemporaryFailure', message: 'The test runner did not start: port 8080 is in use.', path: `nodes/${id}` } : ended === 'skipped' ? { name: 'Dagbook.Skipped', message: 'Skipped: classify-cause chose another branch.' } : null,
    };
  });
}

export function incident(more: Partial<RunRecord> = {}, specs: Readonly<Record<string, Spec>> = SPECS): RunDetailRecord {
  const agent_runs = Object.entries(specs).flatMap(([id, spec]) => agentRunsOf(id, spec));
  const run: RunRecord = {
    id: RUN, workflow_name: 'incident-response', status: 'completed', started_at: isoAt(0), ended_at: isoAt(141.9), total_tokens: 60_768, total_cost_micros: 213_000, models: 'anthropic:sonnet-4.5',
    relation: 'fork', parent_run_id: PARENT, spec_version_id: 'version-3', spec_hash: `8be41d07${'3f'.repeat(28)}`, version: 3, source_path: 'configs/workflows/incident.yaml', cap_micros: 500_000,
    reserved_micros: 0, error: null, ...more,
  };
  return {
    run, agent_runs, nodes: Object.entries(specs).map(([id, { kind }]) => ({ id, kind, count: kind === 'loop' ? 5 : kind === 'tournament' ? 4 : null })), questions: [], inputs: { report: 'INC-2041' },
    output: { closed: true }, children: [], critical_path: ['read-report', 'reproduce', 'merge-evidence', 'confirm-impact', 'notify-customer', 'close-out', 'write-postmortem'], now: isoAt(400),
  };
}

/** Only frames tell since when a person is waited for. */
export const WAITS: ToRunPanel = {
  kind: 'frames', run: RUN,
  frames: [{ task_id: RUN, workflow_run_id: RUN, stage: 'node.confirm-impact.waiting', message: 'waits', timestamp: (START + 43_800) / 1_000, seq: 20, node_id: 'confirm-impact', path: 'nodes/confirm-impact/ask', agent_run_id: 'confirm-impact-1-1', waits_for: 'person' }],
};

function step(seq: number, agentRun: string, kind: string, name: string, more: Partial<StepRecord> = {}): StepRecord {
  return { seq, agent_run_id: agentRun, kind, name, attempt: 1, model: 'anthropic:sonnet-4.5', request_hash: null, tokens: 0, cost_micros: 0, duration_ms: 0, error: null, marks: [], ...more };
}

const STEPS: Readonly<Record<string, readonly StepRecord[]>> = {
  'repair-1-1': [step(71, 'repair-1-1', 'llm', 'nodes/repair/1/model/1', { tokens: 2_604, cost_micros: 11_800, duration_ms: 6_600 }), step(73, 'repair-1-1', 'tool', 'nodes/repair/1/tool/run_tests', { duration_ms: 1_900 })],
  'repair-2-1': [step(81, 'repair-2-1', 'llm', 'nodes/repair/2/model/1', { tokens: 5_902, cost_micros: 27_100, duration_ms: 22_600 }), step(83, 'repair-2-1', 'tool', 'nodes/repair/2/tool/run_tests', { duration_ms: 2_200 })],
  'repair-3-1': [
    step(91, 'repair-3-1', 'llm', 'nodes/repair/3/model/1', { tokens: 4_118, cost_micros: 18_900, duration_ms: 13_100, request_hash: `b19c04e2${'0a'.repeat(28)}` }), step(93, 'repair-3-1', 'tool', 'nodes/repair/3/tool/run_tests', { duration_ms: 1_900 }),
    step(95, 'repair-3-1', 'llm', 'nodes/repair/3/model/2', { tokens: 902, cost_micros: 4_100, duration_ms: 2_500, marks: ['estimated'] }), step(97, 'repair-3-1', 'guardrail', 'nodes/repair/3/guardrail/cost', { duration_ms: 2 }), step(98, 'repair-3-1', 'output', 'nodes/repair/output', { duration_ms: 1 }),
  ],
};

const REQUEST: Json = {
  provider: 'anthropic', model: 'sonnet-4.5', temperature: 0.2, maxTokens: 1_200, outputSchema: { type: 'object' }, extras: {},
  messages: [
    { role: 'system', content: 'You repair one defect. Change as little as you can, and let the tests speak.' },
    { role: 'user', content: 'Iteration 3. The tests of `checkout` said:\n\n```\n✗ waits for a date in Retry-After\n  expected 2000 ms, got 2 ms\n2 passed, 1 failed\n```\n' },
  ],
};
const ANSWER: Json = { loop_continue: false, confidence: 0.93, summary: 'Retry-After is milliseconds', files: ['src/retry.ts', 'test/retry.test.ts'], patch: { hunks: [{ at: 12, lines: 18 }, { at: 40, lines: 2 }] } };

export const bodiesOf = (request: Json, response: Json): StepBodies => ({ request: { kind: 'value', value: request, hash: 'b19c04e2'.repeat(8) }, response: { kind: 'value', value: response, hash: '77aa01cc'.repeat(8) }, details: null });

const TALK = 'The date form was read as seconds. I convert **both forms** where the header is parsed:\n\n- `Retry-After: 2`\n- `Retry-After: Wed, 21 Oct 2026 07:28:00 GMT`\n\n```ts\nconst ms = Number(value) * 1_000;\n```';
const WIRE: Json = {
  version: 1,
  exchanges: [{
    request: { at: 0, method: 'POST', url: 'https://api.example.org/v1/messages', headers: { 'content-type': 'application/json' }, body: '{"model":"sonnet-4.5","stream":true}' },
    response: { at: 580, status: 200, headers: { 'content-type': 'text/event-stream', 'request-id': 'req_0197' }, chunks: [{ at: 600, text: 'event: message_start\n\n' }, { at: 640, text: 'data: {"text":"The date <b>form</b>"}\n\n' }, { at: 700, base64: '8J+Y' }] },
    end: { at: 13_100, how: 'complete' },
  }],
};
const BODIES: Readonly<Record<number, { readonly bodies: StepBodies; readonly parent: StepBodies | null }>> = {
  91: { bodies: { ...bodiesOf(REQUEST, { status: 'ok', text: TALK, finish: 'stop', tokens: 616, micros: 4_000 }), details: { usage: { input: 3_502, output: 616 } }, wire: { kind: 'value', value: WIRE, hash: '5e11'.repeat(16) } }, parent: bodiesOf(REQUEST, { status: 'ok', text: TALK.replace('both forms', 'one form').replace('\n- `Retry-After: 2`', ''), finish: 'stop', tokens: 600, micros: 4_000 }) },
  95: { bodies: bodiesOf(REQUEST, { status: 'ok', text: JSON.stringify(ANSWER), finish: 'stop', tokens: 616, micros: 4_000 }), parent: bodiesOf(REQUEST, { status: 'ok', text: JSON.stringify({ ...(ANSWER as object), confidence: 0.71, files: ['src/retry.ts'] }), finish: 'stop', tokens: 600, micros: 4_000 }) },
  98: { bodies: { request: { kind: 'none' }, response: { kind: 'pruned', hash: '77aa01cc'.repeat(8) }, details: null }, parent: null },
};

/** What the extension would answer. */
export function answerTo(message: FromRunPanel): ToRunPanel | null {
  switch (message.kind) {
    case 'steps':
      return { kind: 'steps', agentRun: message.agentRun, steps: STEPS[message.agentRun] ?? [], inputs: { report: 'INC-2041', depth: 3 }, output: ANSWER };
    case 'bodies': {
      const known = BODIES[message.seq] ?? { bodies: bodiesOf({ tool: 'run_tests', arguments: { suite: 'checkout' } }, { passed: 2, failed: 1, log: 'waits for a date in Retry-After' }), parent: null };
      return { kind: 'bodies', seq: message.seq, ...known };
    }
    case 'compare':
      return { kind: 'comparison', comparison: message.with === '' ? null : COMPARISON };
    default:
      return null;
  }
}

const pair = <T>(a: T | null, b: T | null): { readonly a: T | null; readonly b: T | null; readonly same: boolean } => ({ a, b, same: a === b });

export const COMPARISON: ComparisonRecord = {
  a: PARENT, b: RUN, workflow_spec: pair('8be4', '8be4'), inputs: pair<Json>('x', 'x'), status: pair('completed', 'completed'), output: pair<Json>('p', 'q'), tokens: pair(64_105, 60_768), cost_micros: pair(229_400, 213_000),
  duration_ms: pair(170_600, 141_900), same: false,
  nodes: Object.entries(SPECS).flatMap(([id, spec], at) => agentRunsOf(id, spec).map((one) => ({
    path: one.path, attempt: one.attempt, iteration: one.iteration, status: pair<string>(one.status, one.status), spec: pair('v', at === 5 ? 'w' : 'v'), prompt: pair(at % 5 === 1 ? 'p' : 'q', 'q'),
    output: pair<Json>(at % 5 === 1 ? 'a' : 'b', 'b'), tokens: pair(one.total_tokens + (at % 3) * 100, one.total_tokens), cost_micros: pair(one.total_cost_micros, one.total_cost_micros), duration_ms: pair(1_200, 1_000 + at), same: at % 5 !== 1,
  }))),
};

/** The same run half way: a node that writes, one that failed once and is tried again, a person who is asked. */
export function inMidRun(): readonly ToRunPanel[] {
  const { 'read-report': report, 'search-logs': logs, 'find-commits': commits } = SPECS;
  const specs = {
    'read-report': report!, 'search-logs': { ...logs!, spans: [[2.1, null, 2_000, 1_800]] as const }, 'find-commits': commits!,
    'reproduce': { kind: 'spawn' as const, spans: [[2.1, 9, 3_200, 14_000, 1, 1, 'error'], [11, null, 900, 400, 2, 1]] as const },
    'confirm-impact': { kind: 'human' as const, agent: 'ana', model: null, status: 'waiting' as const, spans: [[4, null]] as const },
    'classify-cause': { kind: 'classify' as const, spans: [] }, 'write-postmortem': { kind: 'spawn' as const, spans: [] },
  };
  const detail = incident({ status: 'running', ended_at: null, total_tokens: 11_377, total_cost_micros: 20_500, reserved_micros: 42_000, relation: null, parent_run_id: null }, specs);
  const frame = (more: Partial<Frame> & Pick<Frame, 'stage' | 'message'>): Frame => ({ task_id: RUN, workflow_run_id: RUN, timestamp: (START + 12_000) / 1_000, seq: 9, ...more });
  return [
    { kind: 'detail', detail: { ...detail, now: isoAt(14), critical_path: [], output: null, questions: [{ run: RUN, workflow_name: 'incident-response', path: 'nodes/confirm-impact/ask', node_id: 'confirm-impact', form: { type: 'object' }, assignees: ['ana'], about: { goal: 'Are customers affected? Look at the last hour of orders.' }, asked_at: isoAt(4), kind: 'ask' }] } },
    { kind: 'frames', run: RUN, frames: [
      frame({ stage: 'node.confirm-impact.waiting', message: 'waits', timestamp: (START + 4_000) / 1_000, node_id: 'confirm-impact', path: 'nodes/confirm-impact/ask', agent_run_id: 'confirm-impact-1-1', waits_for: 'person' }),
      frame({ stage: 'agent.token', message: 'I searched the logs of **checkout** between 09:00 and 09:30.\n\n1. 412 timeouts, all of them after', node_id: 'search-logs', path: 'nodes/search-logs', agent_run_id: 'search-logs-1-1' }),
    ] },
  ];
}
