import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '../../protocol/json.ts';
import { objectOf, textOf } from './json-parts.ts';
import { ModelError } from './provider.ts';

/** What retry and catch rules call the ways in which a call over the network goes wrong. */
export type FaultName = 'Tool.TemporaryFailure' | 'Runner.Timeout' | 'States.Permissions' | 'States.DataLimitExceeded' | 'States.TaskFailed' | 'Dagbook.ModelNotAvailable';

/** Most of what a server said that is kept: characters. */
const LONGEST_QUOTE = 300;

/** An answer with a status that is not success; `body` is its JSON, or its text. */
export function statusFault(status: number, headers: IncomingHttpHeaders, body: Json, now: number): ModelError {
  const said = readError(body);
  const retryAfterMs = status < 400 ? null : readRetryAfter(headers, now);
  const quote = said.message ?? (looksLikeText(body) ? textOf(body) : '');
  return fault(nameOfStatus(status, said), `${inWords(status)}${quoted(quote)}`, { status, code: said.code, retry_after_ms: retryAfterMs }, status >= 300 && status < 500);
}

/** An error object inside an answer that began as a success. */
export function errorObjectFault(error: Json): ModelError {
  const said = readError({ error });
  const { status } = said;
  return fault(status === null ? nameOfCode(said.code) ?? 'Tool.TemporaryFailure' : nameOfStatus(status, said), `The provider broke off with an error${quoted(said.message ?? '')}`, { status, code: said.code });
}

/** What opening a connection, or reading from it, threw. */
export function transportFault(thrown: unknown, host: string): ModelError {
  if (thrown instanceof ModelError) return thrown;
  const code = codeOf(thrown);
  if (thrown instanceof RangeError) return fault('Tool.TemporaryFailure', `The provider sent ${thrown.message}.`, { code });
  if (code === 'ECONNREFUSED') return fault('Tool.TemporaryFailure', `Nothing listens at ${host} (${code}).`, { code }, true);
  if (code === 'ENOTFOUND') return fault('Dagbook.ModelNotAvailable', `There is no host ${host} (${code}).`, { code }, true);
  if (/^(?:Z_|ERR__ERROR_|ERR_BROTLI)/.test(code)) return fault('Tool.TemporaryFailure', `What came from ${host} cannot be unpacked (${code}).`, { code });
  if (code.startsWith('ERR_PROXY')) return fault('Tool.TemporaryFailure', `The proxy that the environment names did not let the call to ${host} through (${code}).`, { code });
  if (isTls(code)) return fault('Dagbook.ModelNotAvailable', `No trusted connection to ${host} (${code}).`, { code }, true);
  return fault('Tool.TemporaryFailure', `The connection to ${host} failed${code === '' ? '' : ` (${code})`}.`, { code });
}

export function cutFault(): ModelError {
  return fault('Tool.TemporaryFailure', 'The answer of the provider broke off before its end.', {});
}

export function silenceFault(host: string, milliseconds: number): ModelError {
  return fault('Runner.Timeout', `${host} sent nothing for ${milliseconds / 1000} s.`, { idle_ms: milliseconds });
}

export function malformedFault(payload: string): ModelError {
  return fault('Tool.TemporaryFailure', `The provider sent something that cannot be read${quoted(payload)}`, {});
}

export function contentTypeFault(contentType: string, body: string): ModelError {
  return fault('Dagbook.ModelNotAvailable', `The provider answered with ${shorten(contentType, 80)} and not with a stream; is its base_url right?${quoted(body)}`, { content_type: shorten(contentType, 80) });
}

export function refusedFault(what: string, said: string): ModelError {
  return fault('States.TaskFailed', `${what}${quoted(said)}`, {});
}

function fault(name: FaultName, message: string, data: { readonly [key: string]: Json }, unseen = false): ModelError {
  const known = Object.entries(data).filter(([, value]) => value !== null && value !== '');
  return new ModelError(name, withoutKeys(message), known.length === 0 ? null : Object.fromEntries(known), unseen);
}

interface Said {
  readonly message: string | null;
  /** The server's own word for it, such as `rate_limit_exceeded`; lower case, `''` where there is none. */
  readonly code: string;
  /** What would have been the status, had it come sooner; null = it does not say. */
  readonly status: number | null;
}

/** OpenAI: `{error: {message, type, code}}`. Anthropic: `{type: error, error: {type, message}}`. Ollama: `{error: text}`. Others: `{message}`, `{detail}`. */
function readError(json: Json): Said {
  const top = objectOf(json);
  const inner = top['error'];
  if (typeof inner === 'string') return { message: inner, code: '', status: null };
  const error = inner === undefined ? top : objectOf(inner);
  const message = [error['message'], error['detail'], top['message']].find((value) => typeof value === 'string');
  const codes = [error['code'], error['type'], error['status']].flatMap((value) => (typeof value === 'number' || (typeof value === 'string' && value !== '') ? [String(value).toLowerCase()] : []));
  // A word says more than a number.
  const code = codes.find((value) => !/^\d+$/.test(value)) ?? codes[0] ?? '';
  return { message: typeof message === 'string' ? message : null, code: shorten(code, 60), status: codes.map(statusOfCode).find((status) => status !== null) ?? null };
}

