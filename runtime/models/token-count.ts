import type { ModelRequest } from './provider.ts';

/**
 * The one count of tokens where no provider reports any: UTF-8 bytes / 4, rounded up. An estimate: real tokenizers differ
 * by language and content, but none needs more tokens than there are bytes.
 */
export function countTokens(text: string): number {
  return tokensOfBytes(Buffer.byteLength(text));
}

export const bytesPerToken = 4;

export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / bytesPerToken);
}

/** Tokens of a whole prompt, with the tools it offers and the calls in it; the names of roles and other framing are not counted. */
export function countPromptTokens({ messages, tools = [] }: Pick<ModelRequest, 'messages' | 'tools'>): number {
  const said = messages.reduce((sum, { content, toolCalls = [] }) => sum + Buffer.byteLength(content) + bytesOf(toolCalls), 0);
  return tokensOfBytes(said + bytesOf(tools));
}

function bytesOf(list: readonly unknown[]): number {
  return list.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(list));
}

/** The longest beginning of a text that is at most so many UTF-8 bytes long, never half of a character. */
export function prefixOfBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  // A UTF-16 unit is at least one byte, so the prefix cannot be longer than this, however huge the text is.
  const target = new Uint8Array(Math.max(0, Math.floor(maxBytes)));
  const { read } = new TextEncoder().encodeInto(text.slice(0, maxBytes + 1), target);
  return text.slice(0, read);
}
