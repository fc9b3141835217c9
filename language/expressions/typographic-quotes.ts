/** A text between typographic quotes, where straight ones are meant. */
export interface TypographicQuotes {
  readonly offset: number;
  readonly length: number;
  readonly inner: string;
}

/** Between straight quotes, backticks and comments they are part of what stands there. */
const pieces = /"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|`[^`]*`|\/\*[^]*?\*\/|(?<![\p{L}\p{N}])[“”„‟‘’‚‛]([^“”„‟‘’‚‛"'\n]*)[“”„‟‘’‚‛"']?/gu;

/** The first typographic quotes of an expression or path that are meant as quotes of the language; null where there are none. */
export function findTypographicQuotes(source: string): TypographicQuotes | null {
  for (const match of source.matchAll(pieces)) {
    const inner = match[1];
    if (inner !== undefined) return { offset: match.index, length: match[0].length, inner };
  }
  return null;
}

/** What is wrong with them, in words; a fix reads the words again. */
export function quotesMistake({ offset, length, inner }: TypographicQuotes): { readonly message: string; readonly offset: number; readonly length: number } {
  return { message: `Typographic quotes hold no text here. Write '${inner}' in straight ones.`, offset, length };
}
