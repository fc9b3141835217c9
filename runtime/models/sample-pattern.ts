/**
 * A short text that matches a regular expression, or null where the expression uses what this does not know (look-around,
 * back-references): literals, classes, groups, alternatives and repetition are enough for the patterns schemas use.
 */
export function sampleFromPattern(pattern: string, random: () => number): string | null {
  const reader = { pattern, position: 0 };
  const text = alternatives(reader, random);
  if (text === null || reader.position < pattern.length) return null;
  return matches(pattern, text) ? text : null;
}

export function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

interface Reader {
  readonly pattern: string;
  position: number;
}

function alternatives(reader: Reader, random: () => number): string | null {
  const options: string[] = [];
  for (;;) {
    const option = sequence(reader, random);
    if (option === null) return null;
    options.push(option);
    if (reader.pattern[reader.position] !== '|') break;
    reader.position++;
  }
  return options[Math.floor(random() * options.length)] ?? null;
}

function sequence(reader: Reader, random: () => number): string | null {
  let text = '';
  for (;;) {
    const character = reader.pattern[reader.position];
    if (character === undefined || character === '|' || character === ')') return text;
    const start = reader.position;
    const once = atom(reader, random);
    if (once === null) return null;
    const [least, most] = quantifier(reader);
    const end = reader.position;
    const count = least + Math.floor(random() * (Math.min(most, least + 3) - least + 1));
    for (let index = 0; index < count; index++) {
      reader.position = start;
      text += atom(reader, random) ?? '';
    }
    reader.position = end;
  }
}

function atom(reader: Reader, random: () => number): string | null {
  const character = reader.pattern[reader.position++] ?? '';
  if (character === '^' || character === '$') return '';
  if (character === '.') return 'a';
  if (character === '(') return group(reader, random);
  if (character === '[') return fromClass(reader, random);
  if (character !== '\\') return '*+?{'.includes(character) ? null : character;
  return escaped(reader, random);
}

function escaped(reader: Reader, random: () => number): string | null {
  const letter = reader.pattern[reader.position++] ?? '';
  if (letter === 'b') return '';
  const set = classEscape(letter);
  if (set !== null) return set[Math.floor(random() * set.length)] ?? null;
  return /[A-Za-z0-9]/.test(letter) ? null : letter;
}

function classEscape(letter: string): string | null {
  switch (letter) {
    case 'd':
      return '0123456789';
    case 'w':
      return 'abcdefghijklmnopqrstuvwxyz';
    case 's':
      return ' ';
    case 'D':
    case 'S':
      return 'abcxyz';
    case 'W':
      return '-';
    default:
      return null;
  }
}

function group(reader: Reader, random: () => number): string | null {
  if (reader.pattern[reader.position] === '?') {
    const named = /^\?(?::|<[A-Za-z_]\w*>)/.exec(reader.pattern.slice(reader.position))?.[0];
    if (named === undefined) return null;
    reader.position += named.length;
  }
  const text = alternatives(reader, random);
  return reader.pattern[reader.position++] === ')' ? text : null;
}

function fromClass(reader: Reader, random: () => number): string | null {
  const negated = reader.pattern[reader.position] === '^';
  if (negated) reader.position++;
  const members = new Set<string>();
  for (;;) {
    const first = classMember(reader);
    if (first === null) return null;
    if (first === '') break;
    const next = reader.pattern[reader.position + 1];
    if (first.length === 1 && reader.pattern[reader.position] === '-' && next !== undefined && next !== ']') {
      reader.position++;
      const last = classMember(reader) ?? first;
      for (let code = first.charCodeAt(0); code <= last.charCodeAt(0) && members.size < 500; code++) members.add(String.fromCharCode(code));
    } else {
      for (const member of first) members.add(member);
    }
  }
  const usual = Array.from('abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_. ');
  const choices = negated ? usual.filter((character) => !members.has(character)) : [...members];
  return choices[Math.floor(random() * choices.length)] ?? null;
}

/** The next member of a class (several characters for an escape such as `\d`), `''` at its end. */
function classMember(reader: Reader): string | null {
  const character = reader.pattern[reader.position++];
  if (character === undefined) return null;
  if (character === ']') return '';
  if (character !== '\\') return character;
  const letter = reader.pattern[reader.position++] ?? '';
  return classEscape(letter) ?? letter;
}

function quantifier(reader: Reader): readonly [number, number] {
  const found = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(reader.pattern.slice(reader.position));
  if (found === null) return [1, 1];
  reader.position += found[0].length;
  const sign = found[0].charAt(0);
  if (sign === '*') return [0, Infinity];
  if (sign === '+') return [1, Infinity];
  if (sign === '?') return [0, 1];
  const least = Number(found[1]);
  return [least, found[2] === undefined ? least : found[3] === '' || found[3] === undefined ? Infinity : Number(found[3])];
}
