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
    const starts = this.#starts.slice(0, kept);
    for (const each of between) if (each > (starts.at(-1) ?? -1)) starts.push(each);
    for (let i = moved; i < this.#starts.length; i += 1) {
      const each = (this.#starts[i] ?? 0) + by;
      if (each > (starts.at(-1) ?? -1)) starts.push(each);
    }
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
