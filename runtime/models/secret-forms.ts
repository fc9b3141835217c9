/** Where a text, from some place on, is one of the forms of a secret: its end; `partly` = it may go on as one; null = it is none. */
export type Match = number | 'partly' | null;

/**
 * One form of a secret, character by character: each may come back escaped, for JSON (at any depth), for an address, for a
 * page. Letters and digits seldom are, and only by their number.
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

/** What any escape begins with. */
export const ESCAPES = ['\\', '%', '&'];
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
    if (text[at] === unit) {
      at += 1;
      continue;
    }
    const end = typeof unit === 'string' ? endOfNumbered(text, at, unit) : endOf(unit, text, at);
    if (end === null) return isUnfinished(text, at) || isUnfinished(text, lastBackslash(text, at)) ? 'partly' : null;
    at = end;
  }
  return at;
}

function endOf(unit: RegExp, text: string, at: number): number | null {
  unit.lastIndex = at;
  const found = unit.exec(text);
  return found === null ? null : at + found[0].length;
}

function endOfNumbered(text: string, at: number, unit: string): number | null {
  const numbered = numberedAt(text, at) ?? numberedAt(text, lastBackslash(text, at));
  return numbered?.character === unit ? numbered.end : null;
}

/** How many backslashes are one, nobody knows: of those before, the last may belong to what follows. */
function lastBackslash(text: string, at: number): number {
  return text[at - 1] === '\\' ? at - 1 : at;
}

const NUMBERED = /\\{1,64}u([0-9a-f]{4})|%(?:25)*([0-9a-f]{2})|&#0*(\d{1,7});|&#x0*([0-9a-f]{1,6});/iy;

/** The character that an escape by its number stands for; null = there is none. */
export function numberedAt(text: string, at: number): { readonly character: string; readonly end: number } | null {
  if (!ESCAPES.includes(text.charAt(at))) return null;
  NUMBERED.lastIndex = at;
  const [all, json, address, decimal, hex] = NUMBERED.exec(text) ?? [];
  if (all === undefined) return null;
  const code = decimal === undefined ? Number.parseInt(json ?? address ?? hex ?? '', 16) : Number(decimal);
  return { character: String.fromCharCode(code), end: at + all.length };
}

function isUnfinished(text: string, at: number): boolean {
  return ESCAPES.includes(text.charAt(at)) && text.length - at <= LONGEST_ESCAPE && UNFINISHED.test(text.slice(at));
}

/** How an escape by number may begin that is not over yet; shorter than what is taken out where a text breaks off. */
const BEGINNING = /^(?:\\{1,3}(?:u[0-9a-f]{0,3})?|%(?:25){0,2}[2-7]?|&(?:#x?[0-9a-f]{0,4})?)$/i;
const LONGEST_BEGINNING = 7;

/** A secret may begin with an escape that is not over yet. */
export function mayBegin(text: string, at: number): boolean {
  return text.length - at <= LONGEST_BEGINNING && BEGINNING.test(text.slice(at));
}

export const ESCAPE_HEAD = '[\\\\%&]';

/** So many characters of a form are looked for at first. */
export const LONGEST_HEAD = 4;

/** An expression for what a form begins with. */
export function headOf({ units, starts }: Form): string {
  const same = units.findIndex((unit) => typeof unit !== 'string');
  if (same !== 0) return units.slice(0, same < 0 ? LONGEST_HEAD : Math.min(same, LONGEST_HEAD)).join('').replaceAll('.', '\\.');
  return `[${starts.map((start) => start.replace(/[\\\]^-]/g, '\\$&')).join('')}]`;
}
