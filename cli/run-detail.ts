import type { Json, JsonObject } from '../protocol/json.ts';
import type { AgentRunRow, Review, RunRow, RunSummary, StepRow } from '../runtime/index.ts';
import { formatUsd, shortRunId } from '../runtime/index.ts';
import { asLine, displayWidth, harmless } from './display-text.ts';
import { listOf, objectOf, storedJson, textOf } from './json-shapes.ts';
import { modelWords, printFacts } from './run-summary.ts';
import { statusStyle, statusWords } from './run-words.ts';
import { formatCount, formatDuration, printTable } from './table.ts';
import type { Terminal } from './terminal.ts';
import type { VerbContext } from './verb.ts';

export function printRunHead({ out }: Pick<VerbContext, 'out'>, review: Review, summary: RunSummary, run: RunRow): void {
  out.line(`${out.style(statusStyle(summary.status), statusWords(summary.status))}  ${out.style('bold', asLine(summary.workflow_name))}`);
  const error = run.error === null ? null : (JSON.parse(run.error) as { readonly name: string; readonly message: string; readonly path?: string });
  if (error !== null) out.line(`${out.style('red', asLine(error.name))}: ${harmless(error.message)}${error.path === undefined ? '' : ` (at ${asLine(error.path)})`}`);
  const children = review.ledger.runs.children(run.id).map(({ id, relation }) => `${shortRunId(review.ledger, id)} (${relation ?? ''})`);
  printFacts(out, [
    ['run', summary.id],
    ['version', `${summary.version}, spec hash ${summary.spec_hash}`],
    ...(summary.parent_run_id === null ? [] : [[summary.relation ?? 'parent', `of ${summary.parent_run_id}`] as const]),
    ...(children.length === 0 ? [] : [['led to', children.join(', ')] as const]),
    ['started', summary.started_at],
    ...(summary.ended_at === null ? [] : [['ended', `${summary.ended_at} (${formatDuration(Date.parse(summary.ended_at) - Date.parse(summary.started_at))})`] as const]),
    ...(run.lease_owner === null ? [] : [['driven by', run.lease_owner] as const]),
    ['model', modelWords(summary.models)],
    ['tokens', formatCount(summary.total_tokens)],
    ['cost', formatUsd(summary.total_cost_micros)],
    ['experiment', summary.test_id === null ? summary.experiment_id : `${summary.experiment_id}, test ${summary.test_id}`],
  ]);
}

/** Nodes in the order they began; further attempts stand below the first one. */
export function printAgentRuns(out: Terminal, rows: readonly AgentRunRow[]): void {
  if (rows.length === 0) return;
  out.line();
  out.line(out.style('bold', 'agent runs'));
  printTable(out, [
    { title: 'node', cell: (row) => nodeWords(row, rows) },
    { title: 'agent', cell: ({ agent_name: name }) => name, max: 36 },
    { title: 'status', cell: ({ status }) => statusWords(status), style: ({ status }) => statusStyle(status) },
    { title: 'tokens', cell: ({ total_tokens: tokens }) => formatCount(tokens), align: 'right' },
    { title: 'cost', cell: ({ total_cost_micros: micros }) => formatUsd(micros), align: 'right' },
    { title: 'took', cell: ({ started_at: start, ended_at: end }) => (end === null ? '' : formatDuration(Date.parse(end) - Date.parse(start))), align: 'right' },
    { title: '', cell: ({ error }) => errorWords(error), style: () => 'red', max: 72 },
  ], nested(rows));
}

function nested(rows: readonly AgentRunRow[]): readonly AgentRunRow[] {
  return [...Map.groupBy(rows, ({ path }) => path).values()].flat();
}

function nodeWords(row: AgentRunRow, rows: readonly AgentRunRow[]): string {
  const same = rows.filter(({ path }) => path === row.path);
  if (same[0] === row) return row.node_id;
  const iteration = row.iteration > 1 ? `iteration ${row.iteration}` : '';
  return `  ↳ ${[iteration, row.attempt > 1 || iteration === '' ? `attempt ${row.attempt}` : ''].filter((word) => word !== '').join(', ')}`;
}

function errorWords(error: string | null): string {
  if (error === null) return '';
  const { name, message } = JSON.parse(error) as { readonly name: string; readonly message: string };
  return name === 'Dagbook.Skipped' ? message : `${name}: ${message}`;
}

/** Every step below its agent run; long bodies are shortened, `--json` has them whole. */
export function printSteps(out: Terminal, agentRuns: readonly AgentRunRow[], steps: readonly StepRow[]): void {
  const owned = Map.groupBy(steps, ({ agent_run_id: owner }) => owner);
  for (const run of nested(agentRuns)) {
    const own = owned.get(run.id) ?? [];
    if (own.length === 0) continue;
    out.line();
    out.line(`${out.style('bold', asLine(run.path))} ${out.style('dim', `attempt ${run.attempt}, agent run ${run.id}`)}`);
    for (const step of own) printStep(out, step);
  }
}

function printStep(out: Terminal, step: StepRow): void {
  printStepHead(out, step);
  for (const [sign, text] of bodiesOf(step)) out.line(`      ${out.style('dim', sign)} ${endCut(asLine(text.replaceAll(/\s+/g, ' ').trim()), Math.max(40, out.width - 8))}`);
}

export function printStepHead(out: Terminal, step: StepRow): void {
  const used = step.kind === 'llm' || step.tokens > 0 ? `  ${formatCount(step.tokens)} tokens  ${formatUsd(step.cost_micros)}  ${formatDuration(step.duration_ms)}` : '';
  const marks = marksOf(step.details);
  out.line(`  ${out.style('dim', String(step.seq).padStart(4))} ${out.style('cyan', step.kind.padEnd(9))} ${asLine(step.name)}${out.style('dim', used)}${marks === '' ? '' : `  ${out.style('yellow', marks)}`}${step.error === null ? '' : `  ${out.style('red', asLine(step.error))}`}`);
}

/** What a reader must not overlook: served from a record, pinned, estimated, claimed otherwise. */
function marksOf(details: string | null): string {
  if (details === null) return '';
  const { served, pinned, estimated, provider_claimed: claimed, by } = JSON.parse(details) as JsonObject;
  return [served === undefined ? '' : 'from the record', pinned === true ? 'pinned' : '', estimated === true ? 'estimated' : '', claimed === undefined ? '' : `provider claimed ${textOf(claimed)} tokens`, typeof by === 'string' ? `by ${asLine(by)}` : '']
    .filter((mark) => mark !== '').join(', ');
}

function bodiesOf({ request, response }: StepRow): readonly (readonly [sign: string, text: string])[] {
  const asked = storedJson(request);
  const answer = storedJson(response);
  const messages = listOf(objectOf(asked)['messages']);
  const questions = messages.length > 0 ? messages.map(messageWords) : asked === null ? [] : [JSON.stringify(asked)];
  return [...questions.map((text) => ['→', text] as const), ...(answer === null ? [] : [['←', answerWords(answer)] as const])];
}

function messageWords(message: Json): string {
  const { role, content } = objectOf(message);
  return `${textOf(role)}: ${textOf(content)}`;
}

/** What a model said stands in `text`, beside its usage. */
function answerWords(answer: Json): string {
  return textOf(objectOf(answer)['text'] ?? answer);
}

function endCut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let end = Math.min(text.length, width - 1);
  while (displayWidth(text.slice(0, end)) > width - 1) end--;
  return `${text.slice(0, end)}…`;
}
