import type { Frame } from '../protocol/frame.ts';
import { asLine, padEnd } from './display-text.ts';
import { formatDuration } from './table.ts';
import type { Style, Terminal } from './terminal.ts';

const STATES: Readonly<Record<string, readonly [glyph: string, style: Style]>> = {
  started: ['▸', 'blue'], completed: ['✓', 'green'], error: ['✗', 'red'], rejected: ['✗', 'red'], skipped: ['–', 'dim'],
  halted: ['■', 'yellow'], waiting: ['…', 'yellow'], retry: ['↻', 'yellow'],
};

/**
 * Prints one line a frame, on stderr: time since the first frame, a glyph, the node, the message. Lines only ever come
 * after one another, so the same output serves a person, a CI log and a file. Token frames are left out.
 */
export function progressPrinter(err: Terminal): (frame: Frame) => void {
  let first: number | null = null;
  return (frame) => {
    if (frame.stage === 'agent.token') return;
    first ??= frame.timestamp;
    const { subject, state } = readStage(frame.stage);
    const [glyph, style] = STATES[state] ?? ['·', 'dim'];
    const time = padEnd(formatDuration((frame.timestamp - first) * 1000), 8);
    err.line(`${err.style('dim', time)} ${err.style(style, glyph)} ${padEnd(asLine(subject), 16)} ${asLine(frame.message)}`.trimEnd());
  };
}

/** The state is the last part: a node id may hold no dot, but a nested one is shown whole. */
function readStage(stage: string): { readonly subject: string; readonly state: string } {
  const last = stage.lastIndexOf('.');
  const head = stage.slice(0, Math.max(0, last));
  return { subject: head.startsWith('node.') ? head.slice('node.'.length) : head, state: stage.slice(last + 1) };
}
