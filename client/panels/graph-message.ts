import type { FromGraphPanel } from '../../protocol/graph-panel.ts';
import type { TextPosition, TextRange } from '../../protocol/text-range.ts';
import { fieldsOf, isCount, isOneOf, isText, LONGEST_TEXT } from './message-shape.ts';

const NODE_ACTIONS = ['run-node', 'run-until', 'fork-from', 'pause-at', 'pin', 'open-agent', 'show-steps'] as const;

/** A message of the graph panel, made anew from the fields we know; null when it has another shape. */
export function readGraphMessage(value: unknown): FromGraphPanel | null {
  const message = fieldsOf(value);
  if (message === null) return null;
  const { kind, run, node, range, focus, askInputs, action, document, direction, format, data, message: text } = message;
  switch (kind as FromGraphPanel['kind']) {
    case 'ready':
      return { kind: 'ready' };
    case 'reveal': {
      const read = readRange(range);
      return read !== null && typeof focus === 'boolean' ? { kind: 'reveal', range: read, focus } : null;
    }
    case 'run':
      return typeof askInputs === 'boolean' ? { kind: 'run', askInputs } : null;
    case 'halt':
      return isText(run) ? { kind: 'halt', run } : null;
    case 'node-action':
      return isOneOf(action, NODE_ACTIONS) && isText(node) ? { kind: 'node-action', action, node } : null;
    case 'show-run':
      return isText(run) ? { kind: 'show-run', run } : null;
    case 'answer':
      return isText(run) && isText(node) ? { kind: 'answer', run, node } : null;
    case 'document':
      return isCount(document) ? { kind: 'document', document } : null;
    case 'direction':
      return isOneOf(direction, ['down', 'right'] as const) ? { kind: 'direction', direction } : null;
    case 'problems':
      return { kind: 'problems' };
    case 'export':
      return isOneOf(format, ['svg', 'png'] as const) && isText(data) && data.length <= LONGEST_TEXT ? { kind: 'export', format, data } : null;
    case 'bug':
      return isText(text) ? { kind: 'bug', message: text.slice(0, 10_000) } : null;
    default:
      return null;
  }
}

function readRange(value: unknown): TextRange | null {
  const fields = fieldsOf(value);
  const start = readPosition(fields?.['start']);
  const end = readPosition(fields?.['end']);
  return start === null || end === null ? null : { start, end };
}

function readPosition(value: unknown): TextPosition | null {
  const fields = fieldsOf(value);
  const line = fields?.['line'];
  const character = fields?.['character'];
  return isCount(line) && isCount(character) ? { line, character } : null;
}
