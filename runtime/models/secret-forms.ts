/** Where a text, from some place on, is one of the forms of a secret: its end; `partly` = it may go on as one; null = it is none. */
export type Match = number | 'partly' | null;

/**
 * One form of a secret, character by character: letters and digits stay what they are wherever a secret is put. What else
 * there is may come back escaped: for JSON (at any depth), for an address, for a page.
 */
export interface Form {
  readonly text: string;
  /** Characters that stay the same, or expressions for those that do not. */
  readonly units: readonly (string | RegExp)[];
  /** Characters with which it may begin. */
  readonly starts: readonly string[];
}

/** As it is, in hex, and in base64 at each of the three places where it may begin. Longest first; none shorter than `shortest`. */
export function formsOf(secret: string, shortest: number): readonly Form[] {
  const hex = Buffer.from(secret).toString('hex');
  const forms = new Set([secret, hex, hex.toUpperCase()]);
  for (const shift of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const first = Math.ceil((shift * 8) / 6);
    const padded = bytes.toString('base64').slice(first);
    // With something behind it the last character is another: what depends on the secret alone is one shorter then.
    for (const form of [padded, padded.replace(/=+$/, ''), padded.slice(0, Math.floor((bytes.length * 8) / 6) - first)]) {
      forms.add(form);
      forms.add(form.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return [...forms].filter((form) => form.length >= shortest).sort((a, b) => b.length - a.length).map(formOf);
}

function formOf(text: string): Form {
  const units = Array.from(text, unitOf);
  return { text, units, starts: [text.charAt(0), ...(typeof units[0] === 'string' ? [] : ESCAPES)] };
}

const ESCAPES = ['\\', '%', '&'];
const SAME = /^[A-Za-z0-9_.~-]$/;
const NAMED: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

function unitOf(character: string): string | RegExp {
  if (SAME.test(character)) return character;
  const bytes = [...Buffer.from(character)].map((byte) => `%(?:25)*${byte.toString(16).padStart(2, '0')}`).join('');
  const units = Array.from({ length: character.length }, (_, i) => `u${character.charCodeAt(i).toString(16).padStart(4, '0')}`).join('\\\\{1,64}');
  const code = character.codePointAt(0) ?? 0;
  const named = NAMED[character] === undefined ? '' : `|&${NAMED[character]};`;
  const itself = character === '\\' ? '\\\\{1,64}' : `\\\\{0,64}${character.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`;
  // Escapes first: of `%25` and `&amp;` the first character alone would fit as well.
  return new RegExp(`\\\\{1,64}${units}|${bytes}|&#0*${code};|&#x0*${code.toString(16)};${named}${character === ' ' ? '|\\+' : ''}|${itself}`, 'iy');
}

/** What an escape begins with that is not over yet. */
const UNFINISHED = /^(?:\\{1,64}(?:u[0-9a-f]{0,3}(?:\\{1,64}u?[0-9a-f]{0,3})?)?|(?:%[0-9a-f]{2})*%[0-9a-f]{0,1}|%(?:25)*|&#?\w{0,8})$/i;
const LONGEST_ESCAPE = 80;

export function matchAt(text: string, start: number, { text: form, units }: Form): Match {
  // What stands there unescaped may look as if it were.
  if (text.startsWith(form, start)) return start + form.length;
  if (text.length - start < form.length && form.startsWith(text.slice(start))) return 'partly';
  let at = start;
  for (const unit of units) {
    if (at === text.length) return 'partly';
    if (typeof unit === 'string') {
      if (text[at] !== unit) return null;
      at += 1;
      continue;
    }
    unit.lastIndex = at;
    const found = unit.exec(text);
    if (found === null) return text.length - at <= LONGEST_ESCAPE && UNFINISHED.test(text.slice(at)) ? 'partly' : null;
    at += found[0].length;
  }
  return at;
}

/** So many characters of a form are looked for at first. */
export const LONGEST_HEAD = 4;

/** An expression for what a form begins with. */
export function headOf({ units, starts }: Form): string {
  const same = units.findIndex((unit) => typeof unit !== 'string');
  if (same !== 0) return units.slice(0, same < 0 ? LONGEST_HEAD : Math.min(same, LONGEST_HEAD)).join('').replaceAll('.', '\\.');
  return `[${starts.map((start) => start.replace(/[\\\]^-]/g, '\\$&')).join('')}]`;
}
