import type { JsonObject } from '../../protocol/json.ts';
import { createJsonLinesReader, createSseReader, type PayloadReader } from './event-stream.ts';
import { isObject } from './json-parts.ts';
import { createLifeline, type Lifeline } from './lifeline.ts';
import { resolveEndpoint, urlBelow, type Endpoint, type EndpointResult } from './model-endpoint.ts';
import { contentTypeFault, cutFault, malformedFault, statusFault, transportFault } from './model-fault.ts';
import { ModelError, type ModelCall, type ModelEvent, type ModelProvider } from './provider.ts';
import { jsonOrText } from '../json-or-text.ts';
import { tablePrice } from './price-table.ts';
import { postRecorded } from './recorded-post.ts';
import { createRedactor, type Redactor } from './redact-secret.ts';

/** What one API says differently from the others: how it is asked, and how its stream is read. */
export interface Dialect {
  readonly name: string;
  /** The address it is known by. */
  readonly ownUrl: string;
  /** The environment variable of its key; null = it needs none. */
  readonly keyVariable: string | null;
  readonly framing: 'events' | 'lines';
  /** A model nobody has priced costs nothing: it runs on somebody's own machine. */
  readonly free: boolean;
  /** Below the base address. */
  readonly path: string;
  /** Models that can be shown images, by their names; `own` = at the provider's own address. */
  seesImages(model: string, own: boolean): boolean;
  headers(key: string | null): Readonly<Record<string, string>>;
  body(call: ModelCall, endpoint: Endpoint): JsonObject;
  createReader(): AnswerReader;
  /** Fields of the request that `model.extras.request` may not set: they decide what a call costs, or are made from the agent. */
  readonly reserved: readonly string[];
}

/** Reads one answer, payload by payload. Throws ModelError for an error that the provider reports inside it. */
export interface AnswerReader {
  /** `done` = the mark that nothing follows. */
  read(payload: JsonObject | 'done'): readonly ModelEvent[];
  /** Why the answer ended, as soon as that is known: after it only usage is still to come. */
  readonly reason: 'stop' | 'length' | null;
  /** Nothing follows that matters. */
  readonly done: boolean;
}

export interface HttpProviderOptions {
  /** A secret's value by its name; null = there is none. Asked at each call, and never kept. */
  readonly secret: (name: string) => string | null;
  /** An address from outside for agents that name none. Asked at each call: a profile may be started and stopped meanwhile. */
  readonly endpoint: () => string | null;
  /** Whether the provider's key goes to that address: it comes from the same hands as the key. */
  readonly keyed: boolean;
  /** A connection that is silent for so long is given up: milliseconds. */
  readonly idleMs: number;
  /** Takes out more than the key of the call; absent = that key only. */
  readonly redactor?: Redactor;
}

export function createHttpProvider(dialect: Dialect, options: HttpProviderOptions): ModelProvider {
  const rules = { ownUrl: dialect.ownUrl, keyVariable: dialect.keyVariable, configuredUrl: options.keyed ? options.endpoint() : null, secret: options.secret };
  const resolve = (baseUrl: string | null, extras: JsonObject): EndpointResult => resolveEndpoint(baseUrl, extras, rules);
  return {
    name: dialect.name,
    get endpoint() {
      return options.endpoint();
    },
    price(model, _extras, baseUrl = null) {
      // A price can be told before there is a key.
      const resolved = resolveEndpoint(baseUrl, {}, { ...rules, keyVariable: null });
      if (!resolved.ok) return null;
      if (dialect.free || resolved.endpoint.loopback) return 'free';
      return tablePrice(model, resolved.endpoint.own ? { provider: dialect.name } : { url: resolved.endpoint.base.href });
    },
    seesImages(model, extras, baseUrl) {
      const said = extras['images'];
      if (typeof said === 'boolean') return said;
      const resolved = resolveEndpoint(baseUrl, {}, { ...rules, keyVariable: null });
      return resolved.ok && dialect.seesImages(model.toLowerCase(), resolved.endpoint.own);
    },
    problem(model, extras, baseUrl) {
      const resolved = resolve(baseUrl, extras);
      if (!resolved.ok) return resolved.problem;
      if (model === '' && !resolved.endpoint.loopback) return `it names no model: write ${dialect.name}:MODEL`;
      return extrasProblem(dialect, extras);
    },
    async *stream(call) {
      const { extras, baseUrl } = call.request;
      const resolved = resolve(baseUrl ?? null, extras);
      const problem = resolved.ok ? extrasProblem(dialect, extras) : resolved.problem;
      if (!resolved.ok || problem !== null) throw new ModelError('Dagbook.ModelNotAvailable', `${dialect.name} cannot be called: ${problem ?? ''}.`);
      const redactor = options.redactor ?? createRedactor(resolved.endpoint.key);
      yield* guarded(answer({ dialect, endpoint: resolved.endpoint, call, redactor }, idleOf(extras) ?? options.idleMs), redactor);
    },
  };
}

