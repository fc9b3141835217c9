import type { Json, JsonObject } from '../../protocol/json.ts';
import type { MessageImage } from './message-image.ts';
import type { WireLog } from './wire-log.ts';

/** One request to a model, provider-neutral. It is what the journal hashes: before clamping, without secrets. */
export interface ModelRequest {
  /** `simulated`, `openai`, `anthropic`, `ollama`, `vscode`, or a provider a test has injected. */
  readonly provider: string;
  /** The provider's own model name; may be empty where the provider has one model only. */
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly temperature: number;
  /** The most output tokens the agent asks for; null = the runtime's default. */
  readonly maxTokens: number | null;
  /** A JSON Schema the answer must satisfy; null = free text. */
  readonly outputSchema: JsonObject | null;
  /** The agent's `model.extras`, as written. */
  readonly extras: JsonObject;
  /** Where the call goes, when not to the provider's own address. */
  readonly baseUrl?: string;
  /** What the model may call. Absent, not empty, where there is nothing. */
  readonly tools?: readonly ToolDefinition[];
  /** The tools stand in the conversation, but this answer may call none. */
  readonly toolChoice?: 'none';
}

export interface ModelMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** What an assistant called beside what it said. */
  readonly toolCalls?: readonly ToolUse[];
  /** Of a `tool` message: the call it answers. */
  readonly toolCallId?: string;
  /** What a `tool` message, or one of the user, shows beside what it says. Absent, not empty, where there is nothing. */
  readonly images?: readonly MessageImage[];
  /** Of an assistant: what its provider wants back unread, such as signed thoughts. */
  readonly carry?: readonly Json[];
}

export interface ToolDefinition {
  /** As the model calls it: `[A-Za-z0-9_-]`, at most 64. */
  readonly name: string;
  readonly description: string;
  /** A JSON Schema of type object. */
  readonly parameters: JsonObject;
  /** It changes nothing, as far as its server says. */
  readonly readOnly: boolean;
}

/** One call a model wants made. */
export interface ToolUse {
  readonly id: string;
  readonly name: string;
  /** JSON text as the model wrote it; it may not be valid. */
  readonly arguments: string;
}

/**
 * What a provider streams. Text is shown as it comes; usage may come at any time before `finish`, more than once (the
 * largest counts), or never. `finish` is the last event: nothing after it is read, and a stream that ends without it was
 * cut off on the way.
 */
export type ModelEvent =
  | { readonly type: 'text'; readonly text: string }
  /** A piece of a tool call: those with the same `index` belong together. `id` and `name` come with the first piece, or never. */
  | { readonly type: 'tool'; readonly index: number; readonly id?: string; readonly name?: string; readonly arguments: string }
  | { readonly type: 'carry'; readonly block: Json }
  /** Thought and not said: it counts as output, and is neither shown nor kept. */
  | { readonly type: 'thought'; readonly text: string }
  | { readonly type: 'usage'; readonly usage: ModelUsage }
  | { readonly type: 'finish'; readonly reason: 'stop' | 'length' | 'abort' };

/** Of the tokens of a call those that may have a price of their own; absent = none. */
export interface TokenKinds {
  /** So many of the prompt's were read from the provider's cache. */
  readonly cachedTokens?: number;
  /** So many of the prompt's were written to it. */
  readonly cacheWriteTokens?: number;
  /** So many of the prompt's are images. */
  readonly imageTokens?: number;
  /** So many of the output's were thought and not said. */
  readonly reasoningTokens?: number;
}

/** Tokens as the provider reports them. */
export interface ModelUsage extends TokenKinds {
  readonly promptTokens: number;
  readonly outputTokens: number;
}

/** Integers: micro-dollars per million tokens (so $0.15 per million is 150 000). */
export interface FlatPrice {
  readonly input: number;
  readonly output: number;
  /** Of prompt tokens that were read from a cache; absent = as any others. Never above `input`. */
  readonly cachedInput?: number;
  /** Of prompt tokens that were written to one, of those that are images, and of what was thought; absent = as any others. */
  readonly cacheWrite?: number;
  readonly imageInput?: number;
  readonly reasoning?: number;
}

export interface Price extends FlatPrice {
  /** What the whole call costs with more prompt tokens than `above`: rising, and never cheaper than what comes before. Absent = the same at any length. */
  readonly tiers?: readonly (FlatPrice & { readonly above: number })[];
}

export interface ModelCall {
  readonly request: ModelRequest;
  /** The output limit after the purse has clamped it: tokens. Providers are asked to stop there; the router cuts there. */
  readonly outputLimit: number;
  /** 1 for the first call of this request in this run, 2 for the next, ...: lets `fail.times` be counted without state. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Where a provider that goes over the network writes down what it sends and gets; absent = nobody keeps it. */
  readonly wire?: WireLog | undefined;
}

export interface ModelProvider {
  readonly name: string;
  /** An address from outside for agents that name none; null = there is none now. It is settled before a run and kept with it. */
  readonly endpoint?: string | null;
  /** The price of this model at this address (null = the provider's own), `'free'`, or null when nobody knows it. */
  price(model: string, extras: JsonObject, baseUrl?: string | null): Price | 'free' | null;
  /** Why no call can be made, in words that go on from a name and a colon, such as a missing key. Null = it can be tried. */
  problem?(model: string, extras: JsonObject, baseUrl: string | null): string | null;
  /** Whether the model at this address can be shown images, as far as anybody knows; absent = never. */
  seesImages?(model: string, extras: JsonObject, baseUrl: string | null): boolean;
  /**
   * Streams one answer. Errors are thrown as ModelError; the router turns them into outcomes. After an abort nobody reads
   * on, whether the iterator settles or not.
   */
  stream(call: ModelCall): AsyncIterable<ModelEvent>;
}

/** A failure of a model call by the name that retry and catch rules use, such as `Tool.TemporaryFailure` or `Runner.Timeout`. */
export class ModelError extends Error {
  override readonly name: string;
  readonly data: Json;
  /** No model has seen the request: it reached nobody, or was refused as it came. Such a call costs nothing. */
  readonly unseen: boolean;
  constructor(name: string, message: string, data: Json = null, unseen = false) {
    super(message);
    this.name = name;
    this.data = data;
    this.unseen = unseen;
  }
}
