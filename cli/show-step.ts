import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { WireChunk, WireExchangeRecord, WireRecord } from '../protocol/wire-record.ts';
import type { Review, StepRow } from '../runtime/index.ts';
import { stepsOf } from '../runtime/index.ts';
import { usage } from './command-line.ts';
import { asLine, harmless, padStart } from './display-text.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { storedJson } from './json-shapes.ts';
import { printStepHead } from './run-detail.ts';
import { printJson } from './run-summary.ts';
import { formatBytes, formatCount } from './table.ts';
import type { Terminal } from './terminal.ts';
import type { VerbContext } from './verb.ts';

/** One step in full; with `--wire` also what went over the network for it. */
export function showStep({ options, global, out }: VerbContext & { readonly options: { readonly wire: boolean } }, review: Review, id: string, number: string): ExitCode {
  if (!/^\d{1,9}$/.test(number)) throw usage(`--step takes the number of a step, not "${number}". The numbers: dagbook show RUN --steps`);
  const { ledger } = review;
  const run = review.find(id);
  const step = ledger.read(() => stepsOf(ledger.db, run.id)).find(({ seq }) => seq === Number(number));
  if (step === undefined) throw new DagbookError('path-not-found', (command) => `Run ${run.id} has no step ${number}. Its steps: ${command('show', run.id, '--steps')}`);
  const wire = options.wire ? readWire(review, step) : null;
  if (global.json) {
    out.json({ ...stepJson(step), ...(wire === null ? {} : { wire: wire as unknown as Json }) });
    return EXIT.ok;
  }
  printStepHead(out, step);
  for (const [title, text] of [['request', step.request], ['response', step.response]] as const) if (text !== null) printJson(out, title, JSON.parse(readable(text)) as Json);
  for (const exchange of wire?.exchanges ?? []) printExchange(out, exchange);
  return EXIT.ok;
}

/** For eyes: images and the like stand in base64, up to megabytes of it. */
function readable(text: string): string {
  return text.replace(/[A-Za-z0-9+/]{1000,}={0,2}/g, (data) => `${data.slice(0, 40)}… (${formatCount(data.length)} characters of base64, with --json)`);
}

export function stepJson({ cost_micros: micros, agent_run_id: _owner, ...step }: StepRow): JsonObject {
  return { ...step, cost_usd: micros / 1e6, request: storedJson(step.request), response: storedJson(step.response), details: storedJson(step.details) };
}

function readWire({ ledger }: Review, { seq, wire_hash: hash }: StepRow): WireRecord {
  if (hash === null) throw new DagbookError('path-not-found', `Nothing went over the network for step ${seq}, or it was made before that was kept.`);
  const stored = ledger.read(() => ledger.wires.read(hash));
  if (stored.kind !== 'text') throw new DagbookError('body-pruned', `What went over the network for step ${seq} has been pruned. Its hash is ${hash}.`);
  return JSON.parse(stored.text) as WireRecord;
}

function printExchange(out: Terminal, { request, response, end }: WireExchangeRecord): void {
  out.line();
  out.line(`${out.style('bold', asLine(`${request.method} ${request.url}`))}  ${out.style('dim', `after ${request.at} ms`)}`);
  printHeaders(out, request.headers);
  out.line(harmless(readable(request.body)));
  printOmitted(out, request.omitted);
  if (response !== null) {
    out.line();
    out.line(`${out.style('bold', String(response.status))}  ${out.style('dim', `after ${response.at} ms`)}`);
    printHeaders(out, response.headers);
    for (const chunk of response.chunks) printChunk(out, chunk);
    printOmitted(out, response.omitted);
  }
  out.line();
  out.line(out.style(end.how === 'complete' ? 'dim' : 'yellow', `${endWords(end)} after ${end.at} ms`));
}

function endWords({ how, why }: WireExchangeRecord['end']): string {
  const because = why === undefined ? '' : ` (${asLine(why)})`;
  switch (how) {
    case 'complete':
      return 'complete';
    case 'broken':
      return `the connection broke${because}`;
    case 'closed':
      return `closed by Dagbook${because}`;
    case 'open':
      return 'still going on when this was written down: another process ended the call, or this one died,';
  }
}

function printHeaders(out: Terminal, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) out.line(`${out.style('dim', `${asLine(name)}:`)} ${asLine(value)}`);
  out.line();
}

const TIME_WIDTH = 8;

/** The time before its first line; further lines below it. */
function printChunk(out: Terminal, chunk: WireChunk): void {
  const text = 'text' in chunk ? chunk.text : `base64 ${chunk.base64}`;
  const lines = harmless(text.replaceAll('\r\n', '\n')).replace(/\n+$/, '').split('\n');
  lines.forEach((line, i) => { out.line(`${out.style('dim', padStart(i === 0 ? `${chunk.at} ms` : '', TIME_WIDTH))}  ${line}`.trimEnd()); });
}

function printOmitted(out: Terminal, bytes: number | undefined): void {
  if (bytes !== undefined) out.line(out.style('yellow', `… and ${formatBytes(bytes)} more, which were not kept`));
}
