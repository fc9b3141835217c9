import type { Json } from '../protocol/json.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'underline';

const CODES: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22], dim: [2, 22], underline: [4, 24], red: [31, 39], green: [32, 39], yellow: [33, 39], blue: [34, 39], cyan: [36, 39],
};

/** One of the two streams a command writes to. */
export interface Terminal {
  write(text: string): void;
  line(text?: string): void;
  /** Two-space indented JSON and a line end. */
  json(value: Json): void;
  /** The text in this style where the stream shows colours; the text itself elsewhere. */
  style(style: Style, text: string): string;
  /** A person is looking: bars and spinners make sense. */
  readonly interactive: boolean;
  /** Columns; 80 where nobody knows. */
  readonly width: number;
  /** Nothing more can be written, because whoever read it has gone (`| head`) or by `failure`: what is written now goes nowhere. */
  readonly closed: boolean;
  /** What made writing impossible (a full disk), where it was no reader's leave. Known a turn of the event loop after the write. */
  readonly failure: NodeJS.ErrnoException | null;
}

interface Stream {
  write(text: string): boolean;
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** `redact` takes out of every text what nobody may see. */
export function openTerminal(stream: Stream, env: NodeJS.ProcessEnv, redact: (text: string) => string): Terminal {
  const interactive = stream.isTTY === true;
  const colours = showsColours(interactive, env);
  let closed = false;
  let failure: NodeJS.ErrnoException | null = null;
  // Thrown, it would end the work as well: a run must not die of the log that it is told in.
  stream.on('error', (error) => {
    closed = true;
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure ??= error;
  });
  const write = (text: string): void => {
    if (!closed) stream.write(redact(text));
  };
  return {
    write,
    line: (text = '') => write(`${text}\n`),
    json: (value) => write(`${JSON.stringify(value, null, 2)}\n`),
    style: (style, text) => (colours && text !== '' ? `\u001b[${CODES[style][0]}m${text}\u001b[${CODES[style][1]}m` : text),
    interactive,
    get width() {
      return stream.columns === undefined || stream.columns === 0 ? 80 : stream.columns;
    },
    get closed() {
      return closed;
    },
    get failure() {
      return failure;
    },
  };
}

/** https://no-color.org: a person who says no to colour is believed before a tool that asks for it. */
function showsColours(interactive: boolean, env: NodeJS.ProcessEnv): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'] ?? '';
  if (force !== '') return force !== '0' && force !== 'false';
  return interactive && env['TERM'] !== 'dumb';
}
