import type { ToRunPanel } from '../../protocol/run-panel.ts';
import { agentRunShape, bodiesShape, frameShape, runShape, stepShape } from '../shared/record-shapes.ts';
import { anything, byKind, flag, list, misfit, number, oneOf, orNull, record, text } from '../shared/shape.ts';
import type { Shape } from '../shared/shape.ts';

const question = record({ run: text, workflow_name: text, path: text, node_id: text, form: anything, assignees: list(text), about: anything, asked_at: text, kind: oneOf('ask', 'pause') });

const node = record({
  id: text, count: orNull(number),
  kind: oneOf('spawn', 'loop', 'classify', 'tournament', 'reduce', 'human', 'workflow', 'template', 'execution', 'task', 'choice', 'parallel', 'map', 'wait', 'pass', 'succeed', 'fail'),
});

const detail = record({
  run: runShape, nodes: list(node), agent_runs: list(agentRunShape), questions: list(question), inputs: anything, output: anything, children: list(runShape), critical_path: list(text), now: text,
});

const pairOf = (side: Shape): Shape => record({ a: orNull(side), b: orNull(side), same: flag });

const nodeComparison = record({
  path: text, attempt: number, iteration: number, status: pairOf(text), spec: pairOf(text), prompt: pairOf(text), output: pairOf(anything), tokens: pairOf(number), cost_micros: pairOf(number),
  duration_ms: pairOf(number), same: flag,
});

const comparison = record({
  a: text, b: text, workflow_spec: pairOf(text), inputs: pairOf(anything), status: pairOf(text), output: pairOf(anything), tokens: pairOf(number), cost_micros: pairOf(number),
  duration_ms: pairOf(number), nodes: list(nodeComparison), same: flag,
});

const message: Shape = byKind({
  detail: record({ detail }),
  frames: record({ run: text, frames: list(frameShape) }),
  steps: record({ agentRun: text, steps: list(stepShape), inputs: anything, output: anything }),
  bodies: record({ seq: number, bodies: bodiesShape, parent: orNull(bodiesShape) }),
  comparison: record({ comparison: orNull(comparison) }),
  select: record({ node: text }),
  'running-allowed': record({ reason: orNull(text) }),
  failed: record({ message: text, hint: text }),
});

export type Opened = { readonly ok: true; readonly message: ToRunPanel } | { readonly ok: false; readonly why: string };

/** The only way in. What does not fit is not used at all. */
export function openMessage(value: unknown): Opened {
  const wrong = misfit(message, value);
  return wrong === null ? { ok: true, message: value as ToRunPanel } : { ok: false, why: `message${wrong}` };
}
