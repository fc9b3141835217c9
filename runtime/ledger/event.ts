import { hash } from 'node:crypto';
import type { TerminalStatus } from '../../protocol/run-records.ts';

/**
 * One event of a run's journal. `seq` is dense per run and is the order in which things happened; `at` is milliseconds
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
  | ({ readonly kind: 'done'; readonly ref: number; readonly owner: number | null; readonly response: Body; readonly tokens: number; readonly micros: number; readonly data: DoneData; readonly wire?: Wire | undefined } & Common)
  | ({ readonly kind: 'lost'; readonly ref: number; readonly owner: number | null; readonly tokens: number; readonly micros: number; readonly data: DoneData; readonly wire?: Wire | undefined } & Common)
  | ({ readonly kind: 'note' } & NoteFields & Common)
  | ({ readonly kind: 'closed'; readonly ref: number; readonly status: NodeStatus; readonly response: Body | null; readonly tokens: number; readonly micros: number; readonly data: ClosedData } & Common)
  | ({ readonly kind: 'ended'; readonly status: TerminalStatus; readonly response: Body | null; readonly error: ErrorData | null } & Common);

interface Common {
  readonly seq: number;
  readonly at: number;
}

export type EventKind = JournalEvent['kind'];
export type EventOf<K extends EventKind> = Extract<JournalEvent, { kind: K }>;

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
  readonly usage?: TokenUsage;
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

/** Of the input so many were read from the provider's cache, written to it, or are images; of the output so many were thought. Absent = none. */
export interface TokenUsage {
  readonly input: number;
  readonly output: number;
  readonly cached?: number;
  readonly cache_written?: number;
  readonly images?: number;
  readonly reasoning?: number;
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

/** A JSON text. Its SHA-256 (hex) is worked out when it is first asked for: most bodies are never asked. */
export interface Body {
  readonly text: string;
  readonly hash: string;
  /** Dropped from the ledger: the text is JSON null, and the hash is empty where the ledger does not keep it by itself. */
  readonly pruned: boolean;
}

/** What went over the network for a call, by the SHA-256 (hex) of its text; see `wire-store.ts`. */
export interface Wire {
  readonly hash: string;
  /** The text, compressed; null where only the hash is at hand. */
  readonly packed: Uint8Array | null;
}

class TextBody implements Body {
  readonly text: string;
  readonly pruned = false;
  #hash: string | null;

  constructor(text: string, hash: string | null) {
    this.text = text;
    this.#hash = hash;
  }

  get hash(): string {
    return (this.#hash ??= sha256(this.text));
  }
}

/** SHA-256 of a text's UTF-8 bytes, as 64 hex digits. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

export function bodyOf(value: unknown): Body {
  return new TextBody(JSON.stringify(value), null);
}

/** A body as the ledger has it; `text` null = pruned. */
export function storedBody(text: string | null, hash: string | null): Body {
  return text === null ? { text: 'null', hash: hash ?? '', pruned: true } : new TextBody(text, hash);
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
