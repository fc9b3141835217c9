import type { FromRunPanel } from '../../protocol/run-panel.ts';
import { fieldsOf, isCount, isOneOf, isText, LONGEST_TEXT } from './message-shape.ts';
import { webAddress } from './web-address.ts';

const ACTIONS = ['replay', 'replay-recorded', 'halt', 'resume', 'reveal-graph', 'open-version', 'copy-id', 'fork-from-failure'] as const;

/** A message of the run panel, made anew from the fields we know; null when it has another shape. */
export function readRunMessage(value: unknown): FromRunPanel | null {
  const message = fieldsOf(value);
  if (message === null) return null;
  const { kind, agentRun, seq, with: other, action, node, path, only, run, text, part, of, a, b, address, message: bug } = message;
  switch (kind as FromRunPanel['kind']) {
    case 'ready':
      return { kind: 'ready' };
    case 'steps':
      return isText(agentRun) ? { kind: 'steps', agentRun } : null;
    case 'bodies':
      return isText(agentRun) && isCount(seq) ? { kind: 'bodies', agentRun, seq } : null;
    case 'compare':
      return isText(other) ? { kind: 'compare', with: other } : null;
    case 'action':
      return isOneOf(action, ACTIONS) ? { kind: 'action', action, ...(isText(node) ? { node } : {}) } : null;
    case 'fork':
      return isText(path) && typeof only === 'boolean' ? { kind: 'fork', path, only } : null;
    case 'show-run':
      return isText(run) ? { kind: 'show-run', run } : null;
    case 'answer':
      return isText(run) && isText(path) ? { kind: 'answer', run, path } : null;
    case 'copy':
      return isText(text) && text.length <= LONGEST_TEXT ? { kind: 'copy', text } : null;
    case 'open':
      return isCount(seq) && isOneOf(part, ['request', 'response'] as const) ? { kind: 'open', seq, part } : null;
    case 'diff-versions':
      return isOneOf(of, ['workflow', 'agent'] as const) && isText(a) && isText(b) ? { kind: 'diff-versions', of, a, b } : null;
    case 'open-address': {
      const page = isText(address) ? webAddress(address) : null;
      return page === null ? null : { kind: 'open-address', address: page };
    }
    case 'bug':
      return isText(bug) ? { kind: 'bug', message: bug.slice(0, 10_000) } : null;
    default:
      return null;
  }
}
