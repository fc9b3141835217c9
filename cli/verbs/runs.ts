import type { RunStatus } from '../../protocol/run-records.ts';
import type { RunSummary } from '../../runtime/index.ts';
import { formatUsd, listRuns, shortRunId } from '../../runtime/index.ts';
import { usage } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { withReader } from '../open-runtime.ts';
import { commandLine, statusStyle, statusWords, timeAgo } from '../run-words.ts';
import { formatCount, formatDuration, printTable } from '../table.ts';
import { defineVerb } from '../verb.ts';

const STATUSES = ['pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted'] as const satisfies readonly RunStatus[];
const MOST = 1_000;

export const verb = defineVerb({
  name: 'runs',
  usage: '[--limit N] [--cursor RUN] [--status STATUS] [--workflow NAME]',
  description: 'Lists the runs of the ledger, latest first. The beginning of an id is enough for every other verb.',
  examples: [
    { command: 'dagbook runs', does: 'the latest 20' },
    { command: 'dagbook runs --status waiting', does: 'those that wait for somebody' },
  ],
  options: {
    limit: { type: 'string', value: 'N', help: 'how many (default: 20, at most 1000)' },
    cursor: { type: 'string', value: 'RUN', help: 'begin after this run' },
    status: { type: 'string', value: 'STATUS', help: 'only these', choices: STATUSES },
    workflow: { type: 'string', value: 'NAME', help: 'only runs of this workflow' },
  },
  arguments: { min: 0, max: 0 },
  run: async (context) => {
    const { options, global, out, err } = context;
    const limit = readLimit(options.limit);
    return await withReader(context, (review) => {
      const cursor = options.cursor === null ? null : review.find(options.cursor).id;
      const found = review.ledger.read(() => listRuns(review.ledger.db, { limit: limit + 1, cursor, status: options.status, workflow: options.workflow }));
      const rows = found.slice(0, limit);
      if (global.json) {
        out.json(rows.map(({ total_cost_micros: micros, ...row }) => ({ ...row, total_cost_usd: micros / 1e6 })));
        return EXIT.ok;
      }
      if (rows.length === 0) {
        err.line('No runs.');
        return EXIT.ok;
      }
      const short = new Map(rows.map(({ id }) => [id, shortRunId(review.ledger, id)]));
      const parents = new Map(rows.map(({ id, parent_run_id: parent }) => [id, parent === null ? null : shortRunId(review.ledger, parent)]));
      printRuns(out, rows, { short, parents, now: Date.now() });
      const last = rows.at(-1);
      if (found.length > limit && last !== undefined) err.line(`More: ${commandLine(context, ['runs', ...filters(options), '--cursor', short.get(last.id) ?? last.id])}`);
      return EXIT.ok;
    });
  },
});

interface Shown {
  readonly short: ReadonlyMap<string, string>;
  readonly parents: ReadonlyMap<string, string | null>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

function printRuns(out: Parameters<typeof printTable>[0], rows: readonly RunSummary[], { short, parents, now }: Shown): void {
  printTable(out, [
    { title: 'run', cell: ({ id }) => short.get(id) ?? id, style: () => 'cyan' },
    { title: 'status', cell: ({ status }) => statusWords(status), style: ({ status }) => statusStyle(status) },
    { title: 'workflow', cell: ({ workflow_name: name, version }) => `${name} v${version}`, max: 40 },
    { title: 'relation', cell: ({ id, relation }) => (relation === null ? '' : `${relation} of ${parents.get(id) ?? '?'}`), style: () => 'dim' },
    { title: 'tokens', cell: ({ total_tokens: tokens }) => formatCount(tokens), align: 'right' },
    { title: 'cost', cell: ({ total_cost_micros: micros }) => formatUsd(micros), align: 'right' },
    { title: 'model', cell: ({ models }) => models, max: 24 },
    { title: 'took', cell: ({ started_at: start, ended_at: end }) => (end === null ? '' : formatDuration(Date.parse(end) - Date.parse(start))), align: 'right' },
    { title: 'started', cell: ({ started_at: start }) => timeAgo(start, now), style: () => 'dim' },
  ], rows);
}

function readLimit(text: string | null): number {
  if (text === null) return 20;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) throw usage(`--limit takes a whole number from 1 to ${MOST}, not "${text}".`);
  return limit;
}

function filters(options: { readonly limit: string | null; readonly status: string | null; readonly workflow: string | null }): readonly string[] {
  return (['limit', 'status', 'workflow'] as const).flatMap((name) => (options[name] === null ? [] : [`--${name}`, options[name]]));
}
