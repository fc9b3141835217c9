import { formatUsd } from '../runtime/index.ts';
import type { Frame } from '../protocol/frame.ts';
import type { Json } from '../protocol/json.ts';
import { asLine, displayWidth, padEnd, padStart } from './display-text.ts';
import { objectOf, textOf } from './json-shapes.ts';
import { formatCount, formatDuration } from './table.ts';
import type { Style, Terminal } from './terminal.ts';

const STATES: Readonly<Record<string, readonly [glyph: string, style: Style]>> = {
  started: ['▸', 'blue'], completed: ['✓', 'green'], error: ['✗', 'red'], rejected: ['✗', 'red'], skipped: ['–', 'dim'],
  halted: ['■', 'yellow'], waiting: ['…', 'yellow'], retry: ['↻', 'yellow'],
};

const NARROWEST_SUBJECT = 16;
/** Less of the text than so many columns tells nobody anything. */
const LEAST_STREAM = 8;
/** Streamed text is redrawn at most so often: milliseconds. */
const REDRAW_MS = 120;

export interface ProgressOptions {
  /** Stands before each line where several runs share the output. */
  readonly label?: string;
}

export interface ProgressPrinter {
  /** `silent`: keeps count without printing, for what happened before anybody looked. */
  readonly print: (frame: Frame, silent?: boolean) => void;
  /** Takes the line of streamed text away. */
  readonly clear: () => void;
}

/**
 * Prints one line a frame: time since the first frame, a glyph, the node, and what is to be known of it. Lines only ever
 * come after one another, so the same output serves a person, a CI log and a file. Tokens show on a terminal only, as one
 * last line with the end of what is being written.
 */
export function progressPrinter(out: Terminal, options: ProgressOptions = {}): ProgressPrinter {
  const clock = new FrameClock();
  const stream = new StreamLine(out);
  let width = NARROWEST_SUBJECT;
  return {
    print(frame, silent = false) {
      if (frame.stage === 'agent.token') {
        if (!silent) stream.add(frame);
        return;
      }
      const { at, took } = clock.read(frame);
      stream.end(frame);
      if (silent) return;
      const { subject, state } = readStage(frame.stage);
      const [glyph, style] = STATES[state] ?? ['·', 'dim'];
      width = Math.max(width, displayWidth(asLine(subject)));
      const label = options.label === undefined ? '' : `${out.style('dim', options.label)} `;
      stream.clear();
      out.line(`${label}${out.style('dim', padEnd(formatDuration(at), 8))} ${out.style(style, glyph)} ${padEnd(asLine(subject), width)} ${detailOf(frame, state, took)}`.trimEnd());
      stream.draw(true);
    },
    clear: () => stream.clear(),
  };
}

/** One line for people who look at a frame alone, without colours or time. */
function detailOf(frame: Frame, state: string, took: number | null): string {
  const used = usedWords(frame, took);
  if (frame.stage.startsWith('workflow.')) return used === '' ? asLine(startWords(frame)) : used + errorWords(frame);
  switch (state) {
    case 'started':
    case 'retry':
      return asLine(agentWords(frame, state));
    case 'waiting':
      return asLine(frame.message.replace(/^\S+ /, ''));
    case 'skipped':
      return asLine(textAt(frame['error'], 'message') ?? frame.message);
    default:
      if (frame['pinned'] === true) return 'pinned: its output was given by hand';
      return used === '' ? asLine(frame.message) : used + errorWords(frame);
  }
}

/** `   1,204 tokens   $0.0021   308 ms`: the columns of a node, and of the run below them, stand under one another. */
function usedWords({ tokens, cost_usd: usd }: Frame, took: number | null): string {
  if (typeof tokens !== 'number' || typeof usd !== 'number') return '';
  const duration = took === null ? '' : formatDuration(took);
  return `${padStart(formatCount(tokens), 7)} tokens ${padStart(formatUsd(Math.round(usd * 1e6)), 10)} ${padStart(duration, 10)}`;
}

