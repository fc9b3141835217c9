/**
 * Text of a document among Markdown: it is shown as it was written, loads no picture and hides no address behind other words. A list in a
 * description stays a list.
 */
export function plainMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*[\]<>&~|!]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, String.raw`\$&`)
    .replaceAll(/^(\s*)([#=])/gm, String.raw`$1\$2`);
}

/** A word of a document as code, whatever is in it. */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}
