/** Text that comes in pieces, taken apart into lines. `\n`, `\r\n` and `\r` end one, also across the edge of two pieces. */
export interface LineSplitter {
  /** The lines that are complete now. Throws RangeError for a line longer than any provider has reason to send. */
  push(text: string): readonly string[];
  /** What has come of a line that has no end yet. */
  rest(): string;
}

/** Longest line, and longest event of several lines: UTF-16 units. */
const LONGEST = 4 * 1024 * 1024;

export function createLineSplitter(longest = LONGEST): LineSplitter {
  // Pieces are joined once, at the end of their line: joining as they come would be quadratic for a line in many pieces.
  let held: string[] = [];
  let heldLength = 0;
  let afterReturn = false;
  const hold = (piece: string): void => {
    heldLength += piece.length;
    if (heldLength > longest) throw new RangeError(`a line of more than ${longest} characters`);
    if (piece !== '') held.push(piece);
  };
  const take = (): string => {
    const line = held.join('');
    held = [];
    heldLength = 0;
    return line;
  };
  return {
    push(text) {
      const lines: string[] = [];
      let start = 0;
      if (text !== '') {
        if (afterReturn && text.startsWith('\n')) start = 1;
        afterReturn = text.endsWith('\r');
      }
      const breaks = /\r\n|\n|\r/g;
      breaks.lastIndex = start;
      for (let found = breaks.exec(text); found !== null; found = breaks.exec(text)) {
        hold(text.slice(start, found.index));
        lines.push(take());
        start = found.index + found[0].length;
      }
      hold(text.slice(start));
      return lines;
    },
    rest: () => held.join(''),
  };
}

/** Takes the payloads out of a stream of bytes, however it is cut: each is one JSON text, or a mark such as `[DONE]`. */
export interface PayloadReader {
  push(bytes: Uint8Array): readonly string[];
  /** The stream is over: what was complete but for its last line end. */
  end(): readonly string[];
}

/** Server-sent events: the `data` of each, and an `error` as `{error}`. Names, ids, comments and keep-alives say nothing that a payload does not. */
export function createSseReader(): PayloadReader {
  const decoder = new TextDecoder();
  const lines = createLineSplitter();
  let data: string[] = [];
  let length = 0;
  const take = (): readonly string[] => {
    const payload = data.join('\n');
    data = [];
    length = 0;
    return payload.trim() === '' ? [] : [payload];
  };
  const read = (line: string): readonly string[] => {
    if (line === '') return take();
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    // llama.cpp reported its errors so for a long time, under a name that no other stream has.
    if (name === 'error' && value !== '') return [`{"error":${value}}`];
    if (name !== 'data') return [];
    length += value.length;
    if (length > LONGEST) throw new RangeError(`an event of more than ${LONGEST} characters`);
    data.push(value);
    return [];
  };
  return {
    push: (bytes) => lines.push(decoder.decode(bytes, { stream: true })).flatMap(read),
    end: () => {
      const last = [...lines.push(decoder.decode()), lines.rest()].flatMap((line) => (line === '' ? [] : read(line)));
      return [...last, ...take()];
    },
  };
}

/** One JSON text per line. */
export function createJsonLinesReader(): PayloadReader {
  const decoder = new TextDecoder();
  const lines = createLineSplitter();
  const some = (line: string): boolean => line.trim() !== '';
  return {
    push: (bytes) => lines.push(decoder.decode(bytes, { stream: true })).filter(some),
    end: () => [...lines.push(decoder.decode()), lines.rest()].filter(some),
  };
}
