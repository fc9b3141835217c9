/** Longer ones carry something away. */
const LONGEST_ADDRESS = 2_048;

/** An address as a browser reads it; null when it leads to no page of the web, or carries a name and a password. */
export function webAddress(text: string): string | null {
  const url = text.length <= LONGEST_ADDRESS ? URL.parse(text) : null;
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '' ? url.href : null;
}
