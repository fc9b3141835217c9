import type { Badge, Picture, PictureEdge, PictureKind, PictureNode, Problems } from '../../protocol/picture.ts';
import type { RunOverlay } from '../../protocol/graph-panel.ts';
import { tournamentPath } from '../../protocol/tournament.ts';
import type { AgentRunRecord, NodeStatus, RunRecord } from '../../protocol/run-records.ts';

const NONE: Problems = { errors: 0, warnings: 0, messages: [] };
const rangeOf = (line: number): PictureNode['range'] => ({ start: { line, character: 4 }, end: { line: line + 2, character: 0 } });

export function badge(kind: Badge['kind'], text: string, title = text): Badge {
  return { kind, text, title };
}

export function node(id: string, kind: PictureKind, does = '', model: string | null = null, more: Partial<PictureNode> = {}): PictureNode {
  return { id, path: `nodes/${encodeURIComponent(id)}`, kind, does, model, badges: [], parent: null, scope: 0, count: null, range: rangeOf(10), idRange: rangeOf(10), problems: NONE, ...more };
}

export function edge(from: string, to: string, more: Partial<PictureEdge> = {}): PictureEdge {
  const kind = more.kind ?? 'dependency';
  return { id: `${from} → ${to} (${kind}${more.label ?? ''})`, from, to, kind, label: '', back: false, ...more };
}

export function picture(name: string, nodes: readonly PictureNode[], edges: readonly PictureEdge[], more: Partial<Picture> = {}): Picture {
  const problems = nodes.reduce<Problems>((all, one) => ({ errors: all.errors + one.problems.errors, warnings: all.warnings + one.problems.warnings, messages: [...all.messages, ...one.problems.messages].slice(0, 8) }), NONE);
  return {
    name, description: `The workflow ${name}`, family: 'workflow', adapter: 'graph', document: 0, startAt: null, capUsd: 0.5, range: { start: { line: 0, character: 0 }, end: { line: 40, character: 0 } }, problems,
    nodes: nodes.map((one, at) => ({ ...one, range: one.range === null ? null : rangeOf(5 + at * 3), idRange: one.range === null ? null : rangeOf(5 + at * 3) })), edges, ...more,
  };
}

/** A: the tutorial with a mistake in it. */
export function tutorial(): Picture {
  return picture('MyFirstResearchLoop', [
    node('research', 'spawn', 'research_lite', 'simulated', { badges: [badge('role', 'explore', 'Role explore: reads, changes nothing'), badge('isolation', 'read-only', 'Works on a read-only copy')] }),
    node('selection', 'spawn', 'selection_lite', 'simulated', { badges: [badge('schema', 'schema', 'Its answer fits a schema')] }),
    node('trader', 'spawn', 'trader_lite.yml', null, { problems: { errors: 1, warnings: 0, messages: ['agent-not-found: No file "configs/agents/trader_lite.yml". Did you mean "trader_lite.yaml"?'] } }),
  ], [edge('research', 'selection'), edge('selection', 'trader')]);
}

