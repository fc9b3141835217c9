/** East Asian wide and fullwidth blocks, and emoji: two columns in a terminal. */
const WIDE = /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NARROW = /^[\x20-\x7e\u00a1-\u02ff\u2010-\u2027\u2500-\u25ff]*$/;
const UNSAFE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
const TAB_WIDTH = 4;

/** How many terminal columns a text takes. */
export function displayWidth(text: string): number {
  if (NARROW.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/**
 * A text from a document or a model as it may go to a terminal: characters that would move the cursor, recolour or
 * reorder what follows are shown as pictures of themselves. Line ends and tabs stay.
 */
export function harmless(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** One line, harmless, with tabs as spaces. */
export function asLine(text: string): string {
  return harmless(text.replaceAll('\t', ' '.repeat(TAB_WIDTH)).replaceAll(/\r?\n/g, '⏎'));
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Shortened in the middle, so that both the beginning and the telling end stay. */
export function middleCut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  const head = Math.ceil((width - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (width - 1 - head)).join('')}`;
}
