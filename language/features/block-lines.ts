import { unquote } from './flow-place.ts';

/** A `-` or a `key:` as a line of block YAML shows it. */
export interface LineElement {
  readonly kind: 'dash' | 'key';
  /** Its first column, from 0. */
  readonly column: number;
  /** Of a key. */
  readonly name: string;
  /** The column after the dash or the colon. */
  readonly after: number;
}

export interface BlockLine {
  readonly elements: readonly LineElement[];
  /** The column where what follows the elements begins; the line's length where nothing does. */
  readonly rest: number;
}

const quotedKey = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*:(?=[ \t\r]|$)/;
const plainKey = /^([^\s#[\]{}"'|>][^#]*?|[^\s#[\]{}"'|>][^#]*?#[^\s][^#]*?)[ \t]*:(?=[ \t\r]|$)/;

/** Reads one line as block YAML, whatever stands around it. */
export function readBlockLine(line: string): BlockLine {
  const elements: LineElement[] = [];
  let column = skipSpaces(line, 0);
  while (line.charAt(column) === '-' && /^[ \t\r]?$/.test(line.charAt(column + 1))) {
    elements.push({ kind: 'dash', column, name: '', after: column + 1 });
    column = skipSpaces(line, column + 1);
  }
  const rest = line.slice(column);
  const match = quotedKey.exec(rest) ?? plainKey.exec(rest);
  if (match === null) return { elements, rest: column };
  const after = column + match[0].length;
  elements.push({ kind: 'key', column, name: unquote(match[1] ?? ''), after });
  return { elements, rest: skipSpaces(line, after) };
}

export function skipSpaces(line: string, from: number): number {
  let column = from;
  while (line.charAt(column) === ' ' || line.charAt(column) === '\t') column += 1;
  return column;
}

/** The lines of a text around a place, one at a time, so that nobody splits ten thousand of them. */
export class LineWalker {
  readonly #text: string;
  start: number;
  end: number;

  constructor(text: string, offset: number) {
    this.#text = text;
    this.start = text.lastIndexOf('\n', offset - 1) + 1;
    this.end = this.#lineEnd(this.start);
  }

  get line(): string {
    const end = this.#text.charCodeAt(this.end - 1) === 13 ? this.end - 1 : this.end;
    return this.#text.slice(this.start, Math.max(this.start, end));
  }

  /** The width of the indentation; null for a line with nothing on it but space or a comment. */
  get indent(): number | null {
    let at = this.start;
    while (this.#text.charCodeAt(at) === 32) at += 1;
    const code = this.#text.charCodeAt(at);
    return at >= this.end || code === 10 || code === 13 || code === 35 ? null : at - this.start;
  }

  get isMarker(): boolean {
    return /^(?:---|\.\.\.)(?:\s|$)/.test(this.#text.slice(this.start, this.start + 4));
  }

  up(): boolean {
    if (this.start === 0) return false;
    this.end = this.start - 1;
    this.start = this.#text.lastIndexOf('\n', this.end - 1) + 1;
    if (this.end === 0) this.start = 0;
    return true;
  }

  down(): boolean {
    if (this.end >= this.#text.length) return false;
    this.start = this.end + 1;
    this.end = this.#lineEnd(this.start);
    return true;
  }

  #lineEnd(start: number): number {
    const end = this.#text.indexOf('\n', start);
    return end < 0 ? this.#text.length : end;
  }
}