/** B: every kind of a workflow. */
export function incident(): Picture {
  const mini = 'gpt-5-mini';
  const sonnet = 'sonnet-4.5';
  return picture('incident-response', [
    node('read-report', 'spawn', 'intake_reader', mini, { badges: [badge('quarantined', 'quarantined', 'Quarantined: what leaves it is marked untrusted')] }),
    node('gather-evidence', 'parallel', 'parallel', null, { count: 3 }),
    node('search-logs', 'spawn', 'log_search', mini, { parent: 'gather-evidence', badges: [badge('isolation', 'read-only', 'Works on a read-only copy')] }),
    node('find-commits', 'spawn', 'commit_finder', mini, { parent: 'gather-evidence' }),
    node('reproduce', 'spawn', 'repro_runner', sonnet, { parent: 'gather-evidence', badges: [badge('isolation', 'worktree', 'Works in a worktree of its own')] }),
    node('merge-evidence', 'reduce', 'concat'),
    node('classify-cause', 'classify', 'triage_plan', mini),
    node('confirm-impact', 'human', 'on-call · form of 3 fields'),
    node('rollback-config', 'spawn', 'config_fixer', mini),
    node('pick-fix', 'tournament', '4 entrants', sonnet, { count: 4 }),
    node('ask-vendor', 'spawn', 'vendor_mail', mini),
    node('notify-customer', 'spawn', 'status_writer', mini),
    node('repair', 'loop', 'code_fixer', sonnet, { count: 5, badges: [badge('isolation', 'worktree', 'Works in a worktree of its own'), badge('role', 'implement', 'Role implement'), badge('budget', '20k', 'At most 20,000 tokens')] }),
    node('close-out', 'reduce', 'merge_json_arrays'),
    node('write-postmortem', 'spawn', 'report_writer', sonnet, { badges: [badge('schema', 'schema', 'Its answer fits a schema')] }),
  ], [
    edge('read-report', 'gather-evidence'), edge('gather-evidence', 'merge-evidence'), edge('merge-evidence', 'classify-cause'), edge('merge-evidence', 'confirm-impact'),
    edge('classify-cause', 'rollback-config', { kind: 'branch', label: 'config' }), edge('classify-cause', 'pick-fix', { kind: 'branch', label: 'code' }), edge('classify-cause', 'ask-vendor', { kind: 'branch', label: 'third party' }),
    edge('confirm-impact', 'notify-customer'), edge('pick-fix', 'repair'), edge('rollback-config', 'close-out'), edge('repair', 'close-out'), edge('ask-vendor', 'close-out'), edge('notify-customer', 'close-out'),
    edge('close-out', 'write-postmortem'),
  ]);
}

/** C: a state machine with catches, retries, a default and two ends. */
export function claims(): Picture {
  const state = (id: string, kind: PictureKind, does = '', model: string | null = null, badges: readonly Badge[] = []): PictureNode => node(id, kind, does, model, { path: `states/${id}`, badges });
  return picture('claims-review-flow', [
    state('Triage', 'task', 'claims-triage', 'gpt-5-mini', [badge('timeout', '120 s', 'Ends with States.Timeout after 120 s'), badge('retry', 'retry 3×', 'Tried again after Runner.Timeout, Tool.TemporaryFailure: up to 3 times.')]),
    state('RiskChoice', 'choice', '1 rule · default'),
    state('HumanReview', 'human', 'claims-desk · form', null, [badge('timeout', '24 h', 'Ends with States.Timeout after 24 h')]),
    state('AutoApprove', 'task', 'claims-approve', 'gpt-5-mini', [badge('schema', 'schema', 'Its answer fits a schema'), badge('retry', 'retry 2×', 'Tried again after States.TaskFailed: up to 2 times.')]),
    state('Rejected', 'fail'),
    state('Closed', 'succeed'),
  ], [
    edge('Triage', 'RiskChoice', { kind: 'next' }), edge('Triage', 'HumanReview', { kind: 'catch', label: 'States.ALL' }),
    edge('RiskChoice', 'AutoApprove', { kind: 'choice', label: 'risk < 0.3 and amount ≤ 500' }), edge('RiskChoice', 'HumanReview', { kind: 'default', label: 'default' }),
    edge('HumanReview', 'Closed', { kind: 'next' }), edge('HumanReview', 'Rejected', { kind: 'catch', label: 'States.Timeout' }),
    edge('AutoApprove', 'HumanReview', { kind: 'catch', label: 'Tool.TemporaryFailure' }), edge('AutoApprove', 'Closed', { kind: 'next' }),
  ], { family: 'states', adapter: 'states', startAt: 'Triage' });
}

