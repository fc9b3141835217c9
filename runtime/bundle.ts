import { gunzipSync, gzipSync } from 'node:zlib';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json } from '../protocol/json.ts';
import { isOpen } from './durable/lease.ts';
import { sha256 } from './ledger/event.ts';
import type { Ledger } from './ledger/ledger.ts';
import { bundleOf, importBundle } from './ledger/run-bundle.ts';
import type { BundleRecord } from './ledger/run-bundle.ts';
import { count, hash, oneOf, text, type Check } from './ledger/value-checks.ts';
import type { Review } from './review.ts';

const FORMAT = 'dagbook-run';
/** 2 brought what went over the network. */
const VERSION = 2;
const OLDEST_VERSION = 1;
/** Unpacked; a bundle that says it is more is refused before it fills the memory: bytes. */
const LARGEST = 1_073_741_824;

/**
 * A run with all it stands on as one file: gzip over JSON lines, the first naming the format, the last holding the SHA-256
 * of all lines before it. Throws run-open or body-pruned.
 */
export function exportRun(review: Review, id: string): { readonly run: string; readonly bytes: Buffer } {
  const { ledger } = review;
  const run = review.find(id);
  if (isOpen(run)) throw new DagbookError('run-open', `Run ${run.id} has not ended (${run.status}). Export it when it has.`);
  const records = ledger.read(() => ledger.db.transaction(() => bundleOf(ledger, run))());
  const lines = `${[{ format: FORMAT, version: VERSION, run: run.id }, ...records].map((record) => JSON.stringify(record)).join('\n')}\n`;
  return { run: run.id, bytes: gzipSync(Buffer.from(`${lines}${JSON.stringify({ sha256: sha256(lines) })}\n`)) };
}

/** Takes the runs of a bundle over, all or none; returns their ids, the exported one first. Throws bundle-invalid, usage. */
export function importRun(ledger: Ledger, bytes: Uint8Array): readonly string[] {
  const records = readBundle(bytes);
  ledger.rehearse(() => importBundle(ledger, records));
  return ledger.write(() => importBundle(ledger, records));
}

function readBundle(bytes: Uint8Array): readonly BundleRecord[] {
  const lines = unpacked(bytes);
  const end = lines.lastIndexOf('\n', lines.length - 2) + 1;
  const [head, ...records] = lines.slice(0, end).split('\n').filter((line) => line !== '').map(readLine);
  if (head?.['format'] !== FORMAT) throw refused('it is no exported run');
  const { version } = head;
  if (typeof version !== 'number' || version < OLDEST_VERSION || version > VERSION) throw refused(`it was written by another version of Dagbook (format ${JSON.stringify(version)}; this one knows ${VERSION})`);
  if (readLine(lines.slice(end))['sha256'] !== sha256(lines.slice(0, end))) throw refused('it is not whole, or was changed');
  return records.map(readRecord);
}

function unpacked(bytes: Uint8Array): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST }).toString('utf8');
  } catch {
    throw refused('it is no gzip file, is not whole, or is too large');
  }
}

function readLine(line: string): { readonly [key: string]: Json } {
  try {
    const json = JSON.parse(line) as Json;
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as { readonly [key: string]: Json };
  } catch {
    // Said below.
  }
  throw refused('a line of it is no JSON object');
}

const textOrNull: Check = (value) => value === null || typeof value === 'string';
const hashOrNull: Check = (value) => value === null || hash(value);
const time: Check = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));
const errorText: Check = (value) => value === null || (typeof value === 'string' && typeof readLine(value)['name'] === 'string');

/** What each record must look like; nothing more may stand in it. */
const SHAPES: Readonly<Record<BundleRecord['kind'], Readonly<Record<string, Check>>>> = {
  version: { kind: text, of: oneOf('workflow', 'agent'), id: text, spec_id: text, name: text, spec_hash: hash, content: text, source_path: textOrNull, created_at: time },
  body: { kind: text, hash, text },
  wire: { kind: text, hash, text },
  run: {
    kind: text, id: text, workflow_name: text, spec_hash: hash, parent_run_id: textOrNull, relation: oneOf(null, 'replay', 'recorded', 'fork', 'child', 'schedule'), status: oneOf('completed', 'error', 'rejected', 'halted'),
    inputs: hash, settings: hash, models: text, model_override: textOrNull, total_tokens: count, total_cost_micros: count, started_at: time, ended_at: time, experiment_id: text, test_id: textOrNull,
    adapter_revision: text, error: errorText, next_seq: count, chain_head: hash,
  },
  turn: { kind: text, run: text, seq: count, at: count, events: text, bodies: textOrNull, bodies_hash: hashOrNull, hash },
};

function readRecord(record: { readonly [key: string]: Json }): BundleRecord {
  const kind = record['kind'];
  const shape = typeof kind === 'string' && Object.hasOwn(SHAPES, kind) ? SHAPES[kind as BundleRecord['kind']] : null;
  if (shape === null) throw refused('it holds a record of an unknown kind');
  const wrong = [...Object.keys(shape).filter((key) => shape[key]?.(record[key]) !== true), ...Object.keys(record).filter((key) => !Object.hasOwn(shape, key))];
  if (wrong[0] !== undefined) throw refused(`the field ${wrong[0]} of a ${kind as string} record is not what it must be`);
  return record as unknown as BundleRecord;
}

function refused(why: string): DagbookError {
  return new DagbookError('bundle-invalid', `This file cannot be imported: ${why}.`);
}
