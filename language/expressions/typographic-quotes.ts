/** A text between typographic quotes, where straight ones are meant. */
export interface TypographicQuotes {
  readonly offset: number;
  readonly length: number;
  readonly inner: string;
}

const typographic = /[“”„‟‘’‚‛]/u;

/** Between straight quotes, backticks and comments they are part of what stands there. Each opening, and how to come behind its end. */
const texts: ReadonlyMap<string, string> = new Map([['"', String.raw`(?:[^"\\]|\\[^])*"`], ["'", String.raw`(?:[^'\\]|\\[^])*'`], ['`', '[^`]*`'], ['/*', String.raw`[^]*?\*\/`]]);

/** The first typographic quotes of an expression or path that are meant as quotes of the language; null where there are none. */
export function findTypographicQuotes(source: string): TypographicQuotes | null {
  if (!typographic.test(source)) return null;
  const begin = /["'`]|\/\*|(?<![\p{L}\p{N}])[“”„‟‘’‚‛]([^“”„‟‘’‚‛"'\n]*)[“”„‟‘’‚‛"']?/gu;
  const closing = new Map([...texts].map(([opening, rest]) => [opening, new RegExp(rest, 'uy')]));
  for (let found = begin.exec(source); found !== null; found = begin.exec(source)) {
    const inner = found[1];
    if (inner !== undefined) return { offset: found.index, length: found[0].length, inner };
    const rest = closing.get(found[0]);
    if (rest === undefined) continue;
    rest.lastIndex = begin.lastIndex;
    // What is closed nowhere from here on is not closed further on either: it is looked for once.
    if (rest.test(source)) begin.lastIndex = rest.lastIndex;
    else closing.delete(found[0]);
  }
  return null;
}

/** What is wrong with them, in words; a fix reads the words again. */
export function quotesMistake({ offset, length, inner }: TypographicQuotes): { readonly message: string; readonly offset: number; readonly length: number } {
  return { message: `Typographic quotes hold no text here. Write '${inner}' in straight ones.`, offset, length };
}
