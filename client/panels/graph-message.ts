import type { FromGraphPanel, KeptLayout } from '../../protocol/graph-panel.ts';
import type { TextPosition, TextRange } from '../../protocol/text-range.ts';
import { fieldsOf, isCount, isOneOf, isText, LONGEST_TEXT } from './message-shape.ts';
import { webAddress } from './web-address.ts';

const NODE_ACTIONS = ['run-node', 'run-until', 'fork-from', 'pause-at', 'pin', 'open-agent', 'show-steps'] as const;

/** A message of the graph panel, made anew from the fields we know; null when it has another shape. */
export function readGraphMessage(value: unknown): FromGraphPanel | null {
  const message = fieldsOf(value);
  if (message === null) return null;
  const { kind, run, node, agentRun, seq, part, address, layout, text: copied, code, range, focus, askInputs, action, document, direction, format, data, message: text } = message;
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
    case 'steps':
      return isText(agentRun) ? { kind: 'steps', agentRun } : null;
    case 'bodies':
      return isText(agentRun) && isCount(seq) ? { kind: 'bodies', agentRun, seq } : null;
    case 'copy':
      return isText(copied) && copied.length <= LONGEST_TEXT ? { kind: 'copy', text: copied } : null;
    case 'open-body':
      return isCount(seq) && isOneOf(part, ['request', 'response'] as const) ? { kind: 'open-body', seq, part } : null;
    case 'open-address': {
      const page = isText(address) ? webAddress(address) : null;
      return page === null ? null : { kind: 'open-address', address: page };
    }
    case 'layout': {
      const read = readLayout(layout);
      return read === null ? null : { kind: 'layout', layout: read };
    }
    case 'explain':
      return isCode(code) ? { kind: 'explain', code } : null;
    case 'fix':
      return isText(node) && isCode(code) ? { kind: 'fix', node, code } : null;
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

/** A diagnostic's: it becomes a word of a command line. */
function isCode(value: unknown): value is string {
  return isText(value) && /^[a-z][a-z0-9-]{0,80}$/.test(value);
}

/** As many numbers as a picture of a few thousand nodes has. */
const MOST_NUMBERS = 100_000;

function readLayout(value: unknown): KeptLayout | null {
  const fields = fieldsOf(value);
  const [key, numbers] = [fields?.['key'], fields?.['numbers']];
  if (!isText(key) || key.length > 100 || !Array.isArray(numbers) || numbers.length > MOST_NUMBERS) return null;
  return numbers.every((each): each is number => typeof each === 'number' && Number.isFinite(each)) ? { key, numbers } : null;
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
