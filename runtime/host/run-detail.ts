import type { Json } from '../../protocol/json.ts';
import type { AgentRunRecord, BodyRecord, ErrorRecord, NodeStatus, QuestionRecord, RunDetailRecord, StepBodies, StepRecord } from '../../protocol/run-records.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import { agentRunBodies, agentRunHeads, markedAgentRuns, stepAt, stepHeads } from '../ledger/detail-models.ts';
import type { AgentRunHead, StepHead } from '../ledger/detail-models.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Review } from '../review.ts';
import { criticalPathOf } from './critical-path.ts';
import type { RunRecords } from './run-records.ts';
import { readError } from './run-records.ts';

/** One run with its agent runs, from one snapshot of the ledger. `questions`: those of every open run. */
export function runDetail(review: Review, records: RunRecords, id: string, questions: readonly QuestionRecord[], now: Date): RunDetailRecord {
  const { ledger } = review;
  return ledger.read(() =>
    ledger.db.transaction((): RunDetailRecord => {
      const run = review.find(id);
      const { nodes, edges } = records.graphOf(run);
      const heads = agentRunHeads(ledger.db, run.id);
      const marked = markedAgentRuns(ledger.db, run.id);
      const children = ledger.runs.children(run.id);
      const asking = new Set([run.id, ...children.filter(({ relation }) => relation === 'child').map((child) => child.id)]);
      return {
        run: records.of(run), nodes, agent_runs: heads.map((head) => agentRunRecord(head, marked)), questions: questions.filter((question) => asking.has(question.run)),
        inputs: ledger.runs.inputs(run) as Json, output: ledger.runs.output(run) as Json, children: children.map((child) => records.of(child)),
        critical_path: run.ended_at === null ? [] : criticalPathOf(edges, heads), now: now.toISOString(),
      };
    })(),
  );
}

function agentRunRecord(head: AgentRunHead, marked: ReturnType<typeof markedAgentRuns>): AgentRunRecord {
  return { ...head, status: head.status as NodeStatus, error: readError(head.error), replayed: marked.replayed.has(head.id), pinned: marked.pinned.has(head.id) };
}

export function runSteps(review: Review, id: string, agentRun: string | null): readonly StepRecord[] {
  const { ledger } = review;
  const run = review.find(id);
  const steps = ledger.read(() => stepHeads(ledger.db, run.id, agentRun));
  // A check that failed has no message of its own: what it made its agent run end with has.
  const unsaid = steps.some(({ error, error_message: message }) => error !== null && message === null);
  const ends = new Map(unsaid ? ledger.read(() => agentRunHeads(ledger.db, run.id)).map((head) => [head.id, readError(head.error)]) : []);
  return steps.map((step) => stepRecord(step, ends.get(step.agent_run_id) ?? null));
}

/** `end`: what its agent run ended with. */
function stepRecord({ details, error_message: message, ...head }: StepHead, end: ErrorRecord | null): StepRecord {
  const error: ErrorRecord | null = head.error === null ? null : { name: head.error, message: message ?? (end?.name === head.error ? end.message : '') };
  return { ...head, error, marks: marksOf(head, details) };
}

/** What a reader must know about the figures, in words. */
function marksOf(head: Pick<StepHead, 'kind' | 'model'>, details: string | null): readonly string[] {
  const known = details === null ? {} : (JSON.parse(details) as Readonly<Record<string, unknown>>);
  return [
    ...(known['served'] === undefined ? [] : ['replayed']),
    ...(known['pinned'] === true ? ['pinned'] : []),
    ...(known['estimated'] === true ? ['estimated'] : []),
    ...(known['provider_claimed'] === undefined ? [] : ['disputed']),
    ...(head.kind === 'llm' && (head.model === 'simulated' || head.model?.startsWith('simulated:') === true) ? ['simulated'] : []),
  ];
}

export function stepBodiesOf(review: Review, id: string, seq: number): StepBodies {
  const { ledger } = review;
  const run = review.find(id);
  const step = ledger.read(() => stepAt(ledger.db, run.id, seq));
  if (step === null) throw new DagbookError('path-not-found', `Run ${run.id} has no step ${seq}.`);
  // The views say no more of a pruned answer than that there is none.
  const [event] = ledger.read(() => ledger.journal.read(run.key, seq, 1));
  const answer = event !== undefined && 'response' in event ? event.response : null;
  return {
    request: bodyRecord(step.request, step.request_hash, step.request_hash !== null), response: bodyRecord(step.response, answer?.hash ?? null, answer !== null), details: readJson(step.details),
    ...(step.wire_hash === null ? {} : { wire: wireRecord(ledger, step.wire_hash) }),
  };
}

function wireRecord(ledger: Ledger, hash: string): BodyRecord {
  const stored = ledger.read(() => ledger.wires.read(hash));
  return stored.kind === 'text' ? bodyRecord(stored.text, hash, true) : { kind: 'pruned', hash };
}

/** `was`: there is or was such a body. A small one that was pruned has left no hash of its own. */
function bodyRecord(text: string | null, hash: string | null, was: boolean): BodyRecord {
  if (text !== null) return { kind: 'value', value: JSON.parse(text) as Json, hash };
  return was ? { kind: 'pruned', hash: hash === '' ? null : hash } : { kind: 'none' };
}

export function bodiesOfAgentRun(review: Review, id: string, agentRun: string): { readonly inputs: Json; readonly output: Json } {
  const { ledger } = review;
  const run = review.find(id);
  const bodies = ledger.read(() => agentRunBodies(ledger.db, run.id, agentRun));
  if (bodies === null) throw new DagbookError('path-not-found', `Run ${run.id} has no agent run ${agentRun}.`);
  return { inputs: readJson(bodies.inputs), output: readJson(bodies.output) };
}

function readJson(text: string | null): Json {
  return text === null ? null : (JSON.parse(text) as Json);
}