/** States that go round: a poll loop, a map with a machine inside, a parallel with two branches. */
export function polling(): Picture {
  const state = (id: string, kind: PictureKind, does = '', more: Partial<PictureNode> = {}): PictureNode => node(id, kind, does, null, { path: `states/${id}`, ...more });
  return picture('poll-and-fan-out', [
    state('Submit', 'task', 'submit-job'), state('WaitABit', 'wait', '30 s'), state('Poll', 'task', 'poll-job'), state('Done', 'choice', '2 rules · default'),
    state('EachFile', 'map', 'items of $.files', { count: 1 }),
    state('Fetch', 'task', 'fetch-file', { parent: 'EachFile', badges: [badge('retry', 'retry 5×', 'Tried again after States.ALL: up to 5 times.')] }), state('Clean', 'pass', 'result of 2 fields', { parent: 'EachFile' }),
    state('Both', 'parallel', 'parallel', { count: 2 }),
    state('Index', 'task', 'index', { parent: 'Both' }), state('Publish', 'task', 'publish', { parent: 'Both', scope: 1 }), state('Announce', 'task', 'announce', { parent: 'Both', scope: 1 }),
    state('Finished', 'succeed'), state('Broken', 'fail'),
  ], [
    edge('Submit', 'WaitABit', { kind: 'next' }), edge('WaitABit', 'Poll', { kind: 'next' }), edge('Poll', 'Done', { kind: 'next' }),
    edge('Done', 'EachFile', { kind: 'choice', label: 'status = "done"' }), edge('Done', 'Broken', { kind: 'choice', label: 'status = "failed"' }), edge('Done', 'WaitABit', { kind: 'default', label: 'default', back: true }),
    edge('Fetch', 'Clean', { kind: 'next' }), edge('EachFile', 'Both', { kind: 'next' }), edge('EachFile', 'Broken', { kind: 'catch', label: 'States.ALL' }), edge('Publish', 'Announce', { kind: 'next' }), edge('Both', 'Finished', { kind: 'next' }),
  ], { family: 'states', adapter: 'states', startAt: 'Submit' });
}

