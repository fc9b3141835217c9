import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { codeSpan, plainMarkdown } from '../../language/features/plain-markdown.ts';

/** What a reader of Markdown sees: kinds of its parts, and the words. */
function read(markdown: string): { readonly kinds: ReadonlySet<string>; readonly words: string } {
  const kinds = new Set<string>();
  let words = '';
  const walk = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      kinds.add(token.type);
      const inner = 'tokens' in token ? token.tokens : undefined;
      if (inner !== undefined && inner.length > 0) walk(inner);
      else if ('text' in token && token.type !== 'space') words += String(token.text);
    }
  };
  walk(marked.lexer(markdown));
  return { kinds, words };
}

describe('text of a document among Markdown', () => {
  it.each([
    '[x](command:workbench.action.quit)', '![i](x.png)', '<b>bold</b> <img src=x onerror=y>', '**strong** and *weak* and __both__', '~~gone~~ `code`', '# title', '> quote', 'a \\ b \\* c', '<command:x>', '&lt;&#36;', '$(flame) costs $5', 'snake_case_name and _lead', 'a | b',
  ])('is shown as it was written: %s', (text) => {
    const { kinds, words } = read(plainMarkdown(text));
    expect([...kinds].filter((kind) => !['paragraph', 'text', 'escape'].includes(kind))).toEqual([]);
    expect(words).toBe(text);
  });

  it.each(['plain', 'a`b', '``', '`lead', '[x](command:y)'])('stays code as a word of code: %s', (text) => {
    const { kinds, words } = read(`before ${codeSpan(text)} after`);
    expect(kinds).toEqual(new Set(['paragraph', 'text', 'codespan']));
    expect(words).toBe(`before ${text} after`);
  });
});
