import type { Json, JsonObject } from '../../protocol/json.ts';
import { jsonOrText } from '../json-or-text.ts';
import { ANTHROPIC } from './anthropic.ts';
import type { ProviderOptions } from './create-providers.ts';
import { createJsonLinesReader } from './event-stream.ts';
import type { Dialect } from './http-provider.ts';
import { send, type HttpAnswer } from './http-post.ts';
import { arrayOf, isObject, objectOf, textOf, tokensOf } from './json-parts.ts';
import { createLifeline } from './lifeline.ts';
import { resolveEndpoint, shownAddress, urlBelow, type Endpoint } from './model-endpoint.ts';
import { cutFault, errorObjectFault, malformedFault, statusFault, transportFault } from './model-fault.ts';
import { OLLAMA } from './ollama.ts';
import { OPENAI } from './openai.ts';
import { ModelError } from './provider.ts';
import { createRedactor, type Redactor } from './redact-secret.ts';

/** A model as its provider lists it. */
export interface CatalogModel {
  readonly name: string;
  /** On the provider's disk: bytes; null where it does not say. */
  readonly bytes: number | null;
  /** In memory now; null where the provider does not say. */
  readonly running: boolean | null;
}

/** How far a pull has come. */
export interface PullProgress {
  /** The provider's own words, such as `pulling manifest`. */
  readonly message: string;
  /** Bytes of the part that is on its way; null between parts. */
  readonly done: number | null;
  readonly total: number | null;
}

/** What can be done with the models of a provider besides calling them. Failures are thrown as `ModelError`. */
export interface ModelCatalog {
  readonly provider: string;
  /** Where it is asked; without a key. */
  readonly address: string;
  /** Why it cannot be asked, in words that go on from its name and a colon; null = it can be tried. */
  readonly problem: string | null;
  readonly list: (signal: AbortSignal) => Promise<readonly CatalogModel[]>;
  /** Fetches a model onto the provider's machine; absent where models cannot be pulled. */
  readonly pull?: (model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal) => Promise<void>;
  /** Deletes it there. */
  readonly remove?: (model: string, signal: AbortSignal) => Promise<void>;
}

interface CatalogDialect {
  readonly dialect: Dialect;
  readonly listPath: string;
  readonly listQuery?: Readonly<Record<string, string>>;
  readonly readList: (json: JsonObject) => readonly CatalogModel[];
  /** Ollama's own administration. */
  readonly manages: boolean;
}

const DIALECTS: readonly CatalogDialect[] = [
  { dialect: OPENAI, listPath: 'models', readList: (json) => namesIn(json['data'], 'id'), manages: false },
  { dialect: ANTHROPIC, listPath: 'v1/models', listQuery: { limit: '1000' }, readList: (json) => namesIn(json['data'], 'id'), manages: false },
  { dialect: OLLAMA, listPath: 'api/tags', readList: (json) => namesIn(json['models'], 'name'), manages: true },
];

/** A list or a deletion that is silent for so long is given up; a pull may think longer about its checksums: milliseconds. */
const IDLE_MS = 10_000;
const PULL_IDLE_MS = 120_000;

/** The built-in model comes first: it is always there. */
export function createCatalogs({ secret = () => null, endpoints = {}, profileEndpoints = () => ({}), redactor }: ProviderOptions): readonly ModelCatalog[] {
  const simulated: ModelCatalog = { provider: 'simulated', address: 'built in', problem: null, list: () => Promise.resolve([{ name: '', bytes: null, running: true }]) };
  return [simulated, ...DIALECTS.map((dialect) => {
    const { name } = dialect.dialect;
    return createCatalog(dialect, { endpoint: endpoints[name] ?? profileEndpoints()[name] ?? null, keyed: endpoints[name] !== undefined }, secret, redactor);
  })];
}

function createCatalog({ dialect, listPath, listQuery = {}, readList, manages }: CatalogDialect, { endpoint, keyed }: { readonly endpoint: string | null; readonly keyed: boolean }, secret: (name: string) => string | null, redactor: Redactor | undefined): ModelCatalog {
  const resolved = resolveEndpoint(endpoint, {}, { ownUrl: dialect.ownUrl, keyVariable: dialect.keyVariable, configuredUrl: keyed ? endpoint : null, secret });
  const facts = { provider: dialect.name, address: shownAddress(endpoint ?? dialect.ownUrl) };
  if (!resolved.ok) return { ...facts, problem: resolved.problem, list: () => Promise.reject(new ModelError('Dagbook.ModelNotAvailable', `${dialect.name} cannot be asked: ${resolved.problem}.`)) };
  const server = new CatalogServer(dialect, resolved.endpoint, redactor ?? createRedactor(resolved.endpoint.key));
  const list = async (signal: AbortSignal): Promise<readonly CatalogModel[]> => readList(await server.json(listPath, signal, listQuery));
  if (!manages) return { ...facts, problem: null, list };
  return {
    ...facts,
    problem: null,
    async list(signal) {
      const [models, loaded] = await Promise.all([list(signal), server.json('api/ps', signal)]);
      const running = new Set(namesIn(loaded['models'], 'name').map(({ name }) => name));
      return models.map((model) => ({ ...model, running: running.has(model.name) }));
    },
    pull: async (model, onProgress, signal) => {
      let succeeded = false;
      for await (const line of server.lines('POST', 'api/pull', { model, stream: true }, PULL_IDLE_MS, signal)) {
        if (line['error'] !== undefined && line['error'] !== null) throw errorObjectFault(line['error']);
        const message = textOf(line['status']);
        succeeded = message === 'success';
        onProgress({ message, done: countOf(line['completed']), total: countOf(line['total']) });
      }
      if (!succeeded) throw cutFault();
    },
    remove: async (model, signal) => {
      for await (const line of server.lines('DELETE', 'api/delete', { model }, IDLE_MS, signal)) if (line['error'] !== undefined) throw errorObjectFault(line['error']);
    },
  };
}