function idleOf(extras: JsonObject): number | null {
  const seconds = extras['idle_timeout_seconds'];
  return typeof seconds === 'number' && seconds > 0 && seconds <= 86_400 ? seconds * 1_000 : null;
}

function extrasProblem(dialect: Dialect, extras: JsonObject): string | null {
  if (extras['idle_timeout_seconds'] !== undefined && idleOf(extras) === null) return 'model.extras.idle_timeout_seconds must be a number of seconds, more than 0 and at most 86400';
  if (extras['images'] !== undefined && typeof extras['images'] !== 'boolean') return 'model.extras.images must be true or false';
  const request = extras['request'];
  if (request === undefined) return null;
  if (!isObject(request)) return 'model.extras.request must be an object of request fields';
  const taken = Object.keys(request).find((field) => dialect.reserved.includes(field));
  return taken === undefined ? null : `model.extras.request may not set ${taken}: the run decides that`;
}

/** Further fields of the request, as an agent wishes; null takes one away. */
export function withExtraFields(body: JsonObject, extras: JsonObject): JsonObject {
  const request = extras['request'];
  if (!isObject(request)) return body;
  return Object.fromEntries(Object.entries({ ...body, ...request }).filter(([, value]) => value !== null));
}

/**
 * The one door through which anything leaves a provider: the key stays behind, in whatever form it comes back. What comes
 * in is cleaned too, payload by payload, before anybody shortens it: half a key would not be found here any more.
 */
async function* guarded(events: AsyncIterable<ModelEvent>, redactor: Redactor): AsyncGenerator<ModelEvent, void, undefined> {
  const text = redactor.stream();
  const tools = new Map<number, ReturnType<Redactor['stream']>>();
  try {
    for await (const event of events) {
      if (event.type === 'tool') {
        const stream = tools.get(event.index) ?? redactor.stream();
        tools.set(event.index, stream);
        yield { ...event, arguments: stream.push(event.arguments) };
        continue;
      }

      if (event.type === 'text') {
        const clear = text.push(event.text);
        if (clear !== '') yield { type: 'text', text: clear };
        continue;
      }
      const last = event.type === 'finish' ? text.end() : '';
      if (last !== '') yield { type: 'text', text: last };
      if (event.type === 'finish') for (const [index, stream] of tools) yield { type: 'tool', index, arguments: stream.end() };
      yield event;
    }
  } catch (thrown) {
    const error = thrown instanceof ModelError ? thrown : new ModelError('States.TaskFailed', `The model call failed: ${thrown instanceof Error ? thrown.message : 'unknown reason'}`);
    throw new ModelError(error.name, redactor.text(error.message), redactor.json(error.data), error.unseen);
  }
}

/** After the answer is complete, so long is waited for its usage, and for the connection to become free for the next call: milliseconds. */
const USAGE_GRACE = 2_000;
const DRAIN = 50;

interface Exchange {
  readonly dialect: Dialect;
  readonly endpoint: Endpoint;
  readonly call: ModelCall;
  readonly redactor: Redactor;
}

async function* answer(exchange: Exchange, idleMs: number): AsyncGenerator<ModelEvent, void, undefined> {
  const { dialect, endpoint, call, redactor } = exchange;
  const { host } = endpoint.base;
  const lifeline = createLifeline(call.signal, host, idleMs);
  const reader = dialect.createReader();
  try {
    const body = await open(exchange, lifeline);
    let hurried = false;
    for await (const payload of payloads(body, lifeline)) {
      const events = reader.read(readPayload(payload, redactor));
      if (events.length > 0) lifeline.progress();
      yield* events;
      if (reader.done) {
        await drained(body);
        break;
      }
      if (reader.reason !== null && !hurried) {
        hurried = true;
        lifeline.shorten(USAGE_GRACE);
      }
    }
    if (reader.reason === null) throw cutFault();
  } catch (thrown) {
    // An answer that is complete is not lost because its usage is.
    if (reader.reason === null || call.signal.aborted) throw faultOf(thrown, lifeline.signal, host);
  } finally {
    lifeline.end();
  }
  yield { type: 'finish', reason: reader.reason };
}

