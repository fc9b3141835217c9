import type { ToGraphPanel } from '../../protocol/graph-panel.ts';
import { agentRunShape, bodiesShape, frameShape, runShape, stepShape } from '../shared/record-shapes.ts';
import { anything, byKind, flag, list, misfit, number, oneOf, orNull, record, text } from '../shared/shape.ts';
import type { Shape } from '../shared/shape.ts';

const position = record({ line: number, character: number });
const range = record({ start: position, end: position });
const problems = record({ errors: number, warnings: number, messages: list(text) });

const node = record({
  id: text, path: text, does: text, model: orNull(text), parent: orNull(text), scope: number, count: orNull(number), range: orNull(range), idRange: orNull(range), problems,
  kind: oneOf('spawn', 'loop', 'classify', 'tournament', 'reduce', 'human', 'workflow', 'template', 'execution', 'task', 'choice', 'parallel', 'map', 'wait', 'pass', 'succeed', 'fail'),
  badges: list(record({ kind: oneOf('role', 'isolation', 'quarantined', 'budget', 'schema', 'when', 'dep_policy', 'retry', 'timeout', 'secret'), text, title: text })),
});

const edge = record({ id: text, from: text, to: text, kind: oneOf('dependency', 'optional', 'branch', 'next', 'choice', 'default', 'catch'), label: text, back: flag });

const picture = record({
  name: text, description: text, family: oneOf('workflow', 'states'), adapter: text, document: number, nodes: list(node), edges: list(edge), startAt: orNull(text), capUsd: orNull(number), range, problems,
});

const state = byKind({ picture: record({ picture, others: list(record({ document: number, name: text })) }), loading: anything, nothing: record({ message: text, hint: text }) });

const message: Shape = byKind({
  picture: record({ uri: text, version: number, state }),
  settings: record({ direction: oneOf('down', 'right'), reducedMotion: orNull(flag) }),
  cursor: record({ node: orNull(text) }),
  run: record({ overlay: orNull(record({ run: runShape, agentRuns: list(agentRunShape), stale: flag, criticalPath: list(text) })) }),
  frames: record({ run: text, frames: list(frameShape) }),
  steps: record({ agentRun: text, steps: list(stepShape), inputs: anything, output: anything }),
  bodies: record({ seq: number, bodies: bodiesShape }),
  unreadable: record({ agentRun: text, message: text }),
  select: record({ node: text }),
  layout: record({ layout: record({ key: text, numbers: list(number) }) }),
  'running-allowed': record({ reason: orNull(text) }),
  do: record({ what: oneOf('find', 'fit', 'zoom-in', 'zoom-out', 'list', 'export-svg', 'export-png') }),
});

export type Opened = { readonly ok: true; readonly message: ToGraphPanel } | { readonly ok: false; readonly why: string };

/** The only way in. What does not fit is not used at all. */
export function openMessage(value: unknown): Opened {
  const wrong = misfit(message, value);
  return wrong === null ? { ok: true, message: value as ToGraphPanel } : { ok: false, why: `message${wrong}` };
}
