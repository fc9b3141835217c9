import { hash } from 'node:crypto';

/**
 * One row of a run's journal. `seq` is dense per run and is the order in which things happened; `at` is milliseconds
 * since the epoch. References (`ref`, `owner`) are the `seq` of another event of the same run.
 *
 * What an adapter does (`opened`, `asked`, `note`, `closed`) happens again, in the same order, when the run is resumed
 * or replayed; what answers it (`done`) is delivered in recorded order. The rest is the engine's own account.
 */
export type JournalEvent =
  | ({ readonly kind: 'started'; readonly data: StartedData } & Common)
  | ({ readonly kind: 'status'; readonly status: 'running' | 'waiting' } & Common)
  | ({ readonly kind: 'opened' } & OpenedFields & Common)
  | ({ readonly kind: 'asked' } & AskedFields & Common)
  | ({ readonly kind: 'reserved'; readonly ref: number; readonly owner: number | null; readonly tokens: number; readonly micros: number; readonly data: ReservedData } & Common)
  | ({ readonly kind: 'done'; readonly ref: number; readonly owner: number | null; readonly response: Body; readonly tokens: number; readonly micros: number; readonly data: DoneData } & Common)
  | ({ readonly kind: 'lost'; readonly ref: number; readonly owner: number | null; readonly tokens: number; readonly micros: number; readonly data: DoneData } & Common)
  | ({ readonly kind: 'note' } & NoteFields & Common)
  | ({ readonly kind: 'closed'; readonly ref: number; readonly status: NodeStatus; readonly response: Body | null; readonly tokens: number; readonly micros: number; readonly data: ClosedData } & Common)
  | ({ readonly kind: 'ended'; readonly status: TerminalStatus; readonly response: Body | null; readonly error: ErrorData | null } & Common);

interface Common {
  readonly seq: number;
  readonly at: number;
}

export type EventKind = JournalEvent['kind'];
export type EventOf<K extends EventKind> = Extract<JournalEvent, { kind: K }>;

export type RunStatus = 'pending' | 'running' | 'waiting' | TerminalStatus;
export type TerminalStatus = 'completed' | 'error' | 'rejected' | 'halted';
/** How an agent run ended. */
export type NodeStatus = TerminalStatus | 'skipped';

/** What the adapter asks the world for: the leaves of the durable context. */
export type LeafKind = 'llm' | 'tool' | 'memory' | 'rag' | 'step' | 'sleep' | 'ask' | 'now' | 'random' | 'child' | 'pin';
/** What an agent records about itself without asking anyone. Its output needs no row of its own: the closing row is it. */
export type NoteKind = 'guardrail';

export interface OpenedFields {
  readonly path: string;
  readonly attempt: number;
  /** UUIDv7 of the agent run. */
  readonly id: string;
  readonly node: string;
  readonly agent: string;
  /** Id of the locked spec version; null where no spec stands behind the node (a person). */
  readonly version: string | null;
  readonly inputs: Body;
  readonly data: { readonly model: string | null; readonly iteration: number; readonly skipped?: true };
}

export interface AskedFields {
  readonly owner: number | null;
  readonly path: string;
  readonly attempt: number;
  readonly leaf: LeafKind;
  readonly request: Body;
  /** `due`: milliseconds since the epoch of a sleep; `child`: the run id given to a child run. */
  readonly data: { readonly due?: number; readonly child?: string };
}

export interface NoteFields {
  readonly owner: number;
  readonly path: string;
  readonly step: NoteKind;
  readonly request: Body | null;
  readonly response: Body | null;
  readonly data: { readonly error?: string };
}

export interface StartedData {
  /** Who drives the run, `host:pid`; written again whenever another process takes it over. */
  readonly by: string;
  readonly resumed?: true;
}

export interface ReservedData {
  /** Tokens the answer may have. */
  readonly outputLimit?: number;
  /** The most that may be charged, where it is not what is set aside: a child run without a limit has null. */
  readonly ceiling?: { readonly tokens: number | null; readonly micros: number | null };
}

