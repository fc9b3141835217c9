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

/** Tokens of a whole prompt; the names of roles and other framing are not counted. */
export function countPromptTokens(messages: readonly { readonly content: string }[]): number {
  return tokensOfBytes(messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0));
}

/** The longest beginning of a text that is at most so many UTF-8 bytes long, never half of a character. */
export function prefixOfBytes(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return text;
  // A UTF-16 unit is at least one byte, so the prefix cannot be longer than this, however huge the text is.
  const target = new Uint8Array(Math.max(0, Math.floor(maxBytes)));
  const { read } = new TextEncoder().encodeInto(text.slice(0, maxBytes + 1), target);
  return text.slice(0, read);
}
