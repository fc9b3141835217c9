/**
 * # A cap that cannot hold even the prompt
 *
 * A cap on tokens spans prompt and answer. Before each call its worst case is reserved, with the UTF-8 bytes of the
 * prompt as an upper bound on its tokens. Where system prompt and task alone exceed the cap, the node is rejected with
 * `Dagbook.BudgetExceeded` before any call is made.
 *
 * **Fix**: raise the cap, or shorten the prompt.
 */
import type { WorkflowNode } from '../graph/workflow.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { AgentContext, Check, Report, WorkflowContext } from './check.ts';

export const capTooSmall: Check = {
  code: 'cap-too-small',
  severity: 'warning',
  ignorable: true,
  agent: checkOwnCap,
  workflow: (context, report) => {
    // A cap of the workflow is too small once, however many nodes show it: the longest prompt is named.
    const worst = new Map<string, { readonly bound: number; readonly id: string; readonly cap: Cap }>();
    // A thousand nodes may have one agent.
    const lengths = new Map<string, number>();
    const lengthOf = (prompt: string): number => {
      const length = lengths.get(prompt) ?? utf8Length(prompt);
      lengths.set(prompt, length);
      return length;
    };
    for (const { node, path } of context.nodes) {
      const bound = promptBound(context, node, lengthOf);
      if (bound === null || bound < smallest(context, node)) continue;
      const cap = tightest(context, node, path);
      if (cap === null) continue;
      const key = cap.path.join('.');
      if (bound > (worst.get(key)?.bound ?? 0)) worst.set(key, { bound, id: node.id, cap });
    }
    for (const { bound, id, cap } of worst.values()) {
      report({
        message: `The prompt of "${id}" alone may take ${bound} tokens, so ${cap.limit} leave nothing for an answer. Raise the cap above ${bound}, or shorten the prompt.`,
        span: context.valueSpan(cap.path),
      });
    }
  },
};

function checkOwnCap({ agent, valueSpan }: AgentContext, report: Report): void {
  const limit = agent.costCaps.perRunMaxTokens;
  const bound = utf8Length(agent.systemPrompt);
  if (limit === null || bound < limit) return;
  report({
    message: `The system prompt alone may take ${bound} tokens, so ${limit} leave nothing for an answer. Raise the cap above ${bound}, or shorten the prompt.`,
    span: valueSpan(['cost_caps', 'per_run_max_tokens']),
  });
}

interface Cap {
  readonly limit: number;
  readonly path: YamlPath;
}

const perNode: YamlPath = ['cost_caps', 'per_node_max_tokens'];
const perRun: YamlPath = ['cost_caps', 'per_run_max_tokens'];

/** Of caps that are as small, the one that stands nearest. */
function tightest(context: WorkflowContext, node: WorkflowNode, path: YamlPath): Cap | null {
  const limit = smallest(context, node);
  if (limit === Infinity) return null;
  return { limit, path: limit === node.tokenBudget ? [...path, 'token_budget'] : limit === context.workflow.caps.perNodeMaxTokens ? perNode : perRun };
}

function smallest({ workflow: { caps } }: WorkflowContext, { tokenBudget }: WorkflowNode): number {
  return Math.min(tokenBudget ?? Infinity, caps.perNodeMaxTokens ?? Infinity, caps.perRunMaxTokens ?? Infinity);
}

/** The bytes of what is known before the run; null where no model is asked. */
function promptBound({ agentOf }: WorkflowContext, node: WorkflowNode, lengthOf: (prompt: string) => number): number | null {
  const { work } = node;
  if (work.kind !== 'agent' && work.kind !== 'task') return null;
  const task = work.task === null ? 0 : utf8Length(work.task.goal) + work.task.criteria.reduce((sum, text) => sum + utf8Length(text), 0);
  return lengthOf(agentOf(node.id)?.systemPrompt ?? '') + task;
}

/** Without Buffer or TextEncoder, which the language does not have. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
  }
  return bytes;
}
