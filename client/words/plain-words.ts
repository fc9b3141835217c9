/** For a notification, in which the editor would make a link, even one to a command, of `[words](address)`: text of documents and models stays text. */
export function plainWords(text: string): string {
  return text.replaceAll('](', '] (');
}
