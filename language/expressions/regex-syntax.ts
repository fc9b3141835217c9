/** A regular expression as a tree; the part of JavaScript's syntax that can be matched in linear time. */
export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'assert'; readonly what: 'start' | 'end' | 'boundary' | 'inside' }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'either'; readonly options: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly body: RegexNode; readonly least: number; readonly most: number; readonly greedy: boolean; readonly groups: readonly [from: number, to: number] }
  | { readonly kind: 'group'; readonly body: RegexNode; readonly index: number };

/** UTF-16 units from … to, both included. */
export interface CharacterSet {
  readonly ranges: readonly (readonly [from: number, to: number])[];
  readonly negated: boolean;
}

export interface RegexTree {
  readonly root: RegexNode;
  /** Capturing groups. */
  readonly groups: number;
}

/** Thrown for syntax that has no linear-time form; the message says which. */
export class UnsupportedRegex extends Error {
  override readonly name = 'UnsupportedRegex';
}

const digits: CharacterSet = { ranges: [[48, 57]], negated: false };
const wordCharacters: CharacterSet = { ranges: [[48, 57], [65, 90], [95, 95], [97, 122]], negated: false };
const spaces: CharacterSet = {
  ranges: [[9, 13], [32, 32], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x3000, 0x3000], [0xfeff, 0xfeff]],
  negated: false,
};
const anyButLineEnd: CharacterSet = { ranges: [[10, 10], [13, 13], [0x2028, 0x2029]], negated: true };

/** @param pattern one that `new RegExp` has accepted, without the `u` and `v` flags */
export function parseRegex(pattern: string): RegexTree {
  const reader = new RegexReader(pattern);
  return { root: reader.alternatives(), groups: reader.groups };
}

class RegexReader {
  groups = 0;
  readonly #pattern: string;
  #position = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  alternatives(): RegexNode {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    const [first] = options;
    return options.length === 1 && first !== undefined ? first : { kind: 'either', options };
  }

  #sequence(): RegexNode {
    const items: RegexNode[] = [];
    while (this.#position < this.#pattern.length && !this.#next('|') && !this.#next(')')) {
      const before = this.groups;
      const item = this.#atom();
      items.push(item.kind === 'assert' ? item : this.#repeated(item, before));
    }
    return { kind: 'sequence', items };
  }

  #atom(): RegexNode {
    const character = this.#pattern.charAt(this.#position++);
    switch (character) {
      case '^':
        return { kind: 'assert', what: 'start' };
      case '$':
        return { kind: 'assert', what: 'end' };
      case '.':
        return { kind: 'set', set: anyButLineEnd };
      case '(':
        return this.#group();
      case '[':
        return { kind: 'set', set: this.#class() };
      case '\\':
        return this.#escape();
      default:
        return one(character.charCodeAt(0));
    }
  }

  #group(): RegexNode {
    if (this.#take('?:')) return this.#closed(this.alternatives());
    const named = /^\?<[^=!>][^>]*>/.exec(this.#pattern.slice(this.#position, this.#position + 200))?.[0];
    if (named !== undefined) this.#position += named.length;
    else if (this.#next('?')) throw new UnsupportedRegex('look-ahead and look-behind, (?=…) and the like, are not available here');
    const index = ++this.groups;
    return this.#closed({ kind: 'group', index, body: this.alternatives() });
  }

  #closed(node: RegexNode): RegexNode {
    this.#take(')');
    return node;
  }

  #repeated(body: RegexNode, groupsBefore: number): RegexNode {
    const bounds = this.#bounds();
    if (bounds === null) return body;
    const greedy = !this.#take('?');
    return { kind: 'repeat', body, least: bounds[0], most: bounds[1], greedy, groups: [groupsBefore + 1, this.groups] };
  }

  #bounds(): readonly [number, number] | null {
    if (this.#take('*')) return [0, Infinity];
    if (this.#take('+')) return [1, Infinity];
    if (this.#take('?')) return [0, 1];
    const counted = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#pattern.slice(this.#position, this.#position + 40));
    if (counted === null) return null;
    this.#position += counted[0].length;
    const least = Number(counted[1]);
    const most = counted[3];
    return [least, counted[2] === undefined ? least : most === undefined || most === '' ? Infinity : Number(most)];
  }

  #escape(): RegexNode {
    const letter = this.#pattern.charAt(this.#position);
    if (letter === 'b' || letter === 'B') {
      this.#position++;
      return { kind: 'assert', what: letter === 'b' ? 'boundary' : 'inside' };
    }
    if (/[1-9]/.test(letter) || letter === 'k') throw new UnsupportedRegex(`the back-reference \\${letter} is not available here`);
    const set = this.#escapedSet();
    return { kind: 'set', set };
  }

  /** What a backslash stands for, inside a class and outside; the backslash has been read. */
  #escapedSet(): CharacterSet {
    const letter = this.#pattern.charAt(this.#position++);
    const negated = /[DWS]/.test(letter);
    switch (letter.toLowerCase()) {
      case 'd':
        return { ...digits, negated };
      case 'w':
        return { ...wordCharacters, negated };
      case 's':
        return { ...spaces, negated };
    }
    const control: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, '0': 0 };
    return single(control[letter] ?? this.#codeEscape(letter) ?? letter.charCodeAt(0));
  }

  #codeEscape(letter: string): number | null {
    const pattern = letter === 'x' ? /^[0-9a-f]{2}/i : letter === 'u' ? /^[0-9a-f]{4}/i : letter === 'c' ? /^[a-z]/i : null;
    const found = pattern?.exec(this.#pattern.slice(this.#position, this.#position + 4))?.[0];
    if (found === undefined) return null;
    this.#position += found.length;
    return letter === 'c' ? found.charCodeAt(0) % 32 : Number.parseInt(found, 16);
  }

  #class(): CharacterSet {
    const negated = this.#take('^');
    const ranges: (readonly [number, number])[] = [];
    while (this.#position < this.#pattern.length && !this.#take(']')) {
      const first = this.#member();
      const from = onlyMember(first);
      if (from !== null && this.#next('-') && this.#pattern.charAt(this.#position + 1) !== ']') {
        this.#position++;
        const last = this.#member();
        const to = onlyMember(last);
        // `[a-\d]` means three members, not a range.
        ranges.push(...(to === null ? [[from, from] as const, [45, 45] as const, ...positive(last)] : [[from, to] as const]));
      } else {
        ranges.push(...positive(first));
      }
    }
    return { ranges, negated };
  }

  #member(): CharacterSet {
    if (!this.#take('\\')) return single(this.#pattern.charCodeAt(this.#position++));
    if (this.#take('b')) return single(8);
    return this.#escapedSet();
  }

  #next(text: string): boolean {
    return this.#pattern.startsWith(text, this.#position);
  }

  #take(text: string): boolean {
    const found = this.#next(text);
    if (found) this.#position += text.length;
    return found;
  }
}

function single(code: number): CharacterSet {
  return { ranges: [[code, code]], negated: false };
}

function one(code: number): RegexNode {
  return { kind: 'set', set: single(code) };
}

function onlyMember({ ranges, negated }: CharacterSet): number | null {
  const [first] = ranges;
  return !negated && ranges.length === 1 && first !== undefined && first[0] === first[1] ? first[0] : null;
}

/** The same set without negation, so that it can be part of a class. */
function positive({ ranges, negated }: CharacterSet): readonly (readonly [number, number])[] {
  if (!negated) return ranges;
  const gaps: [number, number][] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    if (start > from) gaps.push([from, start - 1]);
    from = end + 1;
  }
  gaps.push([from, 0xffff]);
  return gaps;
}
