/** Has no width and breaks no line: between two characters it keeps the editor from reading them together. */
const JOINER = '\u2060';

/**
 * For whatever the editor reads marks in: in most of its surfaces `$(x)` becomes an icon, in notifications and below boxes `[words](address)`
 * becomes a link, even one to a command. Text of documents and models stays text, and looks as it was written.
 */
export function plainWords(text: string): string {
  return text.replaceAll('$(', `$${JOINER}(`).replaceAll('](', `]${JOINER}(`);
}
