import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { WireChunk, WireExchangeRecord, WireRecord } from '../../protocol/wire-record.ts';
import { redactChunks } from './redact-chunks.ts';
import { MASK, type Redactor } from './redact-secret.ts';
import { credentialsInAddress } from './secrets.ts';
import type { Steps } from './steps.ts';

export interface SentRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of a request, as it came; times in milliseconds, one per chunk. */
export interface HeardResponse {
  readonly at: number;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly chunks: readonly Uint8Array[];
  readonly times: readonly number[];
  readonly omitted: number;
}

export function* requestRecord({ method, url, headers, body }: SentRequest, at: number, largest: number, redactor: Redactor): Steps<WireExchangeRecord['request']> {
  const { kept, omitted } = beginningOf(body, largest);
  return {
    at, body: yield* cleaned(kept, redactor), headers: headersThatMatter(headers, SENT, redactor), method, ...(omitted === 0 ? {} : { omitted }),
    url: redactor.text(withoutCredentials(url.href)),
  };
}

export function* responseRecord({ at, status, headers, chunks, times, omitted }: HeardResponse, redactor: Redactor): Steps<WireExchangeRecord['response']> {
  const kept: WireChunk[] = [];
  for (const bytes of yield* redactChunks(chunks, redactor)) {
    kept.push(chunkOf(times[kept.length] ?? 0, bytes));
    if (kept.length % A_STEP === 0) yield;
  }
  return { at, chunks: kept, headers: headersThatMatter(headers, RECEIVED, redactor), ...(omitted === 0 ? {} : { omitted }), status };
}

/** Chunks that are written in one step. */
const A_STEP = 256;

/** A record as JSON, the same as `JSON.stringify` makes of it. Names stand in alphabetical order, here and above: so it is canonical. */
export function* jsonOfRecord(record: WireRecord): Steps<string> {
  const exchanges: string[] = [];
  for (const { end, request, response } of record.exchanges) exchanges.push(`{"end":${JSON.stringify(end)},"request":${JSON.stringify(request)},"response":${response === null ? 'null' : yield* jsonOfResponse(response)}}`);
  return `{"exchanges":[${exchanges.join(',')}],"version":${record.version}}`;
}

/** Most of a long record are the chunks of its answer. */
function* jsonOfResponse({ at, chunks, ...rest }: NonNullable<WireExchangeRecord['response']>): Steps<string> {
  const pieces: string[] = [];
  for (let from = 0; from < chunks.length; from += A_STEP) {
    pieces.push(JSON.stringify(chunks.slice(from, from + A_STEP)).slice(1, -1));
    yield;
  }
  return `{"at":${at},"chunks":[${pieces.join(',')}],${JSON.stringify(rest).slice(1)}`;
}

function chunkOf(at: number, bytes: Uint8Array): WireChunk {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return isUtf8(buffer) ? { at, text: buffer.toString() } : { at, base64: buffer.toString('base64') };
}

function beginningOf(body: string, largest: number): { readonly kept: string; readonly omitted: number } {
  const size = Buffer.byteLength(body);
  // Half a character has no UTF-8 form: what was sent in its place is kept.
  if (size <= largest) return { kept: body.toWellFormed(), omitted: 0 };
  const kept = Buffer.from(body).toString('utf8', 0, largest).replace(/\ufffd$/, '');
  return { kept, omitted: size - Buffer.byteLength(kept) };
}

/** Characters of a request that are cleaned in one step. */
const A_PIECE = 16 * 1024;

/** What a text breaks off with may be the larger part of a secret. */
function* cleaned(text: string, redactor: Redactor): Steps<string> {
  const stream = redactor.stream();
  let clean = '';
  for (let at = 0; at < text.length; at += A_PIECE) {
    clean += stream.push(text.slice(at, at + A_PIECE));
    yield;
  }
  return clean + stream.end();
}

/** Headers that say how a call was made. A list of what is kept, not of what is left out: a credential may have any name. */
const SENT = /^(?:accept|accept-encoding|content-type|anthropic-version|anthropic-beta|openai-beta)$/;
/** Headers that say what answered, in what form, and what it asks of its callers. */
const RECEIVED =
  /^(?:content-(?:type|length|encoding|language)|transfer-encoding|date|age|server|via|location|retry-after(?:-ms)?|x-should-retry|(?:[a-z]+-)*request-id|cf-ray|(?:[a-z]+-)*ratelimit(?:-[a-z]+)*|openai-processing-ms|(?:[a-z]+-)*(?:model|version)(?:-[a-z]+)*)$/;

function headersThatMatter(headers: IncomingHttpHeaders | Readonly<Record<string, string>>, which: RegExp, redactor: Redactor): Readonly<Record<string, string>> {
  const kept = Object.entries(headers).flatMap(([given, value]) => {
    const name = given.toLowerCase();
    if (value === undefined || !which.test(name)) return [];
    const text = typeof value === 'string' ? value : value.join(', ');
    return [[name, redactor.text(name === 'location' ? withoutCredentials(text) : text)] as const];
  });
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What stands in the query of an address under a telling name is nobody's business. */
function withoutCredentials(address: string): string {
  const credentials = credentialsInAddress(address);
  if (credentials.length === 0) return address;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  for (const [name, value] of [...url.searchParams]) if (credentials.includes(value)) url.searchParams.set(name, MASK);
  return url.href;
}