export interface DoneData {
  /** Seq of the reservation this settles. */
  readonly reserved?: number;
  /** Of a model call: tokens of the prompt and of the answer; together what was settled, unless the claim was disputed. */
  readonly usage?: { readonly input: number; readonly output: number };
  /** The provider reported no usage, so ours stands. */
  readonly estimated?: true;
  /** What the provider reported, where it is more than was reserved: tokens. */
  readonly provider_claimed?: number;
  /** Served from another run's record: nothing was called and nothing was paid. What it had cost there. */
  readonly served?: { readonly tokens: number; readonly micros: number };
  readonly pinned?: true;
  /** Who answered, and when (ISO 8601). */
  readonly by?: string;
  readonly answered_at?: string;
  /** Name of the error, so that a query needs no body. */
  readonly error?: string;
}

export interface ClosedData {
  readonly error?: ErrorData;
  /** What the answers served from another run's record had cost there. */
  readonly served?: { readonly tokens: number; readonly micros: number };
  /** Closed because the run ended, not by the adapter. */
  readonly forced?: true;
}

export interface ErrorData {
  readonly name: string;
  readonly message: string;
  /** Path of the step or node where it arose. */
  readonly path?: string;
  readonly data?: unknown;
}

/** A JSON text and its SHA-256 (hex), computed once. */
export interface Body {
  readonly text: string;
  readonly hash: string;
}

/** SHA-256 of a text's UTF-8 bytes, as 64 hex digits. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

export function bodyOf(value: unknown): Body {
  const text = JSON.stringify(value);
  if (text === '{}') return emptyObject;
  return { text, hash: sha256(text) };
}

const emptyObject: Body = { text: '{}', hash: sha256('{}') };

/** The columns of a journal row, bodies still by hash. Null where a kind has no such column. */
export interface EventColumns {
  readonly owner: number | null;
  readonly ref: number | null;
  readonly path: string | null;
  readonly attempt: number | null;
  readonly name: string | null;
  readonly node: string | null;
  readonly id: string | null;
  readonly version: string | null;
  readonly request: string | null;
  readonly response: string | null;
  readonly tokens: number | null;
  readonly micros: number | null;
  readonly data: string | null;
}

const none: EventColumns = {
  owner: null, ref: null, path: null, attempt: null, name: null, node: null, id: null, version: null,
  request: null, response: null, tokens: null, micros: null, data: null,
};

function dataText(data: object): string | null {
  for (const _key in data) return JSON.stringify(data);
  return null;
}

export function columnsOf(event: JournalEvent): EventColumns {
  switch (event.kind) {
    case 'started':
      return { ...none, data: dataText(event.data) };
    case 'status':
      return { ...none, name: event.status };
    case 'opened':
      return { ...none, path: event.path, attempt: event.attempt, name: event.agent, node: event.node, id: event.id, version: event.version, request: event.inputs.hash, data: dataText(event.data) };
    case 'asked':
      return { ...none, owner: event.owner, path: event.path, attempt: event.attempt, name: event.leaf, request: event.request.hash, data: dataText(event.data) };
    case 'reserved':
      return { ...none, owner: event.owner, ref: event.ref, tokens: event.tokens, micros: event.micros, data: dataText(event.data) };
    case 'done':
      return { ...none, owner: event.owner, ref: event.ref, response: event.response.hash, tokens: event.tokens, micros: event.micros, data: dataText(event.data) };
    case 'lost':
      return { ...none, owner: event.owner, ref: event.ref, tokens: event.tokens, micros: event.micros, data: dataText(event.data) };
    case 'note':
      return { ...none, owner: event.owner, path: event.path, name: event.step, request: event.request?.hash ?? null, response: event.response?.hash ?? null, data: dataText(event.data) };
    case 'closed':
      return { ...none, ref: event.ref, name: event.status, response: event.response?.hash ?? null, tokens: event.tokens, micros: event.micros, data: dataText(event.data) };
    case 'ended':
      return { ...none, name: event.status, response: event.response?.hash ?? null, data: event.error === null ? null : JSON.stringify(event.error) };
  }
}