/** E and beyond: five lanes that part and join, as many nodes as asked for; the same every time. */
export function audit(size: number, lanes = Math.max(5, Math.round(size / 40))): Picture {
  let seed = 11;
  const random = (): number => (seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
  const names = ['audit-lockfile', 'scan-licences', 'diff-advisories', 'approve-exemption', 'rebuild-image', 'verify-signature', 'review-transitive', 'await-maintainer', 'check-provenance'];
  const nodes: PictureNode[] = [];
  const edges: PictureEdge[] = [];
  const add = (kind: PictureKind): string => {
    const id = `${names[nodes.length % names.length] ?? 'node'}-${nodes.length}`;
    nodes.push(node(id, kind, kind === 'reduce' ? 'concat' : kind === 'human' ? 'form of 2 fields' : 'auditor', kind === 'reduce' || kind === 'human' ? null : 'gpt-5-mini', { count: kind === 'loop' ? 4 : null }));
    return id;
  };
  const link = (from: string, to: string, label = ''): void => void edges.push(edge(from, to, label === '' ? {} : { kind: 'branch', label }));
  const split = add('classify');
  const ends: string[] = [];
  for (let lane = 0; lane < lanes; lane++) {
    let row = [add('spawn')];
    link(split, row[0] ?? '', `lane ${lane + 1}`);
    const share = Math.floor((size - 4) / lanes) - 2;
    for (let left = share; left > 0;) {
      const width = Math.min(left, 1 + Math.floor(random() * 3.6));
      const next = Array.from({ length: width }, () => add(width === 1 && row.length > 1 ? 'reduce' : random() < 0.08 ? 'loop' : random() < 0.05 ? 'human' : 'spawn'));
      if (row.length === 1) for (const to of next) link(row[0] ?? '', to);
      else if (width === 1) for (const from of row) link(from, next[0] ?? '');
      else {
        next.forEach((to, at) => link(row[Math.min(row.length - 1, at)] ?? '', to));
        for (const from of row.slice(width)) link(from, next[width - 1] ?? '');
      }
      row = next;
      left -= width;
    }
    const join = add('reduce');
    for (const from of row) link(from, join);
    ends.push(join);
  }
  const end = add('reduce');
  for (const from of ends) link(from, end);
  const last = add('spawn');
  link(end, last);
  while (nodes.length < size) {
    const more = add('spawn');
    link(nodes.at(-2)?.id ?? last, more);
  }
  return picture('nightly-dependency-audit', nodes, edges, { capUsd: 8 });
}

/** Names out of a nightmare. */
export const HOSTILE = ['<img src=x onerror="window.hacked=1">', '"><script>window.hacked=1</script>', 'a-name-that-goes-on-and-on-and-on-until-nobody-can-read-it-any-more', '𝒻𝒶𝓃𝒸𝓎-🧪-𝓃𝒶𝓂ℯ', '\u202Eesrever', ')}url(javascript:alert(1))', '&lt;b&gt;', "it's `quoted`"];

export function hostile(): Picture {
  const nodes = HOSTILE.map((id, at) => node(id, at % 3 === 0 ? 'classify' : 'spawn', id, id, { badges: [badge('schema', id, id)], problems: at === 0 ? { errors: 1, warnings: 0, messages: [`unknown-node: ${id}`] } : NONE }));
  return picture(HOSTILE[0] ?? '', nodes, HOSTILE.slice(1).map((id, at) => edge(HOSTILE[at] ?? '', id, { label: id, kind: 'branch' })), { description: HOSTILE[1] ?? '' });
}

export const STARTED = Date.parse('2026-08-01T12:00:00Z');

export function runRecord(more: Partial<RunRecord> = {}): RunRecord {
  return {
    id: '019a0000-0000-7000-8000-000000000001', workflow_name: 'incident-response', status: 'running', started_at: new Date(STARTED).toISOString(), ended_at: null, total_tokens: 50_179, total_cost_micros: 168_400,
    models: 'openai:gpt-5-mini and 1 more', relation: null, parent_run_id: null, spec_version_id: 'version-1', spec_hash: '8be41d07aa', version: 3, source_path: 'configs/workflows/incident.yaml', cap_micros: 500_000, reserved_micros: 21_000, error: null, ...more,
  };
}

export function agentRun(node_id: string, status: NodeStatus, tokens: number, micros: number, seconds: number, more: Partial<AgentRunRecord> = {}): AgentRunRecord {
  const began = more.started_at === undefined ? STARTED + 1_000 : Date.parse(more.started_at);
  const open = status === 'running' || status === 'waiting';
  return {
    id: `${node_id}/${more.iteration ?? 1}/${more.attempt ?? 1}/${more.path ?? ''}`, node_id, path: `nodes/${node_id}`, attempt: 1, iteration: 1, agent_name: node_id, model: 'gpt-5-mini', spec_version_id: 'c07d91aa', status, total_tokens: tokens, total_cost_micros: micros,
    started_at: new Date(began).toISOString(), ended_at: open ? null : new Date(began + seconds * 1_000).toISOString(), error: null, replayed: false, pinned: false, ...more,
  };
}

/** B in mid-run: every status at once. */
export function incidentRun(now: number): RunOverlay {
  const since = (seconds: number): Partial<AgentRunRecord> => ({ started_at: new Date(now - seconds * 1_000).toISOString() });
  const skipped = { error: { name: 'Dagbook.Skipped', message: 'Skipped: branch not taken.' } };
  return {
    run: runRecord({ started_at: new Date(now - 84_000).toISOString() }), stale: false, criticalPath: [],
    agentRuns: [
      agentRun('read-report', 'completed', 1_204, 900, 2.1),
      agentRun('search-logs', 'completed', 6_318, 5_200, 11.4), agentRun('find-commits', 'completed', 4_077, 3_400, 8.9),
      agentRun('reproduce', 'error', 3_000, 11_800, 12, { attempt: 1, error: { name: 'Tool.TemporaryFailure', message: 'The checkout did not answer.' } }),
      agentRun('reproduce', 'error', 3_000, 15_000, 12, { attempt: 2 }), agentRun('reproduce', 'error', 3_862, 15_000, 41.7, { attempt: 3, error: { name: 'Tool.Failed', message: 'The reproduction did not fail.' } }),
      agentRun('merge-evidence', 'completed', 0, 0, 0.02), agentRun('classify-cause', 'completed', 2_341, 2_100, 3.2),
      agentRun('confirm-impact', 'waiting', 0, 0, 0, since(40.6)),
      agentRun('rollback-config', 'skipped', 0, 0, 0, skipped), agentRun('ask-vendor', 'skipped', 0, 0, 0, skipped),
      ...[1, 2, 3, 4].map((entrant) => agentRun('pick-fix', 'completed', 3_000, 15_000, 12, { path: tournamentPath('nodes/pick-fix', { kind: 'entrant', entrant }) })),
      ...[[1, 1], [1, 2], [2, 1]].map(([round = 1, match = 1]) => agentRun('pick-fix', 'completed', 2_150, 6_200, 24.6, { path: tournamentPath('nodes/pick-fix', { kind: 'judgement', round, match }) })),
      agentRun('repair', 'completed', 4_125, 18_400, 8.5, { iteration: 1, ...since(24) }), agentRun('repair', 'running', 3_800, 18_000, 0, { iteration: 2, model: 'sonnet-4.5', ...since(12.8) }),
    ],
  };
}

/** What `repair` writes meanwhile. */
export const REPAIR_TEXT = `The first patch keeps \`retryAfter\` in seconds, but the queue reads milliseconds, so the second test still fails: it waits 2 ms instead of 2 s.

I will convert once, where the header is read, and leave the queue alone:

- \`parseRetryAfter\` returns milliseconds
- the unit is in the name of the field
- one test for a date, one for a number

Next I run the three tests of \`checkout\` again and`;

/** E in mid-run: every status from front to back. */
export function auditRun(of: Picture, now: number): RunOverlay {
  let seed = 7;
  const random = (): number => (seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
  const lanes = [0.66, 0.52, 0.74, 0.44, 0.6];
  const size = of.nodes.length;
  const agentRuns = of.nodes.flatMap((one, at): AgentRunRecord[] => {
    const lane = Math.floor((at / size) * 5);
    const place = ((at / size) * 5) % 1;
    const front = lanes[lane] ?? 0.5;
    if (at < 2 || place < 0.12) return [agentRun(one.id, 'completed', 900, 700, 4, { replayed: true })];
    if (place > front) return [];
    if (place > front - 0.08) return [agentRun(one.id, one.kind === 'human' || random() < 0.25 ? 'waiting' : 'running', 300, 200, 0, { started_at: new Date(now - 4_000 - random() * 200_000).toISOString() })];
    const chance = random();
    if (chance < 0.04) return [agentRun(one.id, 'error', 1_200, 900, 9, { error: { name: 'Agent.Schema', message: 'The answer does not fit its schema.' } })];
    if (chance < 0.06) return [agentRun(one.id, 'rejected', 1_200, 900, 9, { error: { name: 'Dagbook.BudgetExceeded', message: 'Its budget is used up.' } })];
    if (chance < 0.1) return [agentRun(one.id, 'skipped', 0, 0, 0, { error: { name: 'Dagbook.Skipped', message: 'Skipped: its condition is not true.' } })];
    return [agentRun(one.id, 'completed', 1_500, 1_200, 6)];
  });
  return { run: runRecord({ workflow_name: of.name, spec_hash: '5d20e7b4aa', started_at: new Date(now - 1_087_000).toISOString(), total_tokens: 1_842_310, total_cost_micros: 3_128_400, cap_micros: 8_000_000, reserved_micros: 240_000 }), agentRuns, stale: false, criticalPath: [] };
}
