import { existsSync, writeFileSync } from 'node:fs';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Head, Verification } from '../../runtime/index.ts';
import { exportRun, importRun, pruneLedger, queryLedger, shortRunId, verifyLedger } from '../../runtime/index.ts';
import { usage } from '../command-line.ts';
import { asLine } from '../display-text.ts';
import { plural } from '../draw/text.ts';
import type { ExitCode } from '../exit.ts';
import { EXIT } from '../exit.ts';
import { ledgerFile, withExistingRuntime, withReader, withRuntime } from '../open-runtime.ts';
import { readNamed } from '../read-named.ts';
import { commandLine } from '../run-words.ts';
import { formatBytes, formatCount, printTable } from '../table.ts';
import { defineVerb } from '../verb.ts';
import type { VerbContext } from '../verb.ts';

const OPTIONS = {
  before: { type: 'string', value: 'DATE', help: 'prune: bodies of runs that ended before, such as 2026-01-31' },
  head: { type: 'string', value: 'SEQ:HASH', help: 'verify: a head that verify printed before, to tell whether all up to it is still there' },
  out: { type: 'string', value: 'FILE', help: 'export: where to (default: run-ID.dagbook); "-" for stdout' },
} as const;

type Context = VerbContext<typeof OPTIONS>;

const WIDEST_CELL = 80;
/** Whoever reads it is somewhere else. */
const ELSEWHERE = { global: { workspace: null, ledger: null, json: false, debug: false } };

export const verb = defineVerb({
  name: 'ledger',
  usage: 'verify [--head SEQ:HASH] | sql "SELECT …" [VALUE…] | export RUN | import FILE | prune --before DATE | path',
  description: [
    'verify recomputes every hash and names each row that is not what it was; it exits 1 then. What was cut off at the end leaves no trace in a file: keep the head it prints elsewhere, and give it with --head later.',
    'sql puts a question to the tables and views of docs/ledger.md; nothing can be changed. Each ? takes the next VALUE.',
    'export writes a run that has ended, with everything it stands on, to one file; import takes it over into another ledger, once every hash has been computed again. There it can be looked at, compared and replayed from its record.',
    'prune drops prompts and answers of old runs; hashes, totals and chains stay.',
    'path says where the ledger is.',
  ].join('\n'),
  examples: [
    { command: 'dagbook ledger verify', does: 'is it what was written?' },
    { command: 'dagbook ledger verify --head 18:4fa3…', does: 'and is all still there that was then?' },
    { command: 'dagbook ledger sql "SELECT id, status, total_tokens FROM workflow_runs ORDER BY started_at DESC LIMIT 5"', does: 'a question' },
    { command: 'dagbook ledger export 0198c3f2-1a2b', does: 'for another machine' },
    { command: 'dagbook ledger prune --before 2026-01-31', does: 'make room' },
  ],
  options: OPTIONS,
  operations: ['verify', 'sql', 'export', 'import', 'prune', 'path'],
  arguments: { min: 1, max: Number.POSITIVE_INFINITY },
  run: async (context) => {
    const [word = '', ...rest] = context.args;
    const { takes, missing, run } = OPERATIONS[word as Operation];
    for (const [option, operation] of Object.entries(BELONGS_TO)) {
      if (context.options[option as keyof typeof BELONGS_TO] !== null && operation !== word) throw usage(`--${option} goes with dagbook ledger ${operation}.`);
    }
    if (rest.length > takes) throw usage(`dagbook ledger ${word} does not know what to do with "${rest.at(-1) ?? ''}".`);
    if (missing !== undefined && rest.length === 0) throw usage(`dagbook ledger ${word} needs ${missing}`);
    return await run(context, rest);
  },
});

type Operation = 'verify' | 'sql' | 'export' | 'import' | 'prune' | 'path';

interface OperationOf {
  /** Words behind it, at most. */
  readonly takes: number;
  /** What to say where no word is; absent = it needs none. */
  readonly missing?: string;
  readonly run: (context: Context, words: readonly string[]) => ExitCode | Promise<ExitCode>;
}

const OPERATIONS: Readonly<Record<Operation, OperationOf>> = {
  verify: { takes: 0, run: verify },
  sql: { takes: Number.POSITIVE_INFINITY, missing: 'a query: dagbook ledger sql "SELECT …"', run: sql },
  export: { takes: 1, missing: 'a run: dagbook ledger export RUN', run: async (context, [id = '']) => await exportTo(context, id) },
  import: { takes: 1, missing: 'a file: dagbook ledger import FILE', run: async (context, [file = '']) => await importFrom(context, file) },
  prune: { takes: 0, run: prune },
  path: { takes: 0, run: path },
};

const BELONGS_TO = { head: 'verify', before: 'prune', out: 'export' } as const satisfies Readonly<Record<keyof typeof OPTIONS, Operation>>;

async function verify(context: Context): Promise<ExitCode> {
  const { out, global, options } = context;
  const known = options.head === null ? {} : { head: readHead(options.head) };
  const { head, ...found } = await withReader(context, ({ ledger }) => ledger.read(() => verifyLedger(ledger.db, known)));
  if (global.json) out.json({ ...(found as unknown as JsonObject), head: head === null ? null : headWords(head) });
  else {
    for (const { table, row, problem } of found.problems) out.line(`${out.style('red', '✗')} ${out.style('bold', asLine(`${table} ${row}`))}: ${asLine(problem)}`);
    out.line(found.problems.length === 0 ? out.style('green', '✓ every row is what was written') : out.style('red', `✗ ${plural(found.problems.length, 'row')} tampered with`));
    out.line(out.style('dim', checkedWords(found)));
    if (head !== null) out.line(out.style('dim', `head ${headWords(head)}`));
  }
  return found.problems.length === 0 ? EXIT.ok : EXIT.error;
}