/** A connection that was given up says only that it is closed; why is known here. */
function faultOf(thrown: unknown, { aborted, reason }: AbortSignal, host: string): ModelError {
  return aborted && reason instanceof ModelError && !(thrown instanceof ModelError) ? reason : transportFault(thrown, host);
}

/** A body of bytes with what the answer's kind says about its framing. */
interface Body {
  readonly chunks: AsyncIterator<Uint8Array, unknown>;
  readonly reader: PayloadReader;
}

async function open({ dialect, endpoint, call, redactor }: Exchange, lifeline: Lifeline): Promise<Body> {
  const headers = { 'content-type': 'application/json', accept: dialect.framing === 'events' ? 'text/event-stream' : 'application/x-ndjson', 'accept-encoding': 'identity', ...dialect.headers(endpoint.key) };
  const { status, headers: answered, chunks } = await postRecorded(urlBelow(endpoint.base, dialect.path), headers, JSON.stringify(dialect.body(call, endpoint)), lifeline.signal, { log: call.wire, redactor });
  lifeline.beat();
  if (status < 200 || status > 299) throw statusFault(status, answered, redactor.json(jsonOrText(await beginning(chunks, lifeline))), Date.now());
  const type = (answered['content-type'] ?? '').toLowerCase();
  // Some gateways answer a request for a stream with the whole answer at once.
  if (/^application\/json\b/.test(type)) return { chunks, reader: dialect.framing === 'lines' ? createJsonLinesReader() : createWholeReader() };
  const expected = dialect.framing === 'events' ? /^text\/event-stream\b/ : /^application\/(x-)?(ndjson|json-lines|jsonlines)\b/;
  if (type !== '' && !expected.test(type)) throw contentTypeFault(redactor.text(answered['content-type'] ?? ''), redactor.text(await beginning(chunks, lifeline)));
  return { chunks, reader: dialect.framing === 'events' ? createSseReader() : createJsonLinesReader() };
}

/** Most of a whole answer that is read: bytes. */
const LARGEST_WHOLE = 8 * 1024 * 1024;

function createWholeReader(): PayloadReader {
  const pieces: Uint8Array[] = [];
  let size = 0;
  return {
    push(bytes) {
      size += bytes.length;
      if (size > LARGEST_WHOLE) throw new RangeError(`an answer of more than ${LARGEST_WHOLE} bytes`);
      pieces.push(bytes);
      return [];
    },
    end: () => [Buffer.concat(pieces).toString()],
  };
}

async function* payloads({ chunks, reader }: Body, lifeline: Lifeline): AsyncGenerator<string, void, undefined> {
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    lifeline.beat();
    yield* reader.push(value);
  }
  yield* reader.end();
}

/** Most of an error page that is read: bytes. */
const LARGEST_ERROR = 64 * 1024;

/** What a server says about its refusal; a refusal that breaks off is one all the same. */
async function beginning(chunks: AsyncIterator<Uint8Array, unknown>, lifeline: Lifeline): Promise<string> {
  const pieces: Uint8Array[] = [];
  try {
    for (let size = 0; size < LARGEST_ERROR; ) {
      const { done, value } = await chunks.next();
      if (done === true) break;
      lifeline.beat();
      pieces.push(value);
      size += value.length;
    }
  } catch {
    // What came before it broke off is enough.
  }
  return Buffer.concat(pieces).subarray(0, LARGEST_ERROR).toString();
}

/** Reads to the end of a body that is as good as over, so that its connection can be used again; gives up soon. */
async function drained({ chunks }: Body): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const soon = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), DRAIN);
  });
  try {
    for (let count = 0; count < 16; count++) {
      const next = chunks.next();
      // When the time is over nobody listens to it any more.
      next.catch(() => undefined);
      const step = await Promise.race([next, soon]);
      if (step === 'late' || step.done === true) return;
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Takes a payload apart, without the key. Throws ModelError where it is no object. */
function readPayload(payload: string, redactor: Redactor): JsonObject | 'done' {
  if (payload.trim() === '[DONE]') return 'done';
  const json = jsonOrText(payload);
  if (!isObject(json)) throw malformedFault(redactor.text(payload));
  // What holds no secret as it came holds none in its parts: but for letters that are spelled by their numbers.
  return !payload.includes('\\u') && redactor.text(payload) === payload ? json : (redactor.json(json) as JsonObject);
}