function errorWords({ error }: Frame): string {
  const message = textAt(error, 'message');
  const name = textAt(error, 'name');
  if (message === null) return '';
  return `  ${asLine(name === null || name === 'Dagbook.Halted' ? message : `${name}: ${message}`)}`;
}

function startWords(frame: Frame): string {
  const { models, workflow, resumed } = frame;
  if (typeof workflow !== 'string' || typeof models !== 'string') return frame.message;
  return `${workflow}${resumed === true ? ' goes on' : ''}${models === '' ? '' : `, on ${models}`}`;
}

function agentWords(frame: Frame, state: string): string {
  const { agent, attempt, model } = frame;
  if (typeof agent !== 'string') return frame.message;
  return `${agent}${typeof model === 'string' ? `, on ${model}` : ''}${state === 'retry' ? `, attempt ${textOf(attempt)}` : ''}`;
}

function textAt(value: Json | undefined, key: string): string | null {
  const found = objectOf(value)[key];
  return typeof found === 'string' ? found : null;
}

/** The state is the last part: a node id may hold no dot, but a nested one is shown whole. */
function readStage(stage: string): { readonly subject: string; readonly state: string } {
  const last = stage.lastIndexOf('.');
  const head = stage.slice(0, Math.max(0, last));
  return { subject: head.startsWith('node.') ? head.slice('node.'.length) : head, state: stage.slice(last + 1) };
}

/** Milliseconds since the first frame, and how long what ends now has taken. */
class FrameClock {
  #first: number | null = null;
  readonly #began = new Map<string, number>();

  read(frame: Frame): { readonly at: number; readonly took: number | null } {
    const first = (this.#first ??= frame.timestamp);
    const key = frame.stage.startsWith('workflow.') ? 'workflow' : (frame.agent_run_id ?? frame.stage);
    const began = this.#began.get(key);
    if (began === undefined) this.#began.set(key, frame.timestamp);
    return { at: (frame.timestamp - first) * 1_000, took: began === undefined ? null : (frame.timestamp - began) * 1_000 };
  }
}

/** The one line at the bottom of a terminal that shows what the models are writing. */
class StreamLine {
  readonly #out: Terminal;
  readonly #texts = new Map<string, { readonly node: string; text: string }>();
  #shown = false;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(out: Terminal) {
    this.#out = out;
  }

  add(frame: Frame): void {
    if (!this.#out.interactive) return;
    const key = frame.agent_run_id ?? '';
    const known = this.#texts.get(key) ?? { node: frame.node_id ?? '', text: '' };
    // Only its end is ever shown.
    known.text = (known.text + frame.message).slice(-400);
    this.#texts.set(key, known);
    this.draw(false);
  }

  end(frame: Frame): void {
    this.#texts.delete(frame.agent_run_id ?? '');
  }

  draw(now: boolean): void {
    const latest = [...this.#texts.values()].at(-1);
    if (latest === undefined || (!now && performance.now() - this.#drawnAt < REDRAW_MS)) return;
    const more = this.#texts.size > 1 ? ` (+${this.#texts.size - 1})` : '';
    const head = `         ${asLine(latest.node)}${more} `;
    const room = this.#out.width - displayWidth(head) - 2;
    // A line that is broken cannot be taken away again.
    if (room < LEAST_STREAM) return;
    this.clear();
    this.#drawnAt = performance.now();
    this.#shown = true;
    this.#out.write(this.#out.style('dim', head + tailOf(latest.text, room)));
  }

  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#out.write('\r\u001b[K');
  }
}

function tailOf(text: string, width: number): string {
  const line = asLine(text.replaceAll(/\s+/g, ' '));
  let from = Math.max(0, line.length - Math.max(0, width));
  while (from < line.length && displayWidth(line.slice(from)) > width) from++;
  return line.slice(from);
}