function headWords({ seq, hash }: Head): string {
  return `${seq}:${hash}`;
}

function readHead(text: string): Head {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined) throw usage(`--head takes SEQ:HASH as dagbook ledger verify prints it, not "${text}".`);
  return { seq: Number(seq), hash };
}

function checkedWords({ checked }: Pick<Verification, 'checked'>): string {
  const { versions, runs, events, bodies, pruned, heads } = checked;
  return `checked ${plural(versions, 'version')}, ${plural(runs, 'run')} with ${formatCount(events)} journal events, ${formatCount(bodies)} bodies${pruned === 0 ? '' : ` (${formatCount(pruned)} pruned)`}, ${formatCount(heads)} links of the ledger chain`;
}

function sql(context: Context, words: readonly string[]): ExitCode {
  const { out, err, global } = context;
  const [query = '', ...values] = words;
  const { columns, rows } = queryLedger(ledgerFile(context, context.workspace()), query, values);
  if (global.json) {
    const names = distinct(columns);
    out.json(rows.map((row): JsonObject => Object.fromEntries(names.map((name, at) => [name, row[at] ?? null]))));
  } else if (rows.length === 0) err.line('No rows.');
  else {
    const numeric = (at: number): boolean => rows.every((row) => row[at] === null || typeof row[at] === 'number');
    printTable<readonly Json[]>(out, columns.map((title, at) => ({ title, cell: (row) => cellWords(row[at]), align: numeric(at) ? ('right' as const) : ('left' as const), max: WIDEST_CELL })), rows);
  }
  return EXIT.ok;
}

/** Columns of the same name are told apart by their number: `id`, `id_2`. */
function distinct(columns: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const column of columns) {
    let name = column;
    for (let again = 2; names.has(name); again++) name = `${column}_${again}`;
    names.add(name);
  }
  return [...names];
}

function cellWords(value: Json | undefined): string {
  return value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
}

async function exportTo(context: Context, id: string): Promise<ExitCode> {
  const { out, err, global, options } = context;
  const { run, short, bytes } = await withReader(context, (review) => {
    const exported = exportRun(review, id);
    return { ...exported, short: shortRunId(review.ledger, exported.run) };
  });
  const file = options.out ?? `run-${short}.dagbook`;
  if (file === '-') {
    process.stdout.write(bytes);
    return EXIT.ok;
  }
  try {
    writeFileSync(context.resolve(file), bytes, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw usage(code === 'EEXIST' ? `${file} is there already. Name another with --out.` : `${file} cannot be written (${code}).`);
  }
  if (global.json) out.json({ run_id: run, file, bytes: bytes.length });
  else {
    out.line(file);
    err.line(`${formatBytes(bytes.length)} with everything the run said and was told: give it to those who may read that. Elsewhere: ${commandLine(ELSEWHERE, ['ledger', 'import', file])}`);
  }
  return EXIT.ok;
}

async function importFrom(context: Context, file: string): Promise<ExitCode> {
  const { out, err, global } = context;
  const bytes = readNamed(context.resolve(file), file);
  return await withRuntime(context, context.workspace(), async (runtime) => {
    const [run, ...children] = await Promise.resolve(importRun(runtime.ledger, bytes));
    if (run === undefined) throw new Error('unreachable: an import of nothing');
    if (global.json) out.json({ run_id: run, children });
    else {
      out.line(run);
      err.line(`Every hash holds. Look at it with: ${commandLine(context, ['show', shortRunId(runtime.ledger, run)])}`);
    }
    return EXIT.ok;
  });
}

async function prune(context: Context): Promise<ExitCode> {
  const { out, global, options } = context;
  const before = readDate(options.before);
  return await withExistingRuntime(context, context.workspace(), async (runtime) => {
    const pruned = await Promise.resolve(pruneLedger(runtime.ledger, before));
    if (global.json) out.json({ before, bodies: pruned.bodies, bytes: pruned.bytes });
    else out.line(`Dropped ${plural(pruned.bodies, 'body', 'bodies')} (${formatCount(pruned.bytes)} bytes) of runs that ended before ${before}. Their hashes stay, and the freed room is used again.`);
    return EXIT.ok;
  });
}

/** A day begins at midnight UTC. */
function readDate(text: string | null): string {
  if (text === null) throw usage('dagbook ledger prune needs --before DATE.');
  const [, day = ''] = /^(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text) ?? [];
  const time = isDay(day) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw usage(`--before takes a date such as 2026-01-31 or 2026-01-31T12:00:00Z, not "${text}".`);
  return new Date(time).toISOString();
}

/** JavaScript takes 30 February for 2 March, and what is pruned is gone. */
function isDay(day: string): boolean {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
}

function path(context: Context): ExitCode {
  const { out, global } = context;
  const file = ledgerFile(context, context.workspace());
  if (global.json) out.json({ path: file, exists: existsSync(file) });
  else out.line(file);
  return EXIT.ok;
}