/** The bodies an event brings, in the order request, response. */
export function bodiesOf(event: JournalEvent): readonly [Body | null, Body | null] {
  switch (event.kind) {
    case 'opened':
      return [event.inputs, null];
    case 'asked':
      return [event.request, null];
    case 'note':
      return [event.request, event.response];
    case 'done':
      return [null, event.response];
    case 'closed':
    case 'ended':
      return [null, event.response];
    case 'started':
    case 'status':
    case 'reserved':
    case 'lost':
      return [null, null];
  }
}

/** The chain: SHA-256 over the previous head and every column of the row, bodies by their hash. */
export function chainHash(previous: string, seq: number, kind: string, at: number, c: EventColumns): string {
  return sha256(
    previous + JSON.stringify([seq, kind, at, c.owner, c.ref, c.path, c.attempt, c.name, c.node, c.id, c.version, c.request, c.response, c.tokens, c.micros, c.data]),
  );
}

/** What a journal row looks like when it is read back, bodies resolved (text null = pruned). */
export interface StoredRow extends Omit<EventColumns, 'request' | 'response'> {
  readonly seq: number;
  readonly kind: string;
  readonly at: number;
  readonly request: StoredBody | null;
  readonly response: StoredBody | null;
}

export interface StoredBody {
  readonly hash: string;
  readonly text: string | null;
}

/** A body that has been pruned reads as JSON null but keeps its hash, so `isPruned` can tell. */
function readBody(stored: StoredBody | null): Body | null {
  return stored === null ? null : { hash: stored.hash, text: stored.text ?? 'null' };
}

const noBody: Body = bodyOf(null);

export function isPruned(body: Body): boolean {
  return body.text === 'null' && body.hash !== noBody.hash;
}

export function eventOf(row: StoredRow): JournalEvent {
  const data = (): never => JSON.parse(row.data ?? '{}') as never;
  const common = { seq: row.seq, at: row.at };
  switch (row.kind as EventKind) {
    case 'started':
      return { ...common, kind: 'started', data: data() };
    case 'status':
      return { ...common, kind: 'status', status: row.name as 'running' | 'waiting' };
    case 'opened':
      return { ...common, kind: 'opened', path: row.path ?? '', attempt: row.attempt ?? 1, id: row.id ?? '', node: row.node ?? '', agent: row.name ?? '', version: row.version, inputs: readBody(row.request) ?? noBody, data: data() };
    case 'asked':
      return { ...common, kind: 'asked', owner: row.owner, path: row.path ?? '', attempt: row.attempt ?? 1, leaf: row.name as LeafKind, request: readBody(row.request) ?? noBody, data: data() };
    case 'reserved':
      return { ...common, kind: 'reserved', owner: row.owner, ref: row.ref ?? -1, tokens: row.tokens ?? 0, micros: row.micros ?? 0, data: data() };
    case 'done':
      return { ...common, kind: 'done', owner: row.owner, ref: row.ref ?? -1, response: readBody(row.response) ?? noBody, tokens: row.tokens ?? 0, micros: row.micros ?? 0, data: data() };
    case 'lost':
      return { ...common, kind: 'lost', owner: row.owner, ref: row.ref ?? -1, tokens: row.tokens ?? 0, micros: row.micros ?? 0, data: data() };
    case 'note':
      return { ...common, kind: 'note', owner: row.owner ?? -1, path: row.path ?? '', step: row.name as NoteKind, request: readBody(row.request), response: readBody(row.response), data: data() };
    case 'closed':
      return { ...common, kind: 'closed', ref: row.ref ?? -1, status: row.name as NodeStatus, response: readBody(row.response), tokens: row.tokens ?? 0, micros: row.micros ?? 0, data: data() };
    case 'ended':
      return { ...common, kind: 'ended', status: row.name as TerminalStatus, response: readBody(row.response), error: row.data === null ? null : data() };
  }
}
