import type { Json } from '../../protocol/json.ts';
import type { Steps } from './steps.ts';

/** A JSON text in a body: its first byte, the byte behind its last, and what it says. */
export interface Payload {
  readonly start: number;
  readonly end: number;
  readonly value: Json;
}

/** What a body says, in order: each line that is JSON, the data of each event, or the whole of it. What it broke off in counts as far as it came. */
export function* payloadsOf(body: Buffer): Steps<readonly Payload[]> {
  const payloads: Payload[] = [];
  let event: Data[] = [];
  const endEvent = (): void => {
    const payload = event.length === 0 ? null : payloadOf(body, event);
    if (payload !== null) payloads.push(payload);
    event = [];
  };
  let lines = 0;
  for (const [start, end] of linesOf(body)) {
    if (++lines % LINES_A_STEP === 0) yield;
    if (start === end) {
      endEvent();
      continue;
    }
    const data = dataIn(body, start, end);
    if (data !== null) event.push(data);
    else if (body[start] === BRACE) {
      const payload = payloadOf(body, [[start, end]]);
      if (payload !== null) payloads.push(payload);
    }
  }
  endEvent();
  const whole = payloads.length === 0 ? payloadOf(body, [[0, body.length]]) : null;
  return whole === null ? payloads : [whole];
}

/** Lines of a stream are short. */
const LINES_A_STEP = 64;

type Data = readonly [start: number, end: number];

const LF = 10;
const CR = 13;
const SPACE = 32;
const BRACE = 123;
const FIELD = Buffer.from('data:');

function* linesOf(body: Buffer): Generator<Data, void, undefined> {
  const next = (mark: number, from: number): number => {
    const at = body.indexOf(mark, from);
    return at < 0 ? body.length : at;
  };
  let lf = next(LF, 0);
  let cr = next(CR, 0);
  for (let start = 0; start <= body.length; ) {
    const at = Math.min(lf, cr);
    yield [start, at];
    // `\r\n` is one end.
    start = at === cr && lf === cr + 1 ? at + 2 : at + 1;
    if (lf < start) lf = next(LF, start);
    if (cr < start) cr = next(CR, start);
  }
}

function dataIn(body: Buffer, start: number, end: number): Data | null {
  if (end - start < FIELD.length || body.compare(FIELD, 0, FIELD.length, start, start + FIELD.length) !== 0) return null;
  let from = start + FIELD.length;
  while (from < end && body[from] === SPACE) from++;
  return [from, end];
}

/** `lines`: its own, in order; data of several lines is one text. */
function payloadOf(body: Buffer, lines: readonly Data[]): Payload | null {
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) return null;
  const text = lines.map(([start, end]) => body.toString('utf8', start, end)).join('\n');
  const value = parsed(text) ?? (last[1] >= body.length - 1 ? parsed(completed(text)) : null);
  return typeof value === 'object' && value !== null ? { start: first[0], end: last[1], value } : null;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** A JSON text that was broken off, with what it takes to end it: the last string as far as it came, and its brackets. */
function completed(text: string): string {
  const open: string[] = [];
  let inString = false;
  let end = text.length;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString && character === '\\') {
      const length = text[at + 1] === 'u' ? 6 : 2;
      if (at + length > text.length) end = at;
      at += length - 1;
    } else if (character === '"') inString = !inString;
    else if (!inString && (character === '{' || character === '[')) open.unshift(character === '{' ? '}' : ']');
    else if (!inString && (character === '}' || character === ']')) open.shift();
  }
  return text.slice(0, end) + (inString ? '"' : '') + open.join('');
}
