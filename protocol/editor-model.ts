import type { JsonObject } from './json.ts';

/**
 * A call of one of the editor's own language models, which only the extension can make: the runtime host asks for it with
 * a `model-call` event, and the extension answers with `modelEvents`. Provider-neutral, like the runtime's own request.
 */
export interface EditorModelRequest {
  /** An id or a family of the editor's models; empty = whichever comes first. */
  readonly model: string;
  readonly messages: readonly EditorModelMessage[];
  readonly tools: readonly EditorModelTool[];
  /** The most tokens the answer may have; the runtime cuts there. */
  readonly maxTokens: number;
}

export interface EditorModelMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string;
  /** What an assistant called beside what it said; `arguments` is JSON text. */
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  /** Of a `tool` message: the call it answers. */
  readonly toolCallId: string | null;
}

export interface EditorModelTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
}

/** In the order they came; `end` or `error` is the last. */
export type EditorModelEvent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool'; readonly index: number; readonly id: string; readonly name: string; readonly arguments: string }
  | { readonly kind: 'end' }
  | { readonly kind: 'error'; readonly name: EditorModelFault; readonly message: string };

/** What retry and catch rules call it. */
export type EditorModelFault = 'Dagbook.ModelNotAvailable' | 'States.Permissions' | 'States.DataLimitExceeded' | 'Tool.TemporaryFailure' | 'States.TaskFailed';
