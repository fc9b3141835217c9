import type { ModelRequest } from '../models/provider.ts';

/** Output tokens reserved for an agent that asks for no limit of its own. */
export const DEFAULT_OUTPUT_LIMIT = 1_024;
/** A call that could answer with fewer tokens than this is not made. */
export const MINIMUM_OUTPUT = 16;

/** An upper bound of a request's tokens: no tokenizer makes more than one token of a UTF-8 byte. The JSON around the messages covers what a provider adds to them. */
export function promptBoundOf(request: ModelRequest): number {
  return Buffer.byteLength(JSON.stringify([request.messages, request.outputSchema]));
}
