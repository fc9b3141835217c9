import type { Json, JsonObject } from '../../protocol/json.ts';
import { agentRunsOf, openQuestions, runSummary, stepsOf } from '../../runtime/index.ts';
import type { AgentRunRow, Review, RunRow, RunSummary, StepRow } from '../../runtime/index.ts';
import { usage } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { storedJson } from '../json-shapes.ts';
import { withReader } from '../open-runtime.ts';
import { printAgentRuns, printRunHead, printSteps } from '../run-detail.ts';
import { printJson, printQuestion } from '../run-summary.ts';
import { showStep, stepJson } from '../show-step.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'show',
  usage: 'RUN [--steps | --step N [--wire]]',
  description: [
    'Shows a run: its inputs, its output, its agent runs with every attempt, and what it waits for.',
    'With --steps also every model call, guardrail check and output; with --json these in full.',
    'With --step one of them in full, by its number; with --wire also what went over the network for it: requests and answers, piece by piece with their times, without keys.',
  ].join('\n'),
  examples: [
    { command: 'dagbook show 0198c3f2-1a2b', does: 'one run' },
    { command: 'dagbook show 0198c3f2-1a2b --steps --json', does: 'every prompt and every answer, in full' },
    { command: 'dagbook show 0198c3f2-1a2b --step 7 --wire', does: 'one call as it went over the network' },
  ],
  options: {
    steps: { type: 'boolean', help: 'every step too' },
    step: { type: 'string', value: 'N', help: 'one step in full, by its number' },
    wire: { type: 'boolean', help: 'with --step: what went over the network' },
  },
  arguments: { min: 1, max: 1 },
  run: async (context) => {
    const { args, options, global, out } = context;
    if (options.step !== null && options.steps) throw usage('--steps shows every step and --step one of them: give one of the two.');
    if (options.wire && options.step === null) throw usage('--wire goes with --step N. The numbers of the steps: dagbook show RUN --steps');
    return await withReader(context, (review) => {
      if (options.step !== null) return showStep(context, review, args[0] ?? '', options.step);
      const detail = review.ledger.read(() => readDetail(review, review.find(args[0] ?? '')));
      if (global.json) {
        out.json(detailJson(detail, options.steps));
        return EXIT.ok;
      }
      printRunHead(context, review, detail.summary, detail.run);
      printJson(out, 'inputs', detail.inputs);
      printAgentRuns(out, detail.agentRuns);
      if (options.steps) printSteps(out, detail.agentRuns, detail.steps);
      if (detail.run.status === 'completed') printJson(out, 'output', detail.output);
      for (const question of detail.questions) printQuestion(context, question);
      return EXIT.ok;
    });
  },
});

interface Detail {
  readonly run: RunRow;
  readonly summary: RunSummary;
  readonly inputs: Json;
  readonly output: Json;
  readonly agentRuns: readonly AgentRunRow[];
  readonly steps: readonly StepRow[];
  readonly questions: readonly { readonly run: string; readonly path: string; readonly request: Json }[];
}

function readDetail(review: Review, found: RunRow): Detail {
  const { ledger } = review;
  // One snapshot: another process may be writing the next rows.
  return ledger.db.transaction(() => {
    const run = review.find(found.id);
    const summary = runSummary(ledger.db, run.id);
    if (summary === null) throw new Error(`unreachable: run ${run.id} without a version`);
    return {
      run, summary, inputs: ledger.runs.inputs(run) as Json, output: ledger.runs.output(run) as Json,
      agentRuns: agentRunsOf(ledger.db, run.id), steps: stepsOf(ledger.db, run.id), questions: questionsOf(review, run),
    };
  })();
}

function questionsOf(review: Review, run: RunRow): Detail['questions'] {
  const { ledger } = review;
  if (run.ended_at !== null) return [];
  const own = openQuestions(ledger.journal.read(run.key)).map(({ path, request }) => ({ run: run.id, path, request: JSON.parse(request.text) as Json }));
  return [...own, ...ledger.runs.children(run.id).filter(({ relation }) => relation === 'child').flatMap((child) => questionsOf(review, child))];
}

function detailJson(detail: Detail, withSteps: boolean): JsonObject {
  const { run, summary } = detail;
  const { total_cost_micros: micros, ...rest } = summary;
  return {
    ...rest, total_cost_usd: micros / 1e6, inputs: detail.inputs, output: detail.output, error: storedJson(run.error), model_override: run.model_override,
    adapter_revision: run.adapter_revision, lease: run.lease_owner, chain_head: run.chain_head,
    agent_runs: detail.agentRuns.map((row) => ({
      ...usd(row), inputs: storedJson(row.inputs), output: storedJson(row.output), error: storedJson(row.error),
      ...(withSteps ? { steps: detail.steps.filter(({ agent_run_id: owner }) => owner === row.id).map(stepJson) } : {}),
    })),
    questions: detail.questions.map(({ run: id, path, request }) => ({ run_id: id, path, request })),
  };
}

function usd({ total_cost_micros: micros, ...row }: AgentRunRow): Omit<AgentRunRow, 'total_cost_micros'> & { readonly total_cost_usd: number } {
  return { ...row, total_cost_usd: micros / 1e6 };
}