function namesIn(list: Json | undefined, key: 'id' | 'name'): readonly CatalogModel[] {
  return arrayOf(list).map(objectOf).map((each) => ({ name: textOf(each[key]), bytes: countOf(each['size']), running: null })).filter(({ name }) => name !== '');
}

function countOf(value: Json | undefined): number | null {
  return typeof value === 'number' ? tokensOf(value) : null;
}

/** Most of a list, or of a refusal, that is read: bytes. */
const LARGEST = 8 * 1024 * 1024;

class CatalogServer {
  readonly #dialect: Dialect;
  readonly #endpoint: Endpoint;
  readonly #redactor: Redactor;

  constructor(dialect: Dialect, endpoint: Endpoint, redactor: Redactor) {
    this.#dialect = dialect;
    this.#endpoint = endpoint;
    this.#redactor = redactor;
  }

  async json(path: string, signal: AbortSignal, query: Readonly<Record<string, string>> = {}): Promise<JsonObject> {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this.#bytes('GET', urlBelow(this.#endpoint.base, path, query), null, IDLE_MS, signal)) {
      size += piece.length;
      if (size > LARGEST) throw transportFault(new RangeError(`a list of more than ${LARGEST} bytes`), this.#endpoint.base.host);
      pieces.push(piece);
    }
    return this.#object(Buffer.concat(pieces).toString());
  }

  async *lines(method: 'POST' | 'DELETE', path: string, body: JsonObject, idleMs: number, signal: AbortSignal): AsyncGenerator<JsonObject, void, undefined> {
    const reader = createJsonLinesReader();
    for await (const piece of this.#bytes(method, urlBelow(this.#endpoint.base, path), body, idleMs, signal)) for (const line of reader.push(piece)) yield this.#object(line);
    for (const line of reader.end()) yield this.#object(line);
  }

  async *#bytes(method: 'GET' | 'POST' | 'DELETE', url: URL, body: JsonObject | null, idleMs: number, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const { base, key } = this.#endpoint;
    const lifeline = createLifeline(signal, base.host, idleMs);
    try {
      const headers = { accept: 'application/json, application/x-ndjson', 'accept-encoding': 'identity', ...(body === null ? {} : { 'content-type': 'application/json' }), ...this.#dialect.headers(key) };
      const answer = await send(method, url, headers, body === null ? null : JSON.stringify(body), lifeline.signal);
      lifeline.beat();
      if (answer.status < 200 || answer.status > 299) throw await this.#refusal(answer);
      for (;;) {
        const { done, value } = await answer.chunks.next();
        if (done === true) return;
        lifeline.beat();
        lifeline.progress();
        yield value;
      }
    } catch (thrown) {
      const silence: unknown = lifeline.signal.reason;
      const fault = thrown instanceof ModelError ? thrown : silence instanceof ModelError ? silence : transportFault(thrown, base.host);
      throw new ModelError(fault.name, this.#redactor.text(fault.message), this.#redactor.json(fault.data));
    } finally {
      lifeline.end();
    }
  }

  async #refusal({ status, headers, chunks }: HttpAnswer): Promise<ModelError> {
    const pieces: Uint8Array[] = [];
    try {
      for (let size = 0; size < 64 * 1024; ) {
        const { done, value } = await chunks.next();
        if (done === true) break;
        pieces.push(value);
        size += value.length;
      }
    } catch {
      // What came before it broke off is enough.
    }
    return statusFault(status, headers, this.#redactor.json(parsed(Buffer.concat(pieces).toString())), Date.now());
  }

  #object(text: string): JsonObject {
    const json = parsed(text);
    if (!isObject(json)) throw malformedFault(this.#redactor.text(text));
    return this.#redactor.json(json) as JsonObject;
  }
}

/** Who says nothing has nothing. */
function parsed(text: string): Json {
  return text.trim() === '' ? {} : jsonOrText(text);
}
