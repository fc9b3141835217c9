import type { Json } from '../../protocol/json.ts';
import type { ComparisonRecord, NodeComparisonRecord, Pair } from '../../protocol/run-records.ts';
import { compareRuns, formatUsd, shortRunId } from '../../runtime/index.ts';
import { asLine, middleCut } from '../display-text.ts';
import { EXIT } from '../exit.ts';
import { jsonDifferences } from '../../protocol/json-difference.ts';
import { withReader } from '../open-runtime.ts';
import { formatCount, formatDuration, printTable } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { defineVerb } from '../verb.ts';

/** More differences than these are for a tool that reads `--json`. */
const MOST_DIFFERENCES = 40;

export const verb = defineVerb({
  name: 'compare',
  usage: 'A B',
  description: 'Says where two runs differ, node by node and attempt by attempt: spec, prompt, output, tokens, cost and time.',
  examples: [{ command: 'dagbook compare 0198c3f2-1a2b 0198c3f4-77c0', does: 'two runs' }],
  options: {},
  arguments: { min: 2, max: 2 },
  run: async (context) =>
    await withReader(context, (review) => {
      const { args, global, out } = context;
      const comparison = compareRuns(review, args[0] ?? '', args[1] ?? '');
      if (global.json) out.json(comparison as unknown as Json);
      else print(out, comparison, { a: shortRunId(review.ledger, comparison.a), b: shortRunId(review.ledger, comparison.b) });
      return EXIT.ok;
    }),
});

function print(out: Terminal, comparison: ComparisonRecord, short: { readonly a: string; readonly b: string }): void {
  const verdict = comparison.same ? out.style('green', '= the same work with the same result') : out.style('yellow', '≠ they differ');
  out.line(`${short.a}  ${out.style('dim', 'and')}  ${short.b}  ${verdict}`);
  out.line();
  printTable<Row>(out, [
    { title: 'run', cell: ([name]) => name },
    { title: short.a, cell: ([, a]) => a, align: 'right', max: 40 },
    { title: short.b, cell: ([, , b]) => b, align: 'right', max: 40 },
    { title: '', cell: ([, , , same]) => (same ? '' : '≠'), style: () => 'yellow' },
  ], [
    row('workflow spec', comparison.workflow_spec, (hash) => hash.slice(0, 12)),
    row('inputs', comparison.inputs, (value) => JSON.stringify(value)),
    row('status', comparison.status, (status) => status),
    row('tokens', comparison.tokens, formatCount),
    row('cost', comparison.cost_micros, formatUsd),
    ['time', durationWords(comparison.duration_ms.a), durationWords(comparison.duration_ms.b), true],
  ]);
  if (comparison.nodes.length > 0) {
    out.line();
    printNodes(out, comparison.nodes);
  }
  for (const node of comparison.nodes) if (!node.output.same) printDifferences(out, `output of ${nodeWords(node)}`, node.output);
  if (!comparison.output.same) printDifferences(out, 'output of the run', comparison.output);
}

type Row = readonly [name: string, a: string, b: string, same: boolean];

function row<T>(name: string, pair: Pair<T>, words: (value: T) => string): Row {
  return [name, pair.a === null ? '–' : words(pair.a), pair.b === null ? '–' : words(pair.b), pair.same];
}

function printNodes(out: Terminal, nodes: readonly NodeComparisonRecord[]): void {
  const mark = (pair: Pair<unknown>): string => (pair.same ? '=' : pair.a === null || pair.b === null ? '–' : '≠');
  const style = (same: boolean): 'dim' | 'yellow' => (same ? 'dim' : 'yellow');
  printTable(out, [
    { title: 'node', cell: nodeWords, style: ({ same }) => (same ? null : 'yellow') },
    { title: 'status', cell: ({ status }) => sides(status, (word) => word), style: ({ status }) => style(status.same), max: 28 },
    { title: 'spec', cell: ({ spec }) => mark(spec), style: ({ spec }) => style(spec.same) },
    { title: 'prompt', cell: ({ prompt }) => mark(prompt), style: ({ prompt }) => style(prompt.same) },
    { title: 'output', cell: ({ output }) => mark(output), style: ({ output }) => style(output.same) },
    { title: 'tokens', cell: ({ tokens }) => sides(tokens, formatCount), align: 'right' },
    { title: 'cost', cell: ({ cost_micros: micros }) => sides(micros, formatUsd), align: 'right' },
    { title: 'took', cell: ({ duration_ms: ms }) => `${durationWords(ms.a)} → ${durationWords(ms.b)}`, align: 'right' },
  ], nodes);
}

function nodeWords({ path, attempt, iteration }: NodeComparisonRecord): string {
  const name = path.replace(/^nodes\//, '');
  return `${name}${iteration > 1 ? ` iteration ${iteration}` : ''}${attempt > 1 ? ` attempt ${attempt}` : ''}`;
}

function sides<T>({ a, b, same }: Pair<T>, words: (value: T) => string): string {
  const one = (value: T | null): string => (value === null ? '–' : words(value));
  return same ? one(a) : `${one(a)} → ${one(b)}`;
}

function durationWords(ms: number | null): string {
  return ms === null ? '–' : formatDuration(ms);
}

function printDifferences(out: Terminal, title: string, { a, b }: Pair<Json>): void {
  const all = jsonDifferences(a ?? undefined, b ?? undefined);
  if (all.length === 0) return;
  out.line();
  out.line(out.style('bold', title));
  const room = Math.max(30, out.width - 8);
  for (const { path, a: before, b: after } of all.slice(0, MOST_DIFFERENCES)) {
    out.line(`  ${asLine(path === '' ? '(all of it)' : path)}`);
    if (before !== undefined) out.line(`    ${out.style('red', `- ${middleCut(asLine(JSON.stringify(before)), room)}`)}`);
    if (after !== undefined) out.line(`    ${out.style('green', `+ ${middleCut(asLine(JSON.stringify(after)), room)}`)}`);
  }
  if (all.length > MOST_DIFFERENCES) out.line(`  … and ${all.length - MOST_DIFFERENCES} more; --json has them all`);
}
