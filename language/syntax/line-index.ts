import type { TextChange } from './text-change.ts';

/** A place for people: line and column count from 1, columns in UTF-16 units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Offsets to lines and back. Lines end at \n, \r\n or \r. */
export class LineIndex {
  #starts: readonly number[];
  #length: number;

  constructor(text: string) {
    this.#starts = [0, ...lineStarts(text, 0, text.length)];
    this.#length = text.length;
  }

  /** The index of a text of which one stretch has changed since. */
  edited(text: string, { start, oldEnd, newEnd }: TextChange): LineIndex {
    const index = new LineIndex('');
    const by = newEnd - oldEnd;
    // A line that begins right at the stretch may have begun after a \r that is no longer alone, or the other way round.
    const kept = Math.max(1, this.#firstAfter(start - 1));
    const moved = this.#firstAfter(oldEnd + 1);
    const between = lineStarts(text, Math.max(0, start - 1), Math.min(text.length, newEnd + 1));
    let last = this.#starts[kept - 1] ?? 0;
    const fresh = between.filter((each) => each > last);
    last = fresh.at(-1) ?? last;
    let first = moved;
    while (first < this.#starts.length && (this.#starts[first] ?? 0) + by <= last) first += 1;
    // Written in one go: of a long text it would be copied again and again while it grows.
    const starts = new Array<number>(kept + fresh.length + this.#starts.length - first);
    for (let i = 0; i < kept; i += 1) starts[i] = this.#starts[i] ?? 0;
    for (let i = 0; i < fresh.length; i += 1) starts[kept + i] = fresh[i] ?? 0;
    for (let i = first, at = kept + fresh.length; i < this.#starts.length; i += 1, at += 1) starts[at] = (this.#starts[i] ?? 0) + by;
    index.#starts = starts;
    index.#length = text.length;
    return index;
  }

  /** How many lines begin at or before an offset. */
  #firstAfter(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** Offsets outside the text are clamped into it. */
  at(offset: number): LineColumn {
    const clamped = Math.max(0, Math.min(offset, this.#length));
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= clamped) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: clamped - (this.#starts[low] ?? 0) + 1 };
  }

  offset(place: LineColumn): number {
    return this.lineStart(place.line) + place.column - 1;
  }

  /** Of a line that does not exist: the end of the text. */
  lineStart(line: number): number {
    return this.#starts[line - 1] ?? this.#length;
  }
}

/** Where lines begin whose break ends in `from..to`. */
function lineStarts(text: string, from: number, to: number): number[] {
  const starts: number[] = [];
  for (let i = from; i < to; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === 10 || (unit === 13 && text.charCodeAt(i + 1) !== 10)) starts.push(i + 1);
  }
  return starts;
}