/** A prompt that is longer than the model takes, in the words of those who have one for it. */
const TOO_LONG = /context_length|context_size|context_window|too_large/;
/** And as the others say it: Anthropic, vLLM, llama.cpp before it had a word. */
const PROMPT_TOO_LONG = /prompt is too long|maximum context length|exceeds? the available context size/i;

function nameOfStatus(status: number, said: Said): FaultName {
  if (/insufficient_quota|billing|credit/.test(said.code)) return 'Dagbook.ModelNotAvailable';
  if (status === 401 || status === 403) return 'States.Permissions';
  if (status === 402 || status === 404 || status === 410 || (status >= 300 && status < 400)) return 'Dagbook.ModelNotAvailable';
  if (status === 413 || TOO_LONG.test(said.code) || (status === 400 && PROMPT_TOO_LONG.test(said.message ?? ''))) return 'States.DataLimitExceeded';
  if (status === 408 || status === 409 || status === 425 || status === 429) return 'Tool.TemporaryFailure';
  if (status >= 500 && status !== 501) return 'Tool.TemporaryFailure';
  return nameOfCode(said.code) ?? 'States.TaskFailed';
}

/** Null = the word says nothing about what to do. */
function nameOfCode(code: string): FaultName | null {
  if (/insufficient_quota|billing|credit|not_found/.test(code)) return 'Dagbook.ModelNotAvailable';
  if (/auth|permission|api_key|forbidden/.test(code)) return 'States.Permissions';
  if (TOO_LONG.test(code)) return 'States.DataLimitExceeded';
  if (/rate_limit|overloaded|timeout|unavailable|server_error|api_error/.test(code)) return 'Tool.TemporaryFailure';
  return /invalid_request|content_filter|content_policy/.test(code) ? 'States.TaskFailed' : null;
}

function statusOfCode(code: string): number | null {
  return /^[45]\d\d$/.test(code) ? Number(code) : null;
}

function inWords(status: number): string {
  if (status >= 300 && status < 400) return `The provider answered with a redirection (${status}), which is not followed`;
  if (status === 401) return 'The provider does not accept the key (401)';
  if (status === 403) return 'The provider does not permit this (403)';
  if (status === 404) return 'The provider knows no such model or address (404)';
  if (status === 413) return 'The prompt is too large for the provider (413)';
  if (status === 429) return 'The provider asks for fewer calls (429)';
  if (status === 529 || status === 503) return `The provider is overloaded (${status})`;
  return status >= 500 ? `The provider failed (${status})` : `The provider refused the call (${status})`;
}

/** The longest wait a server may ask for: milliseconds. */
const LONGEST_WAIT = 24 * 3_600_000;

/** Seconds, or a date; `retry-after-ms` where a server is more exact. Null = it does not say. */
function readRetryAfter(headers: IncomingHttpHeaders, now: number): number | null {
  const exact = Number.parseFloat(String(headers['retry-after-ms'] ?? ''));
  const given = (headers['retry-after'] ?? '').trim();
  const milliseconds = Number.isFinite(exact) ? exact : /^\d+(\.\d+)?$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - now;
  return Number.isFinite(milliseconds) ? Math.min(Math.max(0, Math.ceil(milliseconds)), LONGEST_WAIT) : null;
}

function isTls(code: string): boolean {
  return /^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH$)/.test(code);
}

/** The code of an error or of what caused it. */
function codeOf(thrown: unknown): string {
  for (let at: unknown = thrown, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if ('code' in at && typeof at.code === 'string') return at.code;
    const [first] = at instanceof AggregateError ? (at.errors as readonly unknown[]) : [];
    if (first instanceof Error && 'code' in first && typeof first.code === 'string') return first.code;
  }
  return '';
}

/** Some servers give a key back in part, so that taking it out by value does not find it. */
function withoutKeys(text: string): string {
  return text.replace(/\b(?:sk|pk|rk|xai|gsk)[-_][\w*.-]{6,}/g, '[redacted]');
}

function quoted(said: string): string {
  const text = shorten(said.replace(/\s+/g, ' ').trim(), LONGEST_QUOTE);
  return text === '' ? '.' : `: ${text}${/[.!?…]$/.test(text) ? '' : '.'}`;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

/** Neither a page nor a piece of JSON. */
function looksLikeText(body: Json): boolean {
  return typeof body === 'string' && !/^\s*[<{[]/.test(body);
}
