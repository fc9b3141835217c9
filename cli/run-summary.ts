import type { Json, JsonObject } from '../protocol/json.ts';
import type { Question, Review, RunResult } from '../runtime/index.ts';
import { formatUsd, runSummary, shortRunId } from '../runtime/index.ts';
import { asLine, harmless, padEnd } from './display-text.ts';
import { listOf, objectOf, textOf } from './json-shapes.ts';
import { commandLine, statusStyle, statusWords } from './run-words.ts';
import { sampleAnswer } from './sample-answer.ts';
import { formatCount, formatDuration } from './table.ts';
import type { Terminal } from './terminal.ts';
import type { VerbContext } from './verb.ts';

type Context = Pick<VerbContext, 'global' | 'out'>;

/** What `--json` prints of a run that was driven: these keys and no others. */
export function runJson(result: RunResult): Json {
  const { error } = result;
  return {
    run_id: result.run_id, task_id: result.task_id, status: result.status, workflow_name: result.workflow_name, spec_version_id: result.spec_version_id, spec_hash: result.spec_hash,
    total_tokens: result.total_tokens, total_cost_usd: result.total_cost_micros / 1e6, output: result.output,
    error: error === null ? null : { name: error.name, message: error.message, path: error.path ?? null },
  };
}

/** What a run came to, for people: its end, its numbers, its output, and what can be done next. */
export function printRun(context: Context, review: Review, result: RunResult): void {
  const { out } = context;
  const row = runSummary(review.ledger.db, result.run_id);
  const short = shortRunId(review.ledger, result.run_id);
  out.line();
  out.line(`${out.style(statusStyle(result.status), statusWords(result.status))}  ${out.style('bold', asLine(result.workflow_name))}  ${durationWords(row)}`.trimEnd());
  if (result.error !== null) out.line(`${out.style('red', asLine(result.error.name))}: ${harmless(result.error.message)}${result.error.path === undefined ? '' : ` ${out.style('dim', `(at ${asLine(result.error.path)})`)}`}`);
  printFacts(out, [
    ['run', result.run_id],
    ['tokens', formatCount(result.total_tokens)],
    ['cost', costWords(result.total_cost_micros, row?.models ?? '', row?.relation ?? null)],
    ...(row === null || row.models === '' ? [] : [['model', modelWords(row.models)] as const]),
  ]);
  if (result.status === 'completed') printJson(out, 'output', result.output);
  for (const question of result.questions) printQuestion(context, question);
  printNext(context, result.status, short, result.error?.name ?? null);
}

/** Names with their values below one another. */
export function printFacts(out: Terminal, facts: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(0, ...facts.map(([name]) => name.length));
  for (const [name, value] of facts) out.line(`  ${out.style('dim', padEnd(name, width))}  ${asLine(value)}`.trimEnd());
}

export function printJson(out: Terminal, title: string, value: Json): void {
  out.line();
  out.line(out.style('bold', title));
  out.line(harmless(JSON.stringify(value, null, 2)));
}

/** `simulated` is said in words, so that nobody takes its money for paid. */
export function modelWords(models: string): string {
  return models === 'simulated' ? 'simulated (built in: nothing was sent anywhere, and nothing was paid)' : models;
}

function costWords(micros: number, models: string, relation: string | null): string {
  const amount = formatUsd(micros);
  if (relation === 'recorded') return `${amount} (served from the record: nothing was called)`;
  return models === 'simulated' && micros > 0 ? `${amount} (as if it had been paid)` : amount;
}

function durationWords(row: { readonly started_at: string; readonly ended_at: string | null } | null): string {
  return row?.ended_at == null ? '' : `in ${formatDuration(Date.parse(row.ended_at) - Date.parse(row.started_at))}`;
}

/** What is asked, by path, with the command that answers it. */
export function printQuestion(context: Context, { run, path, request }: Question): void {
  const { out } = context;
  const { goal, form, assignees } = objectOf(request);
  const schema = objectOf(form ?? request);
  out.line();
  out.line(`${out.style('bold', 'asked')} at ${out.style('cyan', asLine(path))}${listOf(assignees).length > 0 ? ` of ${asLine(listOf(assignees).map(textOf).join(', '))}` : ''}`);
  const text = typeof goal === 'string' ? goal : schema['title'];
  if (typeof text === 'string') out.line(`  ${harmless(text).replaceAll('\n', '\n  ')}`);
  for (const line of fieldWords(schema)) out.line(`  ${out.style('dim', line)}`);
  out.line(`  ${out.style('cyan', asLine(commandLine(context, ['answer', run, path, '--value', JSON.stringify(sampleAnswer(schema))])))}`);
}

/** A form's fields, one a line: `approved  boolean, required  Whether to go on`. */
function fieldWords(form: JsonObject): readonly string[] {
  const required = listOf(form['required']);
  return Object.entries(objectOf(form['properties'])).map(([name, field]) => {
    const { type, enum: choices, description } = objectOf(field);
    const kind = Array.isArray(choices) ? choices.map((choice) => JSON.stringify(choice)).join(' | ') : typeof type === 'string' ? type : 'any';
    return asLine(`${name}: ${kind}${required.includes(name) ? ', required' : ''}${typeof description === 'string' ? ` (${description})` : ''}`);
  });
}

function printNext(context: Context, status: string, short: string, error: string | null): void {
  const { out } = context;
  const steps = nextSteps(status, short, error);
  if (steps.length === 0) return;
  out.line();
  out.line(out.style('bold', 'next'));
  const commands = steps.map(([words]) => commandLine(context, words));
  const width = Math.max(...commands.map((command) => command.length));
  steps.forEach(([, does], at) => out.line(`  ${out.style('cyan', padEnd(commands[at] ?? '', width))}  ${out.style('dim', does)}`));
}

type Step = readonly [words: readonly string[], does: string];

function nextSteps(status: string, short: string, error: string | null): readonly Step[] {
  const look: Step = [['show', short, '--steps'], 'every prompt and every answer'];
  switch (status) {
    case 'completed':
      return [look, [['replay', short, '--recorded'], 'the same again from the record, free']];
    case 'error':
    case 'rejected':
      return error === 'Dagbook.ReplayDiverged' ? [look] : [look, [['fork', short, '--from-failure'], 'do only what failed again']];
    case 'halted':
      return [look, [['replay', short], 'the same versions again, from the start']];
    default:
      return [];
  }
}
